import { Hexagon, Radio, Users, WifiOff } from 'lucide-react'
import { useGame } from '../game/store.ts'
import { capital, figure } from '../game/words.ts'

const words = { connecting: 'connecting', open: 'live', lost: 'reconnecting' } as const

/** Which world, how far, how fast, and whether it is live. */
export function StatusCard() {
  const world = useGame((state) => state.world)
  const status = useGame((state) => state.status)
  const connection = useGame((state) => state.connection)
  if (!world) return null
  const live = connection === 'open' && status?.state !== 'stopped'
  const word = status && status.state !== 'running' && live ? status.state : words[connection]
  return (
    <section className="panel status" aria-label="World status">
      <Hexagon className="brand" size={26} strokeWidth={2.2} aria-hidden="true" />
      <div className="status-name">
        <h1 title={world.id}>{capital(world.id)}</h1>
        <p>
          <span className="wide">{figure(10 * world.n * world.n + 2)} cells · </span>
          tick <b data-testid="tick">{figure(status?.tick ?? 0)}</b>
        </p>
      </div>
      <dl className="status-figures">
        <div className={`chip ${live ? 'chip-good' : 'chip-bad'}`}>
          {live ? <Radio size={13} aria-hidden="true" /> : <WifiOff size={13} aria-hidden="true" />}
          <dt className="hidden">State</dt>
          <dd data-testid="connection">{word}</dd>
          <dt className="hidden">Updates per second</dt>
          <dd>
            {(status?.upsMeasured ?? 0).toFixed(status && status.upsMeasured < 10 ? 1 : 0)} UPS
          </dd>
          <dt className="hidden">Lag</dt>
          <dd>{Math.round(status?.lagMs ?? 0)} ms</dd>
        </div>
        <div className="status-small">
          <dt className="hidden">Players</dt>
          <dd>
            <Users size={12} aria-hidden="true" /> {status?.players ?? 0}
          </dd>
          <dt className="hidden">State hash</dt>
          <dd
            className="mono"
            title={`state hash of tick ${status?.hashTick ?? 0}`}
            data-testid="hash"
          >
            #{(status?.hash ?? '').slice(0, 8)}
          </dd>
        </div>
      </dl>
    </section>
  )
}
