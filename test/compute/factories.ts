// Worlds drawn by chance in which every rule has work: factories of all kinds that run, on a planet of any size, and a
// script of orders that feeds, changes and disturbs them.

import fc from 'fast-check'
import type { SimulationEvent } from '../../src/domain/events.ts'
import { depositCode, lifeCode, terrainCode } from '../../src/domain/generation/codes.ts'
import { cellsWithin } from '../../src/domain/grid/distance.ts'
import { cellCount } from '../../src/domain/grid/lattice.ts'
import { step } from '../../src/domain/grid/step.ts'
import { fluids, items, packs } from '../../src/domain/items.ts'
import { prototypeNamed, prototypes } from '../../src/domain/prototypes.ts'
import { recipeNamed, recipes } from '../../src/domain/recipes.ts'
import { researchCode, researches } from '../../src/domain/research.ts'
import { createState, type SimulationState } from '../../src/domain/simulation/state.ts'
import { absurdEvents, sensibleEvents } from '../domain/simulation/arbitraries.ts'
import {
  craft,
  enrich,
  enter,
  fill,
  line,
  move,
  orders,
  place,
  remove,
  research,
  run,
  select,
  teach,
  transfer,
} from '../domain/simulation/planet.ts'
import { type Dice, diceOf } from '../simulation/dice.ts'
import type { Moment } from './parity.ts'

export type DrawnWorld = {
  readonly state: SimulationState
  readonly moments: Moment[]
  /** The ground is as the seed made it: the world can be saved in pieces. */
  readonly isNatural: boolean
}

/** One of these is left out of what the players know, all but its last units: each unlocks what factories are made of. */
const learnable = [
  'surveying',
  'steelworks',
  'chemistry',
  'agronomy',
  'doping',
  'actuation',
  'polymers',
  'sensing',
  'seeding',
  'arks',
]
const RADIUS = 5

/** `most`: of ticks in all; of large planets there are fewer, for they take their time. */
export function drawWorld(seed: number, n: number, most: number): DrawnWorld {
  const dice = diceOf(seed)
  const state = createState({ seed: dice.below(0xffff_ffff), n })
  const isNatural = dice.likely(0.4)
  const site = new Site(state, dice, isNatural)
  site.build()
  return { state, moments: new Script(site, dice, seed).draw(most), isNatural }
}

type Placed = { readonly cell: number; readonly name: string; readonly direction: number }

/** A field of cells around one, and what was built there. */
class Site {
  readonly state: SimulationState
  readonly field: readonly number[]
  readonly placed: Placed[] = []
  readonly recipes = new Map<number, string>()
  readonly #dice: Dice
  readonly #isNatural: boolean
  readonly #free: Set<number>
  /** Items for structures, once those stand. */
  readonly #stock: [cell: number, item: string, count: number][] = []

  constructor(state: SimulationState, dice: Dice, isNatural: boolean) {
    this.state = state
    this.#dice = dice
    this.#isNatural = isNatural
    this.field = this.#findField()
    this.#free = new Set(this.field)
  }

