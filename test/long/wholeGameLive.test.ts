// The whole game, played by script against a running server, by REST alone; the server is killed in the middle of it.
// About an hour: 177,000 ticks at 60 a second. The report is docs/reports/whole-game-live.md.

import { mkdirSync, writeFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { beginWholeGame, playToFirstPack, playToLaunch } from '../../src/bots/wholeGame.ts'
import { recipes } from '../../src/domain/recipes.ts'
import type { Address } from '../helpers/client.ts'
import { type LiveHands, liveHands } from '../helpers/liveHands.ts'
import { killAll } from '../helpers/processes.ts'
import { dataFolder, postgresOf, removeFolder, startServer } from '../helpers/server.ts'

const PLANET = { WORLD_SEED: '1', WORLD_N: '32', UPS: '60', DEMO_BOT: 'off' }
const KILL_AT_TICK = 30_000
const PROGRESS_TICKS = 3_600

const folder = dataFolder()
let server: Awaited<ReturnType<typeof startServer>> | undefined
let hands: LiveHands | undefined

afterAll(async () => {
  await hands?.stop()
  await server?.kill()
  killAll(postgresOf(folder))
  removeFolder(folder)
})

test('a bot plays the whole game on a running server, which is killed once, and launches', async () => {
  server = await startServer(folder, PLANET)
  const address: Address = { url: server.url }
  hands = await liveHands(address, 'Marathon')
  const killed: { tick: number; backMs: number }[] = []
  const mortal: LiveHands = {
    ...hands,
    async wait(ticks) {
      await hands!.wait(ticks)
      const { tick } = await hands!.world.status()
      progress(tick, hands!.told.orders)
      if (killed.length > 0 || tick < KILL_AT_TICK) return
      await server!.kill()
      const began = performance.now()
      server = await startServer(folder, PLANET)
      address.url = server.url
      killed.push({ tick, backMs: Math.round(performance.now() - began) })
    },
  }
  const game = await beginWholeGame(mortal)
  await playToFirstPack(game)
  await playToLaunch(game)

  const { log } = game
  expect(killed).toHaveLength(1)
  expect(log.get('plate')?.firstTick).toBeLessThanOrEqual(60 * 60)
  expect(log.get('red-pack')?.firstTick).toBeLessThanOrEqual(5 * 60 * 60)
  expect(log.get('launch')?.firstTick).toBeLessThanOrEqual(300_000)
  expect(recipes.filter(({ name }) => !log.get(name)?.runs)).toEqual([])
  const { launches } = (await hands.world.statistics(hands.account))!
  expect(launches).toBe(1)
  const [first] = await hands.world.leaderboard()
  expect(first).toMatchObject({ account: hands.account, rank: 1, launches: 1 })

  const text = report(game.log, hands.told, killed)
  console.log(text)
  mkdirSync('docs/reports', { recursive: true })
  writeFileSync('docs/reports/whole-game-live.md', text)
})

let toldAt = 0
function progress(tick: number, orders: number) {
  if (tick < toldAt) return
  console.log(`tick ${count(tick)}, ${count(orders)} orders`)
  toldAt = tick + PROGRESS_TICKS
}

const count = (value: number | undefined) => (value ?? 0).toLocaleString('en')

function report(
  log: ReadonlyMap<string, { firstTick?: number; runs: number }>,
  told: LiveHands['told'],
  killed: readonly { tick: number; backMs: number }[],
): string {
  const rows = recipes.map(({ name }) => {
    const { firstTick, runs } = log.get(name)!
    return `| ${name} | ${count(firstTick)} | ${count(runs)} |`
  })
  const reasons = [...told.reasons].map(([reason, times]) => `${reason} ${count(times)}`)
  return `<!-- Written by test/long/wholeGameLive.test.ts. -->

# The whole game, played by script on a running server

The same bot as in [the whole game by script](whole-game.md), by REST alone against \`npm start\`'s program with
${Object.entries(PLANET)
  .map(([name, value]) => `\`${name}=${value}\``)
  .join(' ')}:
orders through the mailbox, outcomes by long poll. ${count(told.orders)} orders were accepted; their outcomes: ${reasons.join(', ')}.
(After an order that lasts the bot asks for something out of reach: what comes of that tells it that the order has begun.)
${killed.map(({ tick, backMs }) => `The server was killed with \`kill -9\` at tick ${count(tick)}, and was back after ${count(backMs)} ms; the bot went on.`).join('\n')}

| recipe | first at tick | runs |
|---|--:|--:|
${rows.join('\n')}
`
}
