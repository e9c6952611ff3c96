import { Pin, PinOff, Target, X } from 'lucide-react'
import { pinGoal, unpinGoal } from '../game/goalState.ts'
import { GOALS_MAX, type Goal, progressOf, sameGoal } from '../game/goals.ts'
import { isHere, useGame } from '../game/store.ts'
import { figure, itemWord, missingWord } from '../game/words.ts'

/** What is pinned: how far it is, and what is missing. */
export function Goals() {
  const here = useGame(isHere)
  const goals = useGame((state) => state.goals)
  if (!here || goals.length === 0) return null
  return (
    <section className="panel goals" aria-label="Goals">
      <ul>
        {goals.map((goal) => (
          <Row key={`${goal.kind} ${goal.name}`} goal={goal} />
        ))}
      </ul>
    </section>
  )
}

function Row({ goal }: { goal: Goal }) {
  const player = useGame((state) => state.player)
  if (!player) return null
  const { done, of, missing } = progressOf(goal, player)
  const word = itemWord(goal.name)
  return (
    <li>
      <p>
        <Target size={13} aria-hidden="true" />
        <b>{goal.kind === 'research' ? `Learn ${word}` : word}</b>
        <span>
          {figure(done)} / {figure(of)}
        </span>
        <button
          type="button"
          className="close"
          aria-label={`Unpin ${word}`}
          onClick={() => unpinGoal(goal)}
        >
          <X size={13} aria-hidden="true" />
        </button>
      </p>
      <div
        className="progress"
        role="progressbar"
        aria-label={`Goal ${word}`}
        aria-valuemin={0}
        aria-valuemax={of}
        aria-valuenow={done}
      >
        <i style={{ width: `${(100 * done) / Math.max(1, of)}%` }} />
      </div>
      {missing.length > 0 && (
        <small className="muted">
          needs{' '}
          {missing
            .slice(0, 3)
            .map((one) => `${figure(one.count)} ${itemWord(one.item)} (${missingWord(one)})`)
            .join(', ')}
        </small>
      )}
    </li>
  )
}

const countOf = (goal: Goal) => (goal.kind === 'item' ? goal.count : 1)

/** Pins and unpins a goal. */
export function PinButton({ goal, label }: { goal: Goal; label: string }) {
  const same = useGame(({ goals }) => goals.find((one) => sameGoal(one, goal)))
  const pinned = same !== undefined && countOf(same) === countOf(goal)
  // Of one thing another count takes the place of what is pinned.
  const full = useGame(({ goals }) => goals.length >= GOALS_MAX) && same === undefined
  const Icon = pinned ? PinOff : Pin
  return (
    <button
      type="button"
      className="pin"
      aria-pressed={pinned}
      disabled={full}
      title={full ? `${GOALS_MAX} goals are pinned` : undefined}
      onClick={() => (pinned ? unpinGoal(goal) : pinGoal(goal))}
    >
      <Icon size={13} aria-hidden="true" /> {pinned ? 'Unpin' : label}
    </button>
  )
}
