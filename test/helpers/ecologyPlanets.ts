// Planets that run for a long time on the Rust kernel, some with works on them that pollute and cut without end.

import { arrange, type Rule } from '../../src/bots/arrange.ts'
import { decodeCells } from '../../src/domain/chunkCodec.ts'
import type { PlacedStructure } from '../../src/domain/events.ts'
import { type lifeCode, lives } from '../../src/domain/generation/codes.ts'
import { isWater } from '../../src/domain/generation/terrain.ts'
import { chunkCount } from '../../src/domain/grid/chunk.ts'
import { cellsWithin } from '../../src/domain/grid/distance.ts'
import { directionTo } from '../../src/domain/grid/path.ts'
import type { Pieces, TickEvents } from '../../src/domain/ports/kernel.ts'
import { beginSaving, generatedOf } from '../../src/domain/simulation/pieces.ts'
import { createState, type SimulationState } from '../../src/domain/simulation/state.ts'
import { tablesAsBytes } from '../../src/domain/simulation/tableBytes.ts'
import type { Addon } from '../../src/platform/kernel/rust/addon.ts'
import { encodeChunk, encodeRun, encodeSaved } from '../../src/platform/kernel/wire.ts'
import { decodeResult, decodeSnapshot } from '../../src/platform/kernel/wireReplies.ts'
import {
  claim,
  enrich,
  enter,
  place,
  run,
  select,
  teach,
  transfer,
} from '../domain/simulation/planet.ts'

export type Kind = Exclude<keyof typeof lifeCode, 'none'>
export const kinds: readonly Kind[] = ['moss', 'resin-tree', 'crystal', 'fungus']

/** What a planet is at one tick. Shares are of the land, in percent. */
export type Sample = Readonly<Record<Kind, number>> & {
  readonly mass: number
  /** Of all cells together. */
  readonly pollution: number
  readonly dirtiest: number
}

export type History = { readonly seed: number; readonly works: number; readonly samples: Sample[] }

/** Steps that the hand of who knows everything reaches; a keeper stands at the second depot. */
const KEEPER_REACH = 5

/** Works: presses that never rest, harvesters that cut what grows again, and a generator on moss for both. */
// biome-ignore format: a table is read by its columns
const worksRules: readonly Rule[] = [
  { role: 'pole', touches: ['depot'] },
  ...[1, 2, 3, 4, 5].map((at) => ({ role: `press ${at}`, touches: ['depot'] })),
  { role: 'depot 2', within: [['pole', 5], ['depot', KEEPER_REACH]], beyond: [['depot', 3]] },
  { role: 'pole 2', touches: ['depot 2'], within: [['pole', 5]] },
  ...[1, 2, 3, 4, 5].map((at) => ({ role: `harvester ${at}`, touches: ['depot 2'] })),
  { role: 'generator', within: [['pole', 2]], beyond: [['depot', 1], ['depot 2', 1]] },
  { role: 'depot coal', touches: ['generator'], within: [['depot 2', KEEPER_REACH]], beyond: [['depot', 1], ['depot 2', 1]] },
]
const WORKS_REACH = 7
/** Of one planet's works, cells apart at least. */
const WORKS_APART = 12
/** How often a keeper empties and fills the depots. Presses use 10 plates in 20 ticks. */
const ROUND_TICKS = 4_000
const PLATES = 1_900
const STOCK = 10_000_000

type Works = { readonly account: string; readonly spots: Readonly<Record<string, number>> }

/** Places for works, each around moss and far from the others. */
function placesForWorks(state: SimulationState, most: number): Works[] {
  const { n } = state
  const found: Works[] = []
  const taken = new Set<number>()
  const stride = 613
  for (let at = 0; at < state.cells && found.length < most; at++) {
    const cell = (at * stride) % state.cells
    if (lives[state.life[cell]!] !== 'moss' || taken.has(cell)) continue
    const ground = cellsWithin(n, cell, WORKS_REACH).filter(
      (near) => !isWater(state.terrain[near]!) && !taken.has(near),
    )
    const spots = arrange(n, { depot: cell }, ground, worksRules)
    if (!spots || lives[state.life[spots.generator!]!] !== 'moss') continue
    for (const near of cellsWithin(n, cell, WORKS_APART)) taken.add(near)
    found.push({ account: `keeper ${found.length + 1}`, spots })
  }
  return found
}

