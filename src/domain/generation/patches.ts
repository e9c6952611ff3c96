// Deposits lie in patches of tens of cells, as large on every planet. Space is cut in cubes of nine steps;
// each has one patch at a point of its own, and a cell belongs to the patch that reaches it, if any.

import { depositCode, INEXHAUSTIBLE } from './codes.ts'
import { hashAt, mix32, noise } from './noise.ts'
import type { Place } from './place.ts'

const FIELD = { patches: 0x7000, outline: 0x8000 }

/** Side of a cube, and the radii of patches, in units of grain (67 a step). Radii stay below half a side. */
const CUBE = 600
const SMALLEST = 140
const LARGEST = 280

/** A pan is a brine pool in a ring of silica: where the two meet, crystal grows. */
const PAN = depositCode.brine
/** What a patch holds: one of sixteen lots. */
const lots = Uint8Array.of(
  depositCode.iron,
  depositCode.iron,
  depositCode.iron,
  depositCode.iron,
  depositCode.iron,
  depositCode.copper,
  depositCode.copper,
  depositCode.copper,
  depositCode.coal,
  depositCode.coal,
  depositCode.coal,
  depositCode.silica,
  depositCode.phosphate,
  depositCode.phosphate,
  PAN,
  PAN,
)

export type Deposit = {
  readonly deposit: number
  /** Units of 256 items, or INEXHAUSTIBLE. */
  readonly amount: number
  /** True where brine and silica meet. */
  readonly crystalline: boolean
}

const NOTHING: Deposit = { deposit: depositCode.none, amount: 0, crystalline: false }

/** The lower of the two cubes along an axis that a patch must begin in to reach a point. */
function firstCube(at: number): number {
  return Math.floor((at - CUBE / 2) / CUBE)
}

/** The deposit in the ground of a place on land. */
export function depositAt(seed: number, place: Place): Deposit {
  const key = mix32(seed)
  const { grainX, grainY, grainZ } = place
  const x0 = firstCube(grainX)
  const y0 = firstCube(grainY)
  const z0 = firstCube(grainZ)
  let closest = 1024
  let patch = 0
  for (let corner = 0; corner < 8; corner++) {
    const cx = x0 + (corner & 1)
    const cy = y0 + ((corner >> 1) & 1)
    const cz = z0 + (corner >> 2)
    const hash = hashAt(key + FIELD.patches, cx, cy, cz)
    const spot = mix32(hash)
    const dx = cx * CUBE + (spot & 511) + 44 - grainX
    const dy = cy * CUBE + ((spot >>> 9) & 511) + 44 - grainY
    const dz = cz * CUBE + ((spot >>> 18) & 511) + 44 - grainZ
    const radius = SMALLEST + ((hash >>> 16) % (LARGEST - SMALLEST))
    // 0 in the middle, 1024 at the edge; the square of the distance, so amounts fall off like a dome.
    const share = Math.floor(((dx * dx + dy * dy + dz * dz) * 1024) / (radius * radius))
    if (share < closest) {
      closest = share
      patch = hash
    }
  }
  if (closest >= 1024) return NOTHING
  const ragged = closest + (noise(key + FIELD.outline, grainX * 5, grainY * 5, grainZ * 5) >> 1)
  if (ragged >= 1024) return NOTHING
  return contentOf(patch, closest)
}

function contentOf(patch: number, share: number): Deposit {
  const kind = lots[patch & 15]!
  const richness = 120 + ((patch >>> 4) & 255)
  const amount = 20 + ((richness * (1024 - share)) >> 10)
  if (kind !== PAN) return { deposit: kind, amount, crystalline: false }
  const crystalline = share > 220 && share < 640
  return share < 400
    ? { deposit: PAN, amount: INEXHAUSTIBLE, crystalline }
    : { deposit: depositCode.silica, amount, crystalline }
}
