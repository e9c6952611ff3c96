import { X } from 'lucide-react'
import { type ComponentType, lazy, Suspense, useEffect, useRef } from 'react'
import { type Drawer, set, useGame } from '../game/store.ts'
import { Craft } from './Craft.tsx'
import { Guarded } from './Guarded.tsx'
import { Players } from './Players.tsx'

/** Panels that few open at once come when they are opened. */
const late = (load: () => Promise<ComponentType>) => lazy(async () => ({ default: await load() }))

type Panel = { readonly title: string; readonly wide?: true; readonly body: ComponentType }

const panels: Readonly<Record<Exclude<Drawer, 'none'>, Panel>> = {
  craft: { title: 'Craft by hand', body: Craft },
  blueprints: {
    title: 'Blueprints',
    body: late(async () => (await import('./Blueprints.tsx')).Blueprints),
  },
  research: {
    title: 'Research',
    wide: true,
    body: late(async () => (await import('./Research.tsx')).Research),
  },
  statistics: {
    title: 'Production',
    wide: true,
    body: late(async () => (await import('./Statistics.tsx')).Statistics),
  },
  alerts: { title: 'Alerts', body: late(async () => (await import('./Alerts.tsx')).Alerts) },
  standings: {
    title: 'Leaderboard',
    body: late(async () => (await import('./Standings.tsx')).Standings),
  },
  players: { title: 'Players', body: Players },
  worlds: { title: 'Worlds', body: late(async () => (await import('./Worlds.tsx')).Worlds) },
  help: { title: 'Help', body: late(async () => (await import('./Help.tsx')).Help) },
  settings: {
    title: 'Settings',
    body: late(async () => (await import('./Settings.tsx')).Settings),
  },
}

/** The one drawer that is open. The keyboard goes into it, and back to where it was. */
export function Drawers() {
  const drawer = useGame((state) => state.drawer)
  if (drawer === 'none') return null
  return <Opened key={drawer} panel={panels[drawer]} />
}

function Opened({ panel: { title, wide, body: Body } }: { panel: Panel }) {
  const section = useRef<HTMLElement>(null)
  useEffect(() => {
    const before = document.activeElement
    section.current?.focus({ preventScroll: true })
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
    }
  }, [])
  return (
    <section
      ref={section}
      tabIndex={-1}
      className={`panel drawer ${wide ? 'wide-drawer' : ''}`}
      aria-label={title}
    >
      <header>
        <h2>{title}</h2>
        <button
          type="button"
          className="close"
          aria-label="Close"
          onClick={() => set({ drawer: 'none' })}
        >
          <X size={17} aria-hidden="true" />
        </button>
      </header>
      <Guarded>
        <Suspense fallback={<p className="muted">Opening…</p>}>
          <Body />
        </Suspense>
      </Guarded>
    </section>
  )
}
