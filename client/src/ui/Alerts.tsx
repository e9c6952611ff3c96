import { CircleCheck, MapPin, TriangleAlert } from 'lucide-react'
import type { Alert } from '../game/alerts.ts'
import { keyWord } from '../game/bindings.ts'
import { jumpToAlert } from '../game/keys.ts'
import { useGame } from '../game/store.ts'
import { prototypeWord, statusWord } from '../game/words.ts'
import { usePlay } from './context.ts'

const PLACES_SHOWN = 8

/** Machines of one's own that stand still, and where they are. */
export function Alerts() {
  const alerts = useGame((state) => state.alerts)
  if (alerts.length === 0) {
    return (
      <p className="muted">
        <CircleCheck size={15} aria-hidden="true" /> All your machines run, or rest for good reason.
      </p>
    )
  }
  return (
    <ul className="alerts">
      {alerts.map((alert) => (
        <AlertRow key={alert.key} alert={alert} />
      ))}
    </ul>
  )
}

function AlertRow({ alert: { trouble, prototype, cells } }: { alert: Alert }) {
  const play = usePlay()
  return (
    <li>
      <p>
        <TriangleAlert size={15} aria-hidden="true" />
        <b>{statusWord(trouble)}</b> {cells.length} × {prototypeWord(prototype)}
      </p>
      <div className="places">
        {cells.slice(0, PLACES_SHOWN).map((cell) => (
          <button
            key={cell}
            type="button"
            aria-label={`Show the ${prototypeWord(prototype).toLowerCase()} on cell ${cell}`}
            onClick={() => {
              play.stage.visit(cell)
              play.select(cell)
            }}
          >
            <MapPin size={13} aria-hidden="true" /> {cell}
          </button>
        ))}
        {cells.length > PLACES_SHOWN && (
          <span className="muted">and {cells.length - PLACES_SHOWN} more</span>
        )}
      </div>
    </li>
  )
}

/** The worst alert, under the status card; pressing it flies to one place after the other. */
export function AlertChip() {
  const play = usePlay()
  const alerts = useGame((state) => state.alerts)
  const key = useGame((state) => state.bindings.anchor)
  const [first] = alerts
  if (!first) return null
  const others = alerts.length - 1
  return (
    <button type="button" className="panel toast bad alert-chip" onClick={() => jumpToAlert(play)}>
      <TriangleAlert size={15} aria-hidden="true" />
      <span>
        <b>{statusWord(first.trouble)}</b> — {first.cells.length} × {prototypeWord(first.prototype)}
        {others > 0 && <small> +{others}</small>}
      </span>
      <kbd>{keyWord(key)}</kbd>
    </button>
  )
}
