// Worlds drawn by chance in which every rule has work: factories of all kinds that run, on a planet of any size, and a
// script of orders that feeds, changes and disturbs them.

import { researchCode, researches } from '../../src/domain/research.ts'
import { createState, type SimulationState } from '../../src/domain/simulation/state.ts'
import {
  enrich,
  enter,
  fill,
  place,
  research,
  run,
  select,
  teach,
} from '../domain/simulation/planet.ts'
import { type Dice, diceOf } from '../simulation/dice.ts'
import { drawFactories } from './factories.ts'
import type { Moment } from './parity.ts'
import { Script } from './script.ts'
import { Site } from './site.ts'

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

/** `most`: of ticks in all; of large planets there are fewer, for they take their time. */
export function drawWorld(seed: number, n: number, most: number): DrawnWorld {
  const dice = diceOf(seed)
  const state = createState({ seed: dice.below(0xffff_ffff), n })
  const isNatural = dice.likely(0.4)
  const site = new Site(state, dice, isNatural)
  build(site, dice)
  return { state, moments: new Script(site, dice, seed).draw(most), isNatural }
}

/** Two players who know nearly everything, and what they have built. */
function build(site: Site, dice: Dice): void {
  const { state, field } = site
  if (!site.isNatural) site.makeGround()
  run(state, [enter('ann', field[0]!), enter('bob', dice.pick(field))])
  const unknown = dice.pick(learnable)
  for (const account of ['ann', 'bob']) {
    teach(state, account)
    enrich(state, account, 2_000)
    const { units } = researches.find(({ name }) => name === unknown)!
    const left = account === 'ann' ? dice.between(1, 3) : units
    state.playerByAccount.get(account)!.units[researchCode(unknown) - 1] = units - left
  }
  drawFactories(site, dice)
  const structures = site.placed.map(
    ({ cell, name, direction }) => [cell, name, direction] as const,
  )
  run(state, [
    place('ann', ...structures.map((one): [number, string, number] => [...one])),
    ...[...site.recipes].map(([cell, recipe]) => select('ann', cell, recipe)),
    research('ann', unknown),
  ])
  for (const [cell, item, count] of site.stock) fill(state, cell, item, count)
}
