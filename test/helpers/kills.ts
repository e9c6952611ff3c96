// A server under load that is killed again and again, and what has to hold of it each time.

import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect } from 'vitest'
import { type Address, again, joinPlayer, type Player } from './client.ts'
import { play } from './load.ts'
import { seeded } from './mortal.ts'
import { killAll, processesIn } from './processes.ts'
import { type ReplayedLog, replayDataFolder } from './replayLog.ts'
import { dataFolder, removeFolder, spawnServer, until } from './server.ts'
import { outcomeText, type Seen, type Status, statusOf, watchWorld } from './watchers.ts'

export const kinds = [
  'server under load',
  'server right after an answer',
  'PostgreSQL under load',
  'server and PostgreSQL under load',
  'server during its start',
  'PostgreSQL during the start',
  'server and PostgreSQL during the start',
  'server during initdb',
  'server and initdb',
] as const
export type Kind = (typeof kinds)[number]

export type Killed = { readonly kind: Kind; readonly backMs: number; readonly note: string }

const PLAYERS = 6
const LONGEST_START_MS = 120_000
const environment = { WORLD_N: '16', DEMO_BOT: 'off', JOINS_PER_MINUTE: '1000' }

type Process = ReturnType<typeof spawnServer>

/** A world with players and watchers on it. `seed` decides every order and every moment, as far as clocks let it. */
export async function openArena(seed: number) {
  const random = seeded(seed)
  const folder = dataFolder()
  const port = await freePort(random)
  const address: Address = { url: `http://localhost:${port}` }
  const killed: Killed[] = []
  const players: Player[] = []
  const playing: Promise<void>[] = []
  const stopping = new AbortController()
  const watch = watchWorld(address)
  let server: Process | undefined

  const spawn = (dataDir = folder) =>
    spawnServer(dataDir, { ...environment, ...(dataDir === folder ? { PORT: String(port) } : {}) })

  /** Starts the server and waits until the world is live; what ends before that is told with its output. */
  const start = async () => {
    const spawned = spawn()
    server = spawned
    const code = await within(
      LONGEST_START_MS,
      Promise.race([spawned.up.then(() => undefined), spawned.exited]),
    )
    if (code !== undefined) throw new Error(`the start ended with ${code}:\n${spawned.output()}`)
    address.url = await spawned.up
  }
  const live = async () => {
    const before = watch.seen.maxTick()
    const status = await until(
      () => again(60_000, () => statusOf(address)),
      ({ state }) => state !== 'replaying',
    )
    expect(status.state).toBe('running')
    expect(status.tick).toBeGreaterThanOrEqual(before)
    return status
  }
  /** The world runs on: later ticks than any before, and orders are taken. */
  const runsOn = async () => {
    const before = Math.max((await live()).tick, watch.seen.maxTick())
    await until(live, ({ tick }) => tick > before)
    const answer = await players[0]!.act('Say', { text: 'still here' })
    expect(answer.status).toBe('accepted')
  }

  const restarted = async (kind: Kind, note = '') => {
    const from = performance.now()
    await start()
    await live()
    killed.push({ kind, backMs: performance.now() - from, note })
    await runsOn()
    await checkAnswers(players, random, 40)
  }
  /** Kills of a start: `part` says which processes, `moment` in ms after the start's first words. */
  const killStart = async (kind: Kind, part: (dying: Process) => Promise<void>) => {
    await dead(server)
    if (random() < 0.5) killAll(postgresOf(folder))
    const dying = spawn()
    server = dying
    await until(
      async () => dying.output(),
      (output) => /PostgreSQL/.test(output),
    )
    await wait(random() * 1_500)
    const wasUp = /page /.test(dying.output())
    await part(dying)
    return { kind, dying, note: wasUp ? 'just up' : lastLine(dying.output()) }
  }

  const kills: Record<Kind, () => Promise<void>> = {
    'server under load': async () => {
      await wait(random() * 2_000)
      await dead(server)
      await restarted('server under load')
    },
    'server right after an answer': async () => {
      await nextAnswer(players)
      await wait(random() * 120)
      await dead(server)
      await restarted('server right after an answer')
    },
    'PostgreSQL under load': async () => {
      await wait(random() * 2_000)
      const from = performance.now()
      killAll(postgresOf(folder))
      await ranOnBy(server!)
      await runsOn()
      killed.push({ kind: 'PostgreSQL under load', backMs: performance.now() - from, note: '' })
      await checkAnswers(players, random, 40)
    },
    'server and PostgreSQL under load': async () => {
      await wait(random() * 2_000)
      if (random() < 0.5) killAll(postgresOf(folder))
      await dead(server)
      killAll(postgresOf(folder))
      await restarted('server and PostgreSQL under load')
    },
    'server during its start': async () => {
      const { kind, note } = await killStart('server during its start', dead)
      await restarted(kind, note)
    },
    'PostgreSQL during the start': async () => {
      const { kind, note, dying } = await killStart('PostgreSQL during the start', async () =>
        killAll(postgresOf(folder)),
      )
      const from = performance.now()
      const code = await within(
        LONGEST_START_MS,
        Promise.race([dying.up.then(() => undefined), dying.exited]),
      )
      // Either the start goes on by itself, or it ends and says why; a crash without words is neither.
      if (code !== undefined) {
        expect(lastLine(dying.output())).toMatch(/PostgreSQL|database|log/i)
        await restarted(kind, `${note}; ended with ${code}: ${lastLine(dying.output())}`)
        return
      }
      address.url = await dying.up
      await live()
      killed.push({ kind, backMs: performance.now() - from, note: `${note}; went on` })
      await runsOn()
      await checkAnswers(players, random, 40)
    },
    'server and PostgreSQL during the start': async () => {
      const { kind, note } = await killStart(
        'server and PostgreSQL during the start',
        async (dying) => {
          await dead(dying)
          killAll(postgresOf(folder))
        },
      )
      await restarted(kind, note)
    },
    'server during initdb': () => killInitdb('server during initdb', false),
    'server and initdb': () => killInitdb('server and initdb', true),
  }

  /** In a folder of its own: the arena's has its database. */
  const killInitdb = async (kind: Kind, initdbToo: boolean) => {
    const fresh = dataFolder()
    try {
      const dying = spawn(fresh)
      await until(
        async () => dying.output(),
        (output) => /Creating the database/.test(output),
      )
      await wait(random() * 1_500)
      const note = lastLine(dying.output())
      await dead(dying)
      if (initdbToo) killAll([...inFolder(join(fresh, 'pg.new')), ...postgresOf(fresh)])
      const from = performance.now()
      const next = spawn(fresh)
      const code = await within(
        LONGEST_START_MS,
        Promise.race([next.up.then(() => undefined), next.exited]),
      )
      if (code !== undefined) throw new Error(`after ${kind}: ${code}\n${next.output()}`)
      killed.push({ kind, backMs: performance.now() - from, note })
      expect(await next.stop()).toBe(0)
    } finally {
      killAll([...inFolder(join(fresh, 'pg.new')), ...postgresOf(fresh)])
      removeFolder(fresh)
    }
  }

  return {
    killed,
    players,
    seen: watch.seen,
    /** Starts the world and the load; before that, kills the very first start once. */
    async begin() {
      const dying = spawn()
      server = dying
      await until(
        async () => dying.output(),
        (output) => /Creating the database/.test(output),
      )
      await wait(random() * 1_500)
      const note = lastLine(dying.output())
      await dead(dying)
      const from = performance.now()
      await start()
      killed.push({ kind: 'server during initdb', backMs: performance.now() - from, note })
      const planet: Status = await live()
      const taken = new Set<number>()
      for (let index = 0; index < PLAYERS; index++) {
        const player = await joinPlayer(address, `Player ${index}`)
        players.push(player)
        watch.watchPlayer(player)
        const playerRandom = seeded(seed * 100 + index)
        playing.push(play(player, planet, taken, playerRandom, stopping.signal))
      }
      // A player who fails is told at the end; nothing may fail unheard before.
      for (const one of playing) one.catch(() => {})
    },
    async kill(kind: Kind) {
      await kills[kind]()
      expect(watch.seen.faults).toEqual([])
    },
    /** Ends load and server, and proves by the log all that was seen and answered. */
    async prove(): Promise<ReplayedLog> {
      stopping.abort()
      await Promise.all(playing)
      await checkAnswers(players, random, Number.POSITIVE_INFINITY)
      await checkChat(players)
      await watch.close()
      await dead(server)
      killAll(postgresOf(folder))
      const replayed = await replayDataFolder(folder)
      checkSeen(watch.seen, replayed)
      checkLog(players, replayed)
      return replayed
    },
    /** Leaves nothing behind, whatever happened before. */
    async close() {
      stopping.abort()
      await watch.close()
      await dead(server)
      killAll(postgresOf(folder))
      await Promise.all(players.map((player) => player.close()))
      removeFolder(folder)
    },
  }
}

