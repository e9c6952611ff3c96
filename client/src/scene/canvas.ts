// The canvas with its context. A graphics process that has just started takes a while to give one, and three.js takes a while to come: so
// it is asked for first, and this needs nothing but the levels of quality.

import { kept } from '../game/kept.ts'
import { allowances, type Quality, qualityNamed, qualityOfRenderer } from './quality.ts'

export type LaidCanvas = {
  readonly canvas: HTMLCanvasElement
  /** Null where the browser has no WebGL. */
  readonly context: WebGL2RenderingContext | null
  readonly quality: Quality
  /** Nobody asked for the quality: it is to be measured. */
  readonly guessed: boolean
}

let laid: LaidCanvas | undefined

/** The page's one canvas, on no page yet: made at the first call. Its quality is the address's, or what was kept, or a guess. */
export function layCanvas(): LaidCanvas {
  laid ??= makeCanvas()
  return laid
}

function makeCanvas(): LaidCanvas {
  const query = new URLSearchParams(location.search)
  const asked = qualityNamed(query.get('quality')) ?? qualityNamed(kept('quality'))
  const quality = asked ?? qualityOfRenderer(rendererName())
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('webgl2', {
    // As three.js asks for one.
    alpha: true,
    antialias: allowances[quality].antialias,
    powerPreference: 'high-performance',
  })
  return { canvas, context, quality, guessed: asked === undefined }
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
