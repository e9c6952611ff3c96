// What is told of a cell at a glance, while the pointer or the keyboard's cursor is over it.

import type { StructureView } from '../../../src/domain/chunkView.ts'
import { INEXHAUSTIBLE, lives } from '../../../src/domain/generation/codes.ts'
import { recipeNamed } from '../../../src/domain/recipes.ts'
import type { CellReading, PlanetCells } from '../planet/cells.ts'
import { carriedBy, throughputOf } from './throughput.ts'
import { depositWord, figure, itemWord, prototypeWord, statusWord } from './words.ts'

export type Glance = {
  readonly cell: number
  readonly title: string
  /** A structure's, for the colour and the sign of its state. */
  readonly status: string | undefined
  readonly lines: readonly string[]
}

/** An amount of a deposit is told in units of this many. */
const AMOUNT_UNIT = 256

/** What stands on a cell and how it does, or else what there is to take; undefined where there is nothing to tell. */
export function glanceAt(
  planet: Pick<PlanetCells, 'jobs' | 'flows' | 'deposit'>,
  reading: CellReading,
  tick: number,
  ups: number,
): Glance | undefined {
  const { cell, structure, deposit, amount, life, mass } = reading
  if (structure) {
    const lines = linesOf(planet, structure, tick, ups)
    return { cell, title: prototypeWord(structure.prototype), status: structure.status, lines }
  }
  const there: string[] = []
  if (deposit > 0) there.push(`${depositWord(deposit)}: ${amountWord(amount)}`)
  if (life > 0) there.push(`${itemWord(lives[life] ?? '')}: ${Math.round(mass / 2.55)} % grown`)
  const [title, ...lines] = there
  return title === undefined ? undefined : { cell, title, status: undefined, lines }
}

/** So much is left of a deposit. */
export const amountWord = (amount: number): string =>
  amount === INEXHAUSTIBLE ? 'without end' : `${figure(amount * AMOUNT_UNIT)} left`

function linesOf(
  planet: Pick<PlanetCells, 'jobs' | 'flows' | 'deposit'>,
  structure: StructureView,
  tick: number,
  ups: number,
): string[] {
  const { cell, recipe, items } = structure
  const lines: string[] = []
  // Of a belt what lies on it says more than that it rests.
  if (!items) lines.push(statusWord(structure.status))
  const { inputs, outputs } = (recipe ? recipeNamed(recipe) : undefined) ?? {}
  if (inputs && outputs) lines.push(`${countsWord(inputs)} → ${countsWord(outputs)}`)
  const throughput = throughputOf(planet, structure, tick, ups)
  if (throughput) {
    const { made, busy } = throughput
    const share = busy === undefined ? '' : ` · ${Math.round(busy * 100)} % at work`
    lines.push(`${made} a minute${share}`)
  }
  if (items) {
    lines.push(items.length > 0 ? countsWord(countsOf(items)) : 'Empty')
    const carried = carriedBy(planet, cell, tick, ups)
    if (carried !== undefined) lines.push(`carries ${carried.toFixed(1)} a minute`)
  }
  return lines
}

function countsOf(items: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const item of items) counts[item] = (counts[item] ?? 0) + 1
  return counts
}

const countsWord = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts)
    .map(([item, count]) => `${count} ${itemWord(item)}`)
    .join(' + ') || 'nothing'