export type Arena = Awaited<ReturnType<typeof openArena>>

// ---- What has to hold ----

/** Commands sent again get the answers that they had. `most`: how many, newest and others by chance. */
async function checkAnswers(players: readonly Player[], random: () => number, most: number) {
  const each = Math.ceil(most / players.length)
  await Promise.all(
    players.map(async (player) => {
      const all = [...player.acknowledged.values()]
      const some = Number.isFinite(each)
        ? [...all.slice(-each), ...all.filter(() => random() < each / all.length)]
        : all
      for (const { order, answer } of some) {
        const retried = await again(60_000, () => player.send(order))
        expect(retried, `${order.type} ${order.commandId} sent again`).toEqual(answer)
      }
    }),
  )
}

/** Every accepted command stands in the log once and as answered; no other has an event. */
function checkLog(players: readonly Player[], { eventsByCommand }: ReplayedLog): void {
  for (const { account, acknowledged } of players) {
    for (const [commandId, { order, answer }] of acknowledged) {
      const events = eventsByCommand.get(commandId) ?? []
      const what = `${order.type} ${commandId}`
      expect(new Set(events.map(({ metadata }) => metadata.account)).size, what).toBeLessThan(2)
      if (answer.status !== 'accepted' || order.type === 'Say') {
        expect(events, what).toEqual([])
        continue
      }
      expect(
        events.map(({ metadata }) => metadata.account),
        what,
      ).toContain(account)
      expect(events.at(-1)?.position, what).toBe(answer.position)
      expect(events.length, what).toBe(answer.events ?? 1)
    }
  }
}

