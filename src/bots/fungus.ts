// Fungus has to be made: a generator at full load on a mossy cell poisons the moss, and lives on what is left.

import type { Cell } from '../domain/events.ts'
import { lives } from '../domain/generation/codes.ts'
import { generateCell, isWater } from '../domain/generation/terrain.ts'
import { cellsWithin } from '../domain/grid/distance.ts'
import { prototypeNamed } from '../domain/prototypes.ts'
import type { Spots } from './arrange.ts'
import {
  approach,
  build,
  claim,
  contentsOf,
  gather,
  type Hands,
  held,
  LEFT_STANDING,
  look,
  order,
  put,
  survey,
  TICKS_PER_HARVEST,
  take,
} from './hands.ts'

/** How far around the poles of the farm fungus is looked for. */
const REACH = 6
const WAIT_TICKS = 60
/** Mass that one step of the ecology takes from poisoned moss. */
const THIN = 2
const COAL_A_TIME = 60
/** Ticks after which it is given up. */
const LIMIT_TICKS = 60_000

/**
 * Burns coal on moss, for the harvesters of the farm, until as much fungus has grown as is missing to `count`;
 * then gathers it. Throws after LIMIT_TICKS.
 */
export async function growFungus(hands: Hands, farm: Spots, count: number): Promise<void> {
  const { n } = hands.world.settings
  const ground = cellsWithin(n, farm.pole!, REACH)
  const began = (await look(hands)).tick
  let stove = await standing(hands, farm)
  while ((await look(hands)).tick < began + LIMIT_TICKS) {
    await empty(hands, farm)
    const missing = count - ((await held(hands)).fungus ?? 0)
    if (missing <= 0) return
    const cellAt = survey(hands)
    const records = await Promise.all(ground.map(cellAt))
    const grown = records
      .filter(({ life }) => lives[life] === 'fungus')
      .reduce((sum, { mass }) => sum + Math.max(0, mass - LEFT_STANDING), 0)
    if (grown >= missing) return gather(hands, 'fungus', count)
    if (stove === undefined || lives[(await cellAt(stove)).life] === 'none') {
      stove = await moveStove(hands, farm, stove)
    }
    await feed(hands, stove)
    await thin(hands, stove)
    await hands.wait(WAIT_TICKS)
  }
  throw new Error(`no ${count} fungus in ${LIMIT_TICKS} ticks`)
}

/** Takes what the harvesters have cut. */
async function empty(hands: Hands, farm: Spots) {
  for (const depot of [farm.depot!, farm['depot 2']!]) {
    const { fungus } = await contentsOf(hands, depot)
    if (fungus !== undefined) await take(hands, depot, 'fungus', fungus)
  }
}

/** Where the stove stands, if there is one. */
async function standing(hands: Hands, farm: Spots): Promise<Cell | undefined> {
  const own = await hands.world.structures(hands.account)
  const places = new Set(placesFor(hands, farm))
  return own.find(({ cell, prototype }) => prototype === 'generator' && places.has(cell))?.cell
}

/** Land that the farm's poles serve and that no machine of it needs. */
function placesFor(hands: Hands, farm: Spots): Cell[] {
  const { seed, n } = hands.world.settings
  const used = new Set(Object.values(farm))
  return [farm.pole!, farm['pole 2']!]
    .flatMap((pole) => cellsWithin(n, pole, 2))
    .filter((cell) => !used.has(cell) && !isWater(generateCell(seed, n, cell).terrain))
}

/** Puts the stove where moss is nearest to its death: most pollution first, then least mass. Its cost must be held. */
export async function moveStove(hands: Hands, farm: Spots, from?: Cell): Promise<Cell> {
  if (from !== undefined) await order(hands, 'RemoveMany', { cells: [from] })
  for (;;) {
    const cellAt = survey(hands)
    const mossy = (
      await Promise.all(
        placesFor(hands, farm).map(async (cell) => ({ ...(await cellAt(cell)), cell })),
      )
    ).filter(({ life }) => lives[life] === 'moss')
    mossy.sort((a, b) => b.pollution - a.pollution || a.mass - b.mass || a.cell - b.cell)
    const [best] = mossy
    if (best) {
      await claim(hands, [best.cell])
      await build(hands, [{ cell: best.cell, prototype: 'generator', direction: 0 }])
      return best.cell
    }
    await hands.wait(WAIT_TICKS)
  }
}

/** Cuts the moss under the stove so low that the next burst of pollution is its end. */
async function thin(hands: Hands, stove: Cell) {
  const { life, mass } = await survey(hands)(stove)
  if (lives[life] !== 'moss' || mass <= THIN) return
  await approach(hands, stove)
  await order(hands, 'StartHarvest', { cell: stove })
  await hands.wait((mass - THIN) * TICKS_PER_HARVEST)
  await order(hands, 'StopHarvest', {})
}

async function feed(hands: Hands, stove: Cell) {
  const { capacity } = prototypeNamed('generator')!
  const room = capacity - ((await contentsOf(hands, stove)).coal ?? 0)
  if (room < capacity / 2) return
  if (((await held(hands)).coal ?? 0) < room) await gather(hands, 'coal', COAL_A_TIME)
  await put(hands, stove, 'coal', room)
}
