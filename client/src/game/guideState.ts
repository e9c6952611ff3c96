// Whether the first minutes are shown, kept in the browser.

import { keep } from './kept.ts'
import { set } from './store.ts'

const DONE = 'guide'

export function dismissGuide(): void {
  keep(DONE, 'done')
  // What it pointed at, too: nobody who takes a tool now is led there.
  set({ guiding: false, hint: undefined })
}

export function restartGuide(): void {
  keep(DONE, 'wanted')
  set({ guiding: true, drawer: 'none' })
}
