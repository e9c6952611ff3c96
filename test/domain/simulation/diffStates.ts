// Where two states part: the first entity that differs, in words.

import { networkOf } from '../../../src/domain/simulation/network.ts'
import { eachItem } from '../../../src/domain/simulation/run.ts'
import type { Player, SimulationState, Structure } from '../../../src/domain/simulation/state.ts'

const planes = [
  'terrain',
  'elevation',
  'deposit',
  'amount',
  'life',
  'mass',
  'pollution',
  'owner',
  'fertility',
  'crystalBed',
] as const

/** Without what is only kept to be quicker. */
function bare({ asleep: _asleep, lane: _lane, blueprint, stock, ...rest }: Structure) {
  return { ...rest, blueprint, stock: [...stock] }
}

const belts = (state: SimulationState) => {
  const lying: [string, number][] = []
  for (const run of networkOf(state).runs) {
    eachItem(run, (place, slot, item) => lying.push([`${run.cells[place]} slot ${slot}`, item]))
  }
  return new Map(lying.sort(([a], [b]) => (a < b ? -1 : 1)))
}

const entities = (state: SimulationState): [string, unknown][] => [
  ['seed, n and tick', [state.seed, state.n, state.tick]],
  ...[...state.structures.values()]
    .sort((a, b) => a.cell - b.cell)
    .map((structure): [string, unknown] => [
      `structure on cell ${structure.cell}`,
      bare(structure),
    ]),
  ['belts', [...belts(state)]],
  ...state.players.map((player: Player): [string, unknown] => [`player ${player.index}`, player]),
  ['opened deposits', [...state.opened].sort(([a], [b]) => a - b)],
  ['waiting blueprints', state.waiting.map(({ cell, blueprint }) => [cell, blueprint])],
  ['balance', state.balance],
]

/** Typed arrays as lists, so that they compare and print. */
const text = (value: unknown) =>
  JSON.stringify(value, (_key, inner: unknown) =>
    ArrayBuffer.isView(inner) ? [...(inner as unknown as Iterable<number>)] : inner,
  )

/** "tick T: which entity, what it is in the one and in the other", or undefined where the states agree. */
export function firstDifference(one: SimulationState, other: SimulationState): string | undefined {
  for (const plane of planes) {
    const at = one[plane].findIndex((value, cell) => value !== other[plane][cell])
    if (at >= 0) {
      return `tick ${one.tick}: cell ${at}: ${plane} is ${one[plane][at]} and ${other[plane][at]}`
    }
  }
  const others = new Map(entities(other))
  for (const [name, entity] of entities(one)) {
    const [left, right] = [text(entity), text(others.get(name))]
    if (left !== right) return `tick ${one.tick}: ${name}: ${left} and ${right}`
  }
  const more = others.size - entities(one).length
  return more === 0 ? undefined : `tick ${one.tick}: ${more} entities more`
}
