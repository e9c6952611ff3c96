// A scripted player's hands: orders by the commands that everybody has, and looks at what everybody may read.

import type { Submit } from '../commands/submit.ts'
import { type CellRecord, decodeCells } from '../domain/chunkCodec.ts'
import type { AccountId, Cell, Direction, PlacedStructure } from '../domain/events.ts'
import { deposits, lives } from '../domain/generation/codes.ts'
import { generateCell, isWater } from '../domain/generation/terrain.ts'
import { cellInChunk, chunkCount, chunkOf, offsetInChunk } from '../domain/grid/chunk.ts'
import { cellsWithin } from '../domain/grid/distance.ts'
import { DIRECTIONS, neighbour, neighboursOf } from '../domain/grid/neighbours.ts'
import { recipeNamed } from '../domain/recipes.ts'
import type { WorldReader } from '../projections/worldReader.ts'

/** A player who plays by script. `wait` passes ticks of the world. */
export type Hands = {
  readonly submit: Submit
  readonly world: Pick<WorldReader, 'settings' | 'chunk' | 'player' | 'structure' | 'structures'>
  readonly account: AccountId
  readonly wait: (ticks: number) => Promise<void>
}

/** Something that the script did not get done, and may get done later: no fault of the server. */
export class Setback extends Error {
  override readonly name = 'Setback'
}

/** Steps that a hand reaches without research. */
const REACH = 3
const LONGEST_PATH = 64
const TICKS_PER_STEP = 4
export const TICKS_PER_HARVEST = 10
/** Mass that is left of what lives, so that it grows again. */
export const LEFT_STANDING = 4

/** Gives an order and lets a tick pass. Bad input is a fault of the script, a refusal a setback. */
export async function order(hands: Hands, type: string, input: object) {
  const { submit, world, account } = hands
  const submitted = await submit({ account, type, world: world.settings.world, input })
  const said = `${type} ${JSON.stringify(input)}`
  if ('faults' in submitted) throw new Error(`${said}: ${JSON.stringify(submitted.faults)}`)
  const refusal = refusalOf(submitted.answer)
  if (refusal) throw new Setback(`${said}: ${JSON.stringify(refusal)}`)
  await hands.wait(1)
}

const refusalOf = (answer: { readonly status: string }) =>
  answer.status === 'refused' ? answer : undefined

/** The player as the world shows it. */
export async function look({ world, account }: Hands) {
  const view = await world.player(account)
  if (!view) throw new Error('the bot is not in the world')
  return view
}

export const held = async (hands: Hands) => (await look(hands)).inventory

/** Waits until a condition holds, looking every `every` ticks. Throws, saying what for, after `limit` ticks. */
export async function until(
  hands: Hands,
  what: () => string,
  holds: () => Promise<boolean>,
  { every = 10, limit = 20_000 } = {},
) {
  for (let waited = 0; !(await holds()); waited += every) {
    if (waited > limit) throw new Setback(`waited ${waited} ticks for ${what()}`)
    await hands.wait(every)
  }
}

const isLand = ({ world: { settings } }: Hands, cell: Cell) =>
  !isWater(generateCell(settings.seed, settings.n, cell).terrain)

/** The way over land to the nearest cell that is a goal, as directions; undefined where there is none. */
async function wayTo(hands: Hands, from: Cell, isGoal: (cell: Cell) => Promise<boolean>) {
  const { n } = hands.world.settings
  const cameBy = new Map<Cell, { from: Cell; direction: Direction } | undefined>([
    [from, undefined],
  ])
  // A Map goes on to what is added to it while it is walked: a queue.
  for (const cell of cameBy.keys()) {
    if (await isGoal(cell)) return { goal: cell, path: traced(cameBy, cell) }
    for (let direction = 0; direction < DIRECTIONS; direction++) {
      const next = neighbour(n, cell, direction)
      if (next < 0 || cameBy.has(next) || !isLand(hands, next)) continue
      cameBy.set(next, { from: cell, direction })
    }
  }
  return undefined
}

function traced(
  cameBy: ReadonlyMap<Cell, { from: Cell; direction: Direction } | undefined>,
  goal: Cell,
): Direction[] {
  const path: Direction[] = []
  for (let by = cameBy.get(goal); by; by = cameBy.get(by.from)) path.push(by.direction)
  return path.reverse()
}

async function follow(hands: Hands, path: readonly Direction[]) {
  for (let at = 0; at < path.length; at += LONGEST_PATH) {
    const part = path.slice(at, at + LONGEST_PATH)
    // At most two moves a second.
    await hands.wait(hands.world.settings.ups / 2)
    await order(hands, 'MovePlayer', { path: part })
    await hands.wait(part.length * TICKS_PER_STEP)
  }
}

/** Walks to where the hand reaches a cell. */
export async function approach(hands: Hands, cell: Cell) {
  const { n } = hands.world.settings
  const near = new Set(cellsWithin(n, cell, REACH))
  const { cell: from } = await look(hands)
  if (near.has(from)) return
  const way = await wayTo(hands, from, async (at) => near.has(at))
  if (!way) throw new Setback(`no way from ${from} to ${cell}`)
  await follow(hands, way.path)
}

