// The keyboard's hand: a cell that arrow keys move over the planet, drawn, followed by the camera and told to
// screen readers.

import { Vector3 } from 'three'
import { lives } from '../../../src/domain/generation/codes.ts'
import { terrains } from '../../../src/domain/generation/terrain.ts'
import { neighboursOf } from '../../../src/domain/grid/neighbours.ts'
import { strokeTo } from '../hands/stroke.ts'
import type { Play } from './play.ts'
import { adviceFor } from './session.ts'
import { get, ownIndex, set } from './store.ts'
import {
  adviceWord,
  depositWord,
  itemWord,
  prototypeWord,
  statusWord,
  terrainWord,
} from './words.ts'

/** The camera follows when the cursor is farther from the middle than this share of the view. */
const FOLLOW_BEYOND = 0.16

/** The cell that keys act on: the cursor, else what the pointer is over, else the middle of the view. */
export function handCell(play: Play): number {
  const { cursor } = get()
  if (cursor >= 0) return cursor
  return play.hovered >= 0 ? play.hovered : play.stage.focusCell()
}

/** How far the zigzag of hexes has led aside of the way that the arrow points. */
let drift = 0
let lastWay = ''

/** Moves the cursor to the neighbour that lies most in a direction of the screen. */
export function moveCursor(play: Play, right: number, up: number): void {
  const { sphere } = play.session
  const { focus, forward } = play.stage.camera
  const from = handCell(play)
  if (get().cursor < 0) {
    // The first press shows where the cursor is.
    place(play, from)
    return
  }
  const way = `${right} ${up}`
  if (way !== lastWay) drift = 0
  lastWay = way
  const side = forward.clone().cross(focus).normalize()
  const ahead = side.clone().multiplyScalar(right).addScaledVector(forward, up)
  const aside = side.clone().multiplyScalar(up).addScaledVector(forward, -right)
  const here = new Vector3(...sphere.centre(from))
  const candidates = neighboursOf(sphere.n, from).map((cell) => {
    const step = new Vector3(...sphere.centre(cell)).sub(here).normalize()
    const sideways = step.dot(aside)
    return { cell, sideways, score: step.dot(ahead) - 0.5 * Math.abs(drift + sideways) }
  })
  const best = candidates.reduce((a, b) => (b.score > a.score ? b : a))
  drift += best.sideways
  place(play, best.cell)
}

/** Begins a line at the cursor, or ends one without using it. */
export function anchorStroke(play: Play): void {
  const cell = handCell(play)
  if (play.stroke.length > 0) {
    play.stroke = []
    set({ announcement: 'The line is dropped' })
  } else {
    place(play, cell)
    play.stroke = [cell]
    set({ announcement: `A line begins at cell ${cell}` })
  }
}

function place(play: Play, cell: number): void {
  const { stage, session } = play
  play.hovered = cell
  if (play.stroke.length > 0) play.stroke = strokeTo(session.planet.n, play.stroke, cell)
  set({ cursor: cell, announcement: describe(play, cell) })
  const angle = new Vector3(...session.sphere.centre(cell)).angleTo(stage.camera.focus)
  if (angle * session.sphere.radius > stage.camera.distance * FOLLOW_BEYOND) {
    stage.visit(cell, stage.camera.distance)
  }
}

/** A cell in words: what it is, whose, what stands there, and what would become of what is in hand. */
export function describe(play: Play, cell: number): string {
  const { planet } = play.session
  if (!planet.knows(cell)) return `Cell ${cell}, not seen yet`
  const { terrain, deposit, amount, life, owner, structure } = planet.read(cell)
  const { tool, direction, players } = get()
  const whose =
    owner === 0
      ? 'nobody’s'
      : owner === ownIndex(get())
        ? 'yours'
        : `of ${players.find(({ index }) => index === owner)?.name ?? `player ${owner}`}`
  const parts = [`${terrainWord(terrains[terrain] ?? '')}, cell ${cell}, ${whose}`]
  if (deposit > 0 && amount > 0) parts.push(depositWord(deposit))
  if (life > 0) parts.push(itemWord(lives[life] ?? ''))
  if (structure) {
    parts.push(
      `${prototypeWord(structure.prototype)}: ${statusWord(structure.status)}, facing ${structure.direction}`,
    )
  }
  if (tool.kind === 'build') {
    const plan = { cell, prototype: tool.prototype, direction }
    const word = adviceWord(adviceFor(play.session, [plan])[0]!)
    parts.push(`${prototypeWord(tool.prototype)}: ${word ?? 'can stand here'}`)
  }
  if (play.stroke.length > 1) parts.push(`a line of ${play.stroke.length}`)
  return parts.join('; ')
}