/** What was shown is what the log gives: every (tick, hash), and what came of every order. */
export function checkSeen(seen: Seen, replayed: ReplayedLog): void {
  expect(seen.faults).toEqual([])
  expect(seen.maxTick()).toBeLessThanOrEqual(replayed.through)
  const told = [...seen.hashes].map(([tick, hash]) => ({ tick, hash }))
  const given = told.map(({ tick }) => ({ tick, hash: replayed.hashes.get(tick) }))
  expect(told).toEqual(given)
  const outcomes = new Set([...replayed.outcomes.values()].map(outcomeText))
  expect([...seen.outcomes].filter((outcome) => !outcomes.has(outcome))).toEqual([])
}

/** Everything that was said and acknowledged is in the chat, once. */
async function checkChat(players: readonly Player[]): Promise<void> {
  const said = new Map<string, number>()
  for (let after = 0, more = true; more; ) {
    const query = `{ world(id: "first") { chat(after: ${after}, limit: 100) { id account text } } }`
    const lines = await players[0]!.query<{ world: { chat: readonly ChatLine[] } }>(query)
    for (const { id, account, text } of lines.world.chat) {
      said.set(`${account} ${text}`, (said.get(`${account} ${text}`) ?? 0) + 1)
      after = Math.max(after, id)
    }
    more = lines.world.chat.length > 0
  }
  const wanted = new Map<string, number>()
  for (const { account, acknowledged } of players) {
    for (const { order, answer } of acknowledged.values()) {
      if (order.type !== 'Say' || answer.status !== 'accepted') continue
      const line = `${account} ${order.input.text}`
      wanted.set(line, (wanted.get(line) ?? 0) + 1)
    }
  }
  expect(said).toEqual(wanted)
}

