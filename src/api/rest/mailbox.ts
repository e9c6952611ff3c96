// The mailbox: a command in JSON goes in, messages wait until they are acknowledged. And the long poll on it.

import type { Express, Request, Response } from 'express'
import type { AccountId, WorldId } from '../../domain/events.ts'
import type { Session } from '../../domain/ports/personalData.ts'
import { answerBody, attend, readCommand, sendCommand } from '../command.ts'
import { correlationOf } from '../correlation.ts'
import type { Doors } from '../doors.ts'
import { waitingAfter, worldsOf } from '../mailbox/messages.ts'
import { waitFor } from '../mailbox/poll.ts'
import {
  type Acknowledgements,
  openAcknowledgements,
  type Position,
  readCursor,
  type WorldPosition,
  worldStart,
} from '../mailbox/position.ts'
import {
  badInput,
  type Fault,
  forbidden,
  Problem,
  sessionOver,
  tooMany,
  unauthenticated,
} from '../problem.ts'
import { pathText, queryNumber, queryText, route } from '../routes.ts'

/** Of the mailbox and of the poll on it. */
const parameters = ['after', 'limit', 'world']

export function mailboxRoutes(app: Express, doors: Doors): void {
  const acknowledgements = openAcknowledgements(doors.personalData)
  const polling = new Map<string, number>()

  route(app, '/mailbox/:id/actions', {
    post: async (request, response) => {
      const session = await ownerOf(doors, request, 'id')
      const { body } = request as { body: unknown }
      if (Array.isArray(body))
        response.json(await answerBatch(doors, session, body, correlationOf(request)))
      else response.json(await answerOne(doors, session, body, correlationOf(request)))
    },
  })
  route(
    app,
    '/mailbox/:id/messages',
    {
      get: async (request, response) => {
        const session = await ownerOf(doors, request, 'id')
        const look = await openLook(doors, acknowledgements, session, request)
        const waiting = await look.now()
        for (const { settings } of look.worlds) attend(doors, session, settings.world)
        sendMessages(response, waiting)
      },
    },
    parameters,
  )
  route(
    app,
    '/poll/:session',
    {
      get: async (request, response) => {
        const session = await ownerOf(doors, request, 'session')
        const waiting = polling.get(session.mailbox) ?? 0
        if (waiting >= doors.limits.pollsPerMailboxMax) {
          throw tooMany(`${waiting} polls wait on this mailbox already`, 1)
        }
        polling.set(session.mailbox, waiting + 1)
        const leave = doors.metrics.subscriber('poll')
        try {
          await poll(doors, acknowledgements, session, request, response)
        } finally {
          leave()
          const left = (polling.get(session.mailbox) ?? 1) - 1
          if (left > 0) polling.set(session.mailbox, left)
          else polling.delete(session.mailbox)
        }
      },
    },
    parameters,
  )
}

/** The session of the token, whose mailbox must be the one in the path: a mailbox is its player's alone. */
async function ownerOf(doors: Doors, request: Request, name: string): Promise<Session> {
  const session = await doors.sessions.byHeader(
    request.headers.authorization,
    doors.addresses.of(request),
  )
  if (!session) {
    throw unauthenticated('a mailbox needs the token of its player: Authorization: Bearer …')
  }
  // Compared with the token's own and never looked up, so that an answer tells nothing of other mailboxes.
  if (session.mailbox !== pathText(request, name)) throw forbidden('this mailbox is not yours')
  return session
}

type Correlation = ReturnType<typeof correlationOf>

async function answerOne(doors: Doors, session: Session, body: unknown, correlation: Correlation) {
  const read = readCommand(body, session.account)
  if ('faults' in read) throw badInput(...read.faults)
  // Asked before each of a batch: the session may have ended since the request came.
  if (doors.sessions.isOver(session)) throw sessionOver()
  const result = await sendCommand(doors, { ...read.submission, ...correlation })
  if ('status' in result) throw badInput(...result.faults)
  attend(doors, session, read.submission.world)
  return answerBody(result)
}

/** One answer each, in order; a fault in one is its own answer and does not hold up the others. */
async function answerBatch(
  doors: Doors,
  session: Session,
  body: readonly unknown[],
  correlation: Correlation,
) {
  const { batchMax } = doors.limits
  if (body.length === 0 || body.length > batchMax) {
    throw badInput({ field: 'body', detail: `a batch takes 1 to ${batchMax} commands` })
  }
  const answers: unknown[] = []
  for (const command of body) {
    answers.push(
      await answerOne(doors, session, command, correlation).catch((error: unknown) =>
        failed(doors, error),
      ),
    )
  }
  return answers
}

const batchStatus: Readonly<Record<number, string>> = {
  400: 'invalid',
  401: 'unauthenticated',
  429: 'tooMany',
}

