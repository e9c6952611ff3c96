// Small worlds and orders for tests of the rules.

import type { SimulationEvent } from '../../../src/domain/events.ts'
import { depositCode, lifeCode, terrainCode } from '../../../src/domain/generation/codes.ts'
import { isWater } from '../../../src/domain/generation/terrain.ts'
import { cellsWithin } from '../../../src/domain/grid/distance.ts'
import { step } from '../../../src/domain/grid/step.ts'
import { fluids, itemCode, items } from '../../../src/domain/items.ts'
import type { Outcome } from '../../../src/domain/outcome.ts'
import type { TickEvents } from '../../../src/domain/ports/kernel.ts'
import { prototypeNamed } from '../../../src/domain/prototypes.ts'
import { researchCode, researches } from '../../../src/domain/research.ts'
import { networkOf } from '../../../src/domain/simulation/network.ts'
import type { SimulationState } from '../../../src/domain/simulation/state.ts'
import { createState } from '../../../src/domain/simulation/state.ts'
import { acceptItem, roomFor } from '../../../src/domain/simulation/stock.ts'
import { prototypeOf } from '../../../src/domain/simulation/tables.ts'
import { tick } from '../../../src/domain/simulation/tick.ts'
import { structureView } from '../../../src/domain/simulation/views.ts'

/** Gives events the command ids c1, c2, … */
export const orders = (...events: SimulationEvent[]): TickEvents['events'] =>
  events.map((event, index) => ({ commandId: `c${index + 1}`, event }))

/** Runs one tick with events and then `more` empty ones; all outcomes. */
export function run(state: SimulationState, events: SimulationEvent[], more = 0): Outcome[] {
  const outcomes = tick(state, orders(...events))
  for (let count = 0; count < more; count++) outcomes.push(...tick(state, []))
  return outcomes
}

export const enter = (account: string, landing: number): SimulationEvent => ({
  type: 'WorldEntered',
  data: { account, landing },
})

export const place = (
  account: string,
  ...structures: [cell: number, prototype: string, direction: number][]
): SimulationEvent => ({
  type: 'StructuresPlaced',
  data: {
    account,
    structures: structures.map(([cell, prototype, direction]) => ({ cell, prototype, direction })),
  },
})

export const select = (account: string, cell: number, recipe: string): SimulationEvent => ({
  type: 'RecipeSelected',
  data: { account, cell, recipe },
})

export const claim = (account: string, ...cells: number[]): SimulationEvent => ({
  type: 'CellsClaimed',
  data: { account, cells },
})

export const remove = (account: string, ...cells: number[]): SimulationEvent => ({
  type: 'StructuresRemoved',
  data: { account, cells },
})

export const transfer = (
  account: string,
  cell: number,
  item: string,
  count: number,
  way: 'put' | 'take',
): SimulationEvent => ({ type: 'TransferOrdered', data: { account, cell, item, count, way } })

export const craft = (account: string, recipe: string, count: number): SimulationEvent => ({
  type: 'CraftOrdered',
  data: { account, recipe, count },
})

export const move = (account: string, path: number[]): SimulationEvent => ({
  type: 'MoveOrdered',
  data: { account, path },
})

export const research = (account: string, name: string): SimulationEvent => ({
  type: 'ResearchSelected',
  data: { account, research: name },
})

/** Lets a player know everything, as if their laboratories had worked for it. */
export function teach(state: SimulationState, account: string) {
  const player = state.playerByAccount.get(account)!
  researches.forEach(({ units }, index) => {
    player.units[index] = units
  })
}

/** Gives a player so many of every item that a hand can hold, as sources that are counted. */
export function enrich(state: SimulationState, account: string, count = 1_000) {
  const { inventory } = state.playerByAccount.get(account)!
  items.forEach((item, code) => {
    if (fluids.includes(item)) return
    inventory[code]! += count
    state.balance.made[code]! += count
  })
}

/** Puts items or fluid into a structure, as a source that is counted. */
export function fill(state: SimulationState, cell: number, fluid: string, count: number) {
  acceptItem(state, state.structures.get(cell)!, itemCode(fluid), count)
  state.balance.made[itemCode(fluid)]! += count
}

/** Everything that is in a structure, by item. */
export const contentsOf = (state: SimulationState, cell: number) =>
  structureView(state, cell)?.contents ?? {}

