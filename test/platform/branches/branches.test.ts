// Database branches: copies by template, and Neon's by a server that answers as its API does.

import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import {
  BranchRefused,
  currentBranch,
  ROOT,
  switchBranch,
} from '../../../src/platform/branches/branches.ts'
import { neonBranches } from '../../../src/platform/branches/neonBranches.ts'
import { templateBranches } from '../../../src/platform/branches/templateBranches.ts'
import { startEmbeddedPostgres } from '../../../src/platform/postgres/embedded/launcher.ts'
import { postgresEventStore } from '../../../src/platform/postgres/eventStore.ts'
import { migrate } from '../../../src/platform/postgres/migrate.ts'
import { openStorage } from '../../../src/platform/storage.ts'
import { accepted } from '../../helpers/appends.ts'
import { type TestDatabase, testDatabase } from '../../helpers/postgres.ts'

const folder = mkdtempSync(join(tmpdir(), 'orrery-branch-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the branch that servers use', () => {
  it('is kept in the data folder, for its owner alone', () => {
    expect(currentBranch(folder)).toBeUndefined()
    switchBranch(folder, { name: 'feature/x', database: 'orrery_branch_x' })
    expect(currentBranch(folder)).toEqual({ name: 'feature/x', database: 'orrery_branch_x' })
    expect(statSync(join(folder, 'branch.json')).mode & 0o777).toBe(0o600)
    switchBranch(folder, undefined)
    expect(existsSync(join(folder, 'branch.json'))).toBe(false)
  })

  it('is refused in words where its file is damaged', () => {
    writeFileSync(join(folder, 'branch.json'), '{')
    expect(() => currentBranch(folder)).toThrow('switch to a branch again')
    switchBranch(folder, undefined)
  })
})

test('a branch is made of the embedded database, which its launcher watches, and dropped', async () => {
  const { connection, stop } = await startEmbeddedPostgres(join(folder, 'data'), () => {})
  try {
    const branches = templateBranches(connection)
    expect(await branches.create('mine', ROOT)).toMatchObject({
      database: expect.stringContaining('mine'),
    })
    expect((await branches.list()).map(({ name }) => name)).toEqual([ROOT, 'mine'])
    await branches.remove('mine')
    expect(await branches.list()).toHaveLength(1)
  } finally {
    await stop()
  }
})

describe('branches by template', () => {
  let database: TestDatabase
  const name = `feature/${process.pid}`
  const made = new Set<string>()
  beforeAll(async () => {
    database = await testDatabase({ migrated: false })
    const pool = new pg.Pool(database.connection)
    await migrate(pool, () => {})
    // Nobody may be connected to what is copied.
    await pool.end()
  })
  afterAll(async () => {
    for (const one of made)
      await branches()
        .remove(one)
        .catch(() => {})
    await database.drop()
  })
  const branches = () => templateBranches(database.connection)
  const create = async (of: string, from: string) => {
    made.add(of)
    return branches().create(of, from)
  }
  const inDatabase = async <Value>(
    config: pg.ClientConfig,
    use: (store: ReturnType<typeof postgresEventStore>) => Promise<Value>,
  ) => {
    const pool = new pg.Pool({ ...database.connection, ...config, max: 4 })
    const store = postgresEventStore(pool)
    try {
      return await use(store)
    } finally {
      await store.close()
      await pool.end()
    }
  }

  it('hold what their parent held, and what is tried on one harms no other', async () => {
    await inDatabase({}, (store) => store.append('territory-a', 0, [accepted(3)]))
    const target = await create(name, ROOT)
    expect(await branches().target(name)).toEqual(target)
    await inDatabase(target as pg.ClientConfig, async (store) => {
      expect(await store.head()).toBe(3)
      await store.append('territory-a', 3, [accepted(2)])
    })
    const child = await create(`${name}-child`, name)
    expect(await inDatabase(child as pg.ClientConfig, (store) => store.head())).toBe(5)
    expect(await inDatabase({}, (store) => store.head())).toBe(3)
    const names = (await branches().list()).map((one) => one.name)
    expect(names[0]).toBe(ROOT)
    expect(names).toEqual(expect.arrayContaining([name, `${name}-child`]))
  })

  it('are what a server opens where one is current', async () => {
    const { host = '', port, user, password, database: root } = database.connection
    const databaseUrl = `postgres://${user}:${password ?? ''}@localhost:${port}/${root}?host=${host}`
    switchBranch(folder, { name, ...(await branches().target(name)) })
    const said: string[] = []
    const storage = await openStorage({ databaseUrl, dataDir: folder }, (line) => said.push(line))
    expect(await storage.store.head()).toBe(5)
    expect(said).toContain(`Database branch ${name}`)
    await storage.close()
    switchBranch(folder, undefined)
  })

  it('are refused in words: one that is there, one that is not, one in use, and the root', async () => {
    await expect(create(name, ROOT)).rejects.toThrow('it is there already')
    await expect(create('other', 'nowhere')).rejects.toThrow('there is no branch nowhere')
    await expect(branches().target('nowhere')).rejects.toThrow(BranchRefused)
    await expect(branches().remove(ROOT)).rejects.toThrow('the root is no branch')
    const somebody = new pg.Client({
      ...database.connection,
      ...((await branches().target(name)) as pg.ClientConfig),
    })
    await somebody.connect()
    await expect(create('other', name)).rejects.toThrow('Stop the server first')
    await expect(branches().remove(name)).rejects.toThrow('Stop the server first')
    await somebody.end()
  })

  it('are deleted, and their parent stays', async () => {
    await branches().remove(`${name}-child`)
    await branches().remove(name)
    expect((await branches().list()).map((one) => one.name)).not.toContain(name)
    expect(await inDatabase({}, (store) => store.head())).toBe(3)
  })
})

describe('branches on Neon', () => {
  type Stored = { id: string; name: string; default: boolean; parent_id?: string }
  const stored: Stored[] = [{ id: 'br-root-1', name: 'main', default: true }]
  const asked: string[] = []
  let polls = 0
  let api = ''
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const url = new URL(request.url ?? '', 'http://neon')
    const path = url.pathname.replace('/projects/proud-1', '')
    asked.push(`${request.method} ${path}`)
    const answer = (status: number, value: object) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(value))
    }
    if (request.headers.authorization !== 'Bearer key')
      return answer(401, { code: '', message: 'authentication failed' })
    const operations = [{ id: 'op-1', action: 'create_branch', status: 'running' }]
    if (path.startsWith('/operations/'))
      return answer(200, {
        operation: { ...operations[0], status: ++polls % 2 ? 'running' : 'finished' },
      })
    if (path === '/connection_uri') {
      const {
        branch_id: id,
        database_name: name,
        role_name: role,
      } = Object.fromEntries(url.searchParams)
      return answer(200, { uri: `postgresql://${role}:secret@ep-${id}.eu.neon.tech/${name}` })
    }
    if (request.method === 'POST') {
      const { branch } = JSON.parse(body)
      const made = { id: `br-${stored.length + 1}`, default: false, ...branch }
      stored.push(made)
      return answer(201, { branch: made, endpoints: [{ id: 'ep-1' }], operations })
    }
    if (request.method === 'DELETE') {
      const at = stored.findIndex(({ id }) => path === `/branches/${id}`)
      const [branch] = stored.splice(at, 1)
      return answer(200, { branch, operations })
    }
    answer(200, { branches: stored })
  })
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    api = `http://127.0.0.1:${(server.address() as { port: number }).port}`
  })
  afterAll(() => server.close())
  const project = () => ({
    apiKey: 'key',
    project: 'proud-1',
    database: 'game',
    role: 'owner',
    api,
  })

  it('are made of their parent with an endpoint of their own, and waited for', async () => {
    const branches = neonBranches(project())
    const target = await branches.create('feature/x', ROOT)
    expect(target).toEqual({ url: 'postgresql://owner:secret@ep-br-2.eu.neon.tech/game' })
    expect(stored[1]).toMatchObject({ name: 'feature/x', parent_id: 'br-root-1' })
    expect(polls).toBe(2)
    expect(await branches.list()).toEqual([{ name: ROOT }, { name: 'feature/x' }])
    expect(await branches.target('feature/x')).toEqual(target)
    expect(await branches.target(ROOT)).toMatchObject({ url: expect.stringContaining('br-root-1') })
  })

  it('are refused and deleted in words', async () => {
    const branches = neonBranches(project())
    await expect(branches.create('feature/x', ROOT)).rejects.toThrow('it is there already')
    await expect(branches.remove(ROOT)).rejects.toThrow('the root is no branch')
    await branches.remove('feature/x')
    expect(await branches.list()).toEqual([{ name: ROOT }])
    await expect(branches.target('feature/x')).rejects.toThrow('there is no branch feature/x')
    const stranger = neonBranches({ ...project(), apiKey: 'wrong' })
    await expect(stranger.list()).rejects.toThrow('401: authentication failed')
  })
})
