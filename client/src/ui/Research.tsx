import { Check, FlaskConical, Lock } from 'lucide-react'
import { type Research as Node, researches } from '../../../src/domain/research.ts'
import * as session from '../game/session.ts'
import { isHere, useGame } from '../game/store.ts'
import { itemWord, prototypeWord } from '../game/words.ts'
import { usePlay } from './context.ts'
import { ItemIcon } from './ItemIcon.tsx'

/** What can be learnt: what it costs, what it brings, and what the laboratories work at. */
export function Research() {
  const researched = useGame((state) => state.player?.researched) ?? []
  const open = (node: Node) => node.requires.every((name) => researched.includes(name))
  const rank = (node: Node) => (researched.includes(node.name) ? 2 : open(node) ? 0 : 1)
  return (
    <>
      <p className="muted small">{`${researched.length} of ${researches.length} known. Laboratories use up packs for what is chosen.`}</p>
      <ul className="researches">
        {[...researches]
          .sort((a, b) => rank(a) - rank(b))
          .map((node) => (
            <ResearchRow
              key={node.name}
              node={node}
              done={researched.includes(node.name)}
              missing={node.requires.filter((name) => !researched.includes(name))}
            />
          ))}
      </ul>
    </>
  )
}

type RowProps = {
  readonly node: Node
  readonly done: boolean
  readonly missing: readonly string[]
}

function ResearchRow({ node, done, missing }: RowProps) {
  const play = usePlay()
  const here = useGame(isHere)
  const now = useGame((state) => state.player?.researching)
  const chosen = !done && now?.research === node.name
  const word = itemWord(node.name)
  return (
    <li
      data-research={node.name}
      className={done ? 'done' : chosen ? 'chosen' : missing.length > 0 ? 'locked' : ''}
    >
      <div className="research-head">
        {done ? (
          <Check size={15} aria-label="Known" />
        ) : missing.length > 0 ? (
          <Lock size={14} aria-label="Not open yet" />
        ) : (
          <FlaskConical size={15} aria-hidden="true" />
        )}
        <b>{word}</b>
        <span className="cost" title={`${node.units} of each pack`}>
          {node.units} ×
          {node.packs.map((pack) => (
            <span key={pack} title={itemWord(pack)}>
              <ItemIcon item={pack} size={15} />
              <span className="hidden">{itemWord(pack)}</span>
            </span>
          ))}
        </span>
        {here && !done && missing.length === 0 && (
          <button
            type="button"
            aria-label={`Research ${word}`}
            aria-pressed={chosen}
            disabled={chosen}
            onClick={() => session.selectResearch(play.session, node.name)}
          >
            {chosen ? 'Chosen' : 'Choose'}
          </button>
        )}
      </div>
      <p className="muted small">{unlocks(node)}</p>
      {missing.length > 0 && (
        <p className="small needs">after {missing.map((name) => itemWord(name)).join(', ')}</p>
      )}
      {chosen && now && (
        <>
          <div
            className="progress"
            role="progressbar"
            aria-label={`Progress of ${word}`}
            aria-valuemin={0}
            aria-valuemax={now.units}
            aria-valuenow={now.done}
          >
            <i style={{ width: `${(100 * now.done) / Math.max(1, now.units)}%` }} />
          </div>
          <p className="small">
            {now.done} of {now.units}
          </p>
        </>
      )}
    </li>
  )
}

function unlocks({ prototypes, recipes, claims, reach }: Node): string {
  return [
    ...prototypes.map((name) => `${prototypeWord(name)} to build`),
    ...recipes.map((name) => itemWord(name)),
    ...(claims > 0 ? [`${claims} more cells`] : []),
    ...(reach > 0 ? [`hand reaches ${reach} farther`] : []),
  ].join(' · ')
}
