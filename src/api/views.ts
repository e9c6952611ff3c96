// Readable views that REST and GraphQL both give: a cell with its names, a world's status, the rules.

import { type CellRecord, decodeCells } from '../domain/chunkCodec.ts'
import type { StructureView } from '../domain/chunkView.ts'
import { deposits, INEXHAUSTIBLE, lives } from '../domain/generation/codes.ts'
import { terrains } from '../domain/generation/terrain.ts'
import { chunkOf, offsetInChunk } from '../domain/grid/chunk.ts'
import { DIRECTIONS, neighbour } from '../domain/grid/neighbours.ts'
import { items } from '../domain/items.ts'
import type { ChatMessage, PersonalData } from '../domain/ports/personalData.ts'
import { prototypes } from '../domain/prototypes.ts'
import { recipes } from '../domain/recipes.ts'
import { researches } from '../domain/research.ts'
import { rulesHash } from '../domain/simulation/rulesHash.generated.ts'
import type { WorldReader, WorldStatus } from '../projections/worldReader.ts'

export type CellView = {
  readonly cell: number
  readonly chunk: number
  /** By direction 0..5; -1 where a pentagon has none. */
  readonly neighbours: readonly number[]
  readonly terrain: string
  readonly elevation: number
  readonly deposit: string | null
  /** Units left; a unit is 256 items. -1: inexhaustible. */
  readonly amount: number
  readonly life: string | null
  readonly mass: number
  readonly pollution: number
  readonly owner: string | null
  readonly ownerName: string | null
  readonly structure: StructureView | null
}

type OpenChunk = {
  readonly cells: ReadonlyMap<number, CellRecord>
  readonly structures: ReadonlyMap<number, StructureView>
}

async function openChunk(world: WorldReader, chunk: number): Promise<OpenChunk> {
  const snapshot = await world.chunk(chunk)
  return {
    cells: new Map(decodeCells(snapshot.cells).cells.map((record) => [record.offset, record])),
    structures: new Map(
      snapshot.structures.map((structure) => [structure.cell, publicStructure(structure)]),
    ),
  }
}

/** Views of cells that exist on the planet, in the order asked for; each chunk is read once. */
export async function cellViews(
  world: WorldReader,
  cells: readonly number[],
  personalData: Pick<PersonalData, 'names'>,
): Promise<readonly CellView[]> {
  const { n } = world.settings
  const chunks = [...new Set(cells.map((cell) => chunkOf(n, cell)))]
  const opened = new Map(
    await Promise.all(chunks.map(async (chunk) => [chunk, await openChunk(world, chunk)] as const)),
  )
  const accounts = new Map(world.players().map((player) => [player.index, player.account]))
  const found = cells.map((cell) => {
    const open = opened.get(chunkOf(n, cell))!
    return { cell, record: open.cells.get(offsetInChunk(n, cell)), open }
  })
  const owners = found.flatMap(({ record }) => accounts.get(record?.owner ?? 0) ?? [])
  const names = await personalData.names([...new Set(owners)])
  return found.flatMap(({ cell, record, open }) => {
    if (!record) return []
    const owner = accounts.get(record.owner) ?? null
    return [
      {
        ...readable(n, cell, record),
        owner,
        ownerName: owner === null ? null : (names.get(owner) ?? null),
        structure: open.structures.get(cell) ?? null,
      },
    ]
  })
}

const readable = (n: number, cell: number, record: CellRecord) => ({
  cell,
  chunk: chunkOf(n, cell),
  neighbours: Array.from({ length: DIRECTIONS }, (_, direction) => neighbour(n, cell, direction)),
  terrain: terrains[record.terrain] ?? 'none',
  elevation: record.elevation,
  deposit: record.deposit === 0 ? null : (deposits[record.deposit] ?? null),
  amount: record.amount === INEXHAUSTIBLE ? -1 : record.amount,
  life: record.life === 0 ? null : (lives[record.life] ?? null),
  mass: record.mass,
  pollution: record.pollution,
})

/** What everybody may see of a structure: its contents are its owner's. */
export function publicStructure(structure: StructureView): StructureView {
  const { contents: _, ...seen } = structure
  return seen
}

/** What a door may tell of a world: of a running one only what no crash can take back. */
export async function statusOf(world: WorldReader): Promise<WorldStatus> {
  if (world.status().state !== 'running') return world.status()
  return world.publishedStatus().catch((error: unknown) => {
    // It stopped while we waited: then its last status is all there will be.
    if (world.status().state !== 'running') return world.status()
    throw error
  })
}

export const rules = {
  hash: rulesHash,
  items,
  terrains,
  deposits,
  lives,
  prototypes,
  recipes,
  researches,
} as const

export const base64 = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')

/** Rows about players with their names; null where a name was erased. */
export async function withPlayerNames<Row extends { readonly account: string }>(
  rows: readonly Row[],
  { personalData }: { readonly personalData: Pick<PersonalData, 'names'> },
) {
  const names = await personalData.names([...new Set(rows.map(({ account }) => account))])
  return rows.map((row) => ({ ...row, name: names.get(row.account) ?? null }))
}

/** Chat lines in one answer, unless asked for otherwise, and at most. */
export const CHAT_LINES = 50
export const CHAT_LINES_MAX = 200

/** Chat lines with their writers' names. */
export const withNames = (
  lines: readonly ChatMessage[],
  doors: { readonly personalData: Pick<PersonalData, 'names'> },
) => withPlayerNames(lines, doors)
