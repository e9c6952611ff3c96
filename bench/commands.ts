// How many commands a second the handler takes on the store in memory: `npx tsx bench/commands.ts`.
// Alone: each waits for the answer to the one before. Pipelined: 512 are under way at any time.

import { commandHandler } from '../src/commands/handler.ts'
import type { Submission } from '../src/commands/submit.ts'
import { cellsWithin } from '../src/domain/grid/distance.ts'
import { cellCount } from '../src/domain/grid/lattice.ts'
import type { EventStore, NewEvent } from '../src/domain/ports/eventStore.ts'
import { territoryStream } from '../src/domain/streams.ts'
import { systemClock, systemScheduler } from '../src/platform/clock.ts'
import { memoryEventStore } from '../src/platform/memory/eventStore.ts'
import { memoryPersonalData } from '../src/platform/memory/personalData.ts'
import { inProcessMessaging } from '../src/platform/messaging.ts'
import { systemChance } from '../src/platform/random.ts'

const settings = { world: 'eden', seed: 7, n: 256, ups: 20 }
const PLAYERS = 512
const COMMANDS = 20_000
const PIPELINED = 512

async function setUp(store: EventStore) {
  const { submit } = commandHandler({
    store,
    personalData: memoryPersonalData(),
    messaging: inProcessMessaging(),
    clock: systemClock,
    scheduler: systemScheduler,
    chance: systemChance,
    worldSettings: () => settings,
  })
  const players = await Promise.all(
    Array.from({ length: PLAYERS }, async (_, i) => {
      const joined = await submit({
        account: undefined,
        type: 'JoinPlayer',
        input: { name: `p${i}` },
      })
      if ('status' in joined || !joined.joined) throw new Error('nobody joined')
      const { account } = joined.joined
      const landing = i * 1_000
      await submit({ account, type: 'EnterWorld', world: 'eden', input: { landing } })
      const found = await submit({ account, type: 'EnterWorld', world: 'eden', input: {} })
      if ('status' in found) throw new Error('bad input')
      return { account, cells: cellsWithin(settings.n, landing, 6) }
    }),
  )
  // Each player claims outward from its own cell, one cell a command, as a drag over the planet would.
  const next = (i: number): Submission => {
    const { account, cells } = players[i % PLAYERS]!
    const cell = cells[Math.floor(i / PLAYERS)]!
    return { account, type: 'ClaimMany', world: 'eden', input: { cells: [cell] } }
  }
  return { submit, next }
}

async function commandsPerSecond(store: EventStore, pipelined: number) {
  const { submit, next } = await setUp(store)
  const timesMs: number[] = []
  let asked = 0
  let accepted = 0
  const player = async () => {
    while (asked < COMMANDS) {
      const from = performance.now()
      const result = await submit(next(asked++))
      if ('answer' in result && result.answer.status === 'accepted') accepted += 1
      timesMs.push(performance.now() - from)
    }
  }
  const from = performance.now()
  await Promise.all(Array.from({ length: pipelined }, player))
  const seconds = (performance.now() - from) / 1_000
  if (accepted < COMMANDS * 0.9) throw new Error(`only ${accepted} of ${COMMANDS} were accepted`)
  timesMs.sort((a, b) => a - b)
  const at = (share: number) => timesMs[Math.floor(timesMs.length * share)]!.toFixed(2)
  return `${Math.round(COMMANDS / seconds).toLocaleString('en')}/s, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`
}

/** A store whose territory has been claimed and released `events` times. */
async function withHistory(events: number): Promise<EventStore> {
  const store = memoryEventStore()
  const last = cellCount(settings.n) - 1
  const old = Array.from({ length: events }, (_, i): NewEvent => {
    const cell = last - (Math.floor(i / 2) % 50_000)
    const id = `old-${i}`
    const metadata = {
      eventId: id,
      commandId: id,
      account: 'old',
      correlationId: id,
      causationId: id,
      at: '',
    }
    return i % 2 === 0
      ? { type: 'CellsClaimed', data: { account: 'old', cells: [cell] }, version: 1, metadata }
      : { type: 'CellReleased', data: { account: 'old', cell }, version: 1, metadata }
  })
  await store.append(territoryStream('eden'), 0, [
    { account: 'old', commandId: 'old', payloadHash: 'old', outcome: 'accepted', events: old },
  ])
  return store
}

for (const events of [0, 100_000])
  for (const pipelined of [1, PIPELINED]) {
    const figures = await commandsPerSecond(await withHistory(events), pipelined)
    console.log(`territory of ${events} events, ${pipelined} under way: ${figures}`)
  }
