// Fifty players and one cell, through every door of a whole server.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Answer, type Door, doors, joinPlayer, type Player } from '../helpers/client.ts'
import { takeRestFaults } from '../helpers/restWatch.ts'
import { dataFolder, removeFolder, type Server, startServer, until } from '../helpers/server.ts'

const PLAYERS = 50
const folder = dataFolder()
let server: Server
let players: Player[] = []

beforeAll(async () => {
  server = await startServer(folder, {
    WORLD_N: '16',
    DEMO_BOT: 'off',
    JOINS_PER_MINUTE: '1000',
  })
  const { url } = server
  const address = { url }
  players = await Promise.all(
    Array.from({ length: PLAYERS }, (_, index) => joinPlayer(address, `P${index}`)),
  )
  const entered = await Promise.all(players.map((player) => player.act('EnterWorld')))
  expect(entered.filter(({ status }) => status === 'accepted')).toHaveLength(PLAYERS)
})

afterAll(async () => {
  await Promise.all(players.map((player) => player.close()))
  await server?.stop()
  removeFolder(folder)
})

const races: readonly { by: string; cell: number; doorOf: (index: number) => Door }[] = [
  { by: 'GraphQL over HTTP', cell: 101, doorOf: () => 'http' },
  { by: 'GraphQL over WebSocket', cell: 202, doorOf: () => 'websocket' },
  { by: 'the mailbox', cell: 303, doorOf: () => 'mailbox' },
  { by: 'all doors at once', cell: 404, doorOf: (index) => doors[index % doors.length]! },
]

for (const { by, cell, doorOf } of races) {
  test(`${PLAYERS} players claim one cell by ${by}: one has it, ${PLAYERS - 1} hear CellTaken`, async () => {
    // Racers of an earlier race that won hold land elsewhere: only the cell itself is to be fought for.
    await Promise.all(players.map((player) => letGo(player, cell)))
    const claims = await Promise.all(
      players.map((player, index) =>
        player.act('ClaimMany', { cells: [cell] }, { door: doorOf(index) }),
      ),
    )
    const winners = claims.flatMap(({ status }, index) => (status === 'accepted' ? [index] : []))
    expect(winners).toHaveLength(1)
    expect(claims.filter(({ refused }) => refused === 'CellTaken')).toHaveLength(PLAYERS - 1)
    held.set(players[winners[0]!]!, cell)
  })
}

/** Claims by the player who won them. */
const held = new Map<Player, number>()

async function letGo(player: Player, next: number): Promise<void> {
  const cell = held.get(player)
  if (cell === undefined || cell === next) return
  held.delete(player)
  const released: Answer = await player.act('ReleaseCell', { cell })
  expect(released.status).toBe('accepted')
}

test('the world shows the cell to be of the one who won it', async () => {
  const [[winner, cell] = []] = held
  const shown = await until(
    () => winner!.get<{ owner: string | null }>(`/worlds/first/cells/${cell}`),
    ({ owner }) => owner !== null,
  )
  expect(shown.owner).toBe(winner!.account)
})

test('a winner who asks again hears the same, and so does a loser', async () => {
  for (const player of players) {
    const before = [...player.acknowledged.values()].filter(
      ({ order }) => order.type === 'ClaimMany',
    )
    for (const { order, answer } of before) expect(await player.send(order)).toEqual(answer)
  }
})

test('every REST exchange of a server in its own process was held against its document', async () => {
  const metrics = await (await fetch(`${server.url}/metrics`)).text()
  const counts = [...metrics.matchAll(/^orrery_http_requests_total\{(.*)\} (\d+)$/gm)]
  const counted = counts
    .filter(([, labels]) => !labels!.includes('route="/graphql"'))
    .reduce((sum, [, , count]) => sum + Number(count), 0)
  expect(counted).toBeGreaterThan(3 * PLAYERS)
  // The metrics do not count the request for them.
  expect((await takeRestFaults()).judgedOf(server.recording)).toBe(counted + 1)
})
