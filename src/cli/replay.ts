// orrery replay: runs the worlds of a log file again, proves them, and tells what came of every order. No server, no database.

import { closeSync, existsSync, openSync, realpathSync, writeFileSync } from 'node:fs'
import type { LeaderboardRow } from '../domain/chunkView.ts'
import { LedgerBroken, RulesDiffer } from '../domain/ledger.ts'
import type { KernelResult, OpenKernel } from '../domain/ports/kernel.ts'
import { LogFileFault } from '../domain/ports/logFile.ts'
import { type Log, replayWorld, type WorldInLog, worldsInLog } from '../projections/logReplay.ts'
import { type Command, type Given, jsonOption, UsageError } from './options.ts'
import { Refused } from './remote.ts'
import { colour, print, progressLine, table } from './terminal.ts'

/** What a replay needs from outside. `read` begins at the first event, each time. */
export type ReplayTools = {
  readonly read: (file: string) => Log
  readonly openKernel: OpenKernel
}

type Replayed = {
  readonly world: string
  readonly seed: number
  readonly n: number
  readonly ups: number
  readonly tick: number
  /** Of the state after `tick`. */
  readonly hash: string
  readonly events: number
  readonly orders: number
  /** Hashes that engines testified, and which are those of the log. */
  readonly proved: number
  readonly ticksPerSecond: number
  readonly leaderboard: readonly LeaderboardRow[]
}

export const replay = (open: () => Promise<ReplayTools>): Command => ({
  name: 'replay',
  summary: 'Run the worlds of a log file again, prove every hash, and tell what came of each order',
  usage: [
    'replay FILE [--world WORLD] [--through TICK] [--outcomes FILE] [--hashes FILE] [--json]',
  ],
  options: {
    world: { takes: 'WORLD', help: 'this one only' },
    through: { takes: 'TICK', help: 'no further than this' },
    outcomes: { takes: 'FILE', help: 'what came of each order goes there, a line of JSON each' },
    hashes: { takes: 'FILE', help: 'the hash of the state of every second goes there' },
    ...jsonOption,
  },
  async run(given) {
    const [file, ...more] = given.positionals
    if (file === undefined || more.length > 0) throw new UsageError('replay takes one file')
    const last =
      given.text('through') === undefined ? undefined : given.whole('through', 0, 2 ** 32)
    for (const name of ['outcomes', 'hashes'] as const) {
      if (isSame(given.text(name), file)) throw new UsageError(`--${name} is the log itself`)
    }
    const outcomes = sink(given.text('outcomes'))
    const hashes = sink(given.text('hashes'))
    const progress = progressLine()
    try {
      const tools = await open()
      progress.tell('reading the log')
      const worlds = wanted(await worldsInLog(tools.read(file)), given.text('world'))
      const replayed: Replayed[] = []
      for (const world of worlds) {
        const { settings } = world
        const through = Math.min(last ?? world.through, world.through)
        const tell = (tick: number) => progress.tell(`world ${settings.world}`, tick, through)
        tell(0)
        const consumed = (result: KernelResult) => {
          outcomes.write(result.outcomes.map((one) => ({ world: settings.world, ...one })))
          hashes.write(result.hashes.map((one) => ({ world: settings.world, ...one })))
          tell(result.tick)
        }
        const log = tools.read(file)
        replayed.push(await run({ ...tools, log, world, through, consumed, progress: tell }))
      }
      progress.end()
      show(replayed, given)
    } catch (error) {
      progress.end()
      throw isTold(error) ? new Refused(error.message) : error
    } finally {
      outcomes.close()
      hashes.close()
    }
  },
})

const isSame = (one: string | undefined, other: string) =>
  one !== undefined &&
  existsSync(one) &&
  existsSync(other) &&
  realpathSync(one) === realpathSync(other)

/** What a person can do something about. */
const isTold = (error: unknown): error is Error =>
  error instanceof LedgerBroken || error instanceof RulesDiffer || error instanceof LogFileFault

function wanted(
  worlds: ReadonlyMap<string, WorldInLog>,
  name: string | undefined,
): readonly WorldInLog[] {
  if (worlds.size === 0) throw new Refused('no world is founded in this log')
  if (name === undefined) return [...worlds.values()]
  const world = worlds.get(name)
  if (!world) throw new Refused(`the log has the worlds ${[...worlds.keys()].join(', ')}`)
  return [world]
}

type Run = Omit<Parameters<typeof replayWorld>[0], 'finished' | 'world'> & {
  readonly world: WorldInLog
}

async function run({ consumed, ...given }: Run): Promise<Replayed> {
  const { settings, events } = given.world
  let orders = 0
  const began = performance.now()
  return replayWorld({
    ...given,
    consumed(result) {
      orders += result.outcomes.length
      consumed(result)
    },
    async finished(kernel, proved) {
      const { tick, hash } = await kernel.hash()
      const seconds = (performance.now() - began) / 1000
      const leaderboard = await kernel.leaderboard()
      const ticksPerSecond = Math.round(tick / seconds)
      return { ...settings, tick, hash, events, orders, proved, ticksPerSecond, leaderboard }
    },
  })
}

const RANKS_SHOWN = 10

function show(replayed: readonly Replayed[], given: Given): void {
  if (given.flag('json')) {
    print(JSON.stringify(replayed, null, 2))
    return
  }
  const rows = replayed.map(({ world, tick, events, orders, proved, hash, ticksPerSecond }) => [
    ...[world, String(tick), String(events), String(orders)],
    ...[String(proved), hash, `${ticksPerSecond} /s`],
  ])
  print(table(['world', 'ticks', 'events', 'orders', 'proved', 'hash', 'speed'], rows))
  for (const { world, leaderboard } of replayed) {
    if (leaderboard.length === 0) continue
    const best = leaderboard
      .slice(0, RANKS_SHOWN)
      .map(({ rank, account, packsTotal, pollution, launches }) =>
        [rank, account, packsTotal, pollution, launches].map(String),
      )
    print(`\n${colour('bold', world)}`)
    print(table(['rank', 'account', 'packs', 'pollution', 'launches'], best))
  }
  print(
    replayed.every(({ proved }) => proved > 0)
      ? `\n${colour('green', '✓')} the log gives the states that its servers testified`
      : '\nno server has testified a state so far: nothing is proved but the seals',
  )
}

/** Lines of JSON into a file, at once; into nothing without one. */
function sink(file: string | undefined) {
  if (file === undefined) return { write: () => {}, close: () => {} }
  let to: number
  try {
    to = openSync(file, 'w')
  } catch (error) {
    throw new UsageError(`${file} cannot be written: ${(error as Error).message}`)
  }
  return {
    write(values: readonly object[]) {
      const lines = values.map((one) => `${JSON.stringify(one)}\n`)
      if (lines.length > 0) writeFileSync(to, lines.join(''))
    },
    close: () => closeSync(to),
  }
}
