// A scripted player that plays the whole game alone, from the starter kit to the launch of an ark: it gathers by
// hand, and carries between a few machines what they need. It reads only what every player may read.

import type { PlacedStructure } from '../domain/events.ts'
import { directionTo } from '../domain/grid/path.ts'
import { fluids } from '../domain/items.ts'
import { prototypeNamed } from '../domain/prototypes.ts'
import { type Recipe, recipeNamed, recipes } from '../domain/recipes.ts'
import { researchNamed } from '../domain/research.ts'
import type { WorldReader } from '../projections/worldReader.ts'
import type { Spots } from './arrange.ts'
import { benches } from './benches.ts'
import { growFungus, moveStove } from './fungus.ts'
import {
  approach,
  build,
  claim,
  contentsOf,
  craft,
  gather,
  type Hands,
  held,
  look,
  order,
  put,
  take,
  until,
} from './hands.ts'
import { type Counts, needsFor, sumOf } from './needs.ts'
import { planSites, type Sites } from './sites.ts'

/** When a recipe was first done, in ticks of the world, and how many ticks the player spent on it altogether. */
type RecipeLog = { firstTick?: number; spentTicks: number; runs: number }

/** Hands that can also read what was made. */
export type CountingHands = Hands & { readonly world: Pick<WorldReader, 'statistics'> }

export type WholeGame = {
  readonly hands: CountingHands
  readonly sites: Sites
  /** By recipe, in the order of the table. */
  readonly log: ReadonlyMap<string, RecipeLog>
  /** Prototypes that the player has built. */
  readonly built: Set<string>
}

/** Plates that the first iron is made into. */
const FIRST_PLATES = 8
/** What all composites to the launch take, one each: fungus is grown once. */
const FUNGUS = 52
/** Runs that are put into a depot at a time. */
const BATCH_RUNS = 200
/** Coal that a generator's depot should have before its machines are set to work. */
const COAL_LOW = 6
const COAL_FULL = 24
/** Ticks between two looks at the world while time passes. */
const LOOK_TICKS = 20

/** Enters the world at the place for the workshop, and gives what the rest of the script plays with. */
export async function beginWholeGame(hands: CountingHands): Promise<WholeGame> {
  const sites = planSites(hands.world.settings)
  const log = new Map<string, RecipeLog>(
    recipes.map(({ name }) => [name, { spentTicks: 0, runs: 0 }]),
  )
  const watching: CountingHands = {
    ...hands,
    async wait(ticks) {
      for (let left = ticks; left > 0; left -= LOOK_TICKS) {
        await hands.wait(Math.min(left, LOOK_TICKS))
        await noteFirsts(hands, log)
      }
    },
  }
  await order(watching, 'EnterWorld', { landing: sites.workshop.depot })
  return { hands: watching, sites, log, built: new Set() }
}

async function noteFirsts({ world, account }: CountingHands, log: ReadonlyMap<string, RecipeLog>) {
  const statistics = await world.statistics(account)
  const player = await world.player(account)
  if (!statistics || !player) return
  for (const { name, outputs } of recipes) {
    const entry = log.get(name)!
    const [item] = Object.keys(outputs)
    const done = item === undefined ? statistics.launches : (statistics.produced[item] ?? 0)
    entry.runs = item === undefined ? done : Math.floor(done / outputs[item]!)
    if (done > 0) entry.firstTick ??= player.tick
  }
}

/** The first machines, a plate and a red pack. */
export async function playToFirstPack(game: WholeGame): Promise<void> {
  await buildRoles(game, 'workshop', ['depot', 'kiln', 'kiln 2'])
  await need(game, { plate: ((await held(game.hands)).plate ?? 0) + FIRST_PLATES })
  await need(game, { 'red-pack': 1 })
}