function raise(state: SimulationState, { account, spots }: Works): void {
  const { n } = state
  const roles = Object.entries(spots)
  const structures = roles.map(([role, cell]): PlacedStructure => {
    const faced = [spots.depot!, spots['depot 2']!]
      .map((depot) => directionTo(n, cell, depot))
      .find((direction) => direction >= 0)
    return { cell, prototype: role.split(' ')[0]!, direction: faced ?? 0 }
  })
  run(state, [enter(account, spots['depot 2']!)])
  teach(state, account)
  enrich(state, account, STOCK)
  run(state, [
    claim(account, ...roles.map(([, cell]) => cell)),
    place(
      account,
      ...structures.map(({ cell, prototype, direction }): [number, string, number] => [
        cell,
        prototype,
        direction,
      ]),
    ),
  ])
  const presses = roles.filter(([role]) => role.startsWith('press'))
  run(
    state,
    presses.map(([, cell]) => select(account, cell, 'gear')),
  )
}

/** What a keeper does on every round. */
const round = ({ account, spots }: Works, tick: number): TickEvents['events'] =>
  [
    transfer(account, spots.depot!, 'gear', PLATES, 'take'),
    transfer(account, spots.depot!, 'plate', PLATES, 'put'),
    transfer(account, spots['depot coal']!, 'coal', 100, 'put'),
    ...kinds.map((kind) => transfer(account, spots['depot 2']!, kind, PLATES, 'take')),
  ].map((event, at) => ({ commandId: `${account} ${tick} ${at}`, event }))

/** Runs a planet through `ticks`, looking at it so many times, the first before anything grew. */
export function historyOf(
  addon: Addon,
  { seed, n }: { seed: number; n: number },
  { ticks, samples, works }: { ticks: number; samples: number; works: number },
): History {
  const start = works > 0 ? withWorks(seed, n, works) : undefined
  const world = addon.openWorld(tablesAsBytes(), seed, n, 1, start && encodeSaved(start.pieces))
  try {
    let tick = start?.tick ?? 0
    const seen = [look(addon, world, n)]
    for (let sample = 1; sample <= samples; sample++) {
      const through = Math.round((ticks * sample) / samples)
      const events: TickEvents[] = []
      for (let at = tick + 1; start && at <= through; at++) {
        if (at % ROUND_TICKS !== 0) continue
        events.push({ tick: at, events: start.works.flatMap((one) => round(one, at)) })
      }
      const request = encodeRun({ through, events, watch: [], hash: false, players: 'none' })
      const result = decodeResult(addon.callWorld(world, request), 0)
      const failed = result.outcomes.find(
        ({ reason }) => !['Done', 'Partly', 'NothingThere', 'NoRoom'].includes(reason),
      )
      if (failed) throw new Error(`seed ${seed}: ${JSON.stringify(failed)}`)
      tick = through
      seen.push(look(addon, world, n))
    }
    return { seed, works: start?.works.length ?? 0, samples: seen }
  } finally {
    addon.closeWorld(world)
  }
}

/** The planet with its works built, as a saved world. */
function withWorks(seed: number, n: number, most: number) {
  const state = createState({ seed, n })
  const generated = generatedOf(state)
  const works = placesForWorks(state, most)
  for (const one of works) raise(state, one)
  const saving = beginSaving(state, generated)
  const pieces: Pieces = new Map([...saving.pieces].map(({ name, bytes }) => [name, bytes]))
  return { works, pieces, tick: saving.tick }
}

function look(addon: Addon, world: number, n: number): Sample {
  const counts: Record<string, number> = {}
  let land = 0
  let mass = 0
  let pollution = 0
  let dirtiest = 0
  for (let chunk = 0; chunk < chunkCount(n); chunk++) {
    const { cells } = decodeSnapshot(addon.callWorld(world, encodeChunk(chunk)), chunk)
    for (const cell of decodeCells(cells).cells) {
      if (!isWater(cell.terrain)) land++
      const kind = lives[cell.life]!
      counts[kind] = (counts[kind] ?? 0) + 1
      mass += cell.mass
      pollution += cell.pollution
      dirtiest = Math.max(dirtiest, cell.pollution)
    }
  }
  const share = (kind: Kind) => (100 * (counts[kind] ?? 0)) / Math.max(1, land)
  return {
    moss: share('moss'),
    'resin-tree': share('resin-tree'),
    crystal: share('crystal'),
    fungus: share('fungus'),
    mass,
    pollution,
    dirtiest,
  }
}
