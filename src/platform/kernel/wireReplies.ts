// Replies of a kernel that is not TypeScript, as the port's values: what src/platform/kernel/kernelHost.ts would have said.

import type {
  ChunkChanges,
  ChunkSnapshot,
  LeaderboardRow,
  PlayerView,
  StatisticsView,
  StructureView,
} from '../../domain/chunkView.ts'
import { items } from '../../domain/items.ts'
import type { Outcome, OutcomeReason } from '../../domain/outcome.ts'
import type { KernelResult, Piece } from '../../domain/ports/kernel.ts'
import { ByteReader } from '../../domain/simulation/bytes.ts'
import {
  packCodes,
  prototypeOf,
  RESEARCH_COUNT,
  recipeOf,
  researchOf,
} from '../../domain/simulation/tables.ts'
import { type Call, calls, eventTypes, WIRE_VERSION } from './wire.ts'

/** By code. */
const statuses: readonly StructureView['status'][] = [
  'blueprint',
  'idle',
  'working',
  'starved',
  'blocked',
  'exhausted',
  'locked',
  'unpowered',
]
const reasons: readonly OutcomeReason[] = [
  'Done',
  'Partly',
  'OutOfReach',
  'NotEntered',
  'NothingThere',
  'NoRoom',
  'MissingMaterials',
  'Blocked',
  'NotYours',
  'NotResearched',
  'NoStructure',
  'Interrupted',
]
const HAS_PROGRESS = 1
const HAS_ITEMS = 2
const HAS_CONTENTS = 4
/** An order that is no event's type: its text follows. */
const OTHER_ORDER = 0xff
const CELLS_HEADER_BYTES = 12
const CELL_BYTES = 13

/** The tick that a run came to, and all of the hashes that were asked for. */
export type StateProof = Pick<KernelResult, 'tick' | 'hash' | 'hashes'>

/** Reads a reply to a call. Throws `BytesError`, which names the field, for anything else. */
function reply<Value>(bytes: Uint8Array, call: Call, read: (from: ByteReader) => Value): Value {
  const from = new ByteReader(bytes)
  readHead(from, call)
  const value = read(from)
  from.end()
  return value
}

function readHead(from: ByteReader, call: Call): void {
  const version = from.u8('version')
  if (version !== WIRE_VERSION) from.fail('version', `${version} is not ${WIRE_VERSION}`)
  const code = from.u8('call')
  if (calls[code] !== call) from.fail('call', `${code} answers no ${call}`)
}

function readProof(from: ByteReader): StateProof {
  const tick = from.wide('tick')
  const hash = from.flag('hash') ? { hash: readHash(from) } : {}
  const hashes = from.list('hashes', () => ({ tick: from.wide('hashes'), hash: readHash(from) }))
  return { tick, ...hash, hashes }
}

/** `busyMs` as whoever ran the batch measured it. */
export const decodeResult = (bytes: Uint8Array, busyMs: number): KernelResult =>
  reply(bytes, 'run', (from) => {
    return {
      ...readProof(from),
      outcomes: from.list('outcomes', () => readOutcome(from)),
      dirty: from.list('dirty', () => from.u32('dirty')),
      changes: from.list('changes', () => readChanges(from)),
      players: from.list('players', () => readPlayer(from)),
      busyMs,
    }
  })

/** Of a run only what it says of the state, which is the same whenever it is run again. */
export function decodeProof(bytes: Uint8Array): StateProof {
  const from = new ByteReader(bytes)
  readHead(from, 'run')
  return readProof(from)
}

/** `chunk` as it was asked for: any number at all. */
export const decodeSnapshot = (bytes: Uint8Array, chunk: number): ChunkSnapshot =>
  reply(bytes, 'chunk', (from) => readSnapshot(from, chunk))

export const decodePlayer = (bytes: Uint8Array): PlayerView | undefined =>
  reply(bytes, 'player', (from) => (from.flag('player') ? readPlayer(from) : undefined))

