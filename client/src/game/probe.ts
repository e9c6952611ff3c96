// What tests (and the curious, in the console) may ask of the page: window.__orrery. See docs/client.md.

import type { PlayerView } from '../../../src/domain/chunkView.ts'
import type { Hint } from './hint.ts'
import type { Play } from './play.ts'
import { get } from './store.ts'

export type Probe = {
  /** The first planet stands: every chunk that is watched has come and is drawn. */
  readonly ready: boolean
  /** The newest tick heard of, and the one that is drawn. */
  readonly tick: number
  readonly drawnTick: number
  readonly frames: number
  readonly frameMs: number
  readonly quality: string
  readonly connection: string
  /** The direction in which what is in hand will stand. */
  readonly direction: number
  /** Orders that are drawn before their tick. */
  readonly pending: number
  /** The cell that the keyboard points at, or -1. */
  readonly cursor: number
  /** What the guide points at. */
  readonly hint: Hint | undefined
  /** One's own player as the panels show it, once landed. */
  readonly player: PlayerView | undefined
  /** Selects a cell by the way a click goes. */
  select(cell: number): void
  /** Uses the tool in hand on a cell, as a click does. */
  act(cell: number): void
  /** Flies (or, with reduced motion, jumps) to a cell. */
  visit(cell: number, distance?: number): void
  /** The cell under a point of the page, or -1. */
  pick(x: number, y: number): number
  /** Where a cell's top is on the page, if it is seen. */
  project(cell: number): { x: number; y: number } | undefined
  /** What the page knows of a cell. */
  read(cell: number): unknown
  /** Lets the sun run ahead by some ticks of the 36,000 of a day, for pictures of the night. */
  shiftDay(ticks: number): void
  /** How many colours the picture has: a blank canvas has one. */
  colours(): Promise<number>
  /** The cell under every pixel of the canvas as the graphics device draws it, row by row from below; -1: none. */
  scan(): Promise<{ width: number; height: number; cells: readonly number[] }>
}

declare global {
  interface Window {
    __orrery?: Probe
  }
}

export function installProbe(play: Play): void {
  window.__orrery = {
    get ready() {
      return get().standing
    },
    get tick() {
      return play.session.clock.latest
    },
    get drawnTick() {
      return play.tick()
    },
    get frames() {
      return play.stage.frames
    },
    get frameMs() {
      return play.stage.frameMs
    },
    get quality() {
      return get().quality
    },
    get connection() {
      return get().connection
    },
    get player() {
      return get().player
    },
    get hint() {
      return get().hint
    },
    get direction() {
      return get().direction
    },
    get pending() {
      return play.session.pending.size
    },
    get cursor() {
      return get().cursor
    },
    select: (cell) => play.select(cell),
    act: (cell) => play.act(cell),
    visit: (cell, distance) => play.stage.visit(cell, distance),
    pick: (x, y) => play.stage.pick(x, y),
    project: (cell) => play.stage.project(cell, 0),
    read: (cell) => play.session.planet.read(cell),
    shiftDay: (ticks) => {
      play.stage.dayShift = ticks
      play.stage.touch()
    },
    colours: () => countColours(play),
    scan: () => play.stage.scan(),
  }
}

async function countColours(play: Play): Promise<number> {
  const blob = await play.stage.picture()
  if (!blob) return 0
  const bitmap = await createImageBitmap(blob)
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')
  if (!context) return 0
  context.drawImage(bitmap, 0, 0)
  const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height)
  return new Set(new Uint32Array(data.buffer)).size
}
