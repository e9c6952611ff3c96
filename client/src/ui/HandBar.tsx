import { Check, RotateCw, X } from 'lucide-react'
import { prototypeNamed } from '../../../src/domain/prototypes.ts'
import { keyWord } from '../game/bindings.ts'
import { handCell } from '../game/cursor.ts'
import { useGame } from '../game/store.ts'
import { itemWord, prototypeWord } from '../game/words.ts'
import { costOf } from '../hands/blueprint.ts'
import { usePlay } from './context.ts'

const words = {
  claim: 'Click or drag over cells to claim them',
  remove: 'Click or drag over machines to remove them',
  walk: 'Click where to walk',
  select: 'Drag over machines to select them; click one to add it',
}

/** What is in hand, what it does, why it may not stand where it is held, and its keys as buttons. */
export function HandBar() {
  const play = usePlay()
  const tool = useGame((state) => state.tool)
  const advice = useGame((state) => state.advice)
  const keys = useGame((state) => state.bindings)
  if (tool.kind === 'look') return null
  const turns = tool.kind === 'build' || tool.kind === 'paste'
  return (
    <div className="panel tip" role="status">
      <span>{wordOf(tool)}</span>
      {turns && advice && (
        <span className={advice.level === 'refused' ? 'refused' : 'needs'}>{advice.text}</span>
      )}
      {turns && (
        <button type="button" onClick={() => play.rotate(1)}>
          <RotateCw size={13} aria-hidden="true" /> Turn <kbd>{keyWord(keys.rotate)}</kbd>
        </button>
      )}
      {tool.kind === 'paste' && (
        <button type="button" onClick={() => play.act(handCell(play))}>
          <Check size={13} aria-hidden="true" /> Place <kbd>{keyWord(keys.act)}</kbd>
        </button>
      )}
      <button type="button" onClick={() => play.setTool({ kind: 'look' })}>
        <X size={13} aria-hidden="true" /> Put away <kbd>{keyWord(keys.putAway)}</kbd>
      </button>
    </div>
  )
}

function wordOf(tool: Exclude<ReturnType<typeof useGame.getState>['tool'], { kind: 'look' }>) {
  if (tool.kind === 'build') {
    const cost = Object.entries(prototypeNamed(tool.prototype)?.cost ?? {})
    const line = tool.prototype === 'belt' ? ' · drag a line' : ''
    return `${prototypeWord(tool.prototype)}: ${listed(cost)}${line}`
  }
  if (tool.kind === 'paste') {
    const { name, parts } = tool.blueprint
    return `${name}: ${listed(Object.entries(costOf(parts)))}`
  }
  return words[tool.kind]
}

const listed = (cost: readonly (readonly [string, number])[]) =>
  cost.map(([item, count]) => `${count} ${itemWord(item)}`).join(' · ')