export const decodeStatistics = (bytes: Uint8Array): StatisticsView | undefined =>
  reply(bytes, 'statistics', (from) => {
    if (!from.flag('statistics')) return undefined
    const row = readStanding(from)
    return { ...row, produced: readCounts(from), consumed: readCounts(from) }
  })

export const decodeLeaderboard = (bytes: Uint8Array): LeaderboardRow[] =>
  reply(bytes, 'leaderboard', (from) => from.list('leaderboard', () => readStanding(from)))

export const decodeStructures = (bytes: Uint8Array): StructureView[] =>
  reply(bytes, 'structures', (from) => from.list('structures', () => readStructure(from)))

export const decodeStructure = (bytes: Uint8Array): StructureView | undefined =>
  reply(bytes, 'structure', (from) => (from.flag('structure') ? readStructure(from) : undefined))

/** Of the calls `hash` and `save`. */
export const decodeHash = (
  bytes: Uint8Array,
  call: 'hash' | 'save',
): { readonly tick: number; readonly hash: string } =>
  reply(bytes, call, (from) => ({ tick: from.wide('tick'), hash: readHash(from) }))

export const decodePieces = (bytes: Uint8Array): Piece[] =>
  reply(bytes, 'pieces', (from) =>
    from.list('pieces', () => ({ name: from.text('piece.name'), bytes: readBytes(from, 'piece') })),
  )

function readBytes(from: ByteReader, field: string): Uint8Array {
  const length = from.u32(field)
  from.need(length, field)
  return bytesOf(from, length, field)
}

function bytesOf(from: ByteReader, length: number, field: string): Uint8Array {
  const bytes = new Uint8Array(length)
  from.plane(bytes, field)
  return bytes
}

/** The low word comes first. */
function readHash(from: ByteReader): string {
  const low = from.u32('hash')
  return hex(from.u32('hash')) + hex(low)
}

const hex = (word: number) => word.toString(16).padStart(8, '0')

function readOutcome(from: ByteReader): Outcome {
  const outcome = {
    tick: from.wide('outcome.tick'),
    index: from.u32('outcome.index'),
    account: from.text('outcome.account'),
    commandId: from.text('outcome.commandId'),
    order: readOrder(from),
    done: from.wide('outcome.done'),
    asked: from.wide('outcome.asked'),
    reason: reasons[from.u8('outcome.reason', reasons.length - 1)]!,
  }
  const cell = from.u8('outcome.cell', 2)
  if (cell === 0) return outcome
  return { ...outcome, cell: cell === 1 ? from.u32('cell') : from.double('cell') }
}

function readOrder(from: ByteReader): string {
  const code = from.u8('outcome.order')
  if (code === OTHER_ORDER) return from.text('outcome.order')
  return eventTypes[code] ?? from.fail('outcome.order', `${code} is no type of an event`)
}

function readSnapshot(from: ByteReader, chunk: number): ChunkSnapshot {
  const tick = from.wide('tick')
  const cells = readCells(from)
  return { chunk, tick, cells, structures: from.list('structures', () => readStructure(from)) }
}

/** Packed cells say themselves how many they are. */
function readCells(from: ByteReader): Uint8Array {
  const header = bytesOf(from, CELLS_HEADER_BYTES, 'cells')
  const count = new DataView(header.buffer).getUint32(8, true)
  from.need(count * CELL_BYTES, 'cells')
  const cells = new Uint8Array(CELLS_HEADER_BYTES + count * CELL_BYTES)
  cells.set(header)
  from.plane(cells.subarray(CELLS_HEADER_BYTES), 'cells')
  return cells
}

function readChanges(from: ByteReader): ChunkChanges {
  const chunk = from.u32('chunk')
  if (from.flag('changes.whole')) return { ...readSnapshot(from, chunk), removed: [] }
  return {
    chunk,
    tick: from.wide('tick'),
    cells: from.flag('changes.cells') ? readCells(from) : new Uint8Array(0),
    structures: from.list('structures', () => readStructure(from)),
    removed: from.list('removed', () => from.u32('removed')),
  }
}

