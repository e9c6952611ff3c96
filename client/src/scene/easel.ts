// What of the stage needs no world: a device to draw with, a worker to build with, and the shaders of the ground. It is set up while
// the world is asked for, since each of them takes its time beside the page.

import {
  BufferGeometry,
  Mesh,
  NeutralToneMapping,
  PerspectiveCamera,
  Scene,
  type ShaderMaterial,
  WebGLRenderer,
} from 'three'
import { GeometryMaker } from '../planet/geometryMaker.ts'
import { farGlobeMaterial } from './farGlobe.ts'
import { allowances, type Quality, qualityOfRenderer } from './quality.ts'
import { createShared } from './shading.ts'
import { createMarks, createTerrainMaterial } from './terrainMaterial.ts'

export type Easel = {
  readonly canvas: HTMLCanvasElement
  readonly renderer: WebGLRenderer
  readonly quality: Quality
  /** Nobody asked for the quality: it is to be measured. */
  readonly guessed: boolean
  readonly maker: GeometryMaker
  /** What holds the shaders until the stage takes them over. */
  readonly first: readonly Mesh<BufferGeometry, ShaderMaterial>[]
}

/** @param asked the level asked for; else it is guessed from the name of the graphics device */
export function setUpEasel(canvas: HTMLCanvasElement, asked: Quality | undefined): Easel {
  const maker = new GeometryMaker()
  const quality = asked ?? qualityOfRenderer(rendererName())
  const renderer = createRenderer(canvas, quality)
  const shared = createShared(1)
  const marks = createMarks()
  const first = [
    farGlobeMaterial(shared),
    createTerrainMaterial(shared, quality, marks, marks, marks),
  ].map((material) => new Mesh(new BufferGeometry(), material))
  const scene = new Scene()
  scene.add(...first)
  renderer.compile(scene, new PerspectiveCamera())
  return { canvas, renderer, quality, guessed: asked === undefined, maker, first }
}

/** Gives back all of it, for who finds no world to draw. */
export function putAway({ renderer, maker }: Easel): void {
  maker.close()
  renderer.dispose()
}

function createRenderer(canvas: HTMLCanvasElement, quality: Quality): WebGLRenderer {
  const renderer = new WebGLRenderer({
    canvas,
    antialias: allowances[quality].antialias,
    powerPreference: 'high-performance',
  })
  renderer.toneMapping = NeutralToneMapping
  return renderer
}

/** Asked of a context of its own: whether to smooth edges must be known before the real one is made. */
function rendererName(): string {
  const gl = document.createElement('canvas').getContext('webgl2')
  if (!gl) return ''
  const extension = gl.getExtension('WEBGL_debug_renderer_info')
  const name = extension ? String(gl.getParameter(extension.UNMASKED_RENDERER_WEBGL)) : ''
  gl.getExtension('WEBGL_lose_context')?.loseContext()
  return name
}
