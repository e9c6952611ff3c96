// A whole run by one seed: servers, players, watchers and storms, then calm, then the proof.

import type { RecordedEvent } from '../../src/domain/ports/eventStore.ts'
import { isSimulationStream, ledgerStream } from '../../src/domain/streams.ts'
import { diceOf } from './dice.ts'
import { calmFaults, drawFaults } from './faults.ts'
import { play, type SimulatedPlayer } from './players.ts'
import {
  proveAnswers,
  proveLog,
  proveOutcomes,
  proveShown,
  proveTold,
  sealedEvents,
} from './proofs.ts'
import { noSabotage, type Sabotage } from './sabotage.ts'
import { type Server, servers, WORLD } from './servers.ts'
import { openStage, type Stage } from './stage.ts'
import { openFleet } from './storms.ts'
import { truthOf } from './truth.ts'
import { nothingShown, type Told, watch } from './watchers.ts'

export type Run = {
  readonly seed: number
  /** SHA-256 of all that happened, in order. */
  readonly trace: string
  readonly failures: readonly string[]
  /** The last lines of the trace. */
  readonly last: readonly string[]
  readonly counts: {
    readonly ticks: number
    readonly events: number
    readonly answers: number
    readonly outcomes: number
    readonly gaps: number
    readonly hashes: number
    readonly chunks: number
    readonly engines: number
    readonly storms: Readonly<Record<string, number>>
  }
}

export type RunOptions = {
  /** Simulated time until everything calms down. */
  readonly lastsMs?: number
  readonly sabotage?: Sabotage
}

const PLAYERS = 3
const CALM_LIMIT_MS = 60_000

/** Runs one seed to its end. Never rejects for what went wrong in the run: `failures` tells it. */
export async function simulate(seed: number, options: RunOptions = {}): Promise<Run> {
  const { lastsMs = 8_000, sabotage = noSabotage } = options
  const stage = openStage(seed)
  const dice = diceOf(seed ^ 0x5eed)
  const planet = { seed: dice.below(0x1_0000_0000), n: dice.between(1, 8), ups: 20 }
  Object.assign(stage.faults, drawFaults(stage.dice.fork()))
  const fleet = openFleet(stage, servers(stage, planet, sabotage))
  const players: SimulatedPlayer[] = []
  const told: Told[] = []
  const shown = nothingShown()
  let lastTick: number | undefined

  const trouble = (what: string) => (error: unknown) =>
    stage.fault(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : error}`)
  const playing: Promise<unknown>[] = []
  const watching: Promise<unknown>[] = []
  const begin = async () => {
    await fleet.begin()
    for (let index = 0; index < PLAYERS; index++) {
      const joined = (player: SimulatedPlayer) => {
        players.push(player)
        const mine: Told = { account: player.account, outcomes: [], gaps: [] }
        told.push(mine)
        const looks = watch(stage, planet, fleet.any, shown, mine, () => lastTick)
        watching.push(looks.catch(trouble('a watcher')))
      }
      playing.push(play(stage, planet, fleet.any, joined).catch(trouble('a player')))
    }
  }
  let begun = false
  const beginning = begin()
    .then(() => {
      begun = true
    })
    .catch(trouble('the start'))
  await stage.time.until(() => begun || stage.failures.length > 0, CALM_LIMIT_MS, 50)
  await stage.time.advance(lastsMs)

  stage.calm = true
  Object.assign(stage.faults, calmFaults())
  const rest = async (what: string, promise: Promise<unknown>) => {
    let over = false
    void promise.catch(trouble(what)).then(() => {
      over = true
    })
    try {
      await stage.time.until(() => over, CALM_LIMIT_MS, 50)
    } catch {
      stage.fault(`${what} did not end: ${[...stage.unsettled.values()].join(', ')}`)
    }
  }
  await rest('the beginning', beginning)
  await rest('the storms', fleet.calm())
  await rest('the players', Promise.all(playing))
  const sealing = sealAll(stage, fleet.any)
  await rest('sealing what was ordered', sealing)
  lastTick = (await Promise.race([sealing, Promise.resolve(undefined)])) ?? 0
  await rest('the watchers', Promise.all(watching))
  await rest('the end', fleet.end())
  await stage.time.advance(15_000)

  const log = await stage.store.readAll(0, Number.MAX_SAFE_INTEGER)
  const counts = await prove(stage, log, players, told, shown, lastTick)
  for (const left of fleet.left()) stage.fault(left)
  for (const what of stage.unsettled.values()) stage.fault(`${what} was never settled`)
  if (stage.time.sleeping() > 0) stage.fault(`${stage.time.sleeping()} sleepers are left`)
  if (stage.written.size > 0) stage.fault(`${stage.written.size} readers are left`)
  const { digest, last } = stage.trace()
  return {
    seed,
    trace: digest,
    failures: stage.failures,
    last,
    counts: { ...counts, storms: fleet.storms },
  }
}

/** Resolves with the newest tick that has to be shown once everything that was ordered has its tick. */
async function sealAll(stage: Stage, server: () => Server): Promise<number> {
  for (;;) {
    await stage.scheduler.sleep(100)
    const log = await stage.store.readAll(0, Number.MAX_SAFE_INTEGER)
    const orders = log.filter(({ stream }) => isSimulationStream(stream, WORLD)).length
    const lastSeal = log.findLast(
      ({ stream, type }) => stream === ledgerStream(WORLD) && type === 'TickSealed',
    )
    const tick = lastSeal?.type === 'TickSealed' ? lastSeal.data.tick : 0
    const status = server().world()?.status()
    if (status?.state !== 'running' || sealedEvents(log) < orders) continue
    if (status.tick >= tick) return tick
  }
}

async function prove(
  stage: Stage,
  log: readonly RecordedEvent[],
  players: readonly SimulatedPlayer[],
  told: readonly Told[],
  shown: ReturnType<typeof nothingShown>,
  last: number,
) {
  const tell = (fault: string) => stage.fault(fault)
  proveLog(log, tell)
  const none = { ticks: 0, outcomes: 0, engines: 0 }
  const replayed = await truthOf(stage.store, shown).catch((error: Error) => {
    tell(`the log cannot be replayed: ${error.message}`)
    return undefined
  })
  if (replayed) {
    proveAnswers(players, replayed, tell)
    proveOutcomes(log, replayed, sealedEvents(log), players, tell)
    proveShown(shown, replayed, tell)
    proveTold(told, replayed, last, tell)
  }
  return {
    ...(replayed
      ? {
          ticks: replayed.through,
          outcomes: replayed.outcomes.size,
          engines: replayed.ledger.engines,
        }
      : none),
    events: log.length,
    answers: players.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0),
    gaps: told.reduce((sum, { gaps }) => sum + gaps.length, 0),
    hashes: shown.hashes.size,
    chunks: shown.chunks.size,
  }
}