const itemNamed = (from: ByteReader, code: number) =>
  items[code] ?? from.fail('item', `there is no item ${code}`)

/** Item → count, sorted by item. */
function readCounts(from: ByteReader, read = () => from.wide('count')): Record<string, number> {
  const counts: [string, number][] = []
  for (let left = from.u8('counts'); left > 0; left--) {
    counts.push([itemNamed(from, from.u8('item')), read()])
  }
  return Object.fromEntries(counts.sort(([a], [b]) => (a < b ? -1 : 1)))
}

function readStructure(from: ByteReader): StructureView {
  const cell = from.u32('structure.cell')
  const prototype = prototypeOf(from.u8('structure.prototype'))
  if (!prototype) from.fail('structure.prototype', 'there is no such prototype')
  const direction = from.u8('structure.direction')
  const owner = from.u16('structure.owner')
  const status = statuses[from.u8('structure.status', statuses.length - 1)]!
  const code = from.u8('structure.recipe')
  const made = prototype.kind === 'lab' ? researchOf(code) : recipeOf(code)
  const flags = from.u8('structure.flags', HAS_PROGRESS | HAS_ITEMS | HAS_CONTENTS)
  return {
    cell,
    prototype: prototype.name,
    direction,
    owner,
    status,
    ...(made ? { recipe: made.name } : {}),
    ...(flags & HAS_PROGRESS ? { progress: readProgress(from) } : {}),
    ...(flags & HAS_ITEMS ? { items: readItems(from) } : {}),
    ...(flags & HAS_CONTENTS ? { contents: readCounts(from, () => from.u32('count')) } : {}),
  }
}

const readProgress = (from: ByteReader) => ({
  startTick: from.wide('startTick'),
  duration: from.u32('duration'),
})

function readItems(from: ByteReader): string[] {
  return Array.from({ length: from.u8('items') }, () => itemNamed(from, from.u8('item')))
}

function readPlayer(from: ByteReader): PlayerView {
  const account = from.text('player.account')
  const index = from.u16('player.index')
  const here = from.flag('player.here')
  const cell = from.u32('player.cell')
  const inventory = readCounts(from)
  const claims = from.wide('player.claims')
  const claimLimit = from.u32('player.claimLimit')
  const researched = Array.from(
    { length: from.u8('player.researched') },
    () => researchOf(from.u8('player.researched', RESEARCH_COUNT))!.name,
  )
  const tick = from.wide('player.tick')
  const harvesting = from.flag('player.harvesting') ? { harvesting: from.u32('harvesting') } : {}
  const research = researchOf(from.u8('player.research', RESEARCH_COUNT))
  const { name = '', units = 0 } = research ?? {}
  const researching = research
    ? { researching: { research: name, done: from.u16('done'), units } }
    : {}
  const recipe = recipeOf(from.u8('player.crafting'))
  const crafting = recipe ? { crafting: { recipe: recipe.name, left: from.wide('left') } } : {}
  return {
    account,
    index,
    here,
    cell,
    inventory,
    claims,
    claimLimit,
    researched,
    tick,
    ...harvesting,
    ...researching,
    ...crafting,
  }
}

function readStanding(from: ByteReader): LeaderboardRow {
  const account = from.text('account')
  const index = from.u16('index')
  const rank = from.u32('rank')
  const made = packCodes.map((code) => [items[code]!, from.wide('packs')] as const)
  return {
    account,
    index,
    packs: Object.fromEntries(made.filter(([, count]) => count > 0)),
    packsTotal: made.reduce((sum, [, count]) => sum + count, 0),
    pollution: from.wide('pollution'),
    packsPerMillion: from.wide('packsPerMillion'),
    launches: from.wide('launches'),
    rank,
  }
}