/** The cells of the planet as the world shows them now; each chunk is read once. */
export function survey({ world }: Hands) {
  const { n } = world.settings
  const chunks = new Map<number, ReadonlyMap<number, CellRecord>>()
  return async (cell: Cell): Promise<CellRecord> => {
    const chunk = chunkOf(n, cell)
    let records = chunks.get(chunk)
    if (!records) {
      const { cells } = decodeCells((await world.chunk(chunk)).cells)
      records = new Map(cells.map((record) => [record.offset, record]))
      chunks.set(chunk, records)
    }
    return records.get(offsetInChunk(n, cell))!
  }
}

/** How many of a resource the hand of player `index` gets from a cell before it should look again. */
function yieldOf(record: CellRecord, item: string, index: number): number {
  if (record.owner !== 0 && record.owner !== index) return 0
  if (record.mass > 0)
    return lives[record.life] === item ? Math.max(0, record.mass - LEFT_STANDING) : 0
  return deposits[record.deposit] === item && record.amount > 1 ? 1_000_000 : 0
}

/**
 * Harvests by hand until `count` of a resource are held, the nearest first. Where there is none, it waits until some has
 * grown, `patience` times.
 */
export async function gather(hands: Hands, item: string, count: number, patience = 1_000) {
  for (let waited = 0; ; ) {
    const { inventory, cell: from, index } = await look(hands)
    const missing = count - (inventory[item] ?? 0)
    if (missing <= 0) return
    const cellAt = survey(hands)
    const worth = Math.min(missing, 12)
    const gives = async (cell: Cell) => yieldOf(await cellAt(cell), item, index)
    const way =
      (await wayTo(hands, from, async (cell) => (await gives(cell)) >= worth)) ??
      (await wayTo(hands, from, async (cell) => (await gives(cell)) >= 1))
    if (!way) {
      if (++waited > patience) throw new Setback(`found no ${item} that can be reached`)
      // What lives grows again.
      await hands.wait(400)
      continue
    }
    await approach(hands, way.goal)
    await order(hands, 'StartHarvest', { cell: way.goal })
    const batch = Math.min(missing, await gives(way.goal))
    await hands.wait(batch * TICKS_PER_HARVEST)
    await order(hands, 'StopHarvest', {})
  }
}

/** Makes something by hand and waits for it. */
export async function craft(hands: Hands, recipe: string, runs: number) {
  for (let left = runs; left > 0; left -= 1_000) {
    await order(hands, 'Craft', { recipe, count: Math.min(left, 1_000) })
    await hands.wait((recipeNamed(recipe)?.ticks ?? 0) * Math.min(left, 1_000))
    await until(
      hands,
      () => `${recipe} by hand`,
      async () => (await look(hands)).crafting === undefined,
    )
  }
}

export async function put(hands: Hands, cell: Cell, item: string, count: number) {
  await approach(hands, cell)
  await order(hands, 'Transfer', { cell, item, count, way: 'put' })
}

export async function take(hands: Hands, cell: Cell, item: string, count: number) {
  await approach(hands, cell)
  await order(hands, 'Transfer', { cell, item, count, way: 'take' })
}

/** What a structure holds. */
export const contentsOf = async ({ world }: Hands, cell: Cell) =>
  (await world.structure(cell))?.contents ?? {}

/** The cells that the player owns, from the chunks that everybody sees. */
async function ownCells(hands: Hands): Promise<Set<Cell>> {
  const { index } = await look(hands)
  const { n } = hands.world.settings
  const own = new Set<Cell>()
  for (let chunk = 0; chunk < chunkCount(n); chunk++) {
    const { cells } = decodeCells((await hands.world.chunk(chunk)).cells)
    for (const { owner, offset } of cells)
      if (owner === index) own.add(cellInChunk(n, chunk, offset))
  }
  return own
}

/** Claims cells, and as few more as join each to what is owned by then. */
export async function claim(hands: Hands, cells: readonly Cell[]) {
  const { n } = hands.world.settings
  const own = await ownCells(hands)
  const wanted = new Set<Cell>()
  for (const start of cells) {
    for (const cell of own.size === 0 ? [start] : joining(n, start, own)) {
      if (!own.has(cell)) wanted.add(cell)
      own.add(cell)
    }
  }
  if (wanted.size > 0) await order(hands, 'ClaimMany', { cells: [...wanted] })
}

/** The cells from `start` to the nearest of `own`. */
function joining(n: number, start: Cell, own: ReadonlySet<Cell>): Cell[] {
  const cameFrom = new Map<Cell, Cell>([[start, start]])
  for (const cell of cameFrom.keys()) {
    if (own.has(cell)) {
      const path = [start]
      for (let at = cell; at !== start; at = cameFrom.get(at)!) path.push(at)
      return path
    }
    for (const next of neighboursOf(n, cell)) if (!cameFrom.has(next)) cameFrom.set(next, cell)
  }
  return [start]
}

/** Places structures on own land and waits until they stand. */
export async function build(hands: Hands, structures: readonly PlacedStructure[]) {
  await order(hands, 'PlaceMany', { structures })
  await until(
    hands,
    () => `${structures.map(({ prototype }) => prototype)} to be built`,
    async () => {
      const views = await Promise.all(structures.map(({ cell }) => hands.world.structure(cell)))
      return views.every((view) => view !== undefined && view.status !== 'blueprint')
    },
    { limit: 200 },
  )
}
