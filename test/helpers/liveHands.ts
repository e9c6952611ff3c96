// A scripted player's hands on a running server, by REST alone: what it orders goes through the mailbox, and what
// came of it through the long poll, as curl would have it.

import type { CountingHands } from '../../src/bots/wholeGame.ts'
import type { Submission, Submit, Submitted } from '../../src/commands/submit.ts'
import type {
  ChunkSnapshot,
  LeaderboardRow,
  PlayerView,
  StatisticsView,
  StructureView,
} from '../../src/domain/chunkView.ts'
import type { Answer as LogAnswer } from '../../src/domain/ports/eventStore.ts'
import type { WorldSettings } from '../../src/domain/ports/kernel.ts'
import { type Address, again, joinPlayer, NoAnswer, type Player, request } from './client.ts'

type Outcome = { readonly kind: 'outcome'; readonly commandId: string; readonly reason: string }
type Messages = {
  readonly messages: readonly (Outcome | { readonly kind: string })[]
  readonly cursor: string
}

export type LiveHands = CountingHands & {
  readonly world: CountingHands['world'] & {
    status(): Promise<{ readonly tick: number }>
    leaderboard(): Promise<readonly LeaderboardRow[]>
  }
  /** Orders that were accepted, and those that came to nothing or to less than was asked, by reason. */
  readonly told: { orders: number; readonly reasons: Map<string, number> }
  stop(): Promise<void>
}

/** Orders whose outcome comes when they end; all others are judged and told at once. */
const LASTING = new Set(['MovePlayer', 'StartHarvest', 'Craft', 'PlaceMany'])

/** Joins the server's first world. */
export async function liveHands(address: Address, name: string): Promise<LiveHands> {
  const player = await joinPlayer(address, name)
  const settings = await player.get<WorldSettings>('/worlds/first')
  const outcomes = followOutcomes(address, player)
  const submit: Submit = async (submission) => {
    const submitted = await act(player, submission)
    if (submitted.answer.status !== 'accepted') return submitted
    outcomes.told.orders++
    if (LASTING.has(submission.type)) {
      // The world judges orders as the log has them: what came of the later one comes after the earlier one began.
      const { answer, commandId } = await act(player, {
        ...submission,
        type: 'Transfer',
        input: { cell: 0, item: 'iron', count: 1, way: 'put' },
      })
      if (answer.status === 'accepted') await outcomes.of(commandId)
    } else await outcomes.of(submitted.commandId)
    return submitted
  }
  return {
    submit,
    account: player.account,
    told: outcomes.told,
    world: {
      settings,
      chunk: async (chunk) => {
        const { cells, ...rest } = await player.get<ChunkSnapshot & { readonly cells: string }>(
          `/worlds/first/chunks/${chunk}`,
        )
        return { ...rest, cells: Buffer.from(cells as unknown as string, 'base64') }
      },
      player: () => player.get<PlayerView>('/worlds/first/me'),
      statistics: () => player.get<StatisticsView>('/worlds/first/me/statistics'),
      status: () => player.get<{ tick: number }>('/worlds/first'),
      leaderboard: async () =>
        (await player.get<{ leaderboard: readonly LeaderboardRow[] }>('/worlds/first/leaderboard'))
          .leaderboard,
      structures: () => ownStructures(player),
      structure: async (cell) =>
        (await ownStructures(player)).find((structure) => structure.cell === cell),
    },
    async wait(ticks) {
      const tick = async () => (await player.get<{ tick: number }>('/worlds/first')).tick
      const until = (await tick()) + ticks
      for (let left = ticks; left > 0; left = until - (await tick()))
        // A server that was killed runs the log again before it goes on: its tick is behind for a moment.
        await new Promise((next) =>
          setTimeout(next, Math.min(1_000, (left * 1_000) / settings.ups)),
        )
    },
    async stop() {
      await outcomes.stop()
      await player.close()
    },
  }
}

const ownStructures = async (player: Player) =>
  (await player.get<{ structures: readonly StructureView[] }>('/worlds/first/structures'))
    .structures

async function act(player: Player, { type, input }: Submission): Promise<Submitted> {
  const answer = await player.act(type, input as Record<string, unknown>)
  if (answer.status === 'invalid') throw new Error(`${type}: ${JSON.stringify(answer)}`)
  return {
    commandId: answer.commandId!,
    command: type as Submitted['command'],
    answer: answer as unknown as LogAnswer,
  }
}

/** Polls for outcomes for as long as it is not stopped; each is told to whoever waits for it. */
function followOutcomes(address: Address, { token, mailbox }: Player) {
  const told: LiveHands['told'] = { orders: 0, reasons: new Map() }
  const come = new Map<string, () => void>()
  const early = new Set<string>()
  const stopped = new AbortController()
  const take = ({ commandId, reason }: Outcome) => {
    told.reasons.set(reason, (told.reasons.get(reason) ?? 0) + 1)
    const tell = come.get(commandId)
    if (tell) tell()
    else early.add(commandId)
    come.delete(commandId)
  }
  const poll = async () => {
    let after = ''
    while (!stopped.signal.aborted) {
      const { status, body } = await again(60_000, () =>
        request(address, 'GET', `/poll/${mailbox}${after}`, { token }),
      )
      if (status !== 200) continue
      const { messages, cursor } = body as Messages
      after = `?after=${encodeURIComponent(cursor)}`
      for (const message of messages) if (message.kind === 'outcome') take(message as Outcome)
    }
  }
  const polling = poll()
  return {
    told,
    /** Resolves when the outcome of an accepted order has come; rejects when polling failed. */
    async of(commandId: string) {
      if (early.delete(commandId)) return
      const outcome = new Promise<void>((tell) => come.set(commandId, tell))
      await Promise.race([outcome, polling])
    },
    async stop() {
      stopped.abort()
      await polling.catch((error: unknown) => {
        if (!(error instanceof NoAnswer)) throw error
      })
    },
  }
}
