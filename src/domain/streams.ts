// The names of streams: one place that makes them and takes them apart.

import type { AccountId, WorldId } from './events.ts'

export const accountStream = (account: AccountId) => `account-${account}`
export const worldStream = (world: WorldId) => `world-${world}`
export const territoryStream = (world: WorldId) => `territory-${world}`
export const playerStream = (world: WorldId, account: AccountId) => `player-${world}-${account}`
export const ledgerStream = (world: WorldId) => `ledger-${world}`

export type StreamName =
  | { kind: 'account'; account: AccountId }
  | { kind: 'world' | 'territory' | 'ledger'; world: WorldId }
  | { kind: 'player'; world: WorldId; account: AccountId }

/** Takes a name apart; undefined for a stream that is none of ours. A world id has no hyphen, an account id may. */
export function parseStream(stream: string): StreamName | undefined {
  const [, kind, rest] = /^(account|world|territory|ledger|player)-(.+)$/.exec(stream) ?? []
  if (rest === undefined) return undefined
  if (kind === 'account') return { kind, account: rest }
  if (kind === 'world' || kind === 'territory' || kind === 'ledger') return { kind, world: rest }
  const hyphen = rest.indexOf('-')
  if (hyphen < 1) return undefined
  return { kind: 'player', world: rest.slice(0, hyphen), account: rest.slice(hyphen + 1) }
}

/** True for the streams whose events the simulation of `world` reads. */
export const isSimulationStream = (stream: string, world: WorldId) =>
  stream === territoryStream(world) || stream.startsWith(`player-${world}-`)
