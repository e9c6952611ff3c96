// orrery players: who is in a world; joining it; ending a token.

import { type Command, jsonOption, serverOptions, UsageError } from './options.ts'
import { remoteOf } from './remote.ts'
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

export const players: Command = {
  name: 'players',
  summary: 'List the players of a world, join one, or end a token',
  usage: [
    'players [list] [--world WORLD] [--url URL]',
    'players join NAME [--url URL]',
    'players revoke --token TOKEN [--url URL]',
  ],
  options: {
    ...serverOptions,
    world: { takes: 'WORLD', help: 'whose players', default: 'first' },
    ...jsonOption,
  },
  async run(given) {
    const server = remoteOf(given)
    const json = given.flag('json')
    const [action = 'list', name] = given.positionals
    switch (action) {
      case 'list': {
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
        if (json) print(JSON.stringify(listed))
        else print(tableOf(listed))
        return
      }
      case 'join': {
        if (name === undefined) throw new UsageError('players join takes a name')
        const joined = await server.post<Joined>('/players', { name })
        if (json) print(JSON.stringify(joined))
        else {
          print(`account  ${joined.account}\nmailbox  ${joined.mailbox}`)
          print(`token    ${colour('yellow', joined.token)}   (shown this once)`)
        }
        return
      }
      case 'revoke':
        if (!given.text('token') && !process.env.ORRERY_TOKEN) {
          throw new UsageError('players revoke takes the --token that is to end')
        }
        await server.delete('/sessions/current')
        print(json ? '{"revoked":true}' : 'the token is worth nothing any more')
        return
      default:
        throw new UsageError(`players takes list, join or revoke, not "${action}"`)
    }
  },
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
