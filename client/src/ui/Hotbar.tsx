import { Lock } from 'lucide-react'
import { useEffect, useState } from 'react'
import { prototypeNamed } from '../../../src/domain/prototypes.ts'
import { keyWord } from '../game/bindings.ts'
import { buildGroups } from '../game/buildGroups.ts'
import { toggleBuild } from '../game/keys.ts'
import type { Play } from '../game/play.ts'
import { isHere, set, useGame } from '../game/store.ts'
import { itemWord, prototypeWord } from '../game/words.ts'
import { lockOf } from '../hands/advice.ts'
import { usePlay } from './context.ts'
import { HandBar } from './HandBar.tsx'
import { SelectionBar } from './Selection.tsx'

/** The machines in reach of the number keys. */
export function Hotbar() {
  const play = usePlay()
  const here = useGame(isHere)
  const group = useGame((state) => state.group)
  const nextKey = useGame((state) => state.bindings.nextGroup)
  const shown = buildGroups[group] ?? buildGroups[0]!
  const pictures = usePictures(play, here ? shown.prototypes : NONE)
  if (!here) return null
  return (
    <section className="hotbar-place" aria-label="Build">
      <SelectionBar />
      <HandBar />
      <div className="groups" role="tablist" aria-label="Groups of machines">
        {buildGroups.map(({ name }, place) => (
          <button
            key={name}
            type="button"
            role="tab"
            aria-selected={place === group}
            onClick={() => set({ group: place })}
          >
            {name}
          </button>
        ))}
        <kbd title="The next group">{keyWord(nextKey)}</kbd>
      </div>
      <div className="hotbar">
        {shown.prototypes.map((name, place) => (
          <Slot key={name} name={name} place={place} picture={pictures[name]} />
        ))}
      </div>
    </section>
  )
}

const NONE: readonly string[] = []

/** Pictures of machines, by name. Each takes a while to draw, so they come one after another, when they are needed. */
function usePictures(play: Play, names: readonly string[]): Readonly<Record<string, string>> {
  const [pictures, setPictures] = useState<Readonly<Record<string, string>>>({})
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>
    const draw = ([name, ...left]: readonly string[]) => {
      if (name === undefined) return
      setPictures((known) => ({ ...known, ...play.stage.portraits([name]) }))
      timer = setTimeout(() => draw(left))
    }
    timer = setTimeout(() => draw(names))
    return () => clearTimeout(timer)
  }, [play, names])
  return pictures
}

type SlotProps = {
  readonly name: string
  readonly place: number
  readonly picture: string | undefined
}

function Slot({ name, place, picture }: SlotProps) {
  const play = usePlay()
  const on = useGame(({ tool }) => tool.kind === 'build' && tool.prototype === name)
  const hinted = useGame(({ hint }) => hint?.tool === name) && !on
  const player = useGame((state) => state.player)
  const { cost = {}, description = '' } = prototypeNamed(name) ?? {}
  const affordable = Object.entries(cost).every(
    ([item, count]) => (player?.inventory[item] ?? 0) >= count,
  )
  const lock = lockOf('prototypes', name, player?.researched ?? [])
  const lacks = lock ? ', not researched' : affordable ? '' : ', materials are missing'
  const needs = lock ? ` Research ${itemWord(lock.name)} to build it.` : ''
  return (
    <button
      type="button"
      className={`slot ${on ? 'on' : ''} ${lock ? 'locked' : ''} ${hinted ? 'hinted' : ''}`}
      aria-pressed={on}
      aria-label={`Build ${prototypeWord(name)}${lacks}`}
      title={`${description}${needs}`}
      data-prototype={name}
      onClick={() => toggleBuild(play, name)}
    >
      <kbd data-key={place + 1} />
      {picture ? <img src={picture} alt="" /> : <span className="blank" />}
      <span>{prototypeWord(name)}</span>
      {lock ? (
        <Lock className="lock" size={14} aria-hidden="true" />
      ) : (
        !affordable && <i className="lacking" aria-hidden="true" />
      )}
    </button>
  )
}
