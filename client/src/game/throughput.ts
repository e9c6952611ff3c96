// What a machine makes a minute, by the jobs that this page has seen begin, and what a belt carries.

import type { StructureView } from '../../../src/domain/chunkView.ts'
import { deposits } from '../../../src/domain/generation/codes.ts'
import { prototypeNamed } from '../../../src/domain/prototypes.ts'
import { recipeNamed } from '../../../src/domain/recipes.ts'
import type { PlanetCells } from '../planet/cells.ts'
import { itemWord } from './words.ts'

/** Seconds over which a rate is told. */
const RATE_S = 60

type Seen = Pick<PlanetCells, 'jobs' | 'flows' | 'deposit'>

/** In words what it makes a minute, and the share of the time at work where that is known; undefined where neither is. */
export function throughputOf(
  planet: Seen,
  structure: StructureView,
  tick: number,
  ups: number,
): { readonly made: string; readonly busy: number | undefined } | undefined {
  const rate = planet.jobs.rate(structure.cell, tick, RATE_S * ups)
  const goods = goodsOf(structure, deposits[planet.deposit.at(structure.cell)])
  if (rate === undefined || goods === undefined) return undefined
  const words = goods.map(
    ([item, count]) => `${(rate * count * RATE_S * ups).toFixed(1)} ${itemWord(item)}`,
  )
  const { duration } = structure.progress ?? {}
  return {
    made: words.join(' + '),
    busy: duration === undefined ? undefined : Math.min(1, rate * duration),
  }
}

/** Items a minute that left a belt; undefined before two are known. */
export function carriedBy(
  planet: Seen,
  cell: number,
  tick: number,
  ups: number,
): number | undefined {
  const rate = planet.flows.rate(cell, tick, RATE_S * ups)
  return rate === undefined ? undefined : rate * RATE_S * ups
}

/** Item → count of one job; undefined for what makes nothing to count. */
function goodsOf({ prototype, recipe }: StructureView, deposit: string | undefined) {
  const kind = prototypeNamed(prototype)?.kind
  if (kind === 'drill' && deposit && deposit !== 'none') return [[deposit, 1] as const]
  if (kind !== 'crafter' || recipe === undefined) return undefined
  const goods = Object.entries(recipeNamed(recipe)?.outputs ?? {})
  return goods.length > 0 ? goods : undefined
}
