import { actions, keyWord } from '../game/bindings.ts'
import { restartGuide } from '../game/guideState.ts'
import { useGame } from '../game/store.ts'

const pointer = [
  ['Drag · one finger', 'Turn the planet'],
  ['Wheel · pinch', 'Come near, go far'],
  ['Right drag · two fingers', 'Look round'],
  ['Click · tap', 'Select, or use what is in hand'],
  ['Drag with something in hand', 'A line of it'],
  ['Shift and drag', 'Select many'],
  ['1 – 9', 'Take a machine of the shown group'],
] as const

/** What hands and keys do, as the keys are set. */
export function Help() {
  const bindings = useGame((state) => state.bindings)
  const groups = [...new Set(actions.map(({ group }) => group))]
  return (
    <>
      <button type="button" onClick={restartGuide}>
        Show the first minutes again
      </button>
      <h3>Pointer</h3>
      <dl className="keys">
        {pointer.map(([keys, what]) => (
          <div key={keys}>
            <dt>{keys}</dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      {groups.map((group) => (
        <section key={group} aria-label={group}>
          <h3>{group}</h3>
          <dl className="keys">
            {actions
              .filter((action) => action.group === group)
              .map(({ id, words }) => (
                <div key={id}>
                  <dt>
                    <kbd>{keyWord(bindings[id])}</kbd>
                  </dt>
                  <dd>{words}</dd>
                </div>
              ))}
          </dl>
        </section>
      ))}
    </>
  )
}
