// A scripted player that builds a small factory and keeps it going, by the same commands as everybody else.

import type { Submit, Submitted } from '../commands/submit.ts'
import { decodeCells } from '../domain/chunkCodec.ts'
import type { AccountId, Cell } from '../domain/events.ts'
import { landingCell } from '../domain/generation/landing.ts'
import { generateCell, isWater } from '../domain/generation/terrain.ts'
import { cellInChunk, chunkOf } from '../domain/grid/chunk.ts'
import { cellsWithin } from '../domain/grid/distance.ts'
import { findPath } from '../domain/grid/path.ts'
import type { Scheduler } from '../domain/ports/time.ts'
import { prototypeNamed } from '../domain/prototypes.ts'
import type { WorldReader } from '../projections/worldReader.ts'
import { type Line, planLine } from './plan.ts'

export type DemoBot = {
  readonly submit: Submit
  readonly world: Pick<WorldReader, 'settings' | 'chunk' | 'player' | 'structure' | 'structures'>
  readonly account: AccountId
  /** Number of the landing place it asks for. */
  readonly place?: number
  readonly scheduler: Scheduler
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

/** Lines it builds before it only tends them; so its log does not grow for ever by building. */
const LINES_MAX = 6
const BELTS_A_LINE = 3
/** Between two rounds to the depots: a few thousand events a day. */
const ROUND_MS = 30_000
const STEP_MS = 1_500
/** Always the same good place of a planet, and on the first world of the defaults far from the README's factory. */
const PLACE = 7
/** How far around its landing it reads the map. */
const HOME_REACH = 20

/** Plays until `signal` aborts. A refusal is noted and gone round; only a broken server ends it. */
export async function playDemoBot(bot: DemoBot): Promise<void> {
  const home = await enter(bot)
  if (home === undefined) return
  const taken = new Set<Cell>()
  for (let lines = await depotsOf(bot); !bot.signal.aborted; ) {
    if (lines.length < LINES_MAX && (await buildLine(bot, home, taken))) {
      lines = await depotsOf(bot)
      bot.say(`demo bot: production line ${lines.length} of ${LINES_MAX} stands`)
      continue
    }
    await pause(bot, ROUND_MS)
    lines = await depotsOf(bot)
    for (const depot of lines) await collect(bot, depot)
  }
}

const pause = ({ scheduler, signal }: DemoBot, ms = STEP_MS) => scheduler.sleep(ms, signal)

async function command(
  { submit, world, account }: DemoBot,
  type: string,
  input: Record<string, unknown>,
): Promise<Submitted | undefined> {
  const submitted = await submit({ account, type, world: world.settings.world, input })
  if ('faults' in submitted) throw new Error(`${type}: ${JSON.stringify(submitted.faults)}`)
  return submitted.answer.status === 'refused' ? undefined : submitted
}

/** Enters the world, or finds itself there; gives the cell it stands on. */
async function enter(bot: DemoBot): Promise<Cell | undefined> {
  const { seed, n } = bot.world.settings
  const entered = await command(bot, 'EnterWorld', {
    landing: landingCell(seed, n, bot.place ?? PLACE),
  })
  if (entered?.landing !== undefined) return entered.landing
  return (await bot.world.player(bot.account))?.cell
}

async function depotsOf({ world, account }: DemoBot): Promise<readonly Cell[]> {
  const structures = await world.structures(account)
  return structures.filter(({ prototype }) => prototype === 'depot').map(({ cell }) => cell)
}

/** Reads who owns what around `home` from the chunks that everybody sees. */
async function readOwners({ world, account }: DemoBot, home: Cell) {
  const { n } = world.settings
  const me = (await world.player(account))?.index
  const own = new Set<Cell>()
  const taken = new Set<Cell>()
  const chunks = new Set(cellsWithin(n, home, HOME_REACH).map((cell) => chunkOf(n, cell)))
  for (const chunk of chunks) {
    const snapshot = await world.chunk(chunk)
    for (const { owner, offset } of decodeCells(snapshot.cells).cells) {
      if (owner === 0) continue
      const cell = cellInChunk(n, chunk, offset)
      if (owner === me) own.add(cell)
      else taken.add(cell)
    }
    for (const { cell } of snapshot.structures) taken.add(cell)
  }
  return { own, taken }
}

/** One line: claim, place, choose the recipe. False when there is no room or not enough in the hand. */
async function buildLine(bot: DemoBot, home: Cell, refusedCells: Set<Cell>): Promise<boolean> {
  const { own, taken } = await readOwners(bot, home)
  for (const cell of refusedCells) taken.add(cell)
  const line = planLine(bot.world.settings, home, own, taken, BELTS_A_LINE)
  if (!line || !(await canPay(bot, line))) return false
  if (line.claims.length > 0 && !(await command(bot, 'ClaimMany', { cells: line.claims }))) {
    for (const cell of line.claims) refusedCells.add(cell)
    return true
  }
  await pause(bot)
  await command(bot, 'PlaceMany', { structures: line.structures })
  await pause(bot)
  await command(bot, 'SelectRecipe', { cell: line.kiln, recipe: line.recipe })
  await pause(bot)
  return true
}

async function canPay({ world, account }: DemoBot, { structures }: Line): Promise<boolean> {
  const needed: Record<string, number> = {}
  for (const { prototype } of structures) {
    for (const [item, count] of Object.entries(prototypeNamed(prototype)?.cost ?? {}))
      needed[item] = (needed[item] ?? 0) + count
  }
  const held = (await world.player(account))?.inventory ?? {}
  return Object.entries(needed).every(([item, count]) => (held[item] ?? 0) >= count)
}

/** Walks next to a depot, empties it and makes gears of what can be spared. */
async function collect(bot: DemoBot, depot: Cell): Promise<void> {
  const { seed, n } = bot.world.settings
  const at = (await bot.world.player(bot.account))?.cell
  if (at === undefined) return
  const dry = (cell: Cell) => !isWater(generateCell(seed, n, cell).terrain)
  const path = findPath(n, at, depot, dry)
  if (path && path.length > 1) {
    await command(bot, 'MovePlayer', { path: path.slice(0, -1) })
    await pause(bot, path.length * 300)
  }
  const contents = (await bot.world.structure(depot))?.contents ?? {}
  for (const [item, count] of Object.entries(contents)) {
    await command(bot, 'Transfer', {
      cell: depot,
      item,
      count: Math.min(count, 10_000),
      way: 'take',
    })
    await pause(bot)
  }
  const held = (await bot.world.player(bot.account))?.inventory ?? {}
  if ((held.plate ?? 0) >= 40 && (held.gear ?? 0) < 4) {
    await command(bot, 'Craft', { recipe: 'gear', count: 4 })
  }
}
