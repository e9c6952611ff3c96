// A whole server in this process whose way to its database is cut, slowed and closed, and whose clock jumps, under players.

import { expect, vi } from 'vitest'
import { compose } from '../../src/compose.ts'
import { readConfig } from '../../src/config.ts'
import { postgresEventStore } from '../../src/platform/postgres/eventStore.ts'
import { type Address, again, joinPlayer, type Player } from './client.ts'
import { databaseProxy } from './databaseProxy.ts'
import { kernelEnvironment } from './kernelInUse.ts'
import { play } from './load.ts'
import { seeded } from './mortal.ts'
import { testDatabase } from './postgres.ts'
import { checkAnswers, checkChat, checkLog, checkSeen } from './proofs.ts'
import { type ReplayedLog, replayLog } from './replayLog.ts'
import { until } from './server.ts'
import { statusOf, watchWorld } from './watchers.ts'

export const trials = [
  'connections cut in the middle of COMMIT',
  'a slow database',
  'a database that is away',
  'a clock that jumps',
] as const
export type Trial = (typeof trials)[number]

const PLAYERS = 4
const HOUR_MS = 3_600_000

/** `seed` decides every order and every moment, as far as clocks let it. Close it, whatever happened. */
export async function openOrdeal(seed: number) {
  const random = seeded(seed)
  const below = (count: number) => Math.floor(random() * count)
  const database = await testDatabase({ migrated: false })
  const proxy = await databaseProxy(database.connection, seeded(seed + 1))
  let jumpedMs = 0
  const realNow = Date.now.bind(Date)
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => realNow() + jumpedMs)
  const said: string[] = []
  const config = readConfig({
    HOST: '127.0.0.1',
    PORT: '0',
    WORLD_N: '16',
    DEMO_BOT: 'off',
    JOINS_PER_MINUTE: '10000',
    DATABASE_URL: proxy.url,
    ...kernelEnvironment,
  })
  const orrery = await compose(config, { say: (line) => said.push(line) })
  await orrery.ready
  const address: Address = { url: orrery.url }
  const watch = watchWorld(address)
  const players: Player[] = []
  const playing: Promise<void>[] = []
  const failures: unknown[] = []
  const stopping = new AbortController()
  const rounds: { readonly trial: Trial; readonly cuts: number }[] = []
  let stopped = false

  const during = (ms: number) => new Promise((next) => setTimeout(next, ms))
  const trying: Record<Trial, () => Promise<void>> = {
    async 'connections cut in the middle of COMMIT'() {
      proxy.cutShare = 0.1 + random() * 0.4
      await during(1_000 + below(1_500))
      proxy.cutShare = 0
    },
    async 'a slow database'() {
      proxy.delayMs = 20 + below(150)
      await during(1_000 + below(1_500))
      proxy.delayMs = 0
    },
    async 'a database that is away'() {
      proxy.away(true)
      await during(300 + below(2_000))
      proxy.away(false)
    },
    async 'a clock that jumps'() {
      for (let jumps = 0; jumps < 3; jumps++) {
        jumpedMs = (below(25) - 12) * HOUR_MS
        await during(300)
      }
    },
  }
  /** The world runs on: a later tick than any before, and orders are taken. */
  const runsOn = async () => {
    const before = watch.seen.maxTick()
    await until(
      () => again(60_000, () => statusOf(address)),
      ({ state, tick }) => state === 'running' && tick > before,
    )
    expect((await players[0]!.act('Say', { text: 'still here' })).status).toBe('accepted')
  }
  const stop = async () => {
    if (stopped) return
    stopped = true
    stopping.abort()
    await Promise.all(playing)
    await watch.close()
    await orrery.stop()
  }
  return {
    rounds,
    players,
    seen: watch.seen,
    said,
    cuts: proxy.cuts,
    async begin() {
      const planet = await statusOf(address)
      const taken = new Set<number>()
      for (let index = 0; index < PLAYERS; index++) {
        const player = await joinPlayer(address, `Player ${index}`)
        players.push(player)
        watch.watchPlayer(player)
        const plays = play(player, planet, taken, seeded(seed * 100 + index), stopping.signal)
        playing.push(plays.catch((failure) => void failures.push(failure)))
      }
    },
    async undergo(trial: Trial) {
      const before = sum(Object.values(proxy.cuts))
      await trying[trial]()
      await runsOn()
      await checkAnswers(players, random, 20)
      rounds.push({ trial, cuts: sum(Object.values(proxy.cuts)) - before })
      expect([...watch.seen.faults, ...failures]).toEqual([])
    },
    /** Ends load and server, and proves by the log all that was seen and answered. */
    async prove(): Promise<ReplayedLog> {
      stopping.abort()
      await Promise.all(playing)
      expect(failures).toEqual([])
      await checkAnswers(players, random, Number.POSITIVE_INFINITY)
      await checkChat(players)
      await stop()
      const store = postgresEventStore(database.pool())
      const replayed = await replayLog(store, 'first')
      await store.close()
      checkSeen(watch.seen, replayed)
      checkLog(players, replayed)
      return replayed
    },
    async close() {
      proxy.cutShare = 0
      proxy.delayMs = 0
      proxy.away(false)
      await stop()
      await Promise.all(players.map((player) => player.close()))
      clock.mockRestore()
      await proxy.close()
      await database.drop()
    },
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)

/** What an ordeal tells, as lines of Markdown. */
export function reportOfOrdeal(
  seed: number,
  ordeal: Awaited<ReturnType<typeof openOrdeal>>,
  replayed: ReplayedLog,
): string {
  const rows = trials.map((trial) => {
    const times = ordeal.rounds.filter((round) => round.trial === trial)
    return `| ${trial} | ${times.length} |`
  })
  const { before, during, after } = ordeal.cuts
  const answers = sum(ordeal.players.map(({ acknowledged }) => acknowledged.size))
  return [
    `Seed ${seed}.`,
    '',
    '| trial | times |',
    '|---|---|',
    ...rows,
    '',
    `- commits cut: ${before} before the server had them, ${during} while it was at them, ${after} before its answer was told`,
    `- commands acknowledged: ${answers}, each answered the same again`,
    `- (tick, hash) pairs seen and reproduced: ${ordeal.seen.hashes.size}; outcomes: ${ordeal.seen.outcomes.size}; newest tick seen: ${ordeal.seen.maxTick()}`,
    `- events in the log: ${replayed.events}; seals: ${replayed.ledger.seals}`,
  ].join('\n')
}
