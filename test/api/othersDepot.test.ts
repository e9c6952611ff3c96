// What is another's stays another's, in a world that really runs: each door is tried with a hand in her depot.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { doors, joinPlayer, type Player } from '../helpers/client.ts'
import { composedServers } from '../helpers/composed.ts'
import { outcomeOf, standingDepot } from '../helpers/depot.ts'
import { until } from './fakes.ts'

type View = {
  readonly inventory: Readonly<Record<string, number>>
}
type Structures = {
  readonly structures: readonly { cell: number; contents?: Readonly<Record<string, number>> }[]
}
let servers: ReturnType<typeof composedServers>
let ada: Player
let bob: Player
let depot: number
beforeAll(async () => {
  servers = composedServers()
  const address = { url: await servers.start() }
  ada = await joinPlayer(address, 'Ada')
  bob = await joinPlayer(address, 'Bob')
  const landing = (await ada.act('EnterWorld')).landing!
  depot = await standingDepot(ada, landing)
  // Beside her, so that the depot is in the reach of his hand.
  await bob.act('EnterWorld', { landing })
  await ada.act('Transfer', { cell: depot, item: 'plate', count: 5, way: 'put' })
  await until(async () => (await contents()).plate === 5)
})
afterAll(async () => {
  await ada.close()
  await bob.close()
  await servers.stop()
})

async function contents() {
  const { structures } = await ada.get<Structures>('/worlds/first/structures')
  return structures.find(({ cell }) => cell === depot)?.contents ?? {}
}
const held = async (player: Player) => (await player.get<View>('/worlds/first/me')).inventory

test.each(doors.flatMap((door) => (['take', 'put'] as const).map((way) => [door, way] as const)))(
  'by %s nobody can %s anything where the depot is another’s',
  async (door, way) => {
    const [before, hand] = [await contents(), await held(bob)]
    const answer = await bob.act(
      'Transfer',
      { cell: depot, item: 'plate', count: 2, way },
      { door },
    )
    expect(answer.status).toBe('accepted')
    const outcome = async () => outcomeOf(bob, answer.commandId)
    await until(async () => (await outcome()) !== undefined)
    expect(await outcome()).toMatchObject({ kind: 'outcome', done: 0, reason: 'NotYours' })
    expect(await contents()).toEqual(before)
    expect(await held(bob)).toEqual(hand)
  },
)
