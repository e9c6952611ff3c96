// Structures as bytes: what stands, what it holds, what lies on belts, and the blueprints that wait.

import { isCell } from '../grid/lattice.ts'
import type { ByteReader, ByteWriter } from './bytes.ts'
import { networkOf } from './network.ts'
import { readRef, writeRef } from './playerCodec.ts'
import { eachItem, SLOTS_PER_CELL } from './run.ts'
import type { SavedCodes } from './savedCodes.ts'
import type { BuildOrder, SimulationState, Structure, StructureStatus } from './state.ts'
import { ITEM_COUNT, isFluid, prototypeOf } from './tables.ts'

/** By code in the bytes. */
const statuses: readonly StructureStatus[] = [
  'blueprint',
  'idle',
  'working',
  'starved',
  'blocked',
  'exhausted',
  'locked',
  'unpowered',
]
/** No order. */
const BUILT = 0xffff_ffff

/** Ascending by cell, each with what lies on it; then the waiting blueprints in their order. */
export function writeStructures(out: ByteWriter, state: SimulationState) {
  const { structures, runs } = networkOf(state)
  const lanes = new Map<number, [number, number][]>()
  for (const run of runs) {
    eachItem(run, (place, slot, item) => {
      const cell = run.cells[place]!
      const lane = lanes.get(cell)
      if (lane) lane.push([slot, item])
      else lanes.set(cell, [[slot, item]])
    })
  }
  const orders = [...new Set(state.waiting.map(({ blueprint }) => blueprint!))]
  out.list(orders, (order) => {
    writeRef(out, order.ref)
    out.u32(order.asked)
    out.u32(order.done)
    out.u32(order.open)
    out.u8(Number(order.told))
  })
  const places = new Map(orders.map((order, place) => [order, place]))
  out.list(structures, (structure) => {
    const { blueprint } = structure
    writeStructure(out, structure, blueprint ? places.get(blueprint)! : BUILT)
    out.list(lanes.get(structure.cell) ?? [], ([slot, item]) => {
      out.u8(slot)
      out.u8(item)
    })
  })
  out.list(state.waiting, ({ cell }) => out.u32(cell))
}

function writeStructure(out: ByteWriter, structure: Structure, order: number) {
  out.u32(structure.cell)
  out.u8(structure.prototype)
  out.u16(structure.owner)
  out.u8(structure.direction)
  out.u32(order)
  out.u8(structure.recipe)
  out.u8(statuses.indexOf(structure.status))
  out.u8(structure.turn)
  out.u32(structure.workLeft)
  out.wide(structure.startTick)
  out.u32(structure.duration)
  out.list(
    [...structure.stock.entries()].filter(([, count]) => count > 0),
    ([item, count]) => {
      out.u8(item)
      out.u32(count)
    },
  )
}

/** Puts structures and blueprints into a state whose players are there already. */
export function readStructures(from: ByteReader, state: SimulationState, codes: SavedCodes) {
  const orders = from.list(
    'orders',
    (): BuildOrder => ({
      ref: readRef(from),
      asked: from.u32('order.asked'),
      done: from.u32('order.done'),
      open: from.u32('order.open'),
      told: from.flag('order.told'),
    }),
  )
  from.list('structures', () => {
    const structure = readStructure(from, state, orders, codes)
    if (state.structures.has(structure.cell)) {
      from.fail('structure.cell', `${structure.cell} has two`)
    }
    state.structures.set(structure.cell, structure)
  })
  const waiting = from.list('waiting', () => from.u32('waiting'))
  for (const cell of waiting) {
    const structure = state.structures.get(cell)
    if (!structure?.blueprint) from.fail('waiting', `cell ${cell} has no blueprint`)
    else state.waiting.push(structure)
  }
  const blueprints = [...state.structures.values()].filter(({ blueprint }) => blueprint).length
  if (new Set(waiting).size !== waiting.length || waiting.length !== blueprints) {
    from.fail('waiting', `${waiting.length} wait, but there are ${blueprints} blueprints`)
  }
}

function readStructure(
  from: ByteReader,
  state: SimulationState,
  orders: readonly BuildOrder[],
  codes: SavedCodes,
): Structure {
  const now = (field: string, table: Parameters<SavedCodes['now']>[2]) =>
    codes.now(from, field, table, from.u8(field))
  const cell = from.u32('structure.cell')
  if (!isCell(state.n, cell)) from.fail('structure.cell', `${cell} is no cell`)
  const prototype = now('structure.prototype', 'prototypes')
  if (prototype === 0) from.fail('structure.prototype', 'there is no prototype 0')
  const owner = from.u16('structure.owner', state.players.length)
  if (owner === 0) from.fail('structure.owner', 'a structure belongs to somebody')
  const direction = from.u8('structure.direction', 5)
  const order = from.u32('structure.order')
  const blueprint = order === BUILT ? undefined : orders[order]
  if (order !== BUILT && !blueprint) from.fail('structure.order', `there is no order ${order}`)
  const { kind } = prototypeOf(prototype)
  const recipe = now('structure.recipe', kind === 'lab' ? 'researches' : 'recipes')
  const status = statuses[from.u8('structure.status', statuses.length - 1)]!
  const turn = from.u8('structure.turn')
  const workLeft = from.u32('structure.workLeft')
  const startTick = from.wide('structure.startTick')
  const duration = from.u32('structure.duration')
  const stock = readStock(from, kind !== 'belt' && kind !== 'pole', codes)
  return {
    cell,
    chunk: state.chunkOf[cell]!,
    prototype,
    owner,
    direction,
    blueprint,
    recipe,
    stock,
    load: stock.reduce((sum, count) => sum + count, 0),
    workLeft,
    startTick,
    duration,
    status,
    turn,
    fluid: kind === 'pipe' ? fluidIn(from, stock) : -1,
    asleep: false,
    lane: readLane(from, kind === 'belt' && !blueprint, codes),
  }
}

function readStock(from: ByteReader, holdsItems: boolean, codes: SavedCodes): Uint32Array {
  const stock = new Uint32Array(holdsItems ? ITEM_COUNT : 0)
  from.list('stock', () => {
    const item = codes.now(from, 'stock.item', 'items', from.u8('stock.item'))
    if (!holdsItems) from.fail('stock.item', 'this holds nothing')
    stock[item] = from.u32('stock.count')
  })
  return stock
}

/** A pipe holds one fluid and nothing else. */
function fluidIn(from: ByteReader, stock: Uint32Array): number {
  const held = [...stock.entries()].filter(([, count]) => count > 0)
  if (held.length > 1 || held.some(([item]) => isFluid[item] === 0)) {
    from.fail('stock', 'a pipe holds one fluid')
  }
  return held[0]?.[0] ?? -1
}

/** Front first, two slots apart at least. */
function readLane(from: ByteReader, isBelt: boolean, codes: SavedCodes): [number, number][] {
  let before = SLOTS_PER_CELL + 1
  return from.list('lane', (): [number, number] => {
    const slot = from.u8('lane.slot', SLOTS_PER_CELL - 1)
    if (!isBelt || slot > before - 2) from.fail('lane.slot', `no item can lie on slot ${slot}`)
    before = slot
    return [slot, codes.now(from, 'lane.item', 'items', from.u8('lane.item'))]
  })
}
