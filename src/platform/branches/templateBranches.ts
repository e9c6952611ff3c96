// Branches on any PostgreSQL: databases of the same server, copied by CREATE DATABASE … TEMPLATE.

import { createHash } from 'node:crypto'
import pg from 'pg'
import { type Branches, BranchRefused, ROOT } from './branches.ts'

const PREFIX = 'orrery_branch_'
/** What PostgreSQL says where somebody is connected to the database. */
const IN_USE = '55006'
const EXISTS = '42P04'

/** `root`: how the database is reached that all branches come from. */
export function templateBranches(root: pg.ClientConfig): Branches {
  const { database: rootDatabase = 'postgres' } = new pg.Client(root)
  const onServer = async <Row extends object>(sql: string): Promise<Row[]> => {
    // Neither the copy nor what is copied may have anybody on it, so nobody asks from there.
    const client = new pg.Client({ ...inParts(root), database: 'template1' })
    await client.connect()
    try {
      return (await client.query<Row>(sql)).rows
    } finally {
      await client.end()
    }
  }
  const refusing = async (what: string, sql: string) => {
    try {
      await onServer(sql)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code === IN_USE)
        throw new BranchRefused(`${what}: somebody is connected to it. Stop the server first.`)
      if (code === EXISTS) throw new BranchRefused(`${what}: it is there already`)
      throw error
    }
  }
  const list = async () => {
    const rows = await onServer<{ database: string; name: string | null; bytes: number }>(`
      SELECT datname AS database, shobj_description(oid, 'pg_database') AS name,
        pg_database_size(oid)::float8 AS bytes
      FROM pg_database WHERE starts_with(datname, '${PREFIX}') OR datname = ${text(rootDatabase)}`)
    return rows
      .map(({ database, name, bytes }) => ({
        name: database === rootDatabase ? ROOT : (name ?? database),
        database,
        bytes,
      }))
      .sort(
        (a, b) => Number(b.name === ROOT) - Number(a.name === ROOT) || (a.name < b.name ? -1 : 1),
      )
  }
  const target = async (name: string) => {
    const found = (await list()).find((branch) => branch.name === name)
    if (!found) throw new BranchRefused(`there is no branch ${name}`)
    return { database: found.database }
  }
  return {
    list,
    target,
    async create(name, from) {
      const { database: template } = await target(from)
      const database = databaseOf(name)
      await refusing(
        `branch ${name} of ${from}`,
        `CREATE DATABASE ${identifier(database)} TEMPLATE ${identifier(template)}`,
      )
      await onServer(`COMMENT ON DATABASE ${identifier(database)} IS ${text(name)}`)
      return { database }
    },
    async remove(name) {
      if (name === ROOT) throw new BranchRefused('the root is no branch: it is not deleted here')
      const { database } = await target(name)
      await refusing(`branch ${name}`, `DROP DATABASE ${identifier(database)}`)
    },
  }
}

const { escapeIdentifier: identifier, escapeLiteral: text } = pg.Client.prototype

/** Fits PostgreSQL's 63 bytes, can be read, and is another for another name. */
const databaseOf = (name: string) => {
  const readable = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .slice(0, 30)
  return `${PREFIX}${readable}_${createHash('sha256').update(name).digest('hex').slice(0, 8)}`
}

/** A URL taken apart, so that its database can be another. */
function inParts(config: pg.ClientConfig): pg.ClientConfig {
  if (config.connectionString === undefined) return config
  const { host, port, user, password, ssl } = new pg.Client(config)
  return { host, port, user, password: password ?? undefined, ssl }
}
