import { type Client, createClient } from 'graphql-ws'
import { afterAll, beforeAll, expect, test } from 'vitest'
import WebSocket from 'ws'
import { act, type Fake, openFake, type Player } from './fakes.ts'

let fake: Fake
const clients: Client[] = []
beforeAll(async () => {
  fake = await openFake()
})
afterAll(async () => {
  for (const client of clients) await client.dispose()
  await fake.api.close()
})

type Answer = { status: string; refused?: string }

const claim = `mutation { claimMany(world: "first", cells: [7]) {
  __typename ... on Refused { refused } } }`
const fromUnion = ({
  data,
}: {
  data: { claimMany: { __typename: string; refused?: string } }
}) => ({
  status: data.claimMany.__typename.toLowerCase(),
  ...(data.claimMany.refused ? { refused: data.claimMany.refused } : {}),
})

const doors: readonly ((player: Player) => Promise<Answer>)[] = [
  async (player) =>
    (await act(fake.call, player, { type: 'ClaimMany', world: 'first', cells: [7] })).body,
  async ({ token }) => fromUnion(await fake.graphql(claim, { token })),
  async ({ token }) => {
    const client = createClient({
      url: `${fake.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { token },
    })
    clients.push(client)
    return fromUnion((await client.iterate({ query: claim }).next()).value)
  },
]

test('fifty players claim one cell through three doors: one has it, 49 hear CellTaken', async () => {
  const players = await Promise.all(
    Array.from({ length: 50 }, (_, index) => fake.enter(`P${index}`)),
  )
  const answers = await Promise.all(players.map((player, index) => doors[index % 3]!(player)))
  expect(answers.filter(({ status }) => status === 'accepted')).toHaveLength(1)
  expect(answers.filter(({ refused }) => refused === 'CellTaken')).toHaveLength(49)
})
