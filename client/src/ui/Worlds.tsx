import { useEffect, useState } from 'react'
import type { WorldListing } from '../data/worldData.ts'
import { useGame } from '../game/store.ts'
import { worldAddress } from '../game/urlState.ts'
import { capital, figure } from '../game/words.ts'
import { usePlay } from './context.ts'
import { FoundWorld } from './FoundWorld.tsx'
import { PlanetPreview } from './PlanetPreview.tsx'

const READ_EVERY_MS = 3000

/** The worlds of this server, the way to them, and a form for another. */
export function Worlds() {
  const play = usePlay()
  const [worlds, setWorlds] = useState<readonly WorldListing[] | 'away'>()
  /** Counts up whenever the list should be read at once. */
  const [asked, ask] = useState(0)
  const [newest, setNewest] = useState<string>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: who asks again wants it read again
  useEffect(() => {
    let shown = true
    const read = () =>
      void play.session.data.worlds().then((found) => {
        if (shown) setWorlds(found ?? 'away')
      })
    read()
    const timer = setInterval(read, READ_EVERY_MS)
    return () => {
      shown = false
      clearInterval(timer)
    }
  }, [play, asked])
  const founded = (id: string) => {
    setNewest(id)
    ask(asked + 1)
  }
  return (
    <>
      {worlds === undefined && <p className="muted">Reading…</p>}
      {worlds === 'away' && <p className="needs">The worlds cannot be read now.</p>}
      {Array.isArray(worlds) && (
        <ul className="worlds">
          {worlds.map((world: WorldListing) => (
            <Row key={world.id} world={world} isNew={world.id === newest} />
          ))}
        </ul>
      )}
      <FoundWorld founded={founded} />
    </>
  )
}

function Row({ world, isNew }: { readonly world: WorldListing; readonly isNew: boolean }) {
  const here = useGame((state) => state.world?.id)
  const { id, n, seed, ups, state, tick, players } = world
  return (
    <li className={isNew ? 'new' : ''} data-world={id}>
      <PlanetPreview seed={seed} n={n} />
      <div>
        <b>{capital(id)}</b>
        <small className="muted">
          {figure(10 * n * n + 2)} cells · seed {seed} · {ups} a second
        </small>
        <small className="muted">
          {players === 1 ? '1 player' : `${players} players`} · tick {figure(tick)}
          {state === 'running' ? '' : ` · ${state}`}
        </small>
      </div>
      {id === here ? (
        <span className="chip">you look at it</span>
      ) : (
        <a className="button" href={worldAddress(location.search, id)}>
          Go there
        </a>
      )}
    </li>
  )
}
