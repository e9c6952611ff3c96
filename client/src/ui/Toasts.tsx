import { Check, Info, TriangleAlert } from 'lucide-react'
import { type Toast, useGame } from '../game/store.ts'
import { usePlay } from './context.ts'

const icons = { good: Check, plain: Info, bad: TriangleAlert } as const

/** What came of orders. One that has a place flies there when it is pressed. */
export function Toasts() {
  const toasts = useGame((state) => state.toasts)
  return (
    <div className="toasts" role="status" aria-live="polite">
      {toasts.map((toast) => (
        <Line key={toast.id} toast={toast} />
      ))}
    </div>
  )
}

function Line({ toast: { tone, text, cell } }: { toast: Toast }) {
  const play = usePlay()
  const Icon = icons[tone]
  const inside = (
    <>
      <Icon size={15} aria-hidden="true" /> {text}
    </>
  )
  return cell === undefined ? (
    <p className={`panel toast ${tone}`}>{inside}</p>
  ) : (
    <button type="button" className={`panel toast ${tone}`} onClick={() => play.stage.visit(cell)}>
      {inside}
    </button>
  )
}
