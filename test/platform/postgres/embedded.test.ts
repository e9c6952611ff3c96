// The embedded PostgreSQL in the situations that people and machines bring it into.

import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { RecordedEvent } from '../../../src/domain/ports/eventStore.ts'
import { findPackage } from '../../../src/platform/postgres/embedded/binaries.ts'
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../../src/platform/postgres/embedded/launcher.ts'
import { postgresEventStore } from '../../../src/platform/postgres/eventStore.ts'
import { migrate } from '../../../src/platform/postgres/migrate.ts'
import { StartRefused } from '../../../src/platform/startRefused.ts'
import { accepted } from '../../helpers/appends.ts'
import type { Told } from '../../helpers/embeddedServer.ts'
import {
  type EmbeddedServerProcess,
  embeddedServer,
  isReady,
  isRefused,
  isSaying,
  killAll,
  processesIn,
} from '../../helpers/processes.ts'

const root = process.getuid?.() === 0
const nobody = { uid: 65534, gid: 65534 }
const canRead = (file: string) => (fs.statSync(file).mode & 0o005) === 0o005
/** Another user can only run the project where it may read it. */
const othersCanRead = (() => {
  const parts = import.meta.dirname.split('/')
  return parts.every((_, index) => canRead(parts.slice(0, index + 1).join('/') || '/'))
})()

