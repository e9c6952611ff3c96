// Brings a chunk's snapshot up to date by the change lists that followed it.

import { type CellRecord, decodeCells, encodeCells } from '../domain/chunkCodec.ts'
import type { ChunkChanges, ChunkSnapshot, StructureView } from '../domain/chunkView.ts'

/** The snapshot as of the last of `lists`; lists that are not newer than the snapshot are skipped. */
export function foldChanges(
  snapshot: ChunkSnapshot,
  lists: readonly ChunkChanges[],
): ChunkSnapshot {
  const later = lists.filter(({ tick }) => tick > snapshot.tick)
  const last = later.at(-1)
  if (!last) return snapshot
  const cells = new Map<number, CellRecord>()
  const structures = new Map<number, StructureView>()
  for (const view of snapshot.structures) structures.set(view.cell, view)
  for (const record of decodeCells(snapshot.cells).cells) cells.set(record.offset, record)
  for (const list of later) {
    if (list.cells.length > 0) {
      const decoded = decodeCells(list.cells)
      // A chunk that comes whole names no structure that is gone: those it does not name are.
      if (decoded.kind === 'snapshot') structures.clear()
      for (const record of decoded.cells) cells.set(record.offset, record)
    }
    for (const cell of list.removed) structures.delete(cell)
    for (const view of list.structures) structures.set(view.cell, view)
  }
  return {
    chunk: snapshot.chunk,
    tick: last.tick,
    cells: encodeCells(
      'snapshot',
      snapshot.chunk,
      [...cells.values()].sort((a, b) => a.offset - b.offset),
    ),
    structures: [...structures.values()].sort((a, b) => a.cell - b.cell),
  }
}
