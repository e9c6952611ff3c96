// Counter-based randomness: a cell's word is a pure function of (seed, tick, cell), whoever asks and when.

const GOLDEN = 0x9e3779b1

/** The lowbias32 mixer: u32 → u32, a bijection. */
export function mix32(value: number): number {
  let x = value | 0
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b)
  return (x ^ (x >>> 16)) >>> 0
}

/** The key of one tick of one world, for `wordOf`. */
export function tickKey(seed: number, tick: number): number {
  return mix32((mix32(seed ^ 0x6f727279) + Math.imul(tick, GOLDEN)) | 0)
}

/** The random u32 of a cell under a tick's key; its four bytes serve four decisions. */
export function wordOf(key: number, cell: number): number {
  return mix32((key + Math.imul(cell, GOLDEN)) | 0)
}
