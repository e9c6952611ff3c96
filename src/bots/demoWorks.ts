// A scripted player that builds a works step by step and keeps it going, by the same commands as everybody else.
// It reads from the world what stands, so that it goes on after a restart where it was.

import type { Cell } from '../domain/events.ts'
import { prototypeNamed } from '../domain/prototypes.ts'
import { recipeNamed } from '../domain/recipes.ts'
import { researches, researchNamed } from '../domain/research.ts'
import {
  build,
  contentsOf,
  craft,
  gather,
  type Hands,
  held,
  look,
  order,
  put,
  Setback,
  take,
  until,
} from './hands.ts'
import { type Counts, needsFor, sumOf } from './needs.ts'
import { homeFor, settle } from './settling.ts'
import type { Stage, StageName, Works } from './works.ts'

export type WorksScript = {
  /** Number of the landing place it asks for. */
  readonly place: number
  readonly say: (line: string) => void
  /** Called between pieces of thinking of some tens of ms. */
  readonly breathe: () => Promise<void>
}

/** Between two rounds while there is something to build or to learn, and when all of it is done. */
const ROUND_TICKS = 600
const LATE_ROUND_TICKS = 6_000
/** Setbacks in a row after which it takes its time. */
const SETBACKS_MAX = 5
/** How often it waits for what grows before it does something else. */
const PATIENCE = 2
/** Of one thing in a depot: above the first it takes all but the second, so that no depot is ever full. */
const SURPLUS = 200
const SURPLUS_LEFT = 60
const COAL_LOW = 8
const COAL_BY_HAND = 40
const MOSS_BY_HAND = 40
/** What a press is set to while it is to leave plates and ingots alone. */
const RESTING = 'fibre'
/** Of what the store gives it waits for this long. */
const STORE_TICKS = 6_000
/** Needed first, then by what they cost; those that red packs alone pay for. */
const LESSONS = [
  ...new Set(['automation', 'harvesting', ...researches.filter(redOnly).map(({ name }) => name)]),
]
/** What has to be known before a stage is built. */
const LESSON_FOR: Partial<Record<StageName, string>> = { packs: 'automation', farm: 'harvesting' }

function redOnly({ packs }: { readonly packs: readonly string[] }): boolean {
  return packs.every((pack) => pack === 'red-pack')
}

type Scene = { readonly hands: Hands; readonly works: Works; readonly script: WorksScript }

/** Plays until `hands.wait` throws. Returns early where it may not enter. */
export async function playWorks(hands: Hands, script: WorksScript): Promise<void> {
  const { seed, n } = hands.world.settings
  const home = await homeFor({ seed, n }, script.place, script.breathe)
  if (!(await enter(hands, home))) return
  let settled = await settle(hands, home, script.breathe)
  if ('why' in settled) script.say(`demo bot: builds nothing: ${settled.why}`)
  while ('why' in settled) {
    await hands.wait(LATE_ROUND_TICKS)
    if (settled.perhapsLater) settled = await settle(hands, home, script.breathe)
  }
  const { works } = settled
  const scene: Scene = { hands, works, script }
  for (let setbacks = 0; ; ) {
    let done = false
    try {
      for (const stage of works.stages) await raise(scene, stage)
      done = await tend(scene)
      setbacks = 0
    } catch (error) {
      if (!(error instanceof Setback)) throw error
      setbacks++
      if (setbacks <= SETBACKS_MAX) script.say(`demo bot: tries again later: ${error.message}`)
      await tend(scene).catch((again: unknown) => {
        if (!(again instanceof Setback)) throw again
      })
    }
    await hands.wait(done || setbacks > SETBACKS_MAX ? LATE_ROUND_TICKS : ROUND_TICKS)
  }
}

async function enter(hands: Hands, landing: Cell): Promise<boolean> {
  await order(hands, 'EnterWorld', { landing }).catch((error: unknown) => {
    if (!(error instanceof Setback)) throw error
  })
  return (await hands.world.player(hands.account)) !== undefined
}

/** Builds what does not stand yet of a stage and sets its machines to work. */
async function raise(scene: Scene, { name, structures, recipes }: Stage): Promise<void> {
  const { hands, works, script } = scene
  const standing = new Map(
    (await hands.world.structures(hands.account)).map((view) => [view.cell, view]),
  )
  const missing = structures.filter(({ cell }) => !standing.has(cell))
  const unset = recipes.filter(([cell, recipe]) => standing.get(cell)?.recipe !== recipe)
  if (missing.length === 0 && unset.length === 0) return
  const lesson = LESSON_FOR[name]
  if (lesson !== undefined) await learn(scene, lesson)
  if (missing.length > 0) {
    await obtain(scene, sumOf(missing.map(({ prototype }) => prototypeNamed(prototype)!.cost)))
    await build(hands, missing)
  }
  for (const [cell, recipe] of unset) await order(hands, 'SelectRecipe', { cell, recipe })
  if (name === 'power') await stoke(scene)
  script.say(
    `demo bot: ${name} stands (${works.stages.findIndex((each) => each.name === name) + 1} of ${works.stages.length})`,
  )
}