  /** Where nature is to do: the richest of some places. */
  #findField(): readonly number[] {
    const { n, deposit } = this.state
    const drawn = Array.from({ length: this.#isNatural ? 40 : 1 }, () =>
      cellsWithin(n, this.#dice.below(cellCount(n)), RADIUS),
    )
    const riches = (cells: readonly number[]) =>
      new Set(cells.map((cell) => deposit[cell])).size * 100 +
      cells.filter((cell) => deposit[cell] !== 0).length
    return drawn.reduce((best, cells) => (riches(cells) > riches(best) ? cells : best))
  }

  build(): void {
    const { state, field } = this
    const dice = this.#dice
    if (!this.#isNatural) this.#makeGround()
    run(state, [enter('ann', field[0]!), enter('bob', dice.pick(field))])
    const unknown = dice.pick(learnable)
    for (const account of ['ann', 'bob']) {
      teach(state, account)
      enrich(state, account, 2_000)
      const { units } = researches.find(({ name }) => name === unknown)!
      const left = account === 'ann' ? dice.between(1, 3) : units
      state.playerByAccount.get(account)!.units[researchCode(unknown) - 1] = units - left
    }
    for (const make of this.#modules()) make()
    this.#power()
    const structures = this.placed.map(
      ({ cell, name, direction }) => [cell, name, direction] as const,
    )
    run(state, [
      place('ann', ...structures.map((one): [number, string, number] => [...one])),
      ...[...this.recipes].map(([cell, recipe]) => select('ann', cell, recipe)),
      research('ann', unknown),
    ])
    for (const [cell, item, count] of this.#stock) fill(state, cell, item, count)
  }

  #makeGround(): void {
    const { state, field } = this
    const dice = this.#dice
    const kinds = Object.values(depositCode)
    const lives = [lifeCode.moss, lifeCode['resin-tree'], lifeCode.crystal, lifeCode.fungus]
    for (const cell of field) {
      state.terrain[cell] = dice.pick([terrainCode.grass, terrainCode.grass, terrainCode.forest])
      state.deposit[cell] = dice.pick(kinds)
      state.amount[cell] = dice.likely(0.3) ? dice.between(1, 2) : dice.between(20, 200)
      state.life[cell] = dice.likely(0.4) ? dice.pick(lives) : lifeCode.none
      state.mass[cell] = state.life[cell] === lifeCode.none ? 0 : dice.between(1, 200)
      state.pollution[cell] = dice.likely(0.2) ? dice.below(600) : 0
      state.fertility[cell] = dice.likely(0.1) ? dice.between(1, 9) : 0
    }
  }

  /** What is built, in an order by chance: what comes too late finds no room. */
  #modules(): (() => void)[] {
    const dice = this.#dice
    const some = (least: number, most: number, make: () => void) =>
      Array.from({ length: dice.between(least, most) }, () => make)
    const all = [
      ...some(2, 2, () => this.#oreLine()),
      ...some(1, 1, () => this.#oreLine('splitter')),
      ...some(1, 2, () => this.#oreLine('bridge')),
      ...some(1, 2, () => this.#supplied()),
      ...some(1, 2, () => this.#shared()),
      ...some(1, 2, () => this.#plumbed()),
      ...some(1, 1, () => this.#row(['lab', 'depot', 'lab'], packs)),
      ...some(1, 1, () => this.#row(['depot', 'harvester', 'depot'], ['fertiliser'])),
      ...some(0, 1, () => {
        this.#row(['depot', 'launcher'], ['ark', 'ark', 'fuel'], 'launch')
      }),
      ...some(1, 2, () => this.#row(['depot', 'generator'], ['coal', 'fuel'])),
    ]
    return all
      .map((make) => ({ make, at: dice.share() }))
      .sort((a, b) => a.at - b.at)
      .map(({ make }) => make)
  }

  /** A drill's ore by belts into a kiln, and its goods into a depot. */
  #oreLine(between?: 'splitter' | 'bridge'): void {
    const dice = this.#dice
    const belts = () => Array<string>(dice.between(1, 2)).fill('belt')
    const gap = Array<string>(dice.between(0, 2)).fill('')
    const middle = { splitter: ['splitter'], bridge: ['bridge', ...gap, 'bridge'], none: [] }
    const names = ['drill', ...belts(), ...middle[between ?? 'none'], 'kiln', 'belt', 'depot']
    const ores = { iron: 'plate', copper: 'ingot', silica: 'glass', coal: 'glass' }
    const [ore, recipe] = dice.pick(Object.entries(ores))
    const code = depositCode[ore as keyof typeof depositCode]
    const row = this.#row(names, [], recipe, this.#isNatural ? code : undefined)
    if (!row) return
    if (!this.#isNatural) this.state.deposit[row[0]!.cell] = code
    if (recipe === 'glass') this.#supply(row.find(({ name }) => name === 'kiln')!.cell, recipe)
    this.#joinFromTheSide(row, code)
    const splitter = row.find(({ name }) => name === 'splitter')
    if (splitter)
      for (const turn of [1, 5]) this.#side(splitter, turn, dice.pick(['belt', 'depot']))
  }

  /** More ore than the kiln takes: from a drill at a belt's side, or by a belt of its own. */
  #joinFromTheSide(row: readonly Placed[], ore: number): void {
    const dice = this.#dice
    const belts = row.filter(({ name }) => name === 'belt')
    for (const turn of [1, 2, 4, 5]) {
      const byBelt = dice.likely(0.5)
      const joining = this.#side(dice.pick(belts), turn, byBelt ? 'belt' : 'drill', [], 3)
      const drill = joining && byBelt ? this.#side(joining, 3, 'drill', [], 3) : joining
      if (drill && !this.#isNatural) this.state.deposit[drill.cell] = ore
    }
  }

  /** A machine between a depot that has what it needs and one for what it makes. */
  #supplied(): void {
    const dice = this.#dice
    const recipe = dice.pick(recipes.filter(({ name }) => name !== 'launch'))
    const names = [
      'depot',
      dice.pick(recipe.machines),
      ...(dice.likely(0.4) ? ['belt'] : []),
      'depot',
    ]
    this.#row(names, Object.keys(recipe.inputs), recipe.name)
  }

  /** Two machines that want the same of one depot, which has not enough for both. */
  #shared(): void {
    const dice = this.#dice
    const recipe = dice.pick(recipes.filter(({ name }) => name !== 'launch'))
    const machine = recipe.machines[0]!
    const row = this.#row([machine, 'depot', machine], [], recipe.name)
    if (!row) return
    this.recipes.set(row[2]!.cell, recipe.name)
    const solid = Object.entries(recipe.inputs).filter(([item]) => !fluids.includes(item))
    for (const [item, count] of solid) {
      this.#stock.push([row[1]!.cell, item, count * 2 * dice.between(1, 9) + 1])
    }
  }

  /** A machine that takes a fluid from pipes at its side, and gives one into the pipe behind it. */
  #plumbed(): void {
    const dice = this.#dice
    const wet = recipes.filter(({ inputs }) => fluids.some((fluid) => inputs[fluid]))
    const recipe = dice.pick(wet)
    const fluid = fluids.find((name) => recipe.inputs[name])!
    const row = this.#row(
      [dice.pick(['pipe', 'tank']), recipe.machines[0]!, 'depot'],
      [],
      recipe.name,
    )
    if (!row) return
    const machine = row[1]!
    this.#supply(machine.cell, recipe.name)
    const [feeding, store] = dice.likely(0.5) ? [1, 5] : [5, 1]
    let pipe = this.#side(machine, feeding, 'pipe')
    this.#side(machine, store, 'depot', Object.keys(recipe.inputs))
    for (let more = dice.below(3); pipe && more > 0; more--) {
      pipe = this.#side(pipe, dice.below(6), dice.pick(['pipe', 'pipe', 'tank'])) ?? pipe
    }
    if (!pipe) return
    this.#stock.push([pipe.cell, fluid, dice.between(0, 90)])
    const turns = [0, 1, 2, 3, 4, 5]
    const wells = { water: 'water', brine: 'brine', gas: 'vent' } as const
    for (const turn of turns.slice(0, dice.between(2, 6))) {
      const pump = this.#side(pipe, turn, 'pump')
      if (!pump) continue
      if (!this.#isNatural) {
        this.state.deposit[pump.cell] = depositCode[wells[fluid as keyof typeof wells]]
      }
      // As if it had waited for the pipe.
      this.#stock.push([pump.cell, fluid, dice.between(0, 16)])
      return
    }
  }

  /**
   * Structures in a straight line, '' for none; the first depot has something of everything in `has`;
   * `recipe` for the first that can make it. On a deposit of a kind, where one is named.
   */
  #row(names: readonly string[], has: readonly string[], recipe?: string, deposit?: number) {
    const dice = this.#dice
    const wanted = (cell: number) => deposit === undefined || this.state.deposit[cell] === deposit
    const starts = [...this.#free].filter(wanted)
    for (let tries = 0; tries < 40 && starts.length > 0; tries++) {
      const cells = line(this.state.n, dice.pick(starts), dice.below(6), names.length)
      if (!cells?.every(({ cell }) => this.#free.has(cell))) continue
      if (new Set(cells.map(({ cell }) => cell)).size < cells.length) continue
      const row = cells
        .map(({ cell, direction }, place) => ({ cell, direction, name: names[place]! }))
        .filter(({ name }) => name !== '')
      for (const one of row) this.#put(one)
      const depot = row.find(({ name }) => name === 'depot')
      for (const item of has) this.#give(depot!.cell, item)
      const maker = row.find(({ name }) => recipeNamed(recipe ?? '')?.machines.includes(name))
      if (maker) this.recipes.set(maker.cell, recipe!)
      return row
    }
    return undefined
  }

  /** On the neighbour by a turn from what a structure faces, if that is free; facing on, or turned from that (3: back). */
  #side(from: Placed, turn: number, name: string, has: readonly string[] = [], facing = 0) {
    const next = step(this.state.n, from.cell, (from.direction + turn) % 6)
    if (!next || !this.#free.has(next.cell)) return undefined
    const placed = { cell: next.cell, direction: (next.direction + facing) % 6, name }
    this.#put(placed)
    for (const item of has) this.#give(placed.cell, item)
    return placed
  }

  #put(placed: Placed): void {
    this.#free.delete(placed.cell)
    this.placed.push(placed)
  }

  #give(cell: number, item: string): void {
    if (!fluids.includes(item)) this.#stock.push([cell, item, this.#dice.between(2, 120)])
  }

  /** Of each input, for some runs. */
  #supply(cell: number, recipe: string): void {
    for (const [item, count] of Object.entries(recipeNamed(recipe)?.inputs ?? {})) {
      if (!fluids.includes(item)) this.#stock.push([cell, item, count * this.#dice.between(1, 4)])
    }
  }

  /** A pole within two steps of whatever needs or gives power, nearly always; some coal. */
  #power(): void {
    const dice = this.#dice
    for (const { cell, name } of [...this.placed]) {
      const { power = 0, kind } = prototypeNamed(name)!
      if (kind === 'generator') this.#stock.push([cell, 'coal', dice.between(1, 8)])
      if ((power === 0 && kind !== 'generator') || dice.likely(0.05)) continue
      const near = cellsWithin(this.state.n, cell, 2)
      if (this.placed.some((one) => one.name === 'pole' && near.includes(one.cell))) continue
      const free = near.filter((one) => this.#free.has(one))
      if (free.length > 0) this.#put({ cell: dice.pick(free), name: 'pole', direction: 0 })
    }
  }
}

const MOMENTS = 30

/** What happens to a site. */
class Script {
  readonly #site: Site
  readonly #dice: Dice
  readonly #byChance: SimulationEvent[]

  constructor(site: Site, dice: Dice, seed: number) {
    this.#site = site
    this.#dice = dice.fork()
    const { field } = site
    const mixed = fc.oneof(
      { weight: 4, arbitrary: sensibleEvents(field) },
      { weight: 1, arbitrary: absurdEvents(field) },
    )
    this.#byChance = fc.sample(mixed, { seed, numRuns: MOMENTS })
  }

  draw(most: number): Moment[] {
    const dice = this.#dice
    const mean = Math.max(1, Math.floor(most / MOMENTS))
    return Array.from({ length: MOMENTS }, () => ({
      events: orders(...this.#events()),
      ticks: dice.likely(0.2) ? 1 : dice.between(1, 2 * mean),
    }))
  }

  #events(): SimulationEvent[] {
    const dice = this.#dice
    const events = Array.from({ length: dice.between(0, 4) }, () => this.#tending())
    for (let more = dice.likely(0.5) ? dice.between(1, 2) : 0; more > 0; more--) {
      events.push(dice.likely(0.5) ? this.#changing() : this.#byChance.pop()!)
    }
    return events.filter(Boolean)
  }

  /** Feeds, empties, repairs. */
  #tending(): SimulationEvent {
    const dice = this.#dice
    const { placed, recipes, field } = this.#site
    const { cell, name, direction } = dice.pick(placed)
    const wanted: Record<string, readonly string[]> = {
      generator: ['coal', 'fuel'],
      lab: packs,
      harvester: ['fertiliser'],
      depot: items.filter((item) => !fluids.includes(item)),
    }
    const inputs = Object.keys(recipeNamed(recipes.get(cell) ?? '')?.inputs ?? {})
    const fits = wanted[name] ?? inputs
    switch (dice.below(8)) {
      case 0:
        return place('ann', [cell, name, direction])
      case 1:
        return transfer(
          dice.pick(['ann', 'bob']),
          cell,
          dice.pick(items),
          dice.between(1, 30),
          'take',
        )
      case 2:
        return { type: 'HarvestStarted', data: { account: 'ann', cell: dice.pick(field) } }
      default:
        if (fits.length === 0)
          return craft('ann', dice.pick(['gear', 'wire', 'fibre']), dice.between(1, 9))
        return transfer('ann', cell, dice.pick(fits), dice.between(1, 40), 'put')
    }
  }

  /** Does what makes neighbours, grids, runs and recipes anew. */
  #changing(): SimulationEvent {
    const dice = this.#dice
    const { placed, field, recipes: set } = this.#site
    const { cell, name } = dice.pick(placed)
    const made = recipes.filter(({ machines }) => machines.includes(name))
    switch (dice.below(7)) {
      case 0:
        return remove('ann', cell)
      case 1:
        return place('ann', [dice.pick(field), dice.pick(prototypes).name, dice.below(6)])
      case 2:
        return {
          type: 'StructureRotated',
          data: { account: 'ann', cell, direction: dice.below(6) },
        }
      case 3: {
        const recipe = made.length > 0 ? dice.pick(made).name : 'plate'
        if (made.length > 0) set.set(cell, recipe)
        return select('ann', cell, recipe)
      }
      case 4:
        return move(
          dice.pick(['ann', 'bob']),
          Array.from({ length: dice.between(1, 6) }, () => dice.below(6)),
        )
      case 5:
        return research(dice.pick(['ann', 'bob']), dice.pick(researches).name)
      default:
        return enter(dice.pick(['bob', 'cleo', 'ann']), dice.pick(field))
    }
  }
}
