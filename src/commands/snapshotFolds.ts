// Folds in the snapshots of their worlds: a start folds only what came after them.

import type { WorldId } from '../domain/events.ts'
import type { SavedFold, SavedFolds } from '../domain/ports/folds.ts'
import type { Piece, Pieces } from '../domain/ports/kernel.ts'
import type { Snapshots } from '../domain/ports/snapshots.ts'
import { isSimulationStream, parseStream } from '../domain/streams.ts'
import { FOLDS, foldFrom, foldPieces, piecesBeginOf, streamOfPiece } from './foldPieces.ts'
import { type Folds, hold } from './folds.ts'

/** A shorter stream is read as fast as its fold would be. */
const WORTH_EVENTS = 500

/** What the snapshots have of a stream, or else what `archived` has: whichever folds more. */
export function snapshotFolds(
  snapshots: Pick<Snapshots, 'some'>,
  archived?: SavedFolds,
): SavedFolds {
  const ofSnapshots = async (stream: string): Promise<SavedFold | undefined> => {
    const name = parseStream(stream)
    if (name?.kind !== 'territory' && name?.kind !== 'player') return undefined
    return newest(snapshots, name.world, piecesBeginOf(stream), (pieces) =>
      foldFrom(stream, pieces),
    )
  }
  return {
    async find(stream) {
      const [kept, archive] = await Promise.all([ofSnapshots(stream), archived?.find(stream)])
      // Events up to the archive's are in files, its newest in a later one: a fold that ends there has nothing to go on by.
      return kept && kept.version > (archive?.version ?? 0) ? kept : archive
    },
    archived: async (stream) => archived?.find(stream),
  }
}

/** The folds of a world's long streams, for its next snapshot: those in memory, and those that nobody has asked for since. */
export async function* foldsOfWorld(
  folds: Pick<Folds, 'kept'>,
  snapshots: Pick<Snapshots, 'some'>,
  world: WorldId,
  worthEvents = WORTH_EVENTS,
): AsyncGenerator<readonly Piece[], void, void> {
  const told = new Set<string>()
  for (const fold of folds.kept()) {
    if (!isSimulationStream(fold.stream, world) || fold.version < worthEvents) continue
    const { stream, version, state, eventId } = fold
    if (eventId === undefined) continue
    told.add(stream)
    const letGo = hold(fold)
    try {
      for (const piece of foldPieces({ stream, version, state, eventId })) yield [piece]
    } finally {
      letGo()
    }
  }
  const before = await newest(snapshots, world, FOLDS, (pieces) => pieces)
  const streams = new Set([...(before?.keys() ?? [])].map(streamOfPiece))
  for (const stream of streams) {
    if (told.has(stream) || !before || !foldFrom(stream, before)) continue
    for (const [name, bytes] of before) if (streamOfPiece(name) === stream) yield [{ name, bytes }]
  }
}

/** What `made` makes of the newest snapshot whose pieces of that beginning are whole. */
async function newest<Made>(
  snapshots: Pick<Snapshots, 'some'>,
  world: WorldId,
  begin: string,
  made: (pieces: Pieces) => Made | undefined,
): Promise<Made | undefined> {
  for (let before = Number.MAX_SAFE_INTEGER; ; ) {
    const some = await snapshots.some(world, begin, before)
    if (!some) return undefined
    const found = some.pieces && made(some.pieces)
    if (found !== undefined) return found
    before = some.tick
  }
}
