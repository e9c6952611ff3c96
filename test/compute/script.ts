// What players do to a site: orders that feed, repair, change and disturb it.

import fc from 'fast-check'
import type { SimulationEvent } from '../../src/domain/events.ts'
import { fluids, items, packs } from '../../src/domain/items.ts'
import { prototypes } from '../../src/domain/prototypes.ts'
import { recipeNamed, recipes } from '../../src/domain/recipes.ts'
import { researches } from '../../src/domain/research.ts'
import { absurdEvents, sensibleEvents } from '../domain/simulation/arbitraries.ts'
import {
  craft,
  enter,
  move,
  orders,
  place,
  remove,
  research,
  select,
  transfer,
} from '../domain/simulation/planet.ts'
import type { Dice } from '../simulation/dice.ts'
import type { Moment } from './parity.ts'
import type { Site } from './site.ts'

const MOMENTS = 30

/** What happens to a site. */
export class Script {
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

  /** `most`: of ticks in all. */
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
