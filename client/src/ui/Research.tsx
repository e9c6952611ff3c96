import { Check, FlaskConical, Lock } from 'lucide-react'
import { useMemo, useState } from 'react'
import { type Research as Node, researches } from '../../../src/domain/research.ts'
import { layTree, type TreeNode } from '../game/researchTree.ts'
import * as session from '../game/session.ts'
import { isHere, useGame } from '../game/store.ts'
import { itemWord, prototypeWord } from '../game/words.ts'
import { usePlay } from './context.ts'
import { PinButton } from './Goals.tsx'
import { ItemIcon } from './ItemIcon.tsx'

const COLUMN = 138
const ROW = 52
const NODE_WIDTH = 124
const NODE_HEIGHT = 44

type Standing = 'known' | 'open' | 'locked'

function standingOf(node: Node, researched: readonly string[]): Standing {
  if (researched.includes(node.name)) return 'known'
  return node.requires.every((name) => researched.includes(name)) ? 'open' : 'locked'
}

/** What can be learnt, as the tree that it is: choose a knot to read what it costs and brings. */
export function Research() {
  const researched = useGame((state) => state.player?.researched) ?? []
  const now = useGame((state) => state.player?.researching?.research)
  const tree = useMemo(() => layTree(), [])
  const firstOpen = researches.find((one) => standingOf(one, researched) === 'open')
  const [shown, setShown] = useState<string>()
  const name = shown ?? now ?? firstOpen?.name ?? researches[0]!.name
  const node = researches.find((one) => one.name === name)!
  return (
    <>
      <p className="muted small">{`${researched.length} of ${researches.length} known. Laboratories use up packs for what is chosen.`}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
      <section className="tree" tabIndex={0} aria-label="Tree of research">
        <div style={{ width: tree.columns * COLUMN - 20, height: tree.rows * ROW }}>
          <svg width={tree.columns * COLUMN} height={tree.rows * ROW} aria-hidden="true">
            {tree.links.map(({ from, to }) => (
              <path
                key={`${from.research.name} ${to.research.name}`}
                className={researched.includes(from.research.name) ? 'known' : ''}
                d={curve(from, to)}
              />
            ))}
          </svg>
          {tree.nodes.map((one) => (
            <TreeButton
              key={one.research.name}
              node={one}
              standing={standingOf(one.research, researched)}
              chosen={one.research.name === now}
              shown={one.research.name === name}
              show={() => setShown(one.research.name)}
            />
          ))}
        </div>
      </section>
      <Detail node={node} standing={standingOf(node, researched)} researched={researched} />
    </>
  )
}

function curve(from: TreeNode, to: TreeNode): string {
  const x1 = from.column * COLUMN + NODE_WIDTH
  const y1 = from.row * ROW + NODE_HEIGHT / 2
  const x2 = to.column * COLUMN
  const y2 = to.row * ROW + NODE_HEIGHT / 2
  const bend = Math.max(20, (x2 - x1) / 2)
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`
}

const icons = { known: Check, open: FlaskConical, locked: Lock } as const
const words = { known: 'known', open: 'can be chosen', locked: 'not open yet' } as const

type TreeButtonProps = {
  readonly node: TreeNode
  readonly standing: Standing
  readonly chosen: boolean
  readonly shown: boolean
  readonly show: () => void
}

function TreeButton({ node, standing, chosen, shown, show }: TreeButtonProps) {
  const { name } = node.research
  const Icon = icons[standing]
  return (
    <button
      type="button"
      data-research={name}
      className={`knot ${standing} ${chosen ? 'chosen' : ''}`}
      aria-label={`${itemWord(name)}, ${chosen ? 'chosen' : words[standing]}`}
      aria-pressed={shown}
      style={{
        left: node.column * COLUMN,
        top: node.row * ROW,
        width: NODE_WIDTH,
        height: NODE_HEIGHT,
      }}
      onClick={show}
    >
      <Icon size={14} aria-hidden="true" />
      <span>{itemWord(name)}</span>
    </button>
  )
}

type DetailProps = {
  readonly node: Node
  readonly standing: Standing
  readonly researched: readonly string[]
}

function Detail({ node, standing, researched }: DetailProps) {
  const play = usePlay()
  const here = useGame(isHere)
  const now = useGame((state) => state.player?.researching)
  const chosen = standing !== 'known' && now?.research === node.name
  const word = itemWord(node.name)
  const missing = node.requires.filter((name) => !researched.includes(name))
  return (
    <section className="research-detail" aria-label={word}>
      <div className="research-head">
        <h3>{word}</h3>
        <span className="cost" title={`${node.units} of each pack`}>
          {node.units} ×
          {node.packs.map((pack) => (
            <span key={pack} title={itemWord(pack)}>
              <ItemIcon item={pack} size={15} />
              <span className="hidden">{itemWord(pack)}</span>
            </span>
          ))}
        </span>
        {here && standing === 'open' && (
          <button
            type="button"
            className="primary"
            aria-label={`${chosen ? 'Chosen' : 'Choose'} ${word}`}
            aria-pressed={chosen}
            disabled={chosen}
            onClick={() => session.selectResearch(play.session, node.name)}
          >
            {chosen ? 'Chosen' : 'Choose'}
          </button>
        )}
      </div>
      <p className="muted small">{unlocks(node)}</p>
      {here && standing !== 'known' && (
        <PinButton goal={{ kind: 'research', name: node.name }} label="Pin as a goal" />
      )}
      {standing === 'known' && <p className="small good">Known</p>}
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
    </section>
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
