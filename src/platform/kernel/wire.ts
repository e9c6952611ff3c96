// Calls of the kernel's port as bytes, for a kernel that is not TypeScript; the other end is compute/kernel/src/wire.rs.
// docs/compute.md, "The wire". Every name is a code of the tables: the kernel knows none.

import type { SimulationEvent } from '../../domain/events.ts'
import { itemCode } from '../../domain/items.ts'
import type { KernelBatch, Pieces, TickEvents } from '../../domain/ports/kernel.ts'
import { prototypeCode } from '../../domain/prototypes.ts'
import { recipeCode } from '../../domain/recipes.ts'
import { researchCode } from '../../domain/research.ts'
import { ByteWriter } from '../../domain/simulation/bytes.ts'
import { directionOrNone, LONGEST_PATH } from '../../domain/simulation/hand.ts'
import { clampCount } from '../../domain/simulation/outcomes.ts'
import { clampDirection } from '../../domain/simulation/placing.ts'

export const WIRE_VERSION = 2

/** The calls by their codes, in requests and in replies. */
export const calls = [
  'run',
  'chunk',
  'player',
  'statistics',
  'leaderboard',
  'structures',
  'structure',
  'hash',
  'save',
  'pieces',
] as const
export type Call = (typeof calls)[number]

/** Types of events by their codes. */
export const eventTypes = [
  'WorldEntered',
  'WorldLeft',
  'CellsClaimed',
  'CellReleased',
  'StructuresPlaced',
  'StructuresRemoved',
  'StructureRotated',
  'RecipeSelected',
  'MoveOrdered',
  'HarvestStarted',
  'HarvestStopped',
  'CraftOrdered',
  'TransferOrdered',
  'ResearchSelected',
] as const satisfies readonly SimulationEvent['type'][]

/** What is no u32 is written as this. */
const NOWHERE = 0xffff_ffff
const NO_ITEM = 0xff

const isU32 = (value: number) => Number.isInteger(value) && value >= 0 && value < NOWHERE

function begin(call: Call): ByteWriter {
  const out = new ByteWriter()
  out.u8(WIRE_VERSION)
  out.u8(calls.indexOf(call))
  return out
}

/** A batch of ticks. Throws `RangeError` for a tick that is no whole number from 0, or a `hashEvery` that is no u32. */
export function encodeRun(batch: KernelBatch): Uint8Array {
  const { through, events, watch, hash, hashEvery = 0, players } = batch
  if (!isU32(hashEvery)) throw new RangeError(`hashEvery: ${hashEvery} is no u32`)
  const out = begin('run')
  writeTick(out, through)
  out.u8(Number(hash))
  out.u8(Number(players === 'all'))
  out.u32(hashEvery)
  out.list(watch.filter(isU32), (chunk) => out.u32(chunk))
  out.list(events, ({ tick, events }) => {
    writeTick(out, tick)
    out.list(events, (event) => writeEvent(out, event))
  })
  return out.bytes()
}

function writeTick(out: ByteWriter, tick: number) {
  if (!Number.isSafeInteger(tick) || tick < 0) throw new RangeError(`${tick} is no tick`)
  out.wide(tick)
}

/** A chunk's number: any number at all, as the port takes any. */
export function encodeChunk(chunk: number): Uint8Array {
  const out = begin('chunk')
  out.u32(chunk >>> 0)
  out.u8(Number(isU32(chunk)))
  return out.bytes()
}

/** A call that asks about an account. */
export function encodeAccount(
  call: 'player' | 'statistics' | 'structures',
  account: string,
): Uint8Array {
  const out = begin(call)
  writeText(out, account)
  return out.bytes()
}

export function encodeStructure(cell: number): Uint8Array {
  const out = begin('structure')
  out.u32(isU32(cell) ? cell : NOWHERE)
  return out.bytes()
}

/** A call that asks for nothing in particular. */
export const encodePlain = (call: 'leaderboard' | 'hash' | 'save'): Uint8Array =>
  begin(call).bytes()

export function encodePieces(bytes: number): Uint8Array {
  const out = begin('pieces')
  out.wide(clampCount(bytes, Number.MAX_SAFE_INTEGER))
  return out.bytes()
}

/** The pieces of a saved state, to open a kernel with. */
export function encodeSaved(pieces: Pieces): Uint8Array {
  const out = new ByteWriter()
  out.list([...pieces], ([name, bytes]) => {
    writeText(out, name)
    out.u32(bytes.length)
    out.plane(bytes)
  })
  return out.bytes()
}

const MOST_TEXT = 0xffff

function writeText(out: ByteWriter, text: string) {
  if (text.length > MOST_TEXT) throw new RangeError(`a text of ${text.length} units is too long`)
  out.text(text)
}

function writeEvent(out: ByteWriter, { commandId, event }: TickEvents['events'][number]) {
  out.u8(eventTypes.indexOf(event.type))
  writeText(out, event.data.account)
  writeText(out, commandId)
  writeOrder(out, event)
}

/** As the rules read it: an order may say anything, and what it cannot mean is written as they take it. */
function writeOrder(out: ByteWriter, { type, data }: SimulationEvent) {
  switch (type) {
    case 'WorldEntered':
      return writeCell(out, data.landing)
    case 'WorldLeft':
    case 'HarvestStopped':
      return
    case 'CellsClaimed':
    case 'StructuresRemoved':
      return out.list(data.cells, (cell) => out.u32(isU32(cell) ? cell : NOWHERE))
    case 'CellReleased':
    case 'HarvestStarted':
      return writeCell(out, data.cell)
    case 'StructuresPlaced':
      return out.list(data.structures, ({ cell, prototype, direction }) => {
        out.u32(isU32(cell) ? cell : NOWHERE)
        out.u8(prototypeCode(prototype))
        out.u8(clampDirection(direction))
      })
    case 'StructureRotated':
      writeCell(out, data.cell)
      return out.u8(clampDirection(data.direction))
    case 'RecipeSelected':
      writeCell(out, data.cell)
      return out.u8(recipeCode(data.recipe))
    case 'MoveOrdered':
      out.u32(data.path.length)
      return out.list(data.path.slice(0, LONGEST_PATH), (step) => out.u8(directionOrNone(step)))
    case 'CraftOrdered':
      out.u8(recipeCode(data.recipe))
      return out.wide(clampCount(data.count, Number.MAX_SAFE_INTEGER))
    case 'TransferOrdered': {
      writeCell(out, data.cell)
      const item = itemCode(data.item)
      out.u8(item < 0 ? NO_ITEM : item)
      out.wide(clampCount(data.count, Number.MAX_SAFE_INTEGER))
      return out.u8(Number(data.way === 'put'))
    }
    case 'ResearchSelected':
      return out.u8(researchCode(data.research))
  }
}

/** A cell that an outcome may name: what is no u32 comes back as it was. */
function writeCell(out: ByteWriter, cell: number) {
  out.u32(isU32(cell) ? cell : NOWHERE)
  if (!isU32(cell)) out.double(cell)
}
