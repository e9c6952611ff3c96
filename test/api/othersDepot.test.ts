// What is another's stays another's, in a world that really runs: each door is tried with a hand in her depot.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { doors, joinPlayer, type Player } from '../helpers/client.ts'
import { composedServers } from '../helpers/composed.ts'
import { until } from './fakes.ts'

type View = {
  readonly inventory: Readonly<Record<string, number>>
}
type Structures = {
  readonly structures: readonly { cell: number; contents?: Readonly<Record<string, number>> }[]
}
type Messages = {
  readonly messages: readonly { kind: string; commandId: string; done: number; reason: string }[]
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
  depot = await standing(landing)
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

/** Builds her a depot where one can stand: something may grow or lie at the landing itself. */
async function standing(landing: number): Promise<number> {
  type Near = { readonly cell: number; readonly near: readonly { readonly cell: number }[] }
  const { near } = await ada.get<Near>(`/worlds/first/cells/${landing}?reach=2`)
  for (const cell of [landing, ...near.map((one) => one.cell)]) {
    if ((await ada.act('ClaimMany', { cells: [cell] })).status !== 'accepted') continue
    const placed = await ada.act('PlaceMany', {
      structures: [{ cell, prototype: 'depot', direction: 0 }],
    })
    if (placed.status !== 'accepted') continue
    const outcome = async () => outcomeOf(ada, placed.commandId)
    await until(async () => (await outcome()) !== undefined)
    if ((await outcome())!.done === 1) return cell
  }
  throw new Error(`no depot can stand within two cells of ${landing}`)
}

async function outcomeOf(player: Player, commandId: string | undefined) {
  const { messages } = await player.get<Messages>(`/mailbox/${player.mailbox}/messages`)
  return messages.find((message) => message.commandId === commandId)
}

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
