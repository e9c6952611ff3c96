// How fast the log is on this machine: `npx tsx bench/eventStore.ts [data folder]` (DATABASE_URL: that server instead).

import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { v7 as uuid } from 'uuid'
import { foldCache } from '../src/commands/folds.ts'
import type { DecidedCommand, EventStore } from '../src/domain/ports/eventStore.ts'
import { territory } from '../src/domain/territory.ts'
import { startEmbeddedPostgres } from '../src/platform/postgres/embedded/launcher.ts'
import { postgresEventStore } from '../src/platform/postgres/eventStore.ts'
import { migrate } from '../src/platform/postgres/migrate.ts'

const streams = 1000

/** One command with one event of about 200 bytes. */
function command(n: number): DecidedCommand {
  const commandId = uuid()
  const metadata = {
    eventId: uuid(),
    commandId,
    account: `account-${n % 500}`,
    correlationId: commandId,
    causationId: commandId,
    at: new Date().toISOString(),
  }
  const structures = [{ cell: n, prototype: 'kiln', direction: n % 6 }]
  return {
    account: metadata.account,
    commandId,
    payloadHash: createHash('sha256').update(commandId).digest('hex'),
    outcome: 'accepted',
    events: [
      {
        type: 'StructuresPlaced',
        version: 1,
        data: { account: metadata.account, structures },
        metadata,
      },
    ],
  }
}

/** Appends `count` commands, `inFlight` at a time, round the streams; gives the times they took, ms. */
async function appendAll(store: EventStore, prefix: string, count: number, inFlight: number) {
  const took: number[] = []
  let next = 0
  const began = performance.now()
  const work = async (worker: number) => {
    // Each worker has streams of its own, as each stream has one queue.
    const own = Math.max(1, Math.floor(streams / inFlight))
    const versions = new Array<number>(own).fill(0)
    for (let turn = 0; next < count; turn++) {
      const n = next++
      const slot = turn % own
      const start = performance.now()
      const result = await store.append(`${prefix}-${worker * own + slot}`, versions[slot] ?? 0, [
        command(n),
      ])
      if (result.kind !== 'appended') throw new Error(`append was ${result.kind}`)
      versions[slot] = result.streamVersion
      took.push(performance.now() - start)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, (_, worker) => work(worker)))
  const seconds = (performance.now() - began) / 1000
  took.sort((a, b) => a - b)
  const at = (share: number) => (took[Math.floor((took.length - 1) * share)] ?? 0).toFixed(2)
  return { perSecond: Math.round(count / seconds), p50: at(0.5), p99: at(0.99) }
}

async function readEverything(store: EventStore) {
  const began = performance.now()
  let position = 0
  for (;;) {
    const page = await store.readAll(position, 2000)
    const last = page.at(-1)
    if (!last) break
    position = last.position
  }
  return {
    events: position,
    perSecond: Math.round(position / ((performance.now() - began) / 1000)),
  }
}

/** One territory of so many claims, read and folded as a stream's first command after a start does it. */
async function foldTerritory(store: EventStore, stream: string, claims: number) {
  const perAppend = 1_000
  for (let done = 0; done < claims; done += perAppend) {
    const made = command(done)
    const [event] = made.events
    const events = Array.from({ length: perAppend }, (_, n) => ({
      ...event!,
      type: 'CellsClaimed' as const,
      data: { account: made.account, cells: [done + n] },
    }))
    await store.append(stream, done, [{ ...made, events }])
  }
  const began = performance.now()
  await foldCache(store, 1).load(stream, territory)
  return Math.round(claims / ((performance.now() - began) / 1000))
}

const folder = process.argv[2] ?? mkdtempSync(path.join(os.tmpdir(), 'orrery-bench-'))
const url = process.env.DATABASE_URL
const server = url ? undefined : await startEmbeddedPostgres(folder, console.log)
const pool = new pg.Pool({
  ...(server?.connection ?? { connectionString: url }),
  max: 8,
  pipeline: true,
})
await migrate(pool, console.log)
const store = postgresEventStore(pool)

const run = uuid()
await appendAll(store, `warm-${run}`, 5000, 256)
const alone = await appendAll(store, `alone-${run}`, 4000, 1)
const piped = await appendAll(store, `piped-${run}`, 100_000, 512)
const read = await readEverything(store)
const claims = 100_000
const folded = await foldTerritory(store, `territory-${run}`, claims)
const row = (what: string, perSecond: number, p50 = '', p99 = '') =>
  console.log(
    `| ${what.padEnd(30)} | ${String(perSecond).padStart(9)} | ${p50.padStart(7)} | ${p99.padStart(7)} |`,
  )
console.log(
  `\nPostgreSQL ${server ? `embedded (${server.how})` : 'by DATABASE_URL'}, fsync on; ${os.availableParallelism()} cores of ${os.cpus()[0]?.model}, load ${os.loadavg()[0]?.toFixed(1)}\n`,
)
console.log('| what                           | events/s  | p50 ms  | p99 ms  |')
console.log('| ------------------------------ | --------- | ------- | ------- |')
row('append, one at a time', alone.perSecond, alone.p50, alone.p99)
row('append, 512 in flight', piped.perSecond, piped.p50, piped.p99)
row(`read all ${read.events}`, read.perSecond)
row(`read and fold a territory`, folded)

await store.close()
await pool.end()
await server?.stop()
if (!process.argv[2]) rmSync(folder, { recursive: true, force: true })
