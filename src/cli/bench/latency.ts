// From an action to its answer and to its outcome at the client, at moments that no tick sets.

import { randomUUID } from 'node:crypto'
import type { Measured } from './figures.ts'
import { openSocket } from './socket.ts'
import { act, crewOf, order, orderMutation, pause, type TaskOf, type Tell } from './tasks.ts'

/** A player acts about so often. */
const MEAN_PAUSE_MS = 400
/** Outcomes that have not come by then are lost. */
const GRACE_MS = 10_000

/** Actions come when they come: were each sent when the last outcome is there, all would wait a whole tick. */
const untilNext = () => pause(-Math.log(1 - Math.random()) * MEAN_PAUSE_MS)

type Record = { readonly answer: number[]; readonly outcome: number[]; lost: number }

async function orders(
  record: Record,
  seconds: number,
  send: (commandId: string) => Promise<unknown>,
  waiting: Map<string, (at: number) => void>,
): Promise<void> {
  const until = performance.now() + seconds * 1000
  const outcomes: Promise<void>[] = []
  for (;;) {
    await untilNext()
    const began = performance.now()
    if (began > until) break
    const commandId = randomUUID()
    const outcome = new Promise<number>((resolve) => waiting.set(commandId, resolve))
    const late = pause(GRACE_MS).then(() => undefined)
    outcomes.push(
      Promise.race([outcome, late]).then((at) => {
        waiting.delete(commandId)
        if (at === undefined) record.lost += 1
        else record.outcome.push(at - began)
      }),
    )
    await send(commandId)
    record.answer.push(performance.now() - began)
  }
  await Promise.all(outcomes)
}

const measured = ({ answer, outcome, lost }: Record): Measured => ({
  samples: { answer, outcome },
  counts: { lost },
})

export async function socketLatency(task: TaskOf<'socketLatency'>, tell: Tell): Promise<Measured> {
  const record: Record = { answer: [], outcome: [], lost: 0 }
  const players = await crewOf(task)
  await Promise.all(
    players.map(async ({ token }) => {
      const waiting = new Map<string, (at: number) => void>()
      const socket = await openSocket(task.url, token, () => {})
      const query = `subscription { mine(world: "${task.world}") { ... on Outcome { commandId } } }`
      const take = (text: string) => {
        const [, commandId = ''] = /"commandId":"([^"]+)"/.exec(text) ?? []
        waiting.get(commandId)?.(performance.now())
      }
      socket.subscribe(query, take, () => {})
      const { world } = task
      await orders(
        record,
        task.seconds,
        (commandId) => socket.ask(orderMutation, { world, commandId }),
        waiting,
      )
      socket.close()
      tell(1)
    }),
  )
  return measured(record)
}

type Messages = {
  readonly cursor: string
  readonly messages: readonly { readonly commandId?: string }[]
}

export async function mailboxLatency(
  task: TaskOf<'mailboxLatency'>,
  tell: Tell,
): Promise<Measured> {
  const record: Record = { answer: [], outcome: [], lost: 0 }
  const players = await crewOf(task)
  await Promise.all(
    players.map(async (player) => {
      const waiting = new Map<string, (at: number) => void>()
      const { mailbox, server } = player
      let over = false
      const reading = (async () => {
        let { cursor } = await server.get<Messages>(`/mailbox/${mailbox}/messages`)
        while (!over) {
          const found = await server.get<Messages | undefined>(
            `/poll/${mailbox}?after=${encodeURIComponent(cursor)}`,
          )
          const at = performance.now()
          if (!found) continue
          cursor = found.cursor
          for (const { commandId = '' } of found.messages) waiting.get(commandId)?.(at)
        }
      })()
      await orders(
        record,
        task.seconds,
        (commandId) => act(player, order(task.world, commandId)),
        waiting,
      )
      over = true
      // Wakes the poll that waits, so that nobody waits for its half minute.
      await act(player, { type: 'Say', world: task.world, text: 'done' })
      await reading
      tell(1)
    }),
  )
  return measured(record)
}
