// The shape of the ground: height above the sea, in units of elevation, negative under water.

import { cellCount } from '../grid/lattice.ts'
import { mix32, noise, octaves } from './noise.ts'
import { type Place, placeOf, polarityOf } from './place.ts'

/** Keys of the fields of one planet, so that no two are alike; noise adds its octave to a key. */
const FIELD = { continents: 0x1000, bend: 0x2000, ridges: 0x3000, ranges: 0x4000 }

/** Share of a planet that is sea before polar land and vents are raised, in 1/1024. */
const SEA_SHARE = 440
/** Frequency of the planet that the sea level is measured on. */
const SAMPLE_N = 10

/** Octaves from this frequency up to the one whose waves are two or three cells long. */
function octavesFor(n: number, frequency: number): number {
  let count = 1
  while (count < 8 && frequency << count <= n * 7) count++
  return count
}

/** The raw field of land and sea, without a level. */
function rawHeight(key: number, n: number, place: Place): number {
  const { x, y, z } = place
  // Bending space before sampling turns round blobs into coasts with bays and capes.
  const bend = key + FIELD.bend
  const bx = noise(bend, x >> 5, y >> 5, z >> 5)
  const by = noise(bend + 1, x >> 5, y >> 5, z >> 5)
  const bz = noise(bend + 2, x >> 5, y >> 5, z >> 5)
  const wx = x + bx * 22
  const wy = y + by * 22
  const wz = z + bz * 22
  const height = octaves(key + FIELD.continents, 20, octavesFor(n, 20), wx, wy, wz)
  // Land gathers at the poles, so that both carry a cap of snow.
  return height + 2 * Math.max(0, polarityOf(place) - 870)
}

const MAX_LEVELS = 16
const levels = new Map<number, number>()

/** The raw height of the shore: that below which SEA_SHARE of a small sample of the planet lies. */
function shoreOf(key: number): number {
  const known = levels.get(key)
  if (known !== undefined) return known
  const heights = new Int32Array(cellCount(SAMPLE_N))
  for (let cell = 0; cell < heights.length; cell++) {
    heights[cell] = rawHeight(key, SAMPLE_N, placeOf(SAMPLE_N, cell))
  }
  heights.sort()
  const shore = heights[(heights.length * SEA_SHARE) >> 10]!
  if (levels.size >= MAX_LEVELS) levels.delete(levels.keys().next().value!)
  levels.set(key, shore)
  return shore
}

/** 0..1024: how much of a mountain range passes here. */
function ridgeAt(key: number, n: number, place: Place): number {
  const { x, y, z } = place
  const range = octaves(key + FIELD.ranges, 26, 2, x, y, z) - 30
  if (range <= 0) return 0
  const fold = octaves(key + FIELD.ridges, 44, Math.min(4, octavesFor(n, 44)), x, y, z)
  const crest = 270 - Math.abs(fold)
  return crest <= 0 ? 0 : Math.min(1024, (crest * Math.min(range, 250)) >> 6)
}

/** Steps from a pentagon that its volcano reaches; it stands above any sea. */
function volcanoReach(n: number): number {
  return n < 8 ? 0 : n < 32 ? 1 : n < 128 ? 2 : 3
}

/** How far the ground lies above the shore, before volcanoes and mountains; finer than elevation by 16. */
export function groundAt(seed: number, n: number, place: Place): number {
  const key = mix32(seed)
  return rawHeight(key, n, place) - shoreOf(key)
}

/** True where the volcano of a pentagon stands: it is land whatever the ground is. */
export function isVolcano(n: number, place: Place): boolean {
  return place.fromPentagon <= volcanoReach(n)
}

/** Height above sea level, given the ground there: -100..-1 is under water, 0..155 is land. */
export function heightOf(seed: number, n: number, place: Place, ground: number): number {
  if (isVolcano(n, place)) {
    return Math.max(ground >> 4, 24) + 10 * (volcanoReach(n) - place.fromPentagon)
  }
  if (ground < 0) return Math.max(-100, -1 + (ground >> 2))
  // Mountains rise inland only: at the shore the ground is flat.
  const inland = Math.min(ground - 24, 110)
  const mountain = inland <= 0 ? 0 : (ridgeAt(mix32(seed), n, place) * inland) >> 10
  return Math.min(155, (ground >> 4) + mountain)
}
