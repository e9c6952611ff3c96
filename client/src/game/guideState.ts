// Whether the first minutes are shown, kept in the browser.

import { keep } from './kept.ts'
import { set } from './store.ts'

const DONE = 'guide'

export function dismissGuide(): void {
  keep(DONE, 'done')
  set({ guiding: false })
}

export function restartGuide(): void {
  keep(DONE, 'wanted')
  set({ guiding: true, drawer: 'none' })
}
