// What tests (and the curious, in the console) may ask of the page: window.__orrery. See docs/client.md.

import type { PlayerView } from '../../../src/domain/chunkView.ts'
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
    select: (cell) => play.select(cell),
    act: (cell) => play.act(cell),
    visit: (cell, distance) => play.stage.visit(cell, distance),
    pick: (x, y) => play.stage.pick(x, y),
    project: (cell) => play.stage.project(cell, 0),
    read: (cell) => play.session.planet.read(cell),
  }
}