/** The cells of a straight line with the direction in each cell's own frame. */
export function line(n: number, cell: number, direction: number, length: number) {
  const cells = [{ cell, direction }]
  while (cells.length < length) {
    const last = cells.at(-1)!
    const next = step(n, last.cell, last.direction)
    if (!next) return undefined
    cells.push(next)
  }
  return cells
}

/** Straight lines of land cells, each with a deposit of the named kind under its first cell. */
function* lines(state: SimulationState, length: number, deposit: keyof typeof depositCode) {
  for (let cell = 0; cell < state.cells; cell++) {
    if (state.deposit[cell] !== depositCode[deposit]) continue
    for (let direction = 0; direction < 6; direction++) {
      const found = line(state.n, cell, direction, length)
      if (!found || new Set(found.map(({ cell }) => cell)).size < length) continue
      if (found.every(({ cell }) => !isWater(state.terrain[cell]!))) yield found
    }
  }
}

/** The first of `lines`; throws where the planet has none. */
function lineFrom(state: SimulationState, length: number, deposit: keyof typeof depositCode) {
  const first = lines(state, length, deposit).next()
  if (first.done) throw new Error(`no line of ${length} from ${deposit}`)
  return first.value
}

/**
 * A tiny planet with a field of ten land cells next to a pentagon, rich in ores and moss, so that
 * random orders meet there; the field's cells come with it.
 */
export function playground(seed = 3) {
  const state = createState({ seed, n: 4 })
  const field = cellsWithin(4, 13, 2).slice(0, 10)
  field.forEach((cell, place) => {
    state.terrain[cell] = terrainCode.grass
    state.deposit[cell] = place % 3 === 0 ? depositCode.iron : depositCode.none
    state.amount[cell] = place % 3 === 0 ? 1 + place : 0
    state.life[cell] = place % 4 === 1 ? lifeCode.moss : lifeCode.none
    state.mass[cell] = place % 4 === 1 ? 5 : 0
  })
  return { state, field }
}

/** The playground with a rich player who knows everything, and a fed generator with its pole beside the first cell. */
export function workshop() {
  const { state, field } = playground()
  const [place0, , generator, pole] = field as [number, number, number, number]
  run(state, [enter('ann', place0)])
  teach(state, 'ann')
  enrich(state, 'ann')
  run(state, [place('ann', [generator, 'generator', 0], [pole, 'pole', 0])])
  run(state, [transfer('ann', generator, 'coal', 10, 'put')])
  return { state, field, machine: place0, tank: field[1]!, generator, pole }
}

/**
 * A workshop on n = 8 where every kind of structure is at work: two pumps, pipes and a tank, mixers, a fab, a
 * bioreactor, a press, an assembler, a launcher, a laboratory, a harvester, generators, poles, a splitter and a bridge.
 */
export function grandFactory() {
  const state = createState({ seed: 4, n: 8 })
  state.terrain.fill(terrainCode.grass)
  state.deposit.fill(depositCode.iron)
  state.amount.fill(50)
  const rows = [20, 36, 52].map((start) => line(8, start, 0, 7)!)
  const names = [
    ['drill', 'belt', 'splitter', 'kiln', 'depot', 'press'],
    ['pump', 'pipe', 'mixer', 'bridge', 'lab', 'generator', 'depot'],
    ['pump', 'tank', 'bioreactor', 'assembler', 'harvester', 'fab', 'launcher'],
  ]
  const placed = rows.flatMap((row, at) =>
    names[at]!.map((name, along): [number, string, number] => [
      row[along]!.cell,
      name,
      row[along]!.direction,
    ]),
  )
  for (const [cell, name] of [...placed]) {
    if (name !== 'generator' && (prototypeNamed(name)?.power ?? 0) === 0) continue
    const isPole = (near: number) =>
      placed.some(([cell, prototype]) => cell === near && prototype === 'pole')
    const around = cellsWithin(8, cell, 2)
    const free = around.find((near) => placed.every(([cell]) => cell !== near))
    if (free !== undefined && !around.some(isPole)) placed.push([free, 'pole', 0])
  }
  const at = (name: string) => placed.find(([, prototype]) => prototype === name)![0]
  state.life.fill(lifeCode.moss)
  state.mass.fill(150)
  state.deposit[rows[1]![0]!.cell] = depositCode.brine
  state.deposit[rows[2]![0]!.cell] = depositCode.water
  run(state, [enter('ann', rows[1]![3]!.cell)])
  teach(state, 'ann')
  enrich(state, 'ann')
  state.players[0]!.units[researches.length - 1] = 0
  run(state, [place('ann', ...placed), research('ann', researches.at(-1)!.name)])
  const makes = { kiln: 'plate', press: 'gear', mixer: 'salt', bioreactor: 'fuel' }
  const more = { assembler: 'motor', fab: 'chip', launcher: 'launch' }
  run(
    state,
    Object.entries({ ...makes, ...more }).map(([name, recipe]) => select('ann', at(name), recipe)),
  )
  return { state, structures: placed.map(([cell]) => cell), at }
}

