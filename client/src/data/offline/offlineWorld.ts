// A world that runs in this page: the same generation, rules and deciders as on a server, and no log.
// For a look at a planet without a server (?offline=seed,n), and for tests.

import type { PlayerCommand, TerritoryCommand } from '../../../../src/domain/commands.ts'
import { isRefusal } from '../../../../src/domain/decider.ts'
import type { PlayerEvent, SimulationEvent, TerritoryEvent } from '../../../../src/domain/events.ts'
import { player as playerDecider } from '../../../../src/domain/player.ts'
import type { TickEvents } from '../../../../src/domain/ports/kernel.ts'
import {
  changeFeed,
  drainChanges,
  drainDirty,
  drainPlayers,
  snapshotFrom,
} from '../../../../src/domain/simulation/changes.ts'
import { stateHash } from '../../../../src/domain/simulation/hash.ts'
import { leaderboard, statisticsView } from '../../../../src/domain/simulation/standings.ts'
import { createState } from '../../../../src/domain/simulation/state.ts'
import { tick } from '../../../../src/domain/simulation/tick.ts'
import { structureViews } from '../../../../src/domain/simulation/views.ts'
import { territory as territoryDecider } from '../../../../src/domain/territory.ts'
import type {
  Answer,
  Order,
  StatusReport,
  WorldData,
  WorldInfo,
  WorldListener,
} from '../worldData.ts'

export type OfflineSettings = { readonly seed: number; readonly n: number; readonly ups?: number }

const ACCOUNT = 'you'
const STATUS_EVERY_TICKS = 5
const CONTENTS_EVERY_TICKS = 20

const playerOrders: readonly string[] = [
  'EnterWorld',
  'LeaveWorld',
  'MovePlayer',
  'StartHarvest',
  'StopHarvest',
  'Craft',
  'Transfer',
  'SelectResearch',
  'Say',
]

export type OfflineWorld = WorldData & { runTick(): void }

/** @param timed false: nothing runs but by `runTick`, for tests */
export function openOfflineWorld(
  settings: OfflineSettings,
  listener: WorldListener,
  timed = true,
): OfflineWorld {
  const { seed, n } = settings
  const ups = settings.ups ?? 20
  const world = { id: 'offline', seed, n, ups }
  const state = createState({ seed, n })
  const feed = changeFeed(state)
  const decide = createDeciders(world)
  let watched: readonly number[] = []
  let waiting: TickEvents['events'][number][] = []
  let orders = 0
  let name: string | undefined
  let busyMs = 0

  function runTick(): void {
    const started = performance.now()
    const outcomes = tick(state, waiting)
    waiting = []
    drainDirty(feed)
    for (const changes of drainChanges(feed, watched)) listener.changes(changes)
    for (const view of drainPlayers(feed)) if (view.account === ACCOUNT) listener.player(view)
    for (const outcome of outcomes) listener.outcome(outcome)
    busyMs += (performance.now() - started - busyMs) * 0.1
    listener.tick(state.tick)
    if (state.tick % CONTENTS_EVERY_TICKS === 0) listener.contents(structureViews(state, ACCOUNT))
    if (state.tick % STATUS_EVERY_TICKS === 0) listener.status(status())
  }

  function status(): StatusReport {
    return {
      state: 'running',
      tick: state.tick,
      ups,
      upsMeasured: Math.min(ups, 1000 / Math.max(1, busyMs)),
      lagMs: busyMs,
      hash: stateHash(state),
      hashTick: state.tick,
      players: name === undefined ? 0 : 1,
    }
  }

  const timer = timed ? setInterval(runTick, 1000 / ups) : undefined
  queueMicrotask(() => {
    listener.connection('open')
    listener.status(status())
  })

  return {
    world,
    account: () => (name === undefined ? undefined : ACCOUNT),
    async join(asked) {
      name = asked
      listener.players([{ account: ACCOUNT, index: 1, name, cell: 0, state: 'connected' }])
      return { kind: 'accepted', commandId: 'join' }
    },
    watch(chunks) {
      const known = new Set(watched)
      watched = [...chunks]
      for (const chunk of chunks) {
        if (!known.has(chunk)) listener.snapshot(snapshotFrom(feed, chunk))
      }
      return new Set(chunks)
    },
    async order(order) {
      const commandId = `order-${++orders}`
      const decided = decide(order, commandId, orders)
      if ('answer' in decided) return decided.answer
      waiting.push(...decided.events.map((event) => ({ commandId, event })))
      return acceptance(commandId, decided.events)
    },
    standings: async () => ({
      rows: leaderboard(state).map((row) => ({ ...row, name })),
      own: statisticsView(state, ACCOUNT),
    }),
    worlds: async () => [
      { ...world, state: 'running', tick: state.tick, players: name === undefined ? 0 : 1 },
    ],
    close: () => clearInterval(timer),
    runTick,
  }
}

type Decided = { readonly events: readonly SimulationEvent[] } | { readonly answer: Answer }

/** Both streams of one lonely player, folded and decided as a server does it. */
function createDeciders(world: WorldInfo) {
  let territory = territoryDecider.initial()
  let player = playerDecider.initial()
  return (order: Order, commandId: string, chance: number): Decided => {
    const given = {
      ...order,
      account: ACCOUNT,
      at: 0,
      world: world.id,
      n: world.n,
      seed: world.seed,
      chance,
      commandId,
    }
    const ofPlayer = playerOrders.includes(order.type)
    const decided = ofPlayer
      ? playerDecider.decide(given as PlayerCommand, player)
      : territoryDecider.decide(given as TerritoryCommand, territory)
    if (isRefusal(decided)) return { answer: { kind: 'refused', cells: [], ...decided } }
    if (decided.length === 0) return { answer: { kind: 'unchanged' } }
    for (const event of decided) {
      if (ofPlayer) player = playerDecider.evolve(player, event as PlayerEvent)
      else territory = territoryDecider.evolve(territory, event as TerritoryEvent)
    }
    return { events: decided }
  }
}

function acceptance(commandId: string, events: readonly SimulationEvent[]): Answer {
  const entered = events.find((event) => event.type === 'WorldEntered')
  return entered
    ? { kind: 'accepted', commandId, landing: entered.data.landing }
    : { kind: 'accepted', commandId }
}
