// What the guide points at: the next tool, and the cells that it is for.

import { lifeCode } from '../../../src/domain/generation/codes.ts'
import { isWater } from '../../../src/domain/generation/terrain.ts'
import { cellsWithin } from '../../../src/domain/grid/distance.ts'
import { neighboursOf } from '../../../src/domain/grid/neighbours.ts'
import type { Plan } from '../hands/blueprint.ts'
import type { PlanetCells } from '../planet/cells.ts'

export type Hint = {
  /** The flag, a machine of the hotbar, the crafting panel; undefined: the bare hand. */
  readonly tool: string | undefined
  /** Cells that are ringed. */
  readonly cells: readonly number[]
  /** Machines that are drawn where they should stand. */
  readonly plans: readonly Plan[]
}

type Ground = Pick<
  PlanetCells,
  'n' | 'owner' | 'structures' | 'life' | 'mass' | 'terrain' | 'knows'
>
type Carried = Readonly<Record<string, number>>

const MOSS_REACH = 30
/** Cells that are looked at for a way to one's own land: some twelve steps about a line. */
const JOIN_CELLS = 700
/** Younger moss gives too little. */
const MOSS_MASS = 12
/** What a fibre takes, and so the first red pack. */
const MOSS_WANTED = 2

/** What to point at in a step of the guide, with the line that is to stand. */
export function hintFor(
  step: string | undefined,
  planet: Ground,
  line: readonly Plan[] | undefined,
  { own, from, carried }: { own: number; from: number; carried: Carried },
): Hint | undefined {
  if (step === 'pack') return packHint(planet, from, own, carried)
  if (step === undefined || !line) return undefined
  const foreign = line.filter(({ cell }) => planet.owner.at(cell) !== own).map(({ cell }) => cell)
  if (foreign.length > 0) {
    return { tool: 'claim', cells: [...wayToOwn(planet, foreign, own), ...foreign], plans: [] }
  }
  if (step === 'recipe') {
    const kiln = line.find(({ prototype }) => prototype === 'kiln')!
    return { tool: undefined, cells: [kiln.cell], plans: [] }
  }
  const plans = line.filter(
    ({ cell, prototype }) => prototype === step && !planet.structures.has(cell),
  )
  return plans.length > 0 ? { tool: step, cells: [], plans } : undefined
}

/** Free cells that join some to one's own land, nearest to it first: none where they touch, or where one has none near. */
function wayToOwn(planet: Ground, from: readonly number[], own: number): readonly number[] {
  const cameFrom = new Map<number, number | undefined>(from.map((cell) => [cell, undefined]))
  for (const cell of cameFrom.keys()) {
    if (cameFrom.size > JOIN_CELLS) return []
    for (const next of neighboursOf(planet.n, cell)) {
      if (own > 0 && planet.owner.at(next) === own) return waysBack(cameFrom, cell, from)
      if (cameFrom.has(next) || !planet.knows(next) || planet.owner.at(next) !== 0) continue
      cameFrom.set(next, cell)
    }
  }
  return []
}

function waysBack(
  cameFrom: ReadonlyMap<number, number | undefined>,
  end: number,
  from: readonly number[],
): readonly number[] {
  const way: number[] = []
  for (
    let at: number | undefined = end;
    at !== undefined && !from.includes(at);
    at = cameFrom.get(at)
  )
    way.push(at)
  return way
}

function packHint(planet: Ground, from: number, own: number, carried: Carried): Hint {
  const { moss = 0, fibre = 0 } = carried
  if (moss >= MOSS_WANTED || fibre > 0) return { tool: 'craft', cells: [], plans: [] }
  const found = nearestMoss(planet, from, own)
  return { tool: undefined, cells: found === undefined ? [] : [found], plans: [] }
}

/** The nearest moss that is worth a harvest. */
function nearestMoss(planet: Ground, from: number, own: number): number | undefined {
  return cellsWithin(planet.n, from, MOSS_REACH).find(
    (cell) =>
      planet.knows(cell) &&
      planet.life.at(cell) === lifeCode.moss &&
      planet.mass.at(cell) >= MOSS_MASS &&
      (planet.owner.at(cell) === 0 || planet.owner.at(cell) === own) &&
      !isWater(planet.terrain.at(cell)) &&
      !planet.structures.has(cell),
  )
}