/** A fault of ours must not take away the answers to the commands before it. */
function failed(doors: Doors, error: unknown) {
  if (error instanceof Problem) {
    const { members, message, status } = error
    return { status: batchStatus[status] ?? 'unavailable', detail: message, ...members }
  }
  doors.say(`a command of a batch failed: ${error instanceof Error ? error.stack : error}`)
  return { status: 'failed', detail: 'something went wrong here; it is not your request' }
}

async function poll(
  doors: Doors,
  acknowledgements: Acknowledgements,
  session: Session,
  request: Request,
  response: Response,
): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const signal = AbortSignal.any([gone.signal, doors.closing])
  const look = await openLook(doors, acknowledgements, session, request)
  const found = await waitFor(
    doors,
    session,
    look.worlds,
    async () => {
      const waiting = await look.now()
      return waiting.messages.length > 0 ? waiting : undefined
    },
    doors.limits.pollWaitMs,
    signal,
  )
  if (gone.signal.aborted) return
  if (found) sendMessages(response, found)
  else response.status(204).end()
}

/**
 * Reads ?after=, ?limit= and ?world=. `after` acknowledges, and the answer goes on from exactly there; without it, from what
 * was acknowledged last.
 */
async function openLook(
  doors: Doors,
  acknowledgements: Acknowledgements,
  session: Session,
  request: Request,
) {
  const { messagesMax } = doors.limits
  const limit = queryNumber(request, 'limit', 1, messagesMax, messagesMax)
  const only = queryText(request, 'world')
  if (only !== undefined && !doors.worlds.get(only)) {
    throw badInput({ field: 'world', detail: 'is no world here' })
  }
  const given = await readAfter(doors, session, queryText(request, 'after'))
  if (given) await acknowledgements.write(session, reached(doors, given))
  const worldsNow = () => worldsOf(doors.worlds.list(), session.account, only)
  const worlds = await worldsNow()
  let from = given
  return {
    worlds,
    now: async () => {
      const of = await worldsNow()
      const names = of.map((world) => world.settings.world)
      // A cursor of fewer worlds says nothing of the others: those go on from what was acknowledged. That is read once, for what
      // another reader acknowledges while this one waits is news to it all the same.
      const unnamed = names.filter((name) => !from?.worlds.has(name))
      if (!from || unnamed.length > 0) {
        const stored = await acknowledgements.read(session, unnamed)
        from = from ? { ...from, worlds: new Map([...stored.worlds, ...from.worlds]) } : stored
      }
      return waitingAfter(doors, of, session, from, limit)
    },
  }
}

/** Undefined where none is given. Throws a 400 `Problem` for one that was never given here: it would hide what is to come. */
async function readAfter(
  doors: Doors,
  { account }: Session,
  text: string | undefined,
): Promise<Position | undefined> {
  if (text === undefined) return undefined
  const position = readCursor(text)
  if (!position) {
    throw badInput({ field: 'after', detail: 'takes the cursor of a message, as it was given' })
  }
  for (const [name, part] of position.worlds) checkPart(doors, account, name, part)
  const { personalData } = doors
  const chat = Math.max(0, ...[...position.worlds.values()].map((part) => part.chat))
  const { refusals } = position
  if (
    (chat > 0 && chat > (await personalData.chatHead())) ||
    (refusals > 0 && refusals > (await personalData.refusalHead(account)))
  ) {
    throw badInput(ofLater)
  }
  return position
}

const ofLater: Fault = {
  field: 'after',
  detail: 'is the cursor of another server or of a later time',
}

/** Throws where no reader can have been given that part. A world that replays cannot tell yet. */
function checkPart(doors: Doors, account: AccountId, name: WorldId, part: WorldPosition): void {
  const world = doors.worlds.get(name)
  if (!world) throw badInput({ field: 'after', detail: `names ${name}, which is no world here` })
  const { state, tick } = world.status()
  if (state !== 'running') return
  if (world.claimLimit(account) === undefined) {
    throw badInput({ field: 'after', detail: `names ${name}, a world that you never entered` })
  }
  if (Math.max(part.outcome.tick, part.contents.tick) > tick) throw badInput(ofLater)
}

/** Without what is of ticks that a world has not come to: while it replays, nobody can tell whether that was ever given. */
function reached({ worlds }: Doors, position: Position): Position {
  const parts = [...position.worlds].map(([name, { outcome, chat, contents }]) => {
    const tick = worlds.get(name)?.status().tick ?? 0
    const part: WorldPosition = {
      outcome: outcome.tick <= tick ? outcome : worldStart.outcome,
      chat,
      contents: contents.tick <= tick ? contents : worldStart.contents,
    }
    return [name, part] as const
  })
  return { ...position, worlds: new Map(parts) }
}

function sendMessages(response: Response, waiting: unknown): void {
  response.set('Cache-Control', 'no-store').json(waiting)
}
