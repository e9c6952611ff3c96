import { afterEach, expect, test } from 'vitest'
import { until } from '../api/fakes.ts'
import { composedServers } from '../helpers/composed.ts'

const server = composedServers({ DEMO_BOT: 'on' })
afterEach(() => server.stop())

type Presence = readonly { readonly account: string; readonly state: string }[]

test('the demo bot is connected while it builds, and the same player after a restart', async () => {
  const seen: Presence[] = []
  for (const _ of ['started', 'started again']) {
    const url = await server.start()
    await until(async () => {
      const response = await fetch(`${url}/worlds/first/presence`)
      const { presence } = (await response.json()) as { readonly presence: Presence }
      const isThere = presence.some(({ state }) => state === 'connected')
      if (isThere) seen.push(presence.map(({ account, state }) => ({ account, state })))
      return isThere
    })
    await server.stop()
  }
  expect(seen[0]).toHaveLength(1)
  expect(seen[1]).toEqual(seen[0])
})