/** Puts 8 of every item that each structure has room for into it, as somebody with endless hands and arms would. */
export function feedAll(state: SimulationState, structures: readonly number[]) {
  for (const cell of structures) {
    const structure = state.structures.get(cell)!
    if (prototypeOf(structure.prototype).kind === 'depot') continue
    items.forEach((item, code) => {
      const room = Math.min(8, roomFor(structure, code))
      if (room > 0 && !fluids.includes(item)) fill(state, cell, item, room)
    })
  }
}

const grounds = ['iron', 'water', 'coal', 'brine', 'vent'] as const

/**
 * The playground with something under every cell, two rich players who know all but surveying, and a
 * layout (arbitraries.ts) at work for 100 ticks, whose machines were given something of everything.
 */
export function busyField(layout: SimulationEvent[], seed = 3) {
  const { state, field } = playground(seed)
  state.amount.fill(100)
  state.deposit.forEach((_, cell) => {
    state.deposit[cell] = depositCode[grounds[cell % grounds.length]!]
  })
  run(state, [enter('ann', field[0]!), enter('bob', field[5]!)])
  for (const account of ['ann', 'bob']) {
    teach(state, account)
    enrich(state, account, 200)
    state.playerByAccount.get(account)!.units[researchCode('surveying') - 1] = 0
  }
  run(state, layout)
  const gifts = field.flatMap((cell) => {
    const structure = state.structures.get(cell)
    if (!structure) return []
    return items
      .filter((item) => roomFor(structure, itemCode(item)) > 0 && !fluids.includes(item))
      .map((item) => transfer('ann', cell, item, 5, 'put'))
  })
  for (const cell of field) {
    const structure = state.structures.get(cell)
    if (structure && prototypeOf(structure.prototype).kind === 'pipe') {
      fill(state, cell, fluids[cell % fluids.length]!, 40)
    }
  }
  run(state, gifts, 100)
  return state
}

/** A world with a drill on iron, a belt, a kiln for plates and a depot in one line, all placed at tick 1. */
export function plateFactory(seed = 7, n = 16) {
  const state = createState({ seed, n })
  const [drill, belt, kiln, depot] = lineFrom(state, 4, 'iron')
  const outcomes = run(state, [
    enter('ann', kiln!.cell),
    claim('ann', drill!.cell, belt!.cell, kiln!.cell, depot!.cell),
    place(
      'ann',
      [drill!.cell, 'drill', drill!.direction],
      [belt!.cell, 'belt', belt!.direction],
      [kiln!.cell, 'kiln', kiln!.direction],
      [depot!.cell, 'depot', depot!.direction],
    ),
    select('ann', kiln!.cell, 'plate'),
  ])
  return {
    state,
    outcomes,
    drill: drill!.cell,
    belt: belt!.cell,
    kiln: kiln!.cell,
    depot: depot!.cell,
  }
}

/** By item name: everything that is in hands, in structures and on belts. */
export function itemsHeld(state: SimulationState): Record<string, number> {
  const held = items.map(() => 0)
  for (const { inventory } of state.players) {
    inventory.forEach((count, item) => {
      held[item]! += count
    })
  }
  for (const { stock } of state.structures.values()) {
    stock.forEach((count, item) => {
      held[item]! += count
    })
  }
  for (const { items: onRun } of networkOf(state).runs) {
    for (const item of onRun) held[item]! += 1
  }
  return byName(held)
}

/** By item name: sources less sinks. */
export const itemsBalance = ({ balance }: SimulationState): Record<string, number> =>
  byName(items.map((_, item) => balance.made[item]! - balance.used[item]!))

const byName = (counts: readonly number[]): Record<string, number> =>
  Object.fromEntries(items.map((item, code) => [item, counts[code]!]))
