// Repeatable chance for what only adorns: the sky of a world is always the same.

import type { Vector } from './sphere.ts'

/** A repeatable series of numbers from 0 to 1. */
export function series(seed: number): () => number {
  let state = (seed ^ 0x9e3779b9) >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 4294967296
  }
}

/** A repeatable number from 0 to 1 for a whole number, without a pattern among neighbours. */
export function hash01(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x7feb352d)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b)
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 4294967296
}

/** Four octaves of value noise, 0 to 1. */
export function fractalNoise(at: Vector, place: number): number {
  let sum = 0
  for (let octave = 0, size = 1; octave < 4; octave++, size *= 2.03) {
    sum +=
      valueNoise(at[0] * size + place, at[1] * size + octave * 7, at[2] * size) / 2 ** (octave + 1)
  }
  return sum
}

function valueNoise(x: number, y: number, z: number): number {
  const [i, j, k] = [Math.floor(x), Math.floor(y), Math.floor(z)]
  const [u, v, w] = [smooth(x - i), smooth(y - j), smooth(z - k)]
  const corner = (a: number, b: number, c: number) =>
    hash01(Math.imul(i + a, 73856093) ^ Math.imul(j + b, 19349663) ^ Math.imul(k + c, 83492791))
  const edge = (b: number, c: number) => mix(corner(0, b, c), corner(1, b, c), u)
  return mix(mix(edge(0, 0), edge(1, 0), v), mix(edge(0, 1), edge(1, 1), v), w)
}

function smooth(t: number): number {
  return t * t * (3 - 2 * t)
}

function mix(a: number, b: number, t: number): number {
  return a + (b - a) * t
}
