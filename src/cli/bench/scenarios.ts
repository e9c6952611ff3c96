// What the benchmark measures, one scenario after the other, and the lines that each gives to the report.

import { landingCell } from '../../domain/generation/landing.ts'
import { chunkOf } from '../../domain/grid/chunk.ts'
import { type Remote, remote } from '../remote.ts'
import type { Crew } from './crew.ts'
import { type Line, latencyLine, quantile, rateLine } from './figures.ts'
import type { Task } from './tasks.ts'

export type Setting = {
  readonly url: string
  readonly world: string
  readonly seconds: number
  /** Players who act at once, in the scenarios that are not about their number. */
  readonly players: number
  readonly joins: number
  /** The most subscribers that are tried. */
  readonly subscribers: number
}

export type Tell = (what: string, done?: number, all?: number) => void
type Scenario = {
  readonly does: string
  run(crew: Crew, setting: Setting, tell: Tell): Promise<readonly Line[]>
}
type World = {
  readonly seed: number
  readonly n: number
  readonly ups: number
  readonly upsMeasured: number
  readonly lagMs: number
}

/** What the game promises: from the action to the client. */
const SOCKET_MS = 50
const MAILBOX_MS = 5_000
/** A stream that brings so much of the world's ticks is held at its pace. */
const HELD_SHARE = 0.95
const FIRST_STEP = 50
const JOINS_AT_ONCE = 128

const stepped = (crew: Crew, task: Task, what: string, tell: Tell) => {
  tell(what, 0, task.players)
  return crew.run(task, (steps) => tell(what, steps, task.players))
}

const worldOf = (server: Remote, name: string) => server.get<World>(`/worlds/${name}`)

const latency =
  (kind: 'socketLatency' | 'mailboxLatency', door: string, below: number): Scenario['run'] =>
  async (crew, { url, world, players, seconds }, tell) => {
    const task: Task = { kind, url, world, players, seconds }
    const what = `${players} players act, by ${door}`
    const { samples, counts } = await stepped(crew, task, what, tell)
    const lost = counts.lost ?? 0
    const { ups } = await worldOf(remote(url, undefined), world)
    return [
      latencyLine(`action → durable answer, ${door}`, samples.answer ?? []),
      latencyLine(
        `action → outcome at the client, ${door}, ${ups} UPS`,
        samples.outcome ?? [],
        below,
      ),
      ...(lost > 0
        ? [{ what: 'outcomes that never came', figures: { lost }, unit: '', met: false }]
        : []),
    ]
  }

const subscribers: Scenario['run'] = async (crew, setting, tell) => {
  const server = remote(setting.url, undefined)
  const { seed, n, ups } = await worldOf(server, setting.world)
  const pace = Math.min(20, ups)
  const cell = landingCell(seed, n, 3)
  const watched: Watched = { server, pace, cell, chunk: chunkOf(n, cell) }
  const lines: Line[] = []
  let held = 0
  let tooMany = Number.POSITIVE_INFINITY
  for (
    let players: number | undefined = Math.min(FIRST_STEP, setting.subscribers);
    players !== undefined;
    players = nextStep(held, tooMany, setting.subscribers)
  ) {
    const line = await watchedBy(players, watched, crew, setting, tell)
    lines.push(line)
    if (line.met) held = players
    else tooMany = players
  }
  const bounded = tooMany === Number.POSITIVE_INFINITY
  const what = bounded
    ? 'subscribers held, the most that were tried'
    : 'subscribers held, the most found'
  return [...lines, { what, figures: { held }, unit: `at ${pace} Hz` }]
}

type Watched = {
  readonly server: Remote
  readonly pace: number
  readonly cell: number
  readonly chunk: number
}

async function watchedBy(
  players: number,
  { server, pace, cell, chunk }: Watched,
  crew: Crew,
  { url, world, seconds }: Setting,
  tell: Tell,
): Promise<Line> {
  const task: Task = { kind: 'subscribers', url, world, players, seconds, moves: true, cell, chunk }
  const { samples, counts } = await stepped(crew, task, `${players} players watch`, tell)
  const slowest = quantile(samples.rate ?? [], 0)
  const { upsMeasured, lagMs } = await worldOf(server, world)
  return {
    what: `${players} subscribers of a chunk that changes in every tick, and of their own`,
    figures: {
      slowest: Math.round(slowest * 10) / 10,
      items: Math.round((counts.items ?? 0) / seconds),
      spread: Math.round(quantile(samples.spread ?? [], 0.99)),
      cut: counts.lost ?? 0,
      ups: Math.round(upsMeasured * 10) / 10,
      lag: Math.round(lagMs),
    },
    unit: 'Hz, items/s, ms',
    wanted: `${pace} Hz held`,
    met: slowest >= pace * HELD_SHARE && (counts.lost ?? 0) === 0,
  }
}

/**
 * How many to try next, where so many were held and so many too many (infinite: none yet): twice as many, then halfway between,
 * until the answer is known to a tenth. Undefined once it is.
 */
export function nextStep(held: number, tooMany: number, most: number): number | undefined {
  if (tooMany === Number.POSITIVE_INFINITY)
    return held >= most ? undefined : Math.min(held * 2, most)
  const between = Math.floor((held + tooMany) / 2)
  return tooMany - held <= Math.max(1, tooMany / 10) || between === held ? undefined : between
}

const joins: Scenario['run'] = async (crew, { url, world, joins: players }, tell) => {
  const began = performance.now()
  const task: Task = { kind: 'joins', url, world, players, atOnce: JOINS_AT_ONCE }
  const { samples, counts } = await stepped(crew, task, `${players} players join and enter`, tell)
  const seconds = (performance.now() - began) / 1000
  const { upsMeasured, lagMs } = await worldOf(remote(url, undefined), world)
  const failed = counts.failed ?? 0
  return [
    {
      what: `join storm: ${players} players join and enter`,
      figures: {
        seconds: Math.round(seconds * 10) / 10,
        rate: Math.round((counts.joined ?? 0) / seconds),
        failed,
        ups: Math.round(upsMeasured * 10) / 10,
        lag: Math.round(lagMs),
      },
      unit: 's, /s, failed',
      wanted: 'none fails',
      met: failed === 0,
    },
    latencyLine('join and enter, each', samples.join ?? []),
  ]
}

const commands: Scenario['run'] = async (crew, { url, world, players, seconds }, tell) => {
  const lines: Line[] = []
  for (const door of ['mailbox', 'websocket', 'batch'] as const) {
    const task: Task = { kind: 'commands', url, world, players, seconds, door }
    const what = `${players} players send, by ${door}`
    const { samples, counts } = await stepped(crew, task, what, tell)
    lines.push(rateLine(`commands, ${what}`, (counts.answered ?? 0) / seconds))
    lines.push(latencyLine('  each request', samples.answer ?? []))
    if (counts.failed)
      lines.push({ what: '  failed', figures: { failed: counts.failed }, unit: '', met: false })
  }
  return lines
}

export const scenarios = {
  websocket: {
    does: 'action → client over WebSocket',
    run: latency('socketLatency', 'WebSocket', SOCKET_MS),
  },
  mailbox: {
    does: 'action → client by mailbox',
    run: latency('mailboxLatency', 'mailbox', MAILBOX_MS),
  },
  commands: { does: 'commands a second, end to end', run: commands },
  subscribers: { does: 'subscribers held at 20 Hz', run: subscribers },
  joins: { does: 'a storm of joins', run: joins },
} as const satisfies Readonly<Record<string, Scenario>>

export type ScenarioName = keyof typeof scenarios
