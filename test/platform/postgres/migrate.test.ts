import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type pg from 'pg'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { migrate } from '../../../src/platform/postgres/migrate.ts'
import { StartRefused } from '../../../src/platform/startRefused.ts'
import { type TestDatabase, testDatabase } from '../../helpers/postgres.ts'

describe('migrating', () => {
  let database: TestDatabase
  let pool: pg.Pool
  let folder = ''
  beforeEach(async () => {
    database = await testDatabase({ migrated: false })
    pool = database.pool()
    folder = mkdtempSync(path.join(os.tmpdir(), 'orrery-migrations-'))
    write('0001_one.sql', 'CREATE TABLE orrery.one (n int)')
    write('0002_two.sql', 'CREATE TABLE orrery.two (n int)')
  })
  afterEach(async () => {
    await database.drop()
    rmSync(folder, { recursive: true })
  })
  const write = (name: string, sql: string) => writeFileSync(path.join(folder, name), sql)
  const run = async (on: pg.Pool = pool) => {
    const said: string[] = []
    await migrate(on, (message) => said.push(message), pathToFileURL(`${folder}/`))
    return said
  }

  it('runs each file once, in order, and says how far it is', async () => {
    expect(await run()).toEqual([
      'Migrating the database: 0001_one.sql (1 of 2)',
      'Migrating the database: 0002_two.sql (2 of 2)',
    ])
    expect(await run()).toEqual([])
    write('0003_three.sql', 'CREATE TABLE orrery.three (n int)')
    expect(await run()).toEqual(['Migrating the database: 0003_three.sql (3 of 3)'])
  })

  it('runs once when several servers start at the same time', async () => {
    const said = await Promise.all(Array.from({ length: 4 }, () => run(database.pool())))
    expect(said.flat()).toHaveLength(2)
  })

  it('leaves nothing of a migration that fails', async () => {
    write('0002_two.sql', 'CREATE TABLE orrery.two (n int); SELECT no_such_thing')
    await expect(run()).rejects.toThrow('no_such_thing')
    const { rows } = await pool.query(
      `SELECT 1 FROM information_schema.tables WHERE table_schema = 'orrery'`,
    )
    expect(rows).toEqual([])
  })

  it('begins again where its connection is cut', async () => {
    const other = await database.pool().connect()
    const waiting = `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`
    await other.query('SELECT pg_advisory_lock(7267735119)')
    const running = run()
    await vi.waitFor(async () => expect((await other.query(waiting)).rows).toHaveLength(1))
    await other.query(`SELECT pg_terminate_backend(pid) FROM (${waiting}) AS held`)
    await other.query('SELECT pg_advisory_unlock(7267735119)')
    other.release()
    expect(await running).toHaveLength(2)
  })

  it('refuses a database of a newer version', async () => {
    await run()
    rmSync(path.join(folder, '0002_two.sql'))
    await expect(run()).rejects.toThrow(StartRefused)
    await expect(run()).rejects.toThrow(/newer version.*migration 2 \(0002_two.sql\)/)
  })

  it('refuses a file that changed after it ran', async () => {
    await run()
    write('0001_one.sql', 'CREATE TABLE orrery.one (n bigint)')
    await expect(run()).rejects.toThrow(StartRefused)
    await expect(run()).rejects.toThrow('0001_one.sql')
  })

  it('makes the schema that this version ships', async () => {
    await migrate(pool, () => {})
    const { rows } = await pool.query('SELECT position FROM orrery.head')
    expect(rows).toEqual([{ position: '0' }])
  })
})
