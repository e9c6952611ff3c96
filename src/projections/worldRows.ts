// The rows of one world that people read by SQL: chunks and players, written behind the running world.

import type { ChunkSnapshot, PlayerView } from '../domain/chunkView.ts'
import type { AccountId } from '../domain/events.ts'
import { cellsOfChunk } from '../domain/grid/chunk.ts'
import { latticeOf } from '../domain/grid/lattice.ts'
import type { KernelResult, WorldSettings } from '../domain/ports/kernel.ts'
import type { ReadModels } from '../domain/ports/readModels.ts'
import type { Clock, Scheduler } from '../domain/ports/time.ts'
import type { WorldLoad } from './worldReader.ts'
import { type WriteBehindStatus, writeBehind } from './writeBehind.ts'

const PLAYERS_EVERY_MS = 2_000
/** A living planet changes everywhere: its chunks are written at leisure. */
const CHUNKS_EVERY_MS = 10_000
const CHUNK_BATCH = 16
const PLAYER_BATCH = 500

export type WorldRowsPorts = {
  readonly readModels: ReadModels
  readonly settings: WorldSettings
  /** As it was published: what a crash could take back is not written. */
  readonly chunk: (chunk: number) => Promise<ChunkSnapshot>
  /** As it was published. */
  readonly player: (account: AccountId) => PlayerView | undefined
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly say: (line: string) => void
}

export function worldRows(ports: WorldRowsPorts) {
  const { readModels, settings, clock, scheduler, say } = ports
  const { world, n } = settings
  const shared = { clock, scheduler, say }
  const chunks = writeBehind({
    ...shared,
    name: `chunks of world ${world}`,
    everyMs: CHUNKS_EVERY_MS,
    batch: CHUNK_BATCH,
    read: async (id: number) => {
      const { cells, tick } = await ports.chunk(id)
      const position = latticeOf(n, cellsOfChunk(n, id)[0] ?? 0)
      return { world, id, position, cellStates: cells, tick }
    },
    save: readModels.saveChunks,
  })
  const players = writeBehind({
    ...shared,
    name: `players of world ${world}`,
    everyMs: PLAYERS_EVERY_MS,
    batch: PLAYER_BATCH,
    read: async (id: AccountId) => {
      const view = ports.player(id)
      return view && { world, id, position: view.cell, inventory: view.inventory, tick: view.tick }
    },
    save: readModels.savePlayers,
  })
  return {
    chunksChanged: (result: Pick<KernelResult, 'dirty'>): void => result.dirty.forEach(chunks.mark),
    playerChanged: players.mark,
    /** Who leaves is written at once. */
    playerLeft: (account: AccountId): Promise<boolean> => players.saveNow(account),
    load: (): WorldLoad['rows'] => ({
      chunks: loadOf(chunks.status()),
      players: loadOf(players.status()),
    }),
    /** Until `signal` aborts. */
    async run(signal: AbortSignal): Promise<void> {
      await Promise.all([chunks.run(signal), players.run(signal)])
    },
    /** Players are written once more when all has been told. Chunks can be made again, and may be many. */
    async end(): Promise<void> {
      await players.flush()
    },
  }
}

const loadOf = ({ dirty, failing }: WriteBehindStatus) => ({
  dirty,
  failing: failing !== undefined,
})
