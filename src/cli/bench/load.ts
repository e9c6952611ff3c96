// Many players at once: joining, watching, and sending as fast as they are answered.

import { DIRECTIONS } from '../../domain/grid/neighbours.ts'
import { type Measured, quantile } from './figures.ts'
import { openSocket, type Socket } from './socket.ts'
import {
  act,
  crewOf,
  each,
  join,
  order,
  orderMutation,
  pause,
  type TaskOf,
  type Tell,
} from './tasks.ts'

const BATCH = 100
/** Three turns in a tick of 50 ms: no tick is without one, and none has turned all the way round. */
const TURN_MS = 12

export async function joins(task: TaskOf<'joins'>, tell: Tell): Promise<Measured> {
  const took: number[] = []
  let failed = 0
  await each(task.players, task.atOnce, async () => {
    const began = performance.now()
    try {
      await join(task)
      took.push(performance.now() - began)
    } catch {
      failed += 1
    }
    tell(1)
  })
  return { samples: { join: took }, counts: { joined: took.length, failed } }
}

export async function commands(task: TaskOf<'commands'>, tell: Tell): Promise<Measured> {
  const took: number[] = []
  let answered = 0
  let failed = 0
  const players = await crewOf(task)
  await each(task.players, task.players, async (index) => {
    const player = players[index]!
    const socket =
      task.door === 'websocket' ? await openSocket(task.url, player.token, () => {}) : undefined
    const { world } = task
    const send = async () => {
      if (socket) return void (await socket.ask(orderMutation, { world }))
      const one = order(world)
      await act(player, task.door === 'batch' ? Array.from({ length: BATCH }, () => one) : one)
    }
    const until = performance.now() + task.seconds * 1000
    while (performance.now() < until) {
      const began = performance.now()
      try {
        await send()
        took.push(performance.now() - began)
        answered += task.door === 'batch' ? BATCH : 1
      } catch {
        failed += 1
      }
    }
    socket?.close()
    tell(1)
  })
  return { samples: { answer: took }, counts: { answered, failed } }
}

type Watcher = { readonly at: number[]; readonly ticks: number[] }

/** Players who look on: each hears of one chunk, and of everything of its own, over one WebSocket. */
export async function subscribers(task: TaskOf<'subscribers'>, tell: Tell): Promise<Measured> {
  const watchers: Watcher[] = []
  const sockets: Socket[] = []
  let lost = 0
  let items = 0
  let measuring = false
  const players = await crewOf(task, tell)
  await each(task.players, 16, async (index) => {
    const player = players[index]!
    const watcher: Watcher = { at: [], ticks: [] }
    const socket = await openSocket(task.url, player.token, () => {
      lost += 1
    })
    const changes = `subscription { chunks(world: "${task.world}", chunks: [${task.chunk}]) {
      __typename ... on ChunkChanges { tick cells } } }`
    const mine = `subscription { mine(world: "${task.world}") { __typename } }`
    socket.subscribe(
      changes,
      (text) => {
        if (!measuring || !text.includes('"ChunkChanges"')) return
        items += 1
        watcher.at.push(performance.now())
        watcher.ticks.push(Number(/"tick":(\d+)/.exec(text)?.[1]))
      },
      () => {},
    )
    socket.subscribe(
      mine,
      () => {},
      () => {},
    )
    watchers.push(watcher)
    sockets.push(socket)
  })
  const moving = new AbortController()
  const moved = task.moves ? move(task, moving.signal) : Promise.resolve()
  // What a world does to be watched for the first time is no part of the figure.
  await pause(2_000)
  measuring = true
  await pause(task.seconds * 1000)
  measuring = false
  moving.abort()
  await moved
  for (const socket of sockets) socket.close()
  return told(task, watchers, { lost, items })
}

function told(
  { seconds }: TaskOf<'subscribers'>,
  watchers: readonly Watcher[],
  counts: Readonly<Record<string, number>>,
): Measured {
  const first = new Map<number, number>()
  for (const { at, ticks } of watchers) {
    for (const [index, tick] of ticks.entries()) {
      first.set(tick, Math.min(first.get(tick) ?? Number.POSITIVE_INFINITY, at[index]!))
    }
  }
  // How much later than the first of all a subscriber hears of a tick; of each its p99.
  const spread = watchers.map(({ at, ticks }) =>
    quantile(
      ticks.map((tick, index) => at[index]! - (first.get(tick) ?? 0)),
      0.99,
    ),
  )
  const rate = watchers.map(({ ticks }) => new Set(ticks).size / seconds)
  return { samples: { rate, spread: spread.filter((each) => !Number.isNaN(each)) }, counts }
}

/** Changes the watched chunk in every tick: turns a belt on and on, faster than ticks come. */
async function move(task: TaskOf<'subscribers'>, signal: AbortSignal): Promise<void> {
  const { world, cell } = task
  const player = await join(task, cell)
  const belt = { cell, prototype: 'belt', direction: 0 }
  await act(player, [
    { type: 'ClaimMany', world, cells: [cell] },
    { type: 'PlaceMany', world, structures: [belt] },
  ])
  for (let turn = 1; !signal.aborted; turn++) {
    await act(player, { type: 'RotateStructure', world, cell, direction: turn % DIRECTIONS })
    await pause(TURN_MS)
  }
  await act(player, { type: 'RemoveMany', world, cells: [cell] })
  await act(player, { type: 'ReleaseCell', world, cell })
}
