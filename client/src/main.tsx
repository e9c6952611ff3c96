// Starts the page: /?world=…&quality=low|medium|high, or without a server /?offline=seed,n

import { createRoot } from 'react-dom/client'
import { openLiveWorld } from './data/live/liveWorld.ts'
import { browserTokens } from './data/live/tokens.ts'
import { parseOffline } from './data/offline/settings.ts'
import type { OpenWorld } from './data/worldData.ts'
import { kept } from './game/kept.ts'
import { reached } from './game/milestones.ts'
import { qualityNamed } from './scene/quality.ts'
import { App } from './ui/App.tsx'
import './styles/base.css'
import './styles/status.css'
import './styles/inventory.css'
import './styles/tools.css'
import './styles/inspector.css'
import './styles/start.css'
import './styles/notices.css'
import './styles/drawers.css'
import './styles/labels.css'
import './styles/hands.css'
import './styles/panels.css'
import './styles/goals.css'
import './styles/small.css'
import './styles/middle.css'
import './styles/touch.css'

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

createRoot(document.getElementById('root')!).render(
  <App open={open} quality={qualityNamed(query.get('quality')) ?? qualityNamed(kept('quality'))} />,
)
