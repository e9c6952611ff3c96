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

/** By cell of every belt that is built: slots and what lies there. */
function belts(state: SimulationState): [string, [number, number][]][] {
  const lanes = new Map<number, [number, number][]>()
  for (const run of networkOf(state).runs) {
    for (const cell of run.cells) lanes.set(cell, [])
    eachItem(run, (place, slot, item) => lanes.get(run.cells[place]!)?.push([slot, item]))
  }
  return [...lanes]
    .sort(([a], [b]) => a - b)
    .map(([cell, lane]) => [`belt on cell ${cell}, slots and items`, lane])
}

const entities = (state: SimulationState): [string, unknown][] => [
  ['seed, n and tick', [state.seed, state.n, state.tick]],
  ...[...state.structures.values()]
    .sort((a, b) => a.cell - b.cell)
    .map((structure): [string, unknown] => [
      `structure on cell ${structure.cell}`,
      bare(structure),
    ]),
  ...belts(state),
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
