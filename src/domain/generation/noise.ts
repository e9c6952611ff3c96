// Integer noise: the same bits on every engine. Coordinates are in 1/1024 of a noise cell, any int32.

/** One unit of noise coordinate, and the height of a full swing of the noise. */
const ONE = 1024

/** Mixes a u32 into another (lowbias32): every bit of the input reaches every bit of the output. */
export function mix32(value: number): number {
  let x = value >>> 0
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b)
  return (x ^ (x >>> 16)) >>> 0
}

const HASH_X = 0x9e3779b1 | 0
const HASH_Y = 0x85ebca77 | 0
const HASH_Z = 0xc2b2ae3d | 0
const HASH_XY = (HASH_X + HASH_Y) | 0
const HASH_XZ = (HASH_X + HASH_Z) | 0
const HASH_YZ = (HASH_Y + HASH_Z) | 0
const HASH_XYZ = (HASH_X + HASH_YZ) | 0

/** A u32 for a point of an integer lattice; `key` sets fields of one planet, and planets, apart. */
export function hashAt(key: number, x: number, y: number, z: number): number {
  return mix32(Math.imul(x, HASH_X) + Math.imul(y, HASH_Y) + Math.imul(z, HASH_Z) + key)
}

/** 3t² - 2t³ for t = 0..1024, in 1/1024. */
function ease(t: number): number {
  return (t * t * (3 * ONE - 2 * t)) >> 20
}

const easing = Int32Array.from({ length: ONE + 1 }, (_, t) => ease(t))

// The twelve edges of a cube; four of them twice, to make sixteen.
const gradientX = Int8Array.of(1, -1, 1, -1, 1, -1, 1, -1, 0, 0, 0, 0, 1, -1, 0, 0)
const gradientY = Int8Array.of(1, 1, -1, -1, 0, 0, 0, 0, 1, -1, 1, -1, 1, 1, -1, -1)
const gradientZ = Int8Array.of(0, 0, 0, 0, 1, 1, -1, -1, 1, 1, -1, -1, 0, 0, 1, -1)

/** The slope that the hash of a noise cell's corner gives, at an offset from that corner. */
function slope(mixed: number, x: number, y: number, z: number): number {
  // One round of mixing is enough for four bits, and half of the time goes here.
  const edge = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >>> 28
  return gradientX[edge]! * x + gradientY[edge]! * y + gradientZ[edge]! * z
}

function between(a: number, b: number, part: number): number {
  return a + (((b - a) * part) >> 10)
}

/** Gradient noise: within -1024..1024, mean 0, standard deviation about 265. */
export function noise(key: number, atX: number, atY: number, atZ: number): number {
  // Noise vanishes on lattice points; a shift of each field's own keeps them off the planet's symmetry planes.
  const x = atX + (key & 1023)
  const y = atY + ((key >>> 10) & 1023)
  const z = atZ + ((key >>> 20) & 1023)
  const fx = x & (ONE - 1)
  const fy = y & (ONE - 1)
  const fz = z & (ONE - 1)
  const gx = fx - ONE
  const gy = fy - ONE
  const gz = fz - ONE
  const u = easing[fx]!
  const v = easing[fy]!
  // The sum that hashAt mixes, of the noise cell's first corner; the other seven differ by constants.
  const corner =
    (Math.imul(x >> 10, HASH_X) + Math.imul(y >> 10, HASH_Y) + Math.imul(z >> 10, HASH_Z) + key) | 0
  const near = between(
    between(slope(corner, fx, fy, fz), slope(corner + HASH_X, gx, fy, fz), u),
    between(slope(corner + HASH_Y, fx, gy, fz), slope(corner + HASH_XY, gx, gy, fz), u),
    v,
  )
  const far = between(
    between(slope(corner + HASH_Z, fx, fy, gz), slope(corner + HASH_XZ, gx, fy, gz), u),
    between(slope(corner + HASH_YZ, fx, gy, gz), slope(corner + HASH_XYZ, gx, gy, gz), u),
    v,
  )
  return between(near, far, easing[fz]!)
}

/**
 * Octaves of noise, each of twice the frequency and 5/8 of the height of the one before; |x|, |y|, |z| < 100,000; count ≤ 8.
 * `frequency` is that of the first, in sixteenths of a noise cell per planet radius (65,536 units).
 */
export function octaves(
  key: number,
  frequency: number,
  count: number,
  x: number,
  y: number,
  z: number,
): number {
  let sum = 0
  let height = ONE
  for (let octave = 0; octave < count; octave++) {
    const scale = frequency << octave
    // An offset of its own keeps the octaves' zeros, which lie on lattice points, from coinciding.
    const offset = 389 * octave
    const value = noise(
      key + octave,
      ((x * scale) >> 10) + offset,
      ((y * scale) >> 10) + offset,
      ((z * scale) >> 10) + offset,
    )
    sum += (value * height) >> 10
    height = (height * 5) >> 3
  }
  return sum
}
