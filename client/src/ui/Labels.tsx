import { useEffect, useRef } from 'react'
import { isHere, useGame } from '../game/store.ts'
import { ownerColour } from '../planet/marks.ts'
import { ownerColours } from '../scene/shading.ts'
import { usePlay } from './context.ts'

const LABELS_MOST = 24
const RAISED = 2.1
/** Oneself, until the list of players has come. */
const UNNAMED = 'You'
/** From farther than this (units of the scene) names would only clutter. */
const FARTHEST = 130

type Label = {
  readonly index: number
  readonly cell: number
  readonly name: string
  readonly own: boolean
}

/** Names over players. They follow the picture frame by frame, past React. */
export function Labels() {
  const play = usePlay()
  const players = useGame((state) => state.players)
  const player = useGame((state) => state.player)
  const here = useGame(isHere)
  const places = useRef(new Map<number, HTMLElement>())
  const labels: Label[] = players
    .filter(({ index }) => index !== player?.index)
    .map(({ index, cell, name }) => ({ index, cell, name: name ?? `player ${index}`, own: false }))
  if (player && here) {
    const name = players.find(({ index }) => index === player.index)?.name ?? UNNAMED
    labels.unshift({ index: player.index, cell: player.cell, name, own: true })
  }
  const shown = labels.slice(0, LABELS_MOST)
  const latest = useRef(shown)
  latest.current = shown
  useEffect(
    () =>
      play.onFrame(() => {
        const near = play.stage.camera.distance < FARTHEST
        for (const { index, cell } of latest.current) {
          const element = places.current.get(index)
          if (!element) continue
          const at = near ? play.stage.project(cell, RAISED) : undefined
          element.style.opacity = at ? '1' : '0'
          if (at) element.style.transform = `translate(${at.x}px, ${at.y}px) translate(-50%, -100%)`
        }
      }),
    [play],
  )
  return (
    <div className="labels" aria-hidden="true">
      {shown.map(({ index, name, own }) => (
        <span
          key={index}
          ref={(element) => {
            if (element) places.current.set(index, element)
            else places.current.delete(index)
          }}
          style={{
            borderColor: ownerColours[ownerColour(index)],
            color: ownerColours[ownerColour(index)],
          }}
        >
          {name} {own && name !== UNNAMED && <small>you</small>}
        </span>
      ))}
    </div>
  )
}
