// What waits in a mailbox after a position: outcomes, chat, refused orders, and the newest contents of one's structures.

import { createHash } from 'node:crypto'
import type { StructureView } from '../../domain/chunkView.ts'
import type { WorldId } from '../../domain/events.ts'
import type { Outcome } from '../../domain/outcome.ts'
import type { PersonalData, Session } from '../../domain/ports/personalData.ts'
import { WorldStopped } from '../../projections/publication.ts'
import { WorldBusy, type WorldReader } from '../../projections/worldReader.ts'
import type { Doors } from '../doors.ts'
import { withNames } from '../views.ts'
import {
  CONTENTS_HASH_DIGITS,
  cursorText,
  type Position,
  withWorld,
  worldStart,
} from './position.ts'

/** One message as it is sent. Acknowledging its cursor acknowledges it and all before it in the same answer. */
type Message = { readonly kind: string; readonly cursor: string } & Readonly<
  Record<string, unknown>
>

export type Waiting = {
  readonly messages: readonly Message[]
  /** After the last message. */
  readonly cursor: string
  /** More waits than was asked for. */
  readonly more: boolean
}

type Source = Pick<Doors, 'personalData'>

/** The running worlds that the account has ever entered, or of them the one named. */
export async function worldsOf(
  worlds: readonly WorldReader[],
  account: string,
  only?: WorldId,
): Promise<readonly WorldReader[]> {
  const wanted = worlds.filter(
    (world) =>
      (only === undefined || world.settings.world === only) && world.status().state === 'running',
  )
  // One that cannot tell now is left out, and its place in the cursor stays: the others wait for nobody.
  const entered = await Promise.all(
    wanted.map((world) =>
      only === undefined ? unlessBusy(world.player(account)) : world.player(account),
    ),
  )
  return wanted.filter((_, index) => entered[index] !== undefined)
}

/** Reads at most `limit` messages (and the contents) after a position; changes nothing. */
export async function waitingAfter(
  source: Source,
  worlds: readonly WorldReader[],
  session: Session,
  from: Position,
  limit: number,
): Promise<Waiting> {
  const messages: Message[] = []
  let position = from
  const put: Put = (next, message) => {
    position = next
    messages.push({ ...message, cursor: cursorText(next) })
  }
  const room = () => limit - messages.length
  for (const world of worlds) {
    for (const item of outcomes(world, session, position, room())) {
      const { name, message, cursor } = item
      put(withWorld(position, name, { outcome: cursor }), message)
    }
    const { world: name } = world.settings
    for (const { chat, message } of await chatLines(source, name, position, room())) {
      put(withWorld(position, name, { chat }), message)
    }
  }
  for (const { number, ...message } of await refusedOrders(source, session, position, room())) {
    put({ ...position, refusals: number }, message)
  }
  const more = room() === 0
  for (const world of worlds) {
    const contents = await newContents(world, session, position)
    if (contents) put(contents.position, contents.message)
  }
  return { messages, cursor: cursorText(position), more }
}

type Put = (next: Position, message: { readonly kind: string } & Record<string, unknown>) => void

const seenOf = (position: Position, world: WorldId) => position.worlds.get(world) ?? worldStart

function outcomes(world: WorldReader, { account }: Session, position: Position, limit: number) {
  const { world: name } = world.settings
  if (limit === 0) return []
  return world.outcomesAfter(account, seenOf(position, name).outcome, limit).flatMap((item) => {
    if (item.kind !== 'outcome' && item.kind !== 'takeSnapshot') return []
    const told = item.kind === 'outcome' ? outcomeFields(item.outcome) : {}
    return [{ name, cursor: item.cursor, message: { kind: item.kind, world: name, ...told } }]
  })
}

function outcomeFields({ account: _, index: __, ...told }: Outcome) {
  return told
}

async function chatLines(source: Source, world: WorldId, position: Position, limit: number) {
  if (limit === 0) return []
  const { chat } = seenOf(position, world)
  const kept = await source.personalData.chatAfter(world, chat, limit)
  const lines = (await withNames(kept, source)).map((line) => ({
    chat: line.id,
    message: { kind: 'chat', ...line },
  }))
  const cut = await chatMissed(source.personalData, world, chat, kept)
  if (cut === undefined) return lines
  return [{ chat: cut, message: { kind: 'takeSnapshot', world } }, ...lines].slice(0, limit)
}

/** Where lines before the first of `kept` made room for newer ones: the id before that first. Undefined where none did. */
export async function chatMissed(
  personalData: Pick<PersonalData, 'chatCut'>,
  world: WorldId,
  after: number,
  kept: readonly { readonly id: number }[],
): Promise<number | undefined> {
  const [first] = kept
  // Next to each other: nothing is between them, and nobody has to be asked.
  if (!first || first.id === after + 1) return undefined
  return (await personalData.chatCut(world)) > after ? first.id - 1 : undefined
}

/** The newest are kept: how many of those before had to make room is told in their place, by their numbers. */
async function refusedOrders(
  { personalData }: Source,
  { account }: Session,
  { refusals }: Position,
  limit: number,
) {
  if (limit === 0) return []
  const orders = await personalData.refusalsAfter(account, refusals, limit)
  const told = orders.map((order) => ({ kind: 'refused', ...order }))
  const lost = (orders[0]?.number ?? refusals + 1) - refusals - 1
  if (lost === 0) return told
  return [{ kind: 'refusalsLost', count: lost, number: refusals + lost }, ...told].slice(0, limit)
}

/** The contents of one's structures, when they differ from those seen and are a second of ticks newer. */
async function newContents(world: WorldReader, session: Session, position: Position) {
  const { world: name, ups } = world.settings
  const { tick } = world.status()
  const seen = seenOf(position, name).contents
  if (seen.hash !== '' && tick >= seen.tick && tick - seen.tick < ups) return undefined
  const structures = await unlessBusy(world.structures(session.account))
  if (!structures) return undefined
  const hash = contentsHash(structures)
  if (hash === seen.hash || (structures.length === 0 && seen.hash === '')) return undefined
  return {
    position: withWorld(position, name, { contents: { tick, hash } }),
    message: { kind: 'contents', world: name, tick, structures },
  }
}

/** Undefined of a world that cannot tell now what it was asked. */
async function unlessBusy<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof WorldBusy || error instanceof WorldStopped) return undefined
    throw error
  }
}

/** Without the progress of jobs, which is drawn by the reader and no news. */
function contentsHash(structures: readonly StructureView[]): string {
  const told = structures.map(({ progress: _, ...rest }) => rest)
  return createHash('sha256')
    .update(JSON.stringify(told))
    .digest('hex')
    .slice(0, CONTENTS_HASH_DIGITS)
}
