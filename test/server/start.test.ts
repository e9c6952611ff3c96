// Starting and stopping the whole server: where it goes on, and what is left running.

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { joinPlayer, type Player } from '../helpers/client.ts'
import { killAll } from '../helpers/processes.ts'
import { checkSeen } from '../helpers/proofs.ts'
import { replayDataFolder } from '../helpers/replayLog.ts'
import {
  dataFolder,
  postgresOf,
  removeFolder,
  type Server,
  spawnServer,
  startServer,
  until,
} from '../helpers/server.ts'
import { statusOf, watchWorld } from '../helpers/watchers.ts'

const founded = { WORLD_SEED: '11', WORLD_N: '16', UPS: '30', DEMO_BOT: 'off' }
const folder = dataFolder()
let server: Server
/** A server that the test itself ends. */
const started: { kill(): Promise<void> }[] = []

beforeAll(async () => {
  server = await startServer(folder, founded)
})
afterEach(async () => {
  for (const one of started.splice(0)) await one.kill()
})
afterAll(async () => {
  await server?.kill()
  killAll(postgresOf(folder))
  removeFolder(folder)
})

const tickOf = async ({ url }: Server) => (await statusOf({ url })).tick

const messagesOf = async ({ mailbox, get }: Player, after?: string) => {
  const query = after === undefined ? '' : `?after=${encodeURIComponent(after)}`
  type Told = { readonly messages: readonly { readonly kind: string; readonly cursor: string }[] }
  return (await get<Told>(`/mailbox/${mailbox}/messages${query}`)).messages
}

test('Ctrl-C stops it and its PostgreSQL; the next start goes on from there', async () => {
  const watch = watchWorld(server)
  await until(
    async () => watch.seen.hashes.size,
    (hashes) => hashes >= 2,
  )
  expect(await server.stop()).toBe(0)
  await watch.close()
  const seen = watch.seen.maxTick()
  expect(server.output()).toContain('stopped')
  expect(postgresOf(folder)).toEqual([])

  checkSeen(watch.seen, await replayDataFolder(folder))
  server = await startServer(folder)
  expect(await tickOf(server)).toBeGreaterThanOrEqual(seen)
})

test('Ctrl-C while a large planet is made stops at once, with its PostgreSQL', async () => {
  const large = dataFolder()
  const making = spawnServer(large, { WORLD_N: '700', DEMO_BOT: 'off' })
  started.push(making)
  await until(
    async () => making.output(),
    (output) => output.includes('making its 4900002 cells'),
  )
  expect(await making.stop()).toBe(0)
  expect(making.output()).toContain('stopped')
  expect(making.output()).not.toContain('its cells are made')
  expect(postgresOf(large)).toEqual([])
  removeFolder(large)
})

test('a start after kill -9 just works, and mailboxes still tell of refused orders', async () => {
  const before = await tickOf(server)
  const address = { url: server.url }
  const ada = await joinPlayer(address, 'Ada')
  await ada.act('EnterWorld')
  const refused = ['a', 'b', 'c']
  for (const commandId of refused) await ada.act('ReleaseCell', { cell: 3 }, { commandId })
  const [first] = (await messagesOf(ada)).filter(({ kind }) => kind === 'refused')
  await server.kill()
  expect(postgresOf(folder)).not.toEqual([])
  server = await startServer(folder, founded)
  expect(await tickOf(server)).toBeGreaterThanOrEqual(before)
  address.url = server.url
  const left = await messagesOf(ada, first!.cursor)
  expect(left).toMatchObject(refused.slice(1).map((commandId) => ({ kind: 'refused', commandId })))
  await ada.close()
  expect(await server.stop()).toBe(0)
})
