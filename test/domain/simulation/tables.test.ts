import { expect, test } from 'vitest'
import { items } from '../../../src/domain/items.ts'
import { prototypes, starterKit } from '../../../src/domain/prototypes.ts'
import { recipes } from '../../../src/domain/recipes.ts'
import { tableFaults } from '../../../src/domain/simulation/tables.ts'

const tables = { items, prototypes, recipes, starterKit }

test('the tables of the game have no faults', () => {
  expect(tableFaults(tables)).toEqual([])
})

test('every fault names its row', () => {
  const [drill] = prototypes
  const [plate] = recipes
  const faults = tableFaults({
    items: [...items, 'iron'],
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
    ],
    starterKit: { plate: 1.5 },
  })
  expect(faults).toEqual([
    'item "iron": listed twice',
    'prototype "drill": listed twice',
    'recipe "plate": listed twice',
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
    'starter kit: 1.5 of "plate" is not a count from 1 to 65535',
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
