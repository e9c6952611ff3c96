// Factories of every kind, drawn by chance, that work.

import { depositCode } from '../../src/domain/generation/codes.ts'
import { cellsWithin } from '../../src/domain/grid/distance.ts'
import { fluids, packs } from '../../src/domain/items.ts'
import { prototypeNamed } from '../../src/domain/prototypes.ts'
import { recipes } from '../../src/domain/recipes.ts'
import type { Dice } from '../simulation/dice.ts'
import type { Placed, Site } from './site.ts'

/** Draws factories and the poles that they need, as many as the site has room for. */
export function drawFactories(site: Site, dice: Dice): void {
  new Factories(site, dice).draw()
}

class Factories {
  readonly #site: Site
  readonly #dice: Dice

  constructor(site: Site, dice: Dice) {
    this.#site = site
    this.#dice = dice
  }

  draw(): void {
    for (const make of this.#modules()) make()
    this.#power()
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
      ...some(1, 1, () => this.#site.row(['lab', 'depot', 'lab'], packs)),
      ...some(1, 1, () => this.#site.row(['depot', 'harvester', 'depot'], ['fertiliser'])),
      ...some(0, 1, () => {
        this.#site.row(['depot', 'launcher'], ['ark', 'ark', 'fuel'], 'launch')
      }),
      ...some(1, 2, () => this.#site.row(['depot', 'generator'], ['coal', 'fuel'])),
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
    const row = this.#site.row(names, [], recipe, this.#site.isNatural ? code : undefined)
    if (!row) return
    if (!this.#site.isNatural) this.#site.state.deposit[row[0]!.cell] = code
    if (recipe === 'glass') this.#site.supply(row.find(({ name }) => name === 'kiln')!.cell, recipe)
    this.#joinFromTheSide(row, code)
    const splitter = row.find(({ name }) => name === 'splitter')
    if (splitter)
      for (const turn of [1, 5]) this.#site.side(splitter, turn, dice.pick(['belt', 'depot']))
  }

  /** More ore than the kiln takes: from a drill at a belt's side, or by a belt of its own. */
  #joinFromTheSide(row: readonly Placed[], ore: number): void {
    const dice = this.#dice
    const belts = row.filter(({ name }) => name === 'belt')
    for (const turn of [1, 2, 4, 5]) {
      const byBelt = dice.likely(0.5)
      const joining = this.#site.side(dice.pick(belts), turn, byBelt ? 'belt' : 'drill', [], 3)
      const drill = joining && byBelt ? this.#site.side(joining, 3, 'drill', [], 3) : joining
      if (drill && !this.#site.isNatural) this.#site.state.deposit[drill.cell] = ore
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
    this.#site.row(names, Object.keys(recipe.inputs), recipe.name)
  }

  /** Two machines that want the same of one depot, which has not enough for both. */
  #shared(): void {
    const dice = this.#dice
    const recipe = dice.pick(recipes.filter(({ name }) => name !== 'launch'))
    const machine = recipe.machines[0]!
    const row = this.#site.row([machine, 'depot', machine], [], recipe.name)
    if (!row) return
    this.#site.recipes.set(row[2]!.cell, recipe.name)
    const solid = Object.entries(recipe.inputs).filter(([item]) => !fluids.includes(item))
    for (const [item, count] of solid) {
      this.#site.stock.push([row[1]!.cell, item, count * 2 * dice.between(1, 9) + 1])
    }
  }

  /** A machine that takes a fluid from pipes at its side, and gives one into the pipe behind it. */
  #plumbed(): void {
    const dice = this.#dice
    const wet = recipes.filter(({ inputs }) => fluids.some((fluid) => inputs[fluid]))
    const recipe = dice.pick(wet)
    const fluid = fluids.find((name) => recipe.inputs[name])!
    const row = this.#site.row(
      [dice.pick(['pipe', 'tank']), recipe.machines[0]!, 'depot'],
      [],
      recipe.name,
    )
    if (!row) return
    const machine = row[1]!
    this.#site.supply(machine.cell, recipe.name)
    const [feeding, store] = dice.likely(0.5) ? [1, 5] : [5, 1]
    let pipe = this.#site.side(machine, feeding, 'pipe')
    this.#site.side(machine, store, 'depot', Object.keys(recipe.inputs))
    for (let more = dice.below(3); pipe && more > 0; more--) {
      pipe = this.#site.side(pipe, dice.below(6), dice.pick(['pipe', 'pipe', 'tank'])) ?? pipe
    }
    if (!pipe) return
    this.#site.stock.push([pipe.cell, fluid, dice.between(0, 90)])
    const turns = [0, 1, 2, 3, 4, 5]
    const wells = { water: 'water', brine: 'brine', gas: 'vent' } as const
    for (const turn of turns.slice(0, dice.between(2, 6))) {
      const pump = this.#site.side(pipe, turn, 'pump')
      if (!pump) continue
      if (!this.#site.isNatural) {
        this.#site.state.deposit[pump.cell] = depositCode[wells[fluid as keyof typeof wells]]
      }
      // As if it had waited for the pipe.
      this.#site.stock.push([pump.cell, fluid, dice.between(0, 16)])
      return
    }
  }

  /** A pole within two steps of whatever needs or gives power, nearly always; some coal. */
  #power(): void {
    const dice = this.#dice
    for (const { cell, name } of [...this.#site.placed]) {
      const { power = 0, kind } = prototypeNamed(name)!
      if (kind === 'generator') this.#site.stock.push([cell, 'coal', dice.between(1, 8)])
      if ((power === 0 && kind !== 'generator') || dice.likely(0.05)) continue
      const near = cellsWithin(this.#site.state.n, cell, 2)
      if (this.#site.placed.some((one) => one.name === 'pole' && near.includes(one.cell))) continue
      const free = near.filter((one) => this.#site.isFree(one))
      if (free.length > 0) this.#site.put({ cell: dice.pick(free), name: 'pole', direction: 0 })
    }
  }
}
