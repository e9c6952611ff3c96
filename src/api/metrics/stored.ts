// Gauges of what is kept: sizes of tables and snapshots. The database is asked beside the scrapes, at most once a minute.

import { Gauge, type Registry } from 'prom-client'
import type { TableSize } from '../../domain/ports/sizes.ts'

const ASKED_EVERY_MS = 60_000

export type Stored = {
  readonly tables: readonly TableSize[]
  /** Of each world's newest snapshot, as kept. */
  readonly snapshots: readonly { readonly world: string; readonly bytes: number }[]
}

/** `ask` rejects while the database is away: what was told last stays. */
export function storedGauges(registry: Registry, ask: () => Promise<Stored>): void {
  const registers = [registry]
  let askedAt = Number.NEGATIVE_INFINITY
  const tableBytes = new Gauge({
    name: 'orrery_table_bytes',
    help: 'What a table of the database takes with its indexes, looked up once a minute',
    labelNames: ['table'],
    registers,
    collect() {
      if (performance.now() < askedAt + ASKED_EVERY_MS) return
      askedAt = performance.now()
      ask().then(tell, () => {})
    },
  })
  const tableRows = new Gauge({
    name: 'orrery_table_rows',
    help: 'Rows of a table, as PostgreSQL last counted them',
    labelNames: ['table'],
    registers,
  })
  const partitions = new Gauge({
    name: 'orrery_log_partitions',
    help: 'Tables that the log is cut into by position',
    registers,
  })
  const snapshotBytes = new Gauge({
    name: 'orrery_snapshot_bytes',
    help: 'What the newest snapshot takes, deflated',
    labelNames: ['world'],
    registers,
  })
  function tell({ tables, snapshots }: Stored): void {
    for (const { table, bytes, rows, partitions: parts } of tables) {
      tableBytes.set({ table }, bytes)
      tableRows.set({ table }, rows)
      if (table === 'events') partitions.set(parts)
    }
    for (const { world, bytes } of snapshots) snapshotBytes.set({ world }, bytes)
  }
}
