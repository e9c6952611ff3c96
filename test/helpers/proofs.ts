// What has to hold of a server that was killed: of its answers, of what it showed, of its chat.

import { expect } from 'vitest'
import { again, type Player } from './client.ts'
import type { ReplayedLog } from './replayLog.ts'
import { outcomeText, type Seen } from './watchers.ts'

/** Commands sent again get the answers that they had. `most`: how many, newest and others by chance. */
export async function checkAnswers(
  players: readonly Player[],
  random: () => number,
  most: number,
): Promise<void> {
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
export function checkLog(players: readonly Player[], { eventsByCommand }: ReplayedLog): void {
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
export async function checkChat(players: readonly Player[]): Promise<void> {
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
