// Starting and stopping the whole server: where it goes on, and what is left running.

import { expect, test } from 'vitest'
import { joinPlayer, type Player } from '../helpers/client.ts'
import { keptServer } from '../helpers/keptServer.ts'
import { checkSeen } from '../helpers/proofs.ts'
import { replayDataFolder } from '../helpers/replayLog.ts'
import { dataFolder, postgresOf, removeFolder, until } from '../helpers/server.ts'
import { watchWorld } from '../helpers/watchers.ts'

const founded = { WORLD_SEED: '11', WORLD_N: '16', UPS: '30', DEMO_BOT: 'off' }
const server = keptServer(founded)

const messagesOf = async ({ mailbox, get }: Player, after?: string) => {
  const query = after === undefined ? '' : `?after=${encodeURIComponent(after)}`
  type Told = { readonly messages: readonly { readonly kind: string; readonly cursor: string }[] }
  return (await get<Told>(`/mailbox/${mailbox}/messages${query}`)).messages
}

test('Ctrl-C stops it and its PostgreSQL; the next start goes on from there', async () => {
  const watch = watchWorld(server.now())
  await until(
    async () => watch.seen.hashes.size,
    (hashes) => hashes >= 2,
  )
  expect(await server.now().stop()).toBe(0)
  await watch.close()
  const seen = watch.seen.maxTick()
  expect(server.now().output()).toContain('stopped')
  expect(postgresOf(server.folder)).toEqual([])

  checkSeen(watch.seen, await replayDataFolder(server.folder))
  await server.start()
  expect(await server.tick()).toBeGreaterThanOrEqual(seen)
})

test('Ctrl-C while a large planet is made stops at once, with its PostgreSQL', async () => {
  const large = dataFolder()
  const making = server.spawn(large, { WORLD_N: '700', DEMO_BOT: 'off' })
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
  const before = await server.tick()
  const address = { url: server.now().url }
  const ada = await joinPlayer(address, 'Ada')
  await ada.act('EnterWorld')
  const refused = ['a', 'b', 'c']
  for (const commandId of refused) await ada.act('ReleaseCell', { cell: 3 }, { commandId })
  const [first] = (await messagesOf(ada)).filter(({ kind }) => kind === 'refused')
  await server.now().kill()
  expect(postgresOf(server.folder)).not.toEqual([])
  await server.start(founded)
  expect(await server.tick()).toBeGreaterThanOrEqual(before)
  address.url = server.now().url
  // What came of entering may have been told after the refusals, or before.
  const left = (await messagesOf(ada, first!.cursor)).filter(({ kind }) => kind === 'refused')
  expect(left).toMatchObject(refused.slice(1).map((commandId) => ({ kind: 'refused', commandId })))
  await ada.close()
  expect(await server.now().stop()).toBe(0)
})