/** All the rest, to the launch. */
export async function playToLaunch(game: WholeGame): Promise<void> {
  await buildRoles(game, 'workshop', [
    'generator',
    'depot coal',
    'pole',
    'pole 2',
    'depot 2',
    'lab',
  ])
  await learn(game, 'logistics')
  await buildLine(game)
  await learn(game, 'automation', 'steelworks', 'harvesting', 'hydraulics')
  await buildRoles(game, 'workshop', ['press', 'assembler'])
  await learn(game, 'electronics', 'chemistry', 'motors')
  await buildRoles(game, 'workshop', ['mixer'])
  await buildRoles(
    game,
    'brine',
    Object.keys(game.sites.brine).filter((r) => r !== 'bioreactor'),
  )
  await learn(game, 'agronomy', 'biochemistry')
  await buildRoles(game, 'brine', ['bioreactor'])
  await buildRoles(game, 'vent', Object.keys(game.sites.vent))
  await buildRoles(game, 'farm', Object.keys(game.sites.farm))
  await need(game, prototypeNamed('generator')!.cost)
  await moveStove(game.hands, game.sites.farm)
  await need(game, { fungus: FUNGUS })
  await learn(game, 'doping', 'actuation', 'polymers', 'microfabrication')
  await buildRoles(game, 'workshop', ['fab'])
  await learn(game, 'sensing', 'seeding', 'planetology', 'arks')
  await buildRoles(game, 'workshop', ['launcher'])
  await need(game, { ark: 1, fuel: 20 })
  await produce(game, recipeNamed('launch')!, 1)
}

/** Sees to it that the player holds what is wanted: gathers, crafts, and has the machines make. */
async function need(game: WholeGame, wanted: Counts): Promise<void> {
  const { hands } = game
  for (let round = 0; round < 6; round++) {
    const { gather: missing, make: toMake } = needsFor(wanted, await held(hands))
    if (missing.length + toMake.length === 0) return
    for (const [item, count] of missing) {
      await fetch(game, item, ((await held(hands))[item] ?? 0) + count)
    }
    for (const { recipe, runs } of toMake) {
      await produce(game, recipe, runs)
    }
  }
  throw new Error(`cannot get ${JSON.stringify(wanted)}: has ${JSON.stringify(await held(hands))}`)
}

/** Makes something by hand or by machine, and counts the ticks that takes. */
async function produce(game: WholeGame, recipe: Recipe, runs: number): Promise<void> {
  const { hands, log } = game
  const { tick } = await look(hands)
  if (recipe.byHand) await craft(hands, recipe.name, runs)
  else await make(game, recipe, runs)
  log.get(recipe.name)!.spentTicks += (await look(hands)).tick - tick
}

/** Takes a resource where machines have laid it up, and gathers the rest until `count` are held. */
async function fetch(game: WholeGame, item: string, count: number): Promise<void> {
  const { hands, sites, built } = game
  const stores = [
    ...(built.has('drill') ? [sites.line.at(-1)!.cell] : []),
    ...(built.has('harvester') ? [sites.farm.depot!, sites.farm['depot 2']!] : []),
  ]
  for (const store of stores) {
    const missing = count - ((await held(hands))[item] ?? 0)
    const there = (await contentsOf(hands, store))[item] ?? 0
    if (missing > 0 && there > 0) await take(hands, store, item, Math.min(missing, there))
  }
  if (item === 'fungus') await growFungus(hands, sites.farm, count)
  else await gather(hands, item, count)
}

/** Has a machine make something of what the player holds, and takes it. */
async function make(game: WholeGame, recipe: Recipe, runs: number): Promise<void> {
  const { hands, sites } = game
  const bench = benches[recipe.name]!
  const spots = sites[bench.site]
  const machines = bench.machines.map((role) => spots[role]!)
  const depot = spots[bench.depot]!
  await stoke(game, spots)
  await fillTank(game, recipe, runs)
  for (const cell of machines) await order(hands, 'SelectRecipe', { cell, recipe: recipe.name })
  const solids = Object.entries(recipe.inputs).filter(([item]) => !fluids.includes(item))
  const [output] = Object.keys(recipe.outputs).filter((item) => !fluids.includes(item))
  for (let left = runs; left > 0; left -= BATCH_RUNS) {
    const batch = Math.min(left, BATCH_RUNS)
    for (const [item, count] of solids) await put(hands, depot, item, count * batch)
    await until(
      hands,
      () => `${batch} ${recipe.name}`,
      async () => {
        if (output === undefined) return (await hands.world.statistics(hands.account))!.launches > 0
        const there = (await contentsOf(hands, depot))[output] ?? 0
        return there >= batch * recipe.outputs[output]!
      },
      { every: LOOK_TICKS, limit: 4 * batch * recipe.ticks + 4_000 },
    )
    if (output === undefined) continue
    const there = (await contentsOf(hands, depot))[output] ?? 0
    await take(hands, depot, output, there)
  }
  const { resting } = bench
  if (resting === undefined) return
  for (const cell of machines) await order(hands, 'SelectRecipe', { cell, recipe: resting })
}