describe('the embedded PostgreSQL', () => {
  let top = ''
  const children: EmbeddedServerProcess[] = []
  beforeAll(() => {
    top = fs.mkdtempSync(path.join(os.tmpdir(), 'orrery-embedded-'))
    fs.chmodSync(top, 0o755)
  })
  afterAll(async () => {
    for (const { child } of children) child.kill('SIGKILL')
    // What a failed test left running.
    const left = fs.readdirSync(top, { recursive: true, encoding: 'utf8' })
    for (const file of left.filter((name) => name.endsWith('postmaster.pid'))) {
      killAll(processesIn(path.dirname(path.join(top, file))))
    }
    fs.rmSync(top, { recursive: true, force: true })
  })
  const spawned = (...given: Parameters<typeof embeddedServer>) => {
    const child = embeddedServer(...given)
    children.push(child)
    return child
  }
  const query = async (connection: pg.ClientConfig, sql: string) => {
    const client = new pg.Client(connection)
    client.on('error', () => {})
    await client.connect()
    try {
      return (await client.query(sql)).rows
    } finally {
      await client.end()
    }
  }
  const postmaster = (dataDir: string) =>
    Number(fs.readFileSync(path.join(dataDir, 'pg/postmaster.pid'), 'utf8').split('\n')[0])

  describe('in a folder with blanks and a quote', () => {
    const said: string[] = []
    let dataDir = ''
    let server: EmbeddedPostgres
    beforeAll(async () => {
      dataDir = path.join(top, `my data, it's here`)
      server = await startEmbeddedPostgres(dataDir, (message) => said.push(message))
    })
    afterAll(() => server.stop())

    it('makes the database at the first start, and says what takes long', async () => {
      expect(server.how).toBe('created')
      expect(said.join('\n')).toMatch(/Unpacking PostgreSQL.*Creating the database.*Starting/s)
      await query(server.connection, 'CREATE TABLE kept AS SELECT 1 AS n')
    })

    it('listens on no port and lets nobody else in', async () => {
      expect(await query(server.connection, 'SHOW listen_addresses')).toEqual([
        { listen_addresses: '' },
      ])
      expect(fs.statSync(path.join(dataDir, 'pg')).mode & 0o077).toBe(0)
    })

    it('refuses a second server on the same folder, names the first, and leaves it alone', async () => {
      const before = postmaster(dataDir)
      const second = startEmbeddedPostgres(dataDir, () => {})
      await expect(second).rejects.toThrow(StartRefused)
      await expect(second).rejects.toThrow(`pid ${process.pid}`)
      const { refused } = await spawned(dataDir).hears(isRefused)
      expect(refused).toContain(`pid ${process.pid}`)
      expect(await query(server.connection, 'SELECT n FROM kept')).toEqual([{ n: 1 }])
      expect(postmaster(dataDir)).toBe(before)
    })

    it('starts again with its data, also over a stale pid file and socket', async () => {
      await server.stop()
      expect(processesIn(path.join(dataDir, 'pg'))).toEqual([])
      // The pid of a process that lives, and is none of PostgreSQL's: ours.
      fs.writeFileSync(path.join(dataDir, 'pg/postmaster.pid'), `${process.pid}\n`)
      fs.writeFileSync(path.join(dataDir, 'pg/.s.PGSQL.5432'), '')
      server = await startEmbeddedPostgres(dataDir, (message) => said.push(message))
      expect(server.how).toBe('started')
      expect(await query(server.connection, 'SELECT n FROM kept')).toEqual([{ n: 1 }])
    })

    it('loses no acknowledged event when PostgreSQL is killed, and comes back by itself', async () => {
      const pool = new pg.Pool(server.connection)
      pool.on('error', () => {})
      await migrate(pool, () => {})
      const store = postgresEventStore(pool, { patienceMs: 30_000 })
      const acknowledged: string[] = []
      let writing = true
      let failures = 0
      const work = async (worker: number) => {
        for (let turn = 0; writing; turn++) {
          const stream = `player-${worker}-${turn}`
          await store.append(stream, 0, [accepted()]).then(
            () => acknowledged.push(stream),
            () => failures++,
          )
        }
      }
      const seen: RecordedEvent[] = []
      const ended = new AbortController()
      const watching = (async () => {
        for await (const batch of store.subscribe(0, ended.signal)) seen.push(...batch)
      })()
      const workers = Array.from({ length: 64 }, (_, worker) => work(worker))
      const grows = async () => {
        const before = acknowledged.length
        const grown = () => expect(acknowledged.length).toBeGreaterThan(before + 300)
        await vi.waitFor(grown, { timeout: 30_000, interval: 3 })
      }
      // Until a kill fell between sending and hearing, so that an outcome was unknown.
      for (let kill = 0; kill < 3 || failures === 0; kill++) {
        await grows()
        const pids = processesIn(path.join(dataDir, 'pg'))
        await grows()
        // The postmaster alone, and then all of its processes at once, as when the power goes.
        killAll(kill === 0 ? [postmaster(dataDir)] : pids)
      }
      await grows()
      writing = false
      await Promise.all(workers)
      expect(failures).toBeGreaterThan(0)
      expect(said.join('\n')).toContain('PostgreSQL is up again')

      // The reader was there all the time, over every restart.
      const head = await store.head()
      await vi.waitFor(() => expect(seen.length).toBe(head), 10_000)
      ended.abort()
      await watching
      const streams = new Set(seen.map(({ stream }) => stream))
      expect(acknowledged.filter((stream) => !streams.has(stream))).toEqual([])
      await store.close()
      await pool.end()
    })

    it('restores the links that npm leaves out', () => {
      const { folder, version } = findPackage()
      const listed: { target: string }[] = JSON.parse(
        fs.readFileSync(path.join(folder, 'native/pg-symlinks.json'), 'utf8'),
      )
      expect(listed.length).toBeGreaterThan(0)
      for (const { target } of listed) {
        const link = path.join(dataDir, `pg-${version}`, target.replace('native/', ''))
        expect(fs.existsSync(link), link).toBe(true)
      }
    })
  })

  describe('whose program is killed', () => {
    let dataDir = ''
    beforeAll(() => {
      dataDir = path.join(top, 'killed')
    })

    it('starts afresh after a kill in the middle of making the database', async () => {
      const first = spawned(dataDir)
      await first.hears(isSaying('Creating the database'))
      await vi.waitFor(() => expect(fs.existsSync(path.join(dataDir, 'pg.new/base'))).toBe(true), {
        timeout: 20_000,
        interval: 2,
      })
      await first.kill('SIGKILL')
      expect(fs.existsSync(path.join(dataDir, 'pg'))).toBe(false)
      const second = spawned(dataDir)
      expect(await second.hears(isReady)).toMatchObject({ ready: 'created' })
      expect(fs.existsSync(path.join(dataDir, 'pg.new'))).toBe(false)
      await second.kill('SIGTERM')
    })

    it('adopts the PostgreSQL that outlived it, with every acknowledged event', async () => {
      const writer = spawned(dataDir, 'write')
      await writer.hears(isReady)
      const isAcknowledged = (told: Told) => 'acknowledged' in told
      await vi.waitFor(
        () => expect(writer.told.filter(isAcknowledged).length).toBeGreaterThan(1000),
        { timeout: 30_000, interval: 3 },
      )
      const before = postmaster(dataDir)
      await writer.kill('SIGKILL')
      const acknowledged = writer.told.flatMap((told) =>
        'acknowledged' in told ? [told.acknowledged] : [],
      )
      const server = await startEmbeddedPostgres(dataDir, () => {})
      expect(server.how).toBe('adopted')
      expect(postmaster(dataDir)).toBe(before)
      const rows = await query(server.connection, 'SELECT stream FROM orrery.events')
      const streams = new Set(rows.map(({ stream }) => stream))
      expect(acknowledged.filter((stream) => !streams.has(stream))).toEqual([])
      await server.stop()
      expect(processesIn(path.join(dataDir, 'pg'))).toEqual([])
    })

    it('starts again when PostgreSQL was killed with it', async () => {
      const first = spawned(dataDir)
      await first.hears(isReady)
      const pids = processesIn(path.join(dataDir, 'pg'))
      expect(pids.length).toBeGreaterThan(1)
      await first.kill('SIGKILL')
      killAll(pids)
      const second = spawned(dataDir)
      expect(await second.hears(isReady)).toMatchObject({ ready: 'started' })
      await second.kill('SIGTERM')
    })

    it('goes on when PostgreSQL is killed before its first answer, more than once', async () => {
      const first = spawned(dataDir)
      await first.hears(isReady)
      await first.kill('SIGKILL')
      killAll(processesIn(path.join(dataDir, 'pg')))
      const second = spawned(dataDir)
      for (let kills = 0; kills < 3; kills++) {
        const pids = await vi.waitFor(
          () => {
            const found = processesIn(path.join(dataDir, 'pg'))
            expect(found).not.toEqual([])
            return found
          },
          { timeout: 20_000, interval: 2 },
        )
        killAll(pids)
        // Who has died may stay in the table of processes for a while; in the folder it works no more.
        await vi.waitFor(
          () => {
            const left = processesIn(path.join(dataDir, 'pg'))
            expect(left.filter((pid) => pids.includes(pid))).toEqual([])
          },
          { timeout: 20_000, interval: 2 },
        )
      }
      expect(await second.hears(isReady)).toMatchObject({ ready: 'started' })
      expect(second.told.some(isSaying('starting it again'))).toBe(true)
      await second.kill('SIGTERM')
      expect(processesIn(path.join(dataDir, 'pg'))).toEqual([])
    })

    it('brings an adopted PostgreSQL back when it dies', async () => {
      const first = spawned(dataDir)
      await first.hears(isReady)
      await first.kill('SIGKILL')
      const second = spawned(dataDir)
      expect(await second.hears(isReady)).toMatchObject({ ready: 'adopted' })
      killAll([postmaster(dataDir)])
      await second.hears(isSaying('up again'))
      await second.kill('SIGTERM')
      expect(processesIn(path.join(dataDir, 'pg'))).toEqual([])
    })
  })

  it('works below a path too long for a socket', async () => {
    const dataDir = path.join(top, ...Array.from({ length: 4 }, () => 'deep'.repeat(20)))
    const server = await startEmbeddedPostgres(dataDir, () => {})
    expect(await query(server.connection, 'SELECT 1 AS n')).toEqual([{ n: 1 }])
    await server.stop()
  })

  it.runIf(root)('works for root below a folder that only root can enter', async () => {
    const closed = path.join(top, 'closed "$here')
    fs.mkdirSync(closed, { mode: 0o700 })
    const server = await startEmbeddedPostgres(path.join(closed, 'data'), () => {})
    expect(await query(server.connection, 'SELECT 1 AS n')).toEqual([{ n: 1 }])
    await server.stop()
  })

  // As an ordinary user, every other test here is this one.
  it.runIf(root && othersCanRead)('works for an ordinary user', async () => {
    const own = path.join(top, 'own')
    fs.mkdirSync(own)
    fs.chownSync(own, nobody.uid, nobody.gid)
    const server = spawned(path.join(own, 'data'), 'nothing', nobody)
    expect(await server.hears(isReady)).toMatchObject({ ready: 'created' })
    expect(fs.statSync(path.join(own, 'data/pg')).uid).toBe(nobody.uid)
    await server.kill('SIGTERM')
    // And root after them, who leaves the folder to its owner.
    const after = await startEmbeddedPostgres(path.join(own, 'data'), () => {})
    expect(after.how).toBe('started')
    await after.stop()
    expect(fs.statSync(path.join(own, 'data/owner.lock')).uid).toBe(nobody.uid)
  })

  it('refuses a folder that holds something else', async () => {
    const dataDir = path.join(top, 'else')
    fs.mkdirSync(path.join(dataDir, 'pg'), { recursive: true })
    fs.writeFileSync(path.join(dataDir, 'pg/notes.txt'), 'mine')
    await expect(startEmbeddedPostgres(dataDir, () => {})).rejects.toThrow('holds no database')
    expect(fs.readFileSync(path.join(dataDir, 'pg/notes.txt'), 'utf8')).toBe('mine')
  })

  it('refuses the data of another PostgreSQL version, naming both', async () => {
    const dataDir = path.join(top, 'older')
    fs.mkdirSync(path.join(dataDir, 'pg'), { recursive: true })
    fs.writeFileSync(path.join(dataDir, 'pg/PG_VERSION'), '12\n')
    await expect(startEmbeddedPostgres(dataDir, () => {})).rejects.toThrow(
      /written by PostgreSQL 12.*ships 18/,
    )
  })

  it('refuses a data folder that is a file', async () => {
    const dataDir = path.join(top, 'file')
    fs.writeFileSync(dataDir, '')
    await expect(startEmbeddedPostgres(dataDir, () => {})).rejects.toThrow('DATA_DIR')
  })

  it('asks for DATABASE_URL where it cannot run', () => {
    expect(() => findPackage('darwin', 'arm64')).toThrow(/Linux only.*DATABASE_URL/)
    expect(() => findPackage('linux', 'mips')).toThrow(/not installed.*DATABASE_URL/)
  })
})
