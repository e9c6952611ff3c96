// A disk that is full: commands are refused in words, nothing acknowledged is lost, and it goes on when there is room.

import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type NewEvent, StoreUnavailable } from '../../../src/domain/ports/eventStore.ts'
import { startEmbeddedPostgres } from '../../../src/platform/postgres/embedded/launcher.ts'
import { postgresEventStore } from '../../../src/platform/postgres/eventStore.ts'
import { migrate } from '../../../src/platform/postgres/migrate.ts'
import { accepted, event, freshId } from '../../helpers/appends.ts'
import { killAll, processesIn } from '../../helpers/processes.ts'

const SIZE_MB = 160
/** What the disk keeps free while it is full: less than a segment of PostgreSQL's own log. */
const LEFT_MB = 2

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'orrery-disk-'))
const mounted = (() => {
  try {
    fs.chmodSync(folder, 0o755)
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MB}m`, 'tmpfs', folder], {
      stdio: 'ignore',
    })
    return true
  } catch {
    return false
  }
})()
beforeAll(() => {
  if (!mounted) console.log('skipped: a disk of its own can only be mounted by root')
})
afterAll(() => {
  // What a failed test left running.
  const cluster = path.join(folder, 'data', 'pg')
  if (fs.existsSync(cluster)) killAll(processesIn(cluster))
  if (mounted) execFileSync('umount', ['-l', folder])
  fs.rmSync(folder, { recursive: true, force: true })
})

it.runIf(mounted)(
  'a full disk refuses in words, loses nothing that was acknowledged, and goes on with room',
  async () => {
    const said: string[] = []
    const server = await startEmbeddedPostgres(path.join(folder, 'data'), (line) => said.push(line))
    const pool = new pg.Pool({ ...server.connection, max: 4, pipeline: true })
    pool.on('error', () => {})
    await migrate(pool, () => {})
    const store = postgresEventStore(pool, { patienceMs: 2_000 })
    const stream = `territory-${freshId()}`
    const acknowledged: string[] = []
    let version = 0
    let refused: unknown
    const write = async () => {
      const commandId = freshId()
      const cells = Array.from({ length: 20_000 }, (_, cell) => cell)
      const { metadata } = event(commandId)
      const claimed: NewEvent = {
        type: 'CellsClaimed',
        version: 1,
        data: { account: 'ada', cells },
        metadata,
      }
      const command = accepted(1, { commandId, events: [claimed] })
      const result = await store.append(stream, version, [command])
      if (result.kind !== 'appended') throw new Error(`the append was ${result.kind}`)
      version = result.streamVersion
      acknowledged.push(command.commandId)
    }
    await write()
    const ballast = path.join(folder, 'ballast')
    fs.writeFileSync(ballast, Buffer.alloc(freeBytes() - LEFT_MB * 2 ** 20))
    while (refused === undefined) {
      await write().catch((error) => {
        refused = error
      })
    }
    expect(refused).toBeInstanceOf(StoreUnavailable)
    expect(String(refused)).toMatch(/No space left|PostgreSQL/)
    fs.rmSync(ballast)
    // Nobody knows whether the refused one was written; whoever asks reads first.
    for (let tries = 0, done = false; !done; tries++) {
      if (tries > 200) throw new Error(`it did not go on: ${said.join('\n')}`)
      try {
        version = (await store.readStream(stream, 0, 10_000)).length
        await write()
        done = true
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error
      }
    }
    const written = (await store.readStream(stream, 0, 10_000)).map((one) => one.metadata.commandId)
    expect(
      acknowledged.filter((id) => written.filter((other) => other === id).length !== 1),
    ).toEqual([])
    expect(written.filter((id) => acknowledged.includes(id))).toEqual(acknowledged)
    await store.close()
    await pool.end()
    await server.stop()
  },
  120_000,
)

function freeBytes(): number {
  const { bavail, bsize } = fs.statfsSync(folder)
  return bavail * bsize
}
