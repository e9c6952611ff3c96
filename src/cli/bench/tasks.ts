// What a worker can be asked to do, and what it needs for that.

import { type Remote, remote } from '../remote.ts'

/** `share` of `all` workers do it together. */
type Where = { readonly url: string; readonly world: string }

export type Task = Where &
  (
    | { readonly kind: 'socketLatency'; readonly players: number; readonly seconds: number }
    | { readonly kind: 'mailboxLatency'; readonly players: number; readonly seconds: number }
    | {
        readonly kind: 'subscribers'
        readonly players: number
        readonly seconds: number
        /** Only one worker of all changes the chunk that is watched. */
        readonly moves: boolean
        readonly cell: number
        readonly chunk: number
      }
    | { readonly kind: 'joins'; readonly players: number; readonly atOnce: number }
    | {
        readonly kind: 'commands'
        readonly players: number
        readonly seconds: number
        readonly door: 'mailbox' | 'batch' | 'websocket'
      }
  )

export type TaskOf<Kind extends Task['kind']> = Extract<Task, { kind: Kind }>

export type Player = {
  readonly account: string
  readonly token: string
  readonly mailbox: string
  readonly server: Remote
}

/** Tells how many of the task's steps are done. */
export type Tell = (steps: number) => void

export async function join({ url, world }: Where, landing?: number): Promise<Player> {
  const joined = await remote(url, undefined).post<Omit<Player, 'server'>>('/players', {
    name: 'bench',
  })
  const player = { ...joined, server: remote(url, joined.token) }
  await act(player, { type: 'EnterWorld', world, ...(landing === undefined ? {} : { landing }) })
  return player
}

const joinedBefore = new Map<string, Player[]>()

/** So many players of this process: those of earlier tasks, and as many new ones as are missing. `tell` hears of each. */
export async function crewOf(
  where: Where & { readonly players: number },
  tell: Tell = () => {},
): Promise<readonly Player[]> {
  const key = `${where.url} ${where.world}`
  const players = joinedBefore.get(key) ?? []
  joinedBefore.set(key, players)
  const missing = Math.max(0, where.players - players.length)
  tell(where.players - missing)
  await each(missing, JOINS_AT_ONCE, async () => {
    players.push(await join(where))
    tell(1)
  })
  return players.slice(0, where.players)
}

export const act = ({ mailbox, server }: Player, body: unknown) =>
  server.post<{ readonly status: string; readonly refused?: string }>(
    `/mailbox/${mailbox}/actions`,
    body,
  )

/** Something that is always accepted, judged in its tick and costs the world nothing. */
export const order = (world: string, commandId?: string) => ({
  type: 'Craft',
  world,
  recipe: 'wire',
  count: 1,
  ...(commandId === undefined ? {} : { commandId }),
})

export const orderMutation = `mutation ($world: ID!, $commandId: String) {
  craft(world: $world, recipe: "wire", count: 1, commandId: $commandId) { __typename } }`

/** Runs `work` for each of `count`, at most `atOnce` at a time. */
export async function each(
  count: number,
  atOnce: number,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0
  const one = async () => {
    while (next < count) await work(next++)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, one))
}

const JOINS_AT_ONCE = 16

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
