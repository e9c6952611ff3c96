import { useEffect, useState } from 'react'
import type { WorldListing } from '../data/worldData.ts'
import { useGame } from '../game/store.ts'
import { capital, figure } from '../game/words.ts'
import { usePlay } from './context.ts'

/** The worlds of this server, and the way to them. */
export function Worlds() {
  const play = usePlay()
  const here = useGame((state) => state.world?.id)
  const [worlds, setWorlds] = useState<readonly WorldListing[] | 'away'>()
  useEffect(() => {
    let shown = true
    void play.session.data.worlds().then((found) => {
      if (shown) setWorlds(found ?? 'away')
    })
    return () => {
      shown = false
    }
  }, [play])
  if (worlds === undefined) return <p className="muted">Reading…</p>
  if (worlds === 'away') return <p className="needs">The worlds cannot be read now.</p>
  return (
    <ul className="worlds">
      {worlds.map(({ id, n, seed, state, tick, players }) => (
        <li key={id} className={id === here ? 'own' : ''}>
          <div>
            <b>{capital(id)}</b>
            <small className="muted">
              {figure(10 * n * n + 2)} cells · seed {seed} · tick {figure(tick)} · {players} here
            </small>
          </div>
          {id === here ? (
            <span className="chip">you look at it</span>
          ) : (
            <a className="button" href={`?world=${encodeURIComponent(id)}`}>
              {state === 'running' ? 'Go there' : `Go there (${state})`}
            </a>
          )}
        </li>
      ))}
    </ul>
  )
}
