// Founding a world: what may be chosen, what is wrong with it, and what came of it in words.

import type { Answer, WorldInfo } from '../data/worldData.ts'
import { figure } from './words.ts'

/** Sizes that a player may found, by frequency. */
export const sizes = [
  { n: 16, word: 'Moon' },
  { n: 32, word: 'Small' },
  { n: 64, word: 'Middle' },
  { n: 128, word: 'Large' },
] as const

export const paces = [20, 30, 60] as const

export const sizeWord = ({ n, word }: (typeof sizes)[number]): string =>
  `${word} · ${figure(10 * n * n + 2)} cells`

const SEED_MOST = 0xffff_ffff

export type Founding =
  | { readonly ok: true; readonly world: WorldInfo }
  | { readonly ok: false; readonly field: 'name' | 'seed'; readonly fault: string }

/** Reads what was typed; a fault names its field. */
export function readFounding(name: string, seed: string, n: number, ups: number): Founding {
  const id = name.trim().toLowerCase()
  if (!/^[a-z0-9]{1,32}$/.test(id)) {
    return { ok: false, field: 'name', fault: 'A name is 1 to 32 letters a to z and digits' }
  }
  const number = /^\d{1,10}$/.test(seed.trim()) ? Number(seed) : Number.NaN
  if (!(number <= SEED_MOST)) {
    return { ok: false, field: 'seed', fault: `A seed is a whole number from 0 to ${SEED_MOST}` }
  }
  return { ok: true, world: { id, seed: number, n, ups } }
}

/** A seed that nobody thought of. */
export const anySeed = (): string => String(Math.floor(Math.random() * (SEED_MOST + 1)))

/** What came of founding a world; a fault is to be shown where the name was typed. */
export function foundingWord(answer: Answer): { readonly fault: string } | undefined {
  if (answer.kind === 'accepted' || answer.kind === 'unchanged') return undefined
  if (answer.kind === 'failed') return { fault: answer.detail }
  if (answer.refused === 'AlreadyFounded') {
    return { fault: 'There is a world of that name already: choose another' }
  }
  if (answer.refused === 'TooBusy') return { fault: 'This server has no room for another world' }
  return { fault: answer.detail || answer.refused }
}
