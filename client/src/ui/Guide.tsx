import { Check, MapPin, X } from 'lucide-react'
import { guideSteps, nearestIron } from '../game/guide.ts'
import { dismissGuide } from '../game/guideState.ts'
import { isHere, useGame } from '../game/store.ts'
import { usePlay } from './context.ts'

/** What to do next in the first minutes; it goes when all is done, or when it is not wanted. */
export function Guide() {
  const play = usePlay()
  const here = useGame(isHere)
  const guiding = useGame((state) => state.guiding)
  const at = useGame((state) => state.guideStep)
  if (!here || !guiding) return null
  const step = guideSteps[at]
  const show = () => {
    const { player } = useGame.getState()
    const cell = player && nearestIron(play.session.planet, player.cell)
    if (cell !== undefined) {
      play.stage.visit(cell)
      play.select(cell)
    }
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
        aria-label={`Step ${Math.min(at + 1, guideSteps.length)} of ${guideSteps.length}`}
      >
        {guideSteps.map(({ id }, place) => (
          <li key={id} className={place < at ? 'done' : place === at ? 'now' : ''} />
        ))}
      </ol>
      {step ? (
        <>
          <h2>{step.title}</h2>
          <p>{step.text}</p>
          {step.id === 'ore' && (
            <button type="button" onClick={show}>
              <MapPin size={14} aria-hidden="true" /> Show me iron
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
