// What a snapshot costs: planets saved beside their ticks, and opened again.

import type pg from 'pg'
import type { Piece, WorldSettings } from '../../src/domain/ports/kernel.ts'
import { rulesHash } from '../../src/domain/simulation/rulesHash.generated.ts'
import { createKernelHost } from '../../src/platform/kernel/kernelHost.ts'
import { postgresSnapshots } from '../../src/platform/postgres/snapshots.ts'
import { type Measured, millis, seconds, timed } from './row.ts'

const SLICE_BYTES = 1 << 18
/** N, and the ticks that are run before. */
const PLANETS = [
  [64, 2_000],
  [256, 160],
  [960, 16],
] as const

export async function* measureSnapshots(pool: pg.Pool): AsyncGenerator<Measured> {
  for (const [n, ticks] of PLANETS) yield* cost(pool, n, ticks)
}

async function* cost(pool: pg.Pool, n: number, ticks: number): AsyncGenerator<Measured> {
  const settings: WorldSettings = { world: `n${n}`, seed: 7, n, ups: 20 }
  const made = await timed(() => createKernelHost(settings, () => performance.now()))
  const host = made.value
  const batch = { events: [], watch: [], players: 'none' } as const
  host.run({ ...batch, through: ticks, hash: true })
  const save = await timed(() => host.save())
  let bytes = 0
  let longestMs = 0
  async function* pieces(): AsyncGenerator<readonly Piece[]> {
    for (;;) {
      const slice = await timed(() => host.pieces(SLICE_BYTES))
      longestMs = Math.max(longestMs, slice.ms)
      if (slice.value.length === 0) return
      bytes += slice.value.reduce((sum, piece) => sum + piece.bytes.length, 0)
      yield slice.value
    }
  }
  const snapshots = postgresSnapshots(pool)
  const { tick, hash } = save.value
  const applied = { ledgerVersion: 1, position: 1, pinned: false }
  const head = { world: settings.world, tick, rulesHash, stateHash: hash, ...applied }
  const written = await timed(() => snapshots.save(head, pieces()))
  const [kept] = await snapshots.list(settings.world)
  const read = await timed(() =>
    snapshots.newest(
      settings.world,
      () => true,
      () => {},
    ),
  )
  const opened = await timed(() =>
    createKernelHost(settings, () => performance.now(), read.value?.pieces),
  )
  if (opened.value.hash().hash !== hash) throw new Error('another state came back')
  const name = `snapshot of N = ${n} (${(10 * n * n + 2).toLocaleString('en')} cells)`
  const size = `${((kept?.bytes ?? 0) / 1e6).toFixed(2)} MB kept of ${(bytes / 1e6).toFixed(1)} MB`
  const waits = `ticks wait ${millis(save.ms)}, then a slice of at most ${millis(longestMs)}`
  yield [name, `${size}; ${seconds(save.ms + written.ms)} in all; ${waits}`]
  const back = `read ${millis(read.ms)}, opened ${seconds(opened.ms)} (of it the seed ${seconds(made.ms)})`
  yield [`the same, back`, back]
}
