// A database of its own for each test file: in the run's embedded PostgreSQL, or in the server of TEST_DATABASE_URL.

import { connect } from 'node:net'
import pg from 'pg'
import { migrate } from '../../src/platform/postgres/migrate.ts'
import { type Given, socketVariable } from './postgresGlobal.ts'

export type TestDatabase = {
  readonly connection: pg.ClientConfig
  /** A pool of its own for each call: its own connections, as another process would have. */
  pool(max?: number): pg.Pool
  /** Ends the pools and drops the database. */
  drop(): Promise<void>
}

let databases = 0

/** A fresh database, migrated unless told otherwise. */
export async function testDatabase(options: { migrated?: boolean } = {}): Promise<TestDatabase> {
  const { server, template } = await testServer()
  const migrated = options.migrated !== false
  const name = `test_${process.pid}_${Date.now()}_${++databases}`
  // template1 cannot be copied while anybody is connected to it, as who makes branches is.
  await onServer(
    server,
    `CREATE DATABASE ${name} TEMPLATE ${(migrated && template) || 'template0'}`,
  )
  const connection = { ...server, database: name }
  const pools: pg.Pool[] = []
  const pool = (max = 4) => {
    // Pipelined as the server opens it.
    const made = new pg.Pool({ ...connection, max, pipeline: true })
    // Dropping a database ends what is idle on it.
    made.on('error', () => {})
    pools.push(made)
    return made
  }
  if (migrated && !template) await migrate(pool(), () => {})
  return {
    connection,
    pool,
    async drop() {
      await Promise.all(pools.filter(({ ended }) => !ended).map((one) => one.end()))
      await onServer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    },
  }
}

/** The server, and a migrated database on it that may be copied, where it is the run's own. */
async function testServer(): Promise<{ server: pg.ClientConfig; template?: string }> {
  const url = process.env.TEST_DATABASE_URL ?? process.env.DATABASE_URL
  if (url) {
    // In parts, so that a test can change one of them.
    const { host, port, user, password, ssl } = new pg.Client({ connectionString: url })
    return {
      server: { host, port, user, password: password ?? undefined, ssl, database: 'postgres' },
    }
  }
  const address = process.env[socketVariable]
  if (!address) throw new Error('vitest.config.ts has to name test/helpers/postgresGlobal.ts')
  const answer = await new Promise<string>((resolve, reject) => {
    let told = ''
    connect(address)
      .on('data', (data) => {
        told += data
      })
      .on('end', () => resolve(told))
      .on('error', reject)
  })
  const given: Given = JSON.parse(answer)
  if ('error' in given) throw new Error(given.error)
  return { server: given.connection, template: given.template }
}

async function onServer(server: pg.ClientConfig, sql: string): Promise<void> {
  const client = new pg.Client(server)
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
