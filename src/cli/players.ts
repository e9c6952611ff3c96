// orrery players: who is in a world; joining it; ending a token, one's own or, as an operator, that of a player.

import { ConfigFaults } from '../config.ts'
import {
  type Command,
  folderOptions,
  type Given,
  jsonOption,
  openFolder,
  serverOptions,
  UsageError,
} from './options.ts'
import { Refused, remoteOf } from './remote.ts'
import { colour, print, table } from './terminal.ts'

type Player = {
  readonly account: string
  readonly name: string | null
  readonly index: number
  readonly cell: number
  readonly here: boolean
}
type Presence = { readonly account: string; readonly state: string }
type Joined = { readonly account: string; readonly token: string; readonly mailbox: string }

/** Does it on the data folder, beside a running server or without one. Rejects with what a person can do about it. */
export type KeepPlayers = (
  action: 'show' | 'revoke',
  nameOrId: string,
) => Promise<readonly string[]>

export const players = (keep: KeepPlayers): Command => ({
  name: 'players',
  summary: 'List the players of a world, join one, or end a token; as an operator, anybody’s',
  usage: [
    'players [list] [--world WORLD] [--url URL]',
    'players join NAME [--url URL]',
    'players revoke --token TOKEN [--url URL]',
    'players show NAME|ID [--data-dir FOLDER]     on the data folder itself, as an operator:',
    'players revoke NAME|ID [--data-dir FOLDER]   end a player’s tokens, and what they hold open',
  ],
  options: {
    ...serverOptions,
    world: { takes: 'WORLD', help: 'whose players', default: 'first' },
    ...folderOptions,
    ...jsonOption,
  },
  async run(given) {
    const [action = 'list', name, ...more] = given.positionals
    if (more.length > 0) throw new UsageError(`players ${action} takes one word more at most`)
    switch (action) {
      case 'list':
        return list(given)
      case 'join':
        return join(given, name)
      case 'show':
        return operate(keep, given, action, name)
      case 'revoke':
        return name === undefined ? revokeOwn(given) : operate(keep, given, action, name)
      default:
        throw new UsageError(`players takes list, join, show or revoke, not "${action}"`)
    }
  },
})

async function list(given: Given): Promise<void> {
  const server = remoteOf(given)
  const path = `/worlds/${encodeURIComponent(given.required('world'))}`
  const [found, present] = await Promise.all([
    server.get<{ players: readonly Player[] }>(`${path}/players`),
    server.get<{ presence: readonly Presence[] }>(`${path}/presence`),
  ])
  const states = new Map(present.presence.map(({ account, state }) => [account, state]))
  const listed = found.players.map((player) => ({
    ...player,
    state: player.here ? (states.get(player.account) ?? 'away') : 'gone',
  }))
  print(given.flag('json') ? JSON.stringify(listed) : tableOf(listed))
}

async function join(given: Given, name: string | undefined): Promise<void> {
  if (name === undefined) throw new UsageError('players join takes a name')
  const joined = await remoteOf(given).post<Joined>('/players', { name })
  if (given.flag('json')) {
    print(JSON.stringify(joined))
    return
  }
  print(`account  ${joined.account}\nmailbox  ${joined.mailbox}`)
  print(`token    ${colour('yellow', joined.token)}   (shown this once)`)
}

async function revokeOwn(given: Given): Promise<void> {
  if (!given.text('token') && !process.env.ORRERY_TOKEN) {
    throw new UsageError('players revoke takes a player, or the --token that is to end')
  }
  await remoteOf(given).delete('/sessions/current')
  print(given.flag('json') ? '{"revoked":true}' : 'the token is worth nothing any more')
}

async function operate(
  keep: KeepPlayers,
  given: Given,
  action: 'show' | 'revoke',
  nameOrId: string | undefined,
): Promise<void> {
  if (nameOrId === undefined) throw new UsageError(`players ${action} takes a name or an id`)
  if (given.text('token') !== undefined) {
    throw new UsageError(`players ${action} takes a player or a --token, not both`)
  }
  openFolder(given)
  try {
    const lines = await keep(action, nameOrId)
    print(given.flag('json') ? JSON.stringify({ lines }) : lines.join('\n'))
  } catch (error) {
    if (error instanceof ConfigFaults) throw error
    throw new Refused(error instanceof Error ? error.message : String(error))
  }
}

function tableOf(listed: readonly (Player & { readonly state: string })[]): string {
  const rows = listed.map(({ index, name, state, cell, account }) => [
    String(index),
    name ?? '(erased)',
    colour(state === 'connected' ? 'green' : 'dim', state),
    String(cell),
    account,
  ])
  return table(['#', 'name', 'state', 'cell', 'account'], rows)
}
