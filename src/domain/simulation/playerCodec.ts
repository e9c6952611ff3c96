// A player as bytes: what they hold, know and do.

import { isCell } from '../grid/lattice.ts'
import { DIRECTIONS } from '../grid/neighbours.ts'
import type { ByteReader, ByteWriter } from './bytes.ts'
import type { SavedCodes } from './savedCodes.ts'
import type { OrderRef, Player } from './state.ts'
import { ITEM_COUNT, RESEARCH_COUNT } from './tables.ts'

export function writeRef(out: ByteWriter, { account, commandId, order }: OrderRef) {
  out.text(account)
  out.text(commandId)
  out.text(order)
}

export const readRef = (from: ByteReader): OrderRef => ({
  account: from.text('ref.account'),
  commandId: from.text('ref.commandId'),
  order: from.text('ref.order'),
})

export function writePlayer(out: ByteWriter, player: Player) {
  out.text(player.account)
  out.u8((player.entered ? 1 : 0) | (player.here ? 2 : 0))
  out.u32(player.cell)
  out.u32(player.claims)
  for (const count of player.inventory) out.u32(count)
  out.wide(player.nextStepTick)
  writeHand(out, player)
  out.u8(player.research)
  for (const units of player.units) out.u16(units)
  const { produced, consumed, pollution, launches } = player.statistics
  for (const count of produced) out.wide(count)
  for (const count of consumed) out.wide(count)
  out.wide(pollution)
  out.wide(launches)
}

function writeHand(out: ByteWriter, { move, harvest, crafts }: Player) {
  out.u8((move ? 1 : 0) | (harvest ? 2 : 0))
  if (move) {
    writeRef(out, move.ref)
    out.list(move.path, (direction) => out.u8(direction))
    out.u32(move.asked)
    out.u8(move.done)
  }
  if (harvest) {
    writeRef(out, harvest.ref)
    out.u32(harvest.cell)
    out.wide(harvest.done)
    out.wide(harvest.nextTick)
  }
  out.list(crafts, (craft) => {
    writeRef(out, craft.ref)
    out.u8(craft.recipe)
    out.wide(craft.asked)
    out.u16(craft.count)
    out.u16(craft.done)
    out.u16(craft.ticksLeft)
  })
}

/** The player of an index on a planet of frequency n. */
export function readPlayer(from: ByteReader, n: number, index: number, codes: SavedCodes): Player {
  const account = from.text('player.account')
  const flags = from.u8('player.flags', 3)
  const cell = from.u32('player.cell')
  if (!isCell(n, cell)) from.fail('player.cell', `${cell} is no cell`)
  const claims = from.u32('player.claims')
  const inventory = new Uint32Array(ITEM_COUNT)
  readByItem(from, 'player.inventory', codes, inventory, () => from.u32('player.inventory'))
  const nextStepTick = from.wide('player.nextStepTick')
  const hand = readHand(from, n, codes)
  const research = codes.now(from, 'player.research', 'researches', from.u8('player.research'))
  const units = readUnits(from, codes)
  const wides = (field: string) => readByItem(from, field, codes, new Float64Array(ITEM_COUNT))
  return {
    account,
    index,
    entered: (flags & 1) !== 0,
    here: (flags & 2) !== 0,
    cell,
    claims,
    inventory,
    nextStepTick,
    ...hand,
    research,
    units,
    statistics: {
      produced: wides('player.produced'),
      consumed: wides('player.consumed'),
      pollution: from.wide('player.pollution'),
      launches: from.wide('player.launches'),
    },
  }
}

/** A count for every item that there was; what is counted must still be an item. */
export function readByItem<Counts extends Uint32Array | Float64Array>(
  from: ByteReader,
  field: string,
  codes: SavedCodes,
  counts: Counts,
  read: () => number = () => from.wide(field),
): Counts {
  for (let saved = 0; saved < codes.count('items'); saved++) {
    const count = read()
    if (count > 0) counts[codes.now(from, field, 'items', saved)] = count
  }
  return counts
}

function readUnits(from: ByteReader, codes: SavedCodes): Uint16Array {
  const units = new Uint16Array(RESEARCH_COUNT)
  for (let saved = 1; saved <= codes.count('researches'); saved++) {
    const done = from.u16('player.units')
    if (done > 0) units[codes.now(from, 'player.units', 'researches', saved) - 1] = done
  }
  return units
}

function readHand(
  from: ByteReader,
  n: number,
  codes: SavedCodes,
): Pick<Player, 'move' | 'harvest' | 'crafts'> {
  const flags = from.u8('hand', 3)
  const move =
    (flags & 1) === 0
      ? undefined
      : {
          ref: readRef(from),
          path: from.list('move.path', () => from.u8('move.path', DIRECTIONS)),
          asked: from.u32('move.asked'),
          done: from.u8('move.done'),
        }
  const harvest = (flags & 2) === 0 ? undefined : readHarvest(from, n)
  const crafts = from.list('crafts', () => {
    const ref = readRef(from)
    const recipe = codes.now(from, 'craft.recipe', 'recipes', from.u8('craft.recipe'))
    if (recipe === 0) from.fail('craft.recipe', 'there is no recipe 0')
    return {
      ref,
      recipe,
      asked: from.wide('craft.asked'),
      count: from.u16('craft.count'),
      done: from.u16('craft.done'),
      ticksLeft: from.u16('craft.ticksLeft'),
    }
  })
  return { move, harvest, crafts }
}

function readHarvest(from: ByteReader, n: number): NonNullable<Player['harvest']> {
  const ref = readRef(from)
  const cell = from.u32('harvest.cell')
  if (!isCell(n, cell)) from.fail('harvest.cell', `${cell} is no cell`)
  return { ref, cell, done: from.wide('harvest.done'), nextTick: from.wide('harvest.nextTick') }
}