/** Sees to it that the bot holds what is wanted: takes from the store, gathers, crafts. */
async function obtain(scene: Scene, wanted: Counts): Promise<void> {
  const { hands, works } = scene
  for (const [item, count] of Object.entries(wanted)) {
    const missing = count - ((await held(hands))[item] ?? 0)
    const there = (await contentsOf(hands, works.store))[item] ?? 0
    if (missing > 0 && there > 0) await take(hands, works.store, item, Math.min(missing, there))
  }
  const { gather: raw, make } = needsFor(wanted, await held(hands))
  const smelted = make.filter(({ recipe }) => !recipe.byHand)
  for (const { recipe, runs } of smelted) await takeSmelted(scene, recipe.name, runs)
  const ores = smelted.flatMap(({ recipe }) => Object.keys(recipe.inputs))
  for (const [item, count] of raw) {
    if (ores.includes(item)) continue
    await gather(hands, item, ((await held(hands))[item] ?? 0) + count, PATIENCE)
  }
  for (const { recipe, runs } of make) if (recipe.byHand) await craft(hands, recipe.name, runs)
}

/** Takes what kilns made, when enough of it is there; until then the press that uses it up rests. */
async function takeSmelted(scene: Scene, item: string, count: number): Promise<void> {
  const { hands, works } = scene
  const there = async () => (await contentsOf(hands, works.store))[item] ?? 0
  if ((await there()) < count) {
    const press = await pressThatTakes(scene, item)
    if (press) await order(hands, 'SelectRecipe', { cell: press.cell, recipe: RESTING })
    await until(
      hands,
      () => `${count} ${item} in the store`,
      async () => (await there()) >= count,
      { every: 20, limit: STORE_TICKS },
    )
    if (press) await order(hands, 'SelectRecipe', press)
  }
  await take(hands, works.store, item, count)
}

/** The press that stands and makes something of an item, with what it makes. */
async function pressThatTakes({ hands, works }: Scene, item: string) {
  const [[cell, recipe] = []] = works.stages
    .flatMap(({ recipes }) => recipes)
    .filter(([, name]) => (recipeNamed(name)?.inputs[item] ?? 0) > 0)
  if (cell === undefined || recipe === undefined) return undefined
  return (await hands.world.structure(cell)) && { cell, recipe }
}

/** Learns something with packs made by hand, while no assembler makes them. */
async function learn(scene: Scene, research: string): Promise<void> {
  const { hands, works } = scene
  const knows = async () => (await look(hands)).researched.includes(research)
  if (await knows()) return
  const { researching } = await look(hands)
  if (researching?.research !== research) await order(hands, 'SelectResearch', { research })
  const left = researchNamed(research)!.units - ((await look(hands)).researching?.done ?? 0)
  const there = (await contentsOf(hands, works.packs))['red-pack'] ?? 0
  if (left > there) {
    await obtain(scene, { 'red-pack': left - there })
    await put(hands, works.packs, 'red-pack', left - there)
  }
  await stoke(scene)
  await until(hands, () => `research ${research}`, knows, { every: 40, limit: STORE_TICKS })
}

/** Coal by hand, where none comes by itself or not yet. */
async function stoke({ hands, works }: Scene): Promise<void> {
  if (((await contentsOf(hands, works.coal)).coal ?? 0) >= COAL_LOW) return
  await gather(hands, 'coal', COAL_BY_HAND, PATIENCE)
  await put(hands, works.coal, 'coal', COAL_BY_HAND)
}

/** One round: selects what to learn, feeds what lacks, empties what fills up. @returns whether nothing is left to do but this */
async function tend(scene: Scene): Promise<boolean> {
  const { hands, works } = scene
  const standing = await hands.world.structures(hands.account)
  const stands = (prototype: string) => standing.some((view) => view.prototype === prototype)
  const { researched, researching } = await look(hands)
  const next = LESSONS.find((name) => !researched.includes(name))
  if (next !== undefined && stands('lab') && researching === undefined)
    await order(hands, 'SelectResearch', { research: next })
  if (stands('generator')) await stoke(scene)
  if (stands('assembler') && next !== undefined) await feedMoss(scene)
  for (const { cell, prototype, contents } of standing) {
    if (prototype !== 'depot') continue
    for (const [item, count] of Object.entries(contents ?? {}))
      if (count > SURPLUS) await take(hands, cell, item, count - SURPLUS_LEFT)
  }
  return next === undefined && works.stages.length > 0
}

/** Moss by hand for as long as too little grows beside the harvesters, and something is to be learnt. */
async function feedMoss({ hands, works }: Scene): Promise<void> {
  const { moss = 0, fibre = 0 } = await contentsOf(hands, works.store)
  if (moss + fibre > 0) return
  await gather(hands, 'moss', MOSS_BY_HAND, PATIENCE)
  await put(hands, works.store, 'moss', MOSS_BY_HAND)
}
