// Where a reader stands in its mailbox, and the cursor text that says so.
//
// A cursor is opaque to clients. Inside: one part a world, `world.tick.index.chat.contentsTick.contentsHash`, and
// `-.number` for refusals, joined by `~`. The tick.index is the feed's own cursor, the chat number a row id; contents
// of structures are a snapshot, so their part says which was seen last and lets an unchanged one be left out.

import type { WorldId } from '../../domain/events.ts'
import type { PersonalData, Session } from '../../domain/ports/personalData.ts'
import { cursorText as pairText, parseCursor } from '../../projections/cursor.ts'
import type { Cursor } from '../../projections/worldReader.ts'

export type WorldPosition = {
  readonly outcome: Cursor
  readonly chat: number
  /** The contents that were seen: the tick, and a hash of what matters in them. */
  readonly contents: { readonly tick: number; readonly hash: string }
}

export type Position = {
  readonly worlds: ReadonlyMap<WorldId, WorldPosition>
  readonly refusals: number
}

export const worldStart: WorldPosition = {
  outcome: { tick: 0, index: 0 },
  chat: 0,
  contents: { tick: 0, hash: '' },
}

const WORLDS_MAX = 64
/** Of the hash of contents, hexadecimal: 48 bits. */
export const CONTENTS_HASH_DIGITS = 12
const worldPart =
  /^([a-z0-9]{1,32})\.(\d{1,15})\.(\d{1,15})\.(\d{1,15})\.(\d{1,15})\.([0-9a-f]{12})?$/
const refusalsPart = /^-\.(\d{1,15})$/

export const cursorText = (position: Position): string =>
  [
    ...[...position.worlds]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(
        ([world, { outcome, chat, contents }]) =>
          `${world}.${outcome.tick}.${outcome.index}.${chat}.${contents.tick}.${contents.hash}`,
      ),
    `-.${position.refusals}`,
  ].join('~')

/** Undefined for text that is no cursor of a mailbox. */
export function readCursor(text: string): Position | undefined {
  const parts = text.split('~')
  if (parts.length > WORLDS_MAX + 1) return undefined
  const worlds = new Map<WorldId, WorldPosition>()
  let refusals: number | undefined
  for (const part of parts) {
    const number = refusalsPart.exec(part)?.[1]
    if (number !== undefined && refusals === undefined) {
      refusals = Number(number)
      continue
    }
    const [, world = '', tick, index, chat, seen, hash = ''] = worldPart.exec(part) ?? []
    if (world === '' || worlds.has(world)) return undefined
    worlds.set(world, {
      outcome: { tick: Number(tick), index: Number(index) },
      chat: Number(chat),
      contents: { tick: Number(seen), hash },
    })
  }
  return refusals === undefined ? undefined : { worlds, refusals }
}

export const withWorld = (
  position: Position,
  world: WorldId,
  part: Partial<WorldPosition>,
): Position => ({
  ...position,
  worlds: new Map(position.worlds).set(world, {
    ...(position.worlds.get(world) ?? worldStart),
    ...part,
  }),
})

export type Acknowledgements = {
  /** What the mailbox acknowledged, for these worlds. */
  read(session: Session, worlds: readonly WorldId[]): Promise<Position>
  /** Everything up to `position` is done with. Durable when this resolves; the marks only move forward. */
  write(session: Session, position: Position): Promise<void>
}

/** The store keeps one forward-moving `a.b` a key; a mailbox has a key for each world's outcomes, chat and contents. */
const outcomeKey = (mailbox: string, world: WorldId) => `${mailbox}:${world}`
const chatKey = (mailbox: string, world: WorldId) => `${mailbox}:${world}:chat`
/** No world is named so. */
const refusalsKey = (mailbox: string) => `${mailbox}:-`
const contentsKey = (mailbox: string, world: WorldId) => `${mailbox}:${world}:contents`

const pairOf = (text: string | undefined): Cursor => parseCursor(text ?? '') ?? worldStart.outcome

/** The hash as the second number of a pair, whose 15 digits have room for it. */
const contentsPair = ({ tick, hash }: WorldPosition['contents']): Cursor => ({
  tick,
  index: Number.parseInt(hash, 16),
})
const contentsOf = (text: string | undefined): WorldPosition['contents'] => {
  const pair = parseCursor(text ?? '')
  if (!pair) return worldStart.contents
  return { tick: pair.tick, hash: pair.index.toString(16).padStart(CONTENTS_HASH_DIGITS, '0') }
}

export function openAcknowledgements(personalData: PersonalData): Acknowledgements {
  const readWorld = async (mailbox: string, world: WorldId): Promise<WorldPosition> => {
    const keys = [outcomeKey, chatKey, contentsKey].map((key) => key(mailbox, world))
    const [outcome, chat, contents] = await Promise.all(
      keys.map((key) => personalData.acknowledged(key)),
    )
    return { outcome: pairOf(outcome), chat: pairOf(chat).tick, contents: contentsOf(contents) }
  }
  return {
    async read(session, worlds) {
      const refusals = personalData.acknowledged(refusalsKey(session.mailbox))
      const parts = await Promise.all(
        worlds.map(async (world) => [world, await readWorld(session.mailbox, world)] as const),
      )
      return { worlds: new Map(parts), refusals: pairOf(await refusals).tick }
    },
    async write({ mailbox }, position) {
      const writes: Promise<void>[] = []
      const write = (key: string, cursor: Cursor) =>
        writes.push(personalData.acknowledge(key, pairText(cursor)))
      if (position.refusals > 0) {
        write(refusalsKey(mailbox), { tick: position.refusals, index: 0 })
      }
      for (const [world, { outcome, chat, contents }] of position.worlds) {
        if (outcome.tick > 0) write(outcomeKey(mailbox, world), outcome)
        if (chat > 0) write(chatKey(mailbox, world), { tick: chat, index: 0 })
        if (contents.hash !== '') write(contentsKey(mailbox, world), contentsPair(contents))
      }
      await Promise.all(writes)
    },
  }
}
