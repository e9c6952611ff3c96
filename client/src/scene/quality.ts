// How much beauty the machine can pay for.

export type Quality = 'low' | 'medium' | 'high'

export const qualities: readonly Quality[] = ['low', 'medium', 'high']

/** What a level allows. Distances in units of the scene, frame times in ms. */
export type Allowance = {
  readonly pixelRatioMax: number
  /** Radius about the camera's focus within which rocks and plants are drawn, in cells. */
  readonly plantReach: number
  readonly plantsPerCell: number
  readonly clouds: number
  /** How often the lumps of clouds are divided: 20 · 4ⁿ triangles each. */
  readonly cloudDetail: number
  /** From farther than this the rims of cells are not drawn, in units of the scene. */
  readonly detailReach: number
  /** Least time between frames, ms; 0 for every frame of the display. */
  readonly frameIntervalMs: number
  /** The same while nothing is touched and the camera stands. */
  readonly restIntervalMs: number
  readonly antialias: boolean
  /** Texels along one side of the map of shadows; 0: nothing casts one. */
  readonly shadowSide: number
}

export const allowances: Readonly<Record<Quality, Allowance>> = {
  low: {
    pixelRatioMax: 1,
    plantReach: 26,
    plantsPerCell: 3,
    clouds: 80,
    cloudDetail: 0,
    detailReach: 95,
    frameIntervalMs: 50,
    restIntervalMs: 300,
    antialias: false,
    shadowSide: 0,
  },
  medium: {
    pixelRatioMax: 1.5,
    plantReach: 40,
    plantsPerCell: 5,
    clouds: 190,
    cloudDetail: 1,
    detailReach: 330,
    frameIntervalMs: 0,
    restIntervalMs: 0,
    antialias: true,
    shadowSide: 1536,
  },
  high: {
    pixelRatioMax: 2,
    plantReach: 56,
    plantsPerCell: 7,
    clouds: 300,
    cloudDetail: 1,
    detailReach: 420,
    frameIntervalMs: 0,
    restIntervalMs: 0,
    antialias: true,
    shadowSide: 2560,
  },
}

export function qualityNamed(name: string | null): Quality | undefined {
  return qualities.find((quality) => quality === name)
}

/** A name of a renderer that runs on the processor. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i
const MOBILE = /adreno|mali|powervr|apple gpu|videocore/i

/**
 * A first guess from the name of the graphics device; what the first frames cost corrects it.
 * @param renderer as WEBGL_debug_renderer_info tells, or empty
 */
export function qualityOfRenderer(renderer: string): Quality {
  if (SOFTWARE.test(renderer)) return 'low'
  return MOBILE.test(renderer) ? 'medium' : 'high'
}

/** The level to go to after some frames were measured, or the same. */
export function qualityAfter(measured: Quality, frameMs: number): Quality {
  if (frameMs > 45) return 'low'
  if (frameMs > 24 && measured === 'high') return 'medium'
  return measured
}
