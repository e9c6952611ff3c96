import { Check, MapPin, X } from 'lucide-react'
import { guideSteps } from '../game/guide.ts'
import { dismissGuide } from '../game/guideState.ts'
import { isHere, useGame } from '../game/store.ts'
import { usePlay } from './context.ts'

/** Said where no line could stand: a planet without iron, or one whose iron others have. */
const NO_IRON =
  'There is no free iron near. Look farther for blue-grey rocks on dry ground, or find another world in Worlds.'

/** What to do next in the first minutes; it goes when all is done, or when it is not wanted. */
export function Guide() {
  const play = usePlay()
  const here = useGame(isHere)
  const guiding = useGame((state) => state.guiding)
  const place = useGame((state) => state.guideStep)
  const hint = useGame((state) => state.hint)
  // The middle of what is marked: the ends of a line would lie under the panels.
  const cells = hint?.cells ?? []
  const at = cells[cells.length >> 1] ?? hint?.plans[0]?.cell
  if (!here || !guiding) return null
  const step = guideSteps[place]
  const show = () => {
    if (at === undefined) return
    play.stage.visit(at)
    if (hint?.tool === undefined) play.select(at)
  }
  return (
    <aside className="panel guide" aria-label="First minutes">
      <button
        type="button"
        className="close"
        aria-label="Put the guide away"
        onClick={dismissGuide}
      >
        <X size={15} aria-hidden="true" />
      </button>
      <ol
        className="guide-dots"
        aria-label={`Step ${Math.min(place + 1, guideSteps.length)} of ${guideSteps.length}`}
      >
        {guideSteps.map(({ id }, dot) => (
          <li key={id} className={dot < place ? 'done' : dot === place ? 'now' : ''} />
        ))}
      </ol>
      {step ? (
        <>
          <h2>{step.title}</h2>
          <p>{step.id === 'ore' && at === undefined ? NO_IRON : step.text}</p>
          {at !== undefined && (
            <button type="button" onClick={show}>
              <MapPin size={14} aria-hidden="true" /> Show me where
            </button>
          )}
        </>
      ) : (
        <>
          <h2>
            <Check size={16} aria-hidden="true" /> You know how it goes
          </h2>
          <p>Open the research, and see where it leads. Whatever you build runs on without you.</p>
        </>
      )}
    </aside>
  )
}
