// Chunks and cells: packed for a client that draws, readable for one that asks.

import type { ChunkChanges, ChunkSnapshot } from '../../../domain/chunkView.ts'
import { chunkCount } from '../../../domain/grid/chunk.ts'
import { cellsWithin } from '../../../domain/grid/distance.ts'
import { isCell } from '../../../domain/grid/lattice.ts'
import type { FeedItem, WorldReader } from '../../../projections/worldReader.ts'
import { base64, cellViews, publicStructure } from '../../views.ts'
import { type Context, check, worldNamed } from '../context.ts'
import type {
  SubscriptionChunksArgs,
  WorldCellArgs,
  WorldCellsNearArgs,
  WorldChunksArgs,
} from '../schema.generated.ts'
import { deliver, follow } from '../subscription.ts'
import { heartbeat } from './mine.ts'

/** Checks the ids and takes them from what the request may ask for. */
function wanted(context: Context, world: WorldReader, chunks: readonly number[], field: string) {
  const count = chunkCount(world.settings.n)
  const ids = [...new Set(chunks)]
  for (const [index, chunk] of chunks.entries()) {
    const detail = `takes 0 to ${count - 1}`
    check(chunk >= 0 && chunk < count, { field: `${field}[${index}]`, detail })
  }
  const { chunksMax } = context.doors.limits
  context.chunks.left -= ids.length
  check(context.chunks.left >= 0, { field, detail: `takes at most ${chunksMax} in one request` })
  return ids
}

const chunkView = (snapshot: ChunkSnapshot) => ({
  __typename: 'Chunk',
  chunk: snapshot.chunk,
  tick: snapshot.tick,
  cells: base64(snapshot.cells),
  structures: snapshot.structures.map(publicStructure),
})

/** A change goes to all its subscribers, so its base64 is made once. */
const encoded = new WeakMap<ChunkChanges, ReturnType<typeof encode>>()
const encode = (changes: ChunkChanges) => ({
  __typename: 'ChunkChanges',
  chunk: changes.chunk,
  tick: changes.tick,
  cells: base64(changes.cells),
  structures: changes.structures.map(publicStructure),
  removed: changes.removed,
})

function changesView(changes: ChunkChanges) {
  const known = encoded.get(changes) ?? encode(changes)
  encoded.set(changes, known)
  return known
}

function chunksFeed(_root: unknown, given: SubscriptionChunksArgs, context: Context) {
  const world = worldNamed(context, given.world)
  const chunks = wanted(context, world, given.chunks, 'chunks')
  const seen = new Map<number, number>()
  return follow<{ __typename: string }>(context, world, {
    interest: { chunks },
    async *first() {
      for (const chunk of chunks) {
        const snapshot = await world.chunk(chunk)
        seen.set(chunk, snapshot.tick)
        yield chunkView(snapshot)
      }
    },
    each(item: FeedItem) {
      if (item.kind === 'heartbeat') return [heartbeat(item)]
      if (item.kind !== 'chunk') return []
      // The feed listens since before the snapshot was read: what is in the snapshot is not told again.
      const fresh = item.changes.tick > (seen.get(item.changes.chunk) ?? 0)
      return fresh ? [changesView(item.changes)] : []
    },
  })
}

async function cellsNear(
  world: WorldReader,
  { id, reach }: Required<WorldCellsNearArgs>,
  { doors }: Context,
) {
  const { n } = world.settings
  const { reachMax } = doors.limits
  check(isCell(n, id), { field: 'id', detail: 'is no cell of this planet' })
  check(reach >= 0 && reach <= reachMax, { field: 'reach', detail: `takes 0 to ${reachMax}` })
  return cellViews(world, cellsWithin(n, id, reach), doors.personalData)
}

export const chunk = {
  World: {
    chunks: async (world: WorldReader, { ids }: WorldChunksArgs, context: Context) => {
      const chunks = wanted(context, world, ids, 'ids')
      return (await Promise.all(chunks.map((id) => world.chunk(id)))).map(chunkView)
    },
    cell: async (world: WorldReader, { id }: WorldCellArgs, { doors }: Context) =>
      isCell(world.settings.n, id)
        ? ((await cellViews(world, [id], doors.personalData))[0] ?? null)
        : null,
    cellsNear,
  },
  Subscription: { chunks: { subscribe: chunksFeed, resolve: deliver } },
}