type ChatLine = { readonly id: number; readonly account: string; readonly text: string }

// ---- Small things ----

export const postgresOf = (dataDir: string) => inFolder(join(dataDir, 'pg'))

function inFolder(folder: string): readonly number[] {
  try {
    return processesIn(folder)
  } catch {
    return [] // There is no such folder yet.
  }
}

async function dead(server: Process | undefined): Promise<void> {
  await server?.kill()
}

/** PostgreSQL alone was killed: the server must live, and hear of it. */
async function ranOnBy(server: Process): Promise<void> {
  const ended = server.exited.then((code): never => {
    throw new Error(`the server ended (${code}) with PostgreSQL:\n${server.output()}`)
  })
  const ups = (output: string) => output.split('PostgreSQL is up again').length
  const before = ups(server.output())
  await Promise.race([
    ended,
    until(
      async () => ups(server.output()),
      (count) => count > before,
      LONGEST_START_MS,
    ),
  ])
}

/** Resolves when any player gets the next answer that is kept. */
async function nextAnswer(players: readonly Player[]): Promise<void> {
  const count = () => players.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0)
  const before = count()
  while (count() === before) await new Promise((next) => setTimeout(next, 1))
}

/** A random moment of the load, not a wait for something. */
const wait = (ms: number) => new Promise((next) => setTimeout(next, ms))

const lastLine = (output: string) => output.trim().split('\n').at(-1)?.trim() ?? ''

async function within<Value>(limitMs: number, promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${limitMs} ms`)), limitMs)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

/** A port below those that the system gives out, so that it is still free after each kill. */
async function freePort(random: () => number): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(random() * 10_000)
    const free = await new Promise<boolean>((resolve) => {
      const probe = createServer()
      probe.once('error', () => resolve(false))
      probe.listen(port, 'localhost', () => probe.close(() => resolve(true)))
    })
    if (free) return port
  }
}

export function seedOf(variable: string | undefined): number {
  return variable === undefined ? Math.floor(Math.random() * 0xffff_ffff) : Number(variable)
}

/** The report of a run, as lines of Markdown. */
export function reportOf(seed: number, arena: Arena, replayed: ReplayedLog): string {
  const { killed, players, seen } = arena
  const rows = kinds.flatMap((kind) => {
    const times = killed.filter((one) => one.kind === kind).map(({ backMs }) => backMs)
    if (times.length === 0) return []
    const sorted = times.sort((a, b) => a - b)
    const [low, middle, high] = [0, Math.floor(sorted.length / 2), sorted.length - 1].map((at) =>
      (sorted[at]! / 1000).toFixed(1),
    )
    return [`| ${kind} | ${times.length} | ${low} | ${middle} | ${high} |`]
  })
  const orders = players.flatMap(({ acknowledged }) => [...acknowledged.values()])
  const count = (status: string) => orders.filter(({ answer }) => answer.status === status).length
  return [
    `Seed ${seed}: ${killed.length} kills.`,
    '',
    '| killed | times | back after s (least) | (median) | (most) |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    `- newest tick seen: ${seen.maxTick()}, in ${seen.observations} observations; the log fixes ticks through ${replayed.through}`,
    `- (tick, hash) pairs seen and reproduced: ${seen.hashes.size} of ${seen.hashes.size}; outcomes seen and reproduced: ${seen.outcomes.size}`,
    `- commands acknowledged: ${orders.length} (${count('accepted')} accepted, ${count('refused')} refused, ${count('unchanged')} unchanged), each answered the same again`,
    `- events in the log: ${replayed.events}; seals: ${replayed.ledger.seals}; engines started: ${replayed.ledger.engines}`,
    `- moments of the kills at a start: ${killed.flatMap(({ note }) => note || []).join(' · ')}`,
  ].join('\n')
}
