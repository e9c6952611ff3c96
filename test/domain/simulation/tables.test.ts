import { expect, test } from 'vitest'
import { fluids, items, packs } from '../../../src/domain/items.ts'
import { prototypes, starterKit } from '../../../src/domain/prototypes.ts'
import { recipes } from '../../../src/domain/recipes.ts'
import { researches } from '../../../src/domain/research.ts'
import { tableFaults } from '../../../src/domain/simulation/tableFaults.ts'

const tables = { items, fluids, packs, prototypes, recipes, researches, starterKit }

test('the tables of the game have no faults', () => {
  expect(tableFaults(tables)).toEqual([])
})

test('every fault names its row', () => {
  const [drill] = prototypes
  const [plate] = recipes
  const faults = tableFaults({
    items: [...items, 'iron'],
    fluids,
    packs,
    researches: [
      ...researches,
      { ...researches[0]!, units: 0, requires: ['magic'], packs: ['tea'] },
      { ...researches[0]!, name: 'd', packs: [], recipes: ['cake'], prototypes: ['oven'] },
    ],
    prototypes: [
      ...prototypes,
      { ...drill!, cost: { stone: 1 }, capacity: 0, ticks: -1, pollution: 0.5 },
    ],
    recipes: [
      ...recipes,
      plate!,
      { ...plate!, name: 'a', machines: ['oven'], ticks: 0 },
      { ...plate!, name: 'b', machines: ['depot'], inputs: { iron: 0 } },
      { ...plate!, name: 'c', machines: [], outputs: { iron: 1, stone: 1 } },
      { ...plate!, name: 'e', byHand: true, inputs: { water: 1 } },
    ],
    starterKit: { plate: 1.5, gas: 1 },
  })
  expect(faults).toEqual([
    'item "iron": listed twice',
    'prototype "drill": listed twice',
    'recipe "plate": listed twice',
    'research "logistics": listed twice',
    'prototype "drill": no item is called "stone"',
    'prototype "drill": ticks -1 is not from 1 to 65535',
    'prototype "drill": capacity 0 is not from 1 to 65535',
    'prototype "drill": pollution 0.5 is not from 0 to 65535',
    'recipe "a": no crafter is called "oven"',
    'recipe "a": ticks 0 is not from 1 to 65535',
    'recipe "b": 0 of "iron" is not a count from 1 to 65535',
    'recipe "b": no crafter is called "depot"',
    'recipe "c": no item is called "stone"',
    'recipe "c": nothing can make it',
    'recipe "c": "iron" is both made and used',
    'recipe "e": "water" is a fluid, which no hand holds',
    'research "logistics": no research before it is called "magic"',
    'research "logistics": no pack is called "tea"',
    'research "logistics": "splitter" is unlocked by an earlier one',
    'research "logistics": "bridge" is unlocked by an earlier one',
    'research "logistics": units 0 is not from 1 to 65535',
    'research "d": no recipe is called "cake"',
    'research "d": no prototype is called "oven"',
    'research "d": it costs no packs',
    'starter kit: 1.5 of "plate" is not a count from 1 to 65535',
    'starter kit: "gas" is a fluid, which no hand holds',
  ])
})

test('the starter kit is enough for two drills, two kilns, a depot and forty belts', () => {
  const cost = (name: string) => prototypes.find((prototype) => prototype.name === name)!.cost
  const wanted = [...Array<string>(40).fill('belt'), ...['drill', 'drill', 'kiln', 'kiln', 'depot']]
  for (const item of Object.keys(starterKit)) {
    const needed = wanted.reduce((sum, name) => sum + (cost(name)[item] ?? 0), 0)
    expect(starterKit[item], item).toBeGreaterThanOrEqual(needed)
  }
})

test('there are the twelve resources, 29 recipes and 19 structures of the game', () => {
  const made = new Set(recipes.flatMap(({ outputs }) => Object.keys(outputs)))
  expect(items.filter((item) => !made.has(item) || item === 'water')).toHaveLength(12)
  expect(recipes).toHaveLength(29)
  expect(prototypes).toHaveLength(19)
  expect(researches.length).toBeGreaterThanOrEqual(20)
})

/** What can be had, built and known, from the starter kit and the ground, however long it takes. */
function reachable() {
  const had = new Set([...items.slice(0, 12), ...Object.keys(starterKit)])
  const built = new Set<string>()
  const known = new Set<string>()
  const isOpen = (list: 'recipes' | 'prototypes', name: string) =>
    researches.every((research) => !research[list].includes(name) || known.has(research.name))
  const all = (names: readonly string[], set: ReadonlySet<string>) =>
    names.every((name) => set.has(name))
  const makeable = ({ name, inputs, machines, byHand }: (typeof recipes)[number]) =>
    isOpen('recipes', name) &&
    (byHand || machines.some((machine) => built.has(machine))) &&
    all(Object.keys(inputs), had)
  for (let round = 0; round < 100; round++) {
    for (const { name, cost } of prototypes) {
      if (isOpen('prototypes', name) && all(Object.keys(cost), had)) built.add(name)
    }
    for (const recipe of recipes.filter(makeable)) {
      for (const item of Object.keys(recipe.outputs)) had.add(item)
    }
    for (const { name, requires, packs } of researches) {
      if (built.has('lab') && all(requires, known) && all(packs, had)) known.add(name)
    }
  }
  return { had, built, known }
}

test('everything can be reached from the starter kit and the ground', () => {
  const { had, built, known } = reachable()
  expect(items.filter((item) => !had.has(item))).toEqual([])
  expect(prototypes.filter(({ name }) => !built.has(name))).toEqual([])
  expect(researches.filter(({ name }) => !known.has(name))).toEqual([])
})

test('what the kit buys is enough to make more of what it is made of', () => {
  // Plates from a drill and a kiln, gears by hand: with these two every later cost is a matter of time.
  for (const name of ['drill', 'kiln', 'belt', 'depot']) {
    const { cost } = prototypes.find((prototype) => prototype.name === name)!
    expect(Object.keys(cost).every((item) => item in starterKit)).toBe(true)
  }
})
