// Where the demo bot lands and what it lays out there: the same after every restart.

import { decodeCells } from '../domain/chunkCodec.ts'
import type { Cell } from '../domain/events.ts'
import { landingCell } from '../domain/generation/landing.ts'
import { cellInChunk, chunkOf } from '../domain/grid/chunk.ts'
import { cellsWithin } from '../domain/grid/distance.ts'
import { cellCount } from '../domain/grid/lattice.ts'
import { type Ground, groundOf } from './ground.ts'
import { type Hands, look, order, Setback } from './hands.ts'
import type { Planet } from './plan.ts'
import { DUG, isDug, planQuarries, QUARRY_REACH } from './quarries.ts'
import { planWorks, STAGES, type Works } from './works.ts'

/** Landing places that are looked at, and what lies between their numbers: others may ask for the next. */
const HOMES_TRIED = 5
const HOMES_APART = 1_000
/** How far around its landing it reads who owns what. */
const HOME_REACH = 30
/** How often it plans anew where somebody else was quicker. */
const CLAIMS_TRIED = 5

/** What to build, or why nothing can be; `perhapsLater`: others may release what they have. */
export type Settled =
  | { readonly works: Works }
  | { readonly why: string; readonly perhapsLater: boolean }

/** Planets of at most so many cells are looked over whole for ore on other islands: N = 16. */
const SURVEYED_WHOLE = 2_562

const anywhere = () => true

/**
 * The first landing place from number `place` on round which a works with everything has room; else number `place` itself,
 * or, where nothing has room there, the first with room for a part of a works, or else for a line. By the planet alone, so
 * that it is the same after a restart. On a small planet that is on ore, if no landing place is on an island with some.
 */
export async function homeFor(
  planet: Planet,
  place: number,
  breathe: () => Promise<void>,
): Promise<Cell> {
  const { seed, n } = planet
  const homes = Array.from({ length: HOMES_TRIED }, (_, tries) =>
    landingCell(seed, n, place + tries * HOMES_APART),
  )
  let part: Cell | undefined
  for (const home of new Set(homes)) {
    const works = await planWorks(planet, home, anywhere, breathe)
    if (works?.stages.length === STAGES) return home
    if (works) part ??= home
  }
  if (part !== undefined) return part
  const ground = groundOf(planet, anywhere)
  const digs = (home: Cell) => planQuarries(ground, home) !== undefined
  const onOre = cellCount(n) <= SURVEYED_WHOLE ? oreCells(ground, n) : []
  return homes.find(digs) ?? onOre.find(digs) ?? homes[0]!
}

/** All dry cells of a planet with something to dig, by their numbers. */
const oreCells = ({ dry, resourceAt }: Ground, n: number) =>
  [...Array(cellCount(n)).keys()].filter((cell) => dry(cell) && isDug(resourceAt(cell).deposit))

/** The works that stands here already, or a new one on land that is claimed for it. */
export async function settle(
  hands: Hands,
  home: Cell,
  breathe: () => Promise<void>,
): Promise<Settled> {
  const { world, account } = hands
  const planet = world.settings
  for (let tries = 0; tries < CLAIMS_TRIED; tries++) {
    const { own, foreign } = await owners(hands, home)
    const open = own.size > 0 ? (cell: Cell) => own.has(cell) : (cell: Cell) => !foreign.has(cell)
    const standing = await world.structures(account)
    const fits = (works: Works | undefined): works is Works =>
      works !== undefined && holds(works, standing)
    const works = [
      await planWorks(planet, home, open, breathe),
      planQuarries(groundOf(planet, open), home),
    ].find(fits)
    if (!works) return whyNot(planet, home, standing.length > 0)
    try {
      await order(hands, 'ClaimMany', { cells: works.claims })
      return { works }
    } catch (error) {
      // Somebody else was quicker.
      if (!(error instanceof Setback)) throw error
    }
  }
  return { why: 'others claim the ground that it wants', perhapsLater: true }
}

/** Whether all that stands is part of a works. */
function holds(
  { stages }: Works,
  standing: readonly { readonly cell: Cell; readonly prototype: string }[],
): boolean {
  const planned = new Map(
    stages.flatMap(({ structures }) => structures.map(({ cell, prototype }) => [cell, prototype])),
  )
  return standing.every(({ cell, prototype }) => planned.get(cell) === prototype)
}

function whyNot(planet: Planet, home: Cell, builtOtherwise: boolean): Settled {
  if (builtOtherwise)
    return { why: 'what it owns here was laid out otherwise', perhapsLater: false }
  if (planQuarries(groundOf(planet, anywhere), home))
    return { why: 'others own the ground on which it could dig', perhapsLater: true }
  const why = `no ${DUG} with room for a drill lies within ${QUARRY_REACH} steps on foot of where it can land`
  return { why, perhapsLater: false }
}

/** Who owns what around a cell, from the chunks that everybody sees. */
async function owners(hands: Hands, home: Cell) {
  const { n } = hands.world.settings
  const { index } = await look(hands)
  const own = new Set<Cell>()
  const foreign = new Set<Cell>()
  for (const chunk of new Set(cellsWithin(n, home, HOME_REACH).map((cell) => chunkOf(n, cell)))) {
    for (const { owner, offset } of decodeCells((await hands.world.chunk(chunk)).cells).cells) {
      if (owner !== 0) (owner === index ? own : foreign).add(cellInChunk(n, chunk, offset))
    }
  }
  return { own, foreign }
}
