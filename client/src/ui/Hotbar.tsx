import { useEffect, useState } from 'react'
import { prototypeNamed, prototypes } from '../../../src/domain/prototypes.ts'
import { toggleBuild } from '../game/keys.ts'
import { isHere, useGame } from '../game/store.ts'
import { itemWord, prototypeWord } from '../game/words.ts'
import { usePlay } from './context.ts'

/** The machines in reach of the number keys. */
export function Hotbar() {
  const play = usePlay()
  const here = useGame(isHere)
  const tool = useGame((state) => state.tool)
  const inventory = useGame((state) => state.player?.inventory)
  const [pictures, setPictures] = useState<Readonly<Record<string, string>>>({})
  useEffect(() => {
    setPictures(play.stage.portraits(prototypes.map(({ name }) => name)))
  }, [play])
  if (!here) return null
  return (
    <section className="hotbar-place" aria-label="Build">
      <Tip />
      <div className="hotbar">
        {prototypes.map(({ name, description, cost }, place) => {
          const on = tool.kind === 'build' && tool.prototype === name
          const affordable = Object.entries(cost).every(
            ([item, count]) => (inventory?.[item] ?? 0) >= count,
          )
          return (
            <button
              key={name}
              type="button"
              className={`slot ${on ? 'on' : ''}`}
              aria-pressed={on}
              aria-label={`Build ${prototypeWord(name)}${affordable ? '' : ', materials are missing'}`}
              title={description}
              data-prototype={name}
              onClick={() => toggleBuild(play, name)}
            >
              <kbd>{place + 1}</kbd>
              {pictures[name] ? <img src={pictures[name]} alt="" /> : <span className="blank" />}
              <span>{prototypeWord(name)}</span>
              {!affordable && <i className="lacking" aria-hidden="true" />}
            </button>
          )
        })}
      </div>
    </section>
  )
}

/** What the tool in hand does, and its keys. */
function Tip() {
  const tool = useGame((state) => state.tool)
  if (tool.kind === 'look') return null
  if (tool.kind === 'build') {
    const cost = Object.entries(prototypeNamed(tool.prototype)?.cost ?? {})
    return (
      <p className="panel tip">
        {cost.map(([item, count]) => `${count} ${itemWord(item)}`).join(' · ')}
        <span>
          <kbd>R</kbd> turn
        </span>
        {tool.prototype === 'belt' && <span>drag a line</span>}
        <span>
          <kbd>Esc</kbd> put away
        </span>
      </p>
    )
  }
  const words = {
    claim: 'Click or drag over cells to claim them',
    remove: 'Click or drag over machines to remove them',
    walk: 'Click where to walk',
  }
  return (
    <p className="panel tip">
      {words[tool.kind]}
      <span>
        <kbd>Esc</kbd> put away
      </span>
    </p>
  )
}