/** Coal for the generator of a site, if there is one yet and it has little. */
async function stoke({ hands }: WholeGame, spots: Spots): Promise<void> {
  const depot = spots['depot coal']!
  const view = await hands.world.structure(depot)
  if (!view) return
  const there = view.contents?.coal ?? 0
  if (there >= COAL_LOW) return
  const more = COAL_FULL - there
  await gather(hands, 'coal', ((await held(hands)).coal ?? 0) + more)
  await put(hands, depot, 'coal', more)
}

/** Water is what is left of brine when salt is made: makes salt until the tank has enough for the runs. */
async function fillTank(game: WholeGame, recipe: Recipe, runs: number): Promise<void> {
  const { hands, sites } = game
  if (recipe.name === 'salt') {
    // The mixer gives water to any pipe that is empty.
    await until(
      hands,
      () => 'brine in the pipe',
      async () => ((await contentsOf(hands, sites.brine.pipe!)).brine ?? 0) > 40,
    )
  }
  const water = (recipe.inputs.water ?? 0) * runs
  if (water === 0) return
  const [tank, pipe] = await Promise.all(
    [sites.brine.tank!, sites.brine['pipe 2']!].map((cell) => contentsOf(hands, cell)),
  )
  // The last unit stays in the pipe: between levels that are nearly the same nothing flows.
  const there = (tank?.water ?? 0) + (pipe?.water ?? 0) - 1
  if (there < water) await make(game, recipeNamed('salt')!, water - there)
}

/** Learns researches, one after the other: makes the packs and gives them to the laboratories. */
async function learn(game: WholeGame, ...names: readonly string[]): Promise<void> {
  const { hands, sites } = game
  for (const name of names) {
    const { packs, units } = researchNamed(name)!
    await need(game, Object.fromEntries(packs.map((pack) => [pack, units])))
    await stoke(game, sites.workshop)
    await order(hands, 'SelectResearch', { research: name })
    for (const pack of packs) await put(hands, sites.workshop['depot 2']!, pack, units)
    await until(
      hands,
      () => `research ${name}`,
      async () => (await look(hands)).researched.includes(name),
    )
  }
}

/** Builds what stands in some roles of a site; what has a depot beside it faces that. */
async function buildRoles(
  game: WholeGame,
  site: 'workshop' | 'brine' | 'vent' | 'farm',
  roles: readonly string[],
): Promise<void> {
  const { n } = game.hands.world.settings
  const spots = game.sites[site]
  const structures = roles.map((role): PlacedStructure => {
    const cell = spots[role]!
    const prototype = role.split(' ')[0]!
    const [faced] = ['depot', 'depot 2']
      .map((depot) => directionTo(n, cell, spots[depot] ?? cell))
      .filter((direction) => direction >= 0)
    return { cell, prototype, direction: faced ?? 0 }
  })
  await raise(game, structures)
}

/** Ore by drill, belt, splitter and bridge. */
async function buildLine(game: WholeGame): Promise<void> {
  const structures = game.sites.line.flatMap(({ cell, direction, prototype }) =>
    prototype === undefined ? [] : [{ cell, direction, prototype }],
  )
  await raise(game, structures)
}

async function raise(game: WholeGame, structures: readonly PlacedStructure[]): Promise<void> {
  const { hands } = game
  await need(game, sumOf(structures.map(({ prototype }) => prototypeNamed(prototype)!.cost)))
  await claim(
    hands,
    structures.map(({ cell }) => cell),
  )
  await build(hands, structures)
  await approach(hands, structures[0]!.cell)
  for (const { prototype } of structures) game.built.add(prototype)
}
