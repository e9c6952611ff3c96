// The whole server on a database of somebody else's, and as somebody else.

import { spawnSync } from 'node:child_process'
import { chownSync, mkdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import { joinPlayer } from '../helpers/client.ts'
import { type TestDatabase, testDatabase } from '../helpers/postgres.ts'
import { killAll } from '../helpers/processes.ts'
import {
  dataFolder,
  postgresOf,
  removeFolder,
  spawnServer,
  startServer,
} from '../helpers/server.ts'
import { statusOf } from '../helpers/watchers.ts'

const folder = dataFolder()
const started: { kill(): Promise<void> }[] = []
let database: TestDatabase | undefined

afterEach(async () => {
  for (const one of started.splice(0)) await one.kill()
  await database?.drop()
  database = undefined
})
afterAll(() => removeFolder(folder))

test('DATABASE_URL: the server runs on that database and starts none; a second one is refused', async () => {
  database = await testDatabase({ migrated: false })
  const environment = { DATABASE_URL: urlOf(database), WORLD_N: '16', DEMO_BOT: 'off' }
  const server = await startServer(folder, environment)
  started.push(server)
  expect(statSync(join(folder, 'pg'), { throwIfNoEntry: false })).toBeUndefined()
  const player = await joinPlayer(server, 'Ada')
  expect(await player.act('EnterWorld')).toMatchObject({ status: 'accepted' })

  const second = spawnServer(dataFolderOf('second'), environment)
  started.push(second)
  expect(await Promise.race([second.exited, second.up])).toBe(3)
  expect(second.output()).toContain('Another server already runs on this database (DATABASE_URL)')

  const { tick } = await statusOf(server)
  expect(await server.stop()).toBe(0)
  const again = await startServer(folder, environment)
  started.push(again)
  expect((await statusOf(again)).tick).toBeGreaterThanOrEqual(tick)
  expect(await again.stop()).toBe(0)
})

test('a database that cannot be reached is told by the name of the variable', async () => {
  const server = spawnServer(folder, { DATABASE_URL: 'postgres://nobody@localhost:1/nothing' })
  started.push(server)
  expect(await Promise.race([server.exited, server.up])).toBe(3)
  expect(server.output()).toContain('The database of DATABASE_URL cannot be reached')
})

const ordinary = 65534
const isRoot = process.getuid?.() === 0
const readable =
  isRoot &&
  spawnSync('test', ['-r', resolve('src/main.ts')], { uid: ordinary, gid: ordinary }).status === 0

// Whoever is no ordinary user runs all other tests of this folder as one.
test.runIf(readable)('it runs as an ordinary user in a folder of their own', async () => {
  const own = dataFolderOf('own')
  for (const path of [folder, own]) chownSync(path, ordinary, ordinary)
  const environment = { WORLD_N: '16', DEMO_BOT: 'off', HOME: '/nonexistent' }
  const server = await startServer(own, environment, { uid: ordinary, gid: ordinary })
  started.push(server)
  try {
    expect((await statusOf(server)).state).toBe('running')
    expect(statSync(join(own, 'pg')).uid).toBe(ordinary)
    expect(await server.stop()).toBe(0)
    expect(postgresOf(own)).toEqual([])
  } finally {
    killAll(postgresOf(own))
  }
})

function dataFolderOf(name: string): string {
  const made = join(folder, name)
  mkdirSync(made, { recursive: true })
  return made
}

function urlOf({ connection }: TestDatabase): string {
  const { host, port, user, password, database } = connection
  const url = new URL(`postgres:///${database}`)
  const given = { host, port, user, password }
  for (const [name, value] of Object.entries(given)) {
    if (value) url.searchParams.set(name, String(value))
  }
  return String(url)
}
