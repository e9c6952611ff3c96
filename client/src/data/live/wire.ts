// From what travels to what the client works with.

import type { PlayerView, StructureView } from '../../../../src/domain/chunkView.ts'
import type { Answer, Standings, StatusReport } from '../worldData.ts'
import type {
  AnswerWire,
  CountWire,
  PlayerWire,
  StandingsWire,
  StatusWire,
  StructureWire,
} from './documents.ts'

/** Bytes from base64; an empty text is no bytes. */
export function bytesOf(base64: string): Uint8Array {
  const text = atob(base64)
  const bytes = new Uint8Array(text.length)
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index)
  return bytes
}

function countsOf(counts: readonly CountWire[]): Record<string, number> {
  return Object.fromEntries(counts.map(({ item, count }) => [item, count]))
}

export function structureOf(wire: StructureWire): StructureView {
  return {
    cell: wire.cell,
    prototype: wire.prototype,
    direction: wire.direction,
    owner: wire.owner,
    status: wire.status as StructureView['status'],
    ...(wire.recipe === null ? {} : { recipe: wire.recipe }),
    ...(wire.progress
      ? { progress: { startTick: wire.progress.startTick, duration: wire.progress.duration } }
      : {}),
    ...(wire.contents ? { contents: countsOf(wire.contents) } : {}),
    ...(wire.items ? { items: wire.items } : {}),
  }
}

export function playerOf(wire: PlayerWire): PlayerView {
  return {
    account: wire.account,
    index: wire.index,
    here: wire.here,
    cell: wire.cell,
    claims: wire.claims,
    claimLimit: wire.claimLimit,
    researched: wire.researched,
    ...(wire.researching
      ? {
          researching: {
            research: wire.researching.research,
            done: wire.researching.done,
            units: wire.researching.units,
          },
        }
      : {}),
    tick: wire.tick,
    inventory: countsOf(wire.inventory),
    ...(wire.harvesting === null ? {} : { harvesting: wire.harvesting }),
    ...(wire.crafting
      ? { crafting: { recipe: wire.crafting.recipe, left: wire.crafting.left } }
      : {}),
  }
}

export function standingsOf({ leaderboard, statistics }: StandingsWire): Standings {
  return {
    rows: leaderboard.map(({ name, ...row }) => ({ ...row, name: name ?? undefined })),
    own: statistics
      ? { produced: countsOf(statistics.produced), consumed: countsOf(statistics.consumed) }
      : undefined,
  }
}

export function statusOf(wire: StatusWire): StatusReport {
  return {
    state: wire.state.toLowerCase() as StatusReport['state'],
    tick: wire.tick,
    ups: wire.ups,
    upsMeasured: wire.upsMeasured,
    lagMs: wire.lagMs,
    hash: wire.hash,
    hashTick: wire.hashTick,
    players: wire.players,
    ...(wire.replayThrough === null ? {} : { replayThrough: wire.replayThrough }),
    ...(wire.stopped === null ? {} : { stopped: wire.stopped }),
  }
}

export function answerOf(wire: AnswerWire): Answer {
  switch (wire.__typename) {
    case 'Accepted':
    case 'Joined':
      return { kind: 'accepted', commandId: wire.commandId ?? '' }
    case 'Entered':
      return {
        kind: 'accepted',
        commandId: wire.commandId ?? '',
        ...(wire.landing === undefined ? {} : { landing: wire.landing }),
      }
    case 'Unchanged':
      return { kind: 'unchanged' }
    case 'Refused':
      return {
        kind: 'refused',
        refused: wire.refused ?? 'Refused',
        detail: wire.detail ?? '',
        cells: wire.cells ?? [],
      }
    default:
      return {
        kind: 'failed',
        detail:
          wire.faults?.map(({ field, detail }) => `${field}: ${detail}`).join('; ') ??
          'the server gave no answer',
      }
  }
}
