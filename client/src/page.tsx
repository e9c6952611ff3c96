// The page, once its code has come: /?world=…&quality=low|medium|high, or without a server /?offline=seed,n

import { createRoot } from 'react-dom/client'
import { openLiveWorld } from './data/live/liveWorld.ts'
import { browserTokens } from './data/live/tokens.ts'
import { parseOffline } from './data/offline/settings.ts'
import type { OpenWorld } from './data/worldData.ts'
import { reached } from './game/milestones.ts'
import { layCanvas } from './scene/canvas.ts'
import { App } from './ui/App.tsx'

reached('script')
const query = new URLSearchParams(location.search)
const offline = parseOffline(query.get('offline'))

const open: OpenWorld = async (listener) => {
  if (offline) {
    const { openOfflineWorld } = await import('./data/offline/offlineWorld.ts')
    return openOfflineWorld(offline, listener)
  }
  const url = location.origin
  const world = query.get('world') ?? undefined
  return openLiveWorld({ url, world, tokens: browserTokens(url) }, listener)
}

createRoot(document.getElementById('root')!).render(<App open={open} laid={layCanvas()} />)
