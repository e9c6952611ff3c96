// What of the stage needs no world: a device to draw with, a worker to build with, and the shaders of the ground. It is set up while
// the world is asked for, since each of them takes its time beside the page.

import { NeutralToneMapping, type Scene, WebGLRenderer } from 'three'
import { GeometryMaker } from '../planet/geometryMaker.ts'
import type { LaidCanvas } from './canvas.ts'
import { practise } from './practice.ts'
import type { Quality } from './quality.ts'

export type Easel = {
  readonly canvas: HTMLCanvasElement
  readonly renderer: WebGLRenderer
  readonly quality: Quality
  /** Nobody asked for the quality: it is to be measured. */
  readonly guessed: boolean
  readonly maker: GeometryMaker
  /** Resolves when the shaders of the first planet were drawn with, with what holds them. */
  readonly practised: Promise<Scene>
}

/** Throws where the browser has no WebGL. */
export function setUpEasel({ canvas, context, quality, guessed }: LaidCanvas): Easel {
  const maker = new GeometryMaker()
  const renderer = new WebGLRenderer({ canvas, ...(context ? { context } : {}) })
  renderer.toneMapping = NeutralToneMapping
  return { canvas, renderer, quality, guessed, maker, practised: practise(renderer, quality) }
}

/** Gives back all of it, for who finds no world to draw. */
export function putAway({ renderer, maker }: Easel): void {
  maker.close()
  renderer.dispose()
}
