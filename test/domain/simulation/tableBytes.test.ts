import { expect, test } from 'vitest'
import { deposits, lives } from '../../../src/domain/generation/codes.ts'
import { terrains } from '../../../src/domain/generation/terrain.ts'
import { fluids, items, packs } from '../../../src/domain/items.ts'
import { kinds, prototypes, starterKit } from '../../../src/domain/prototypes.ts'
import { recipes } from '../../../src/domain/recipes.ts'
import { CLAIM_LIMIT, researches } from '../../../src/domain/research.ts'
import { ByteReader } from '../../../src/domain/simulation/bytes.ts'
import { caps, lifeRules } from '../../../src/domain/simulation/life.ts'
import { tablesAsBytes } from '../../../src/domain/simulation/tableBytes.ts'

/** Reads the layout of docs/rules.md and nothing else, as another kernel would. */
function readTables(bytes: Uint8Array) {
  const from = new ByteReader(bytes)
  const header = [from.u16('magic'), from.u8('version')]
  const amounts = () => from.list('amounts', () => [from.u8('item'), from.u16('count')] as const)
  const codes = () => from.list('codes', () => from.u8('code'))
  const tables = {
    items: from.list('items', () => ({ name: from.text('name'), fluid: from.flag('fluid') })),
    prototypes: from.list('prototypes', () => ({
      name: from.text('name'),
      kind: from.u8('kind'),
      stands: from.u8('stands'),
      ticks: from.u16('ticks'),
      pollution: from.u16('pollution'),
      capacity: from.u16('capacity'),
      power: from.u16('power'),
      supply: from.u16('supply'),
      reach: from.u8('reach'),
      research: from.u8('research'),
      cost: amounts(),
      burns: amounts(),
    })),
    recipes: from.list('recipes', () => ({
      name: from.text('name'),
      ticks: from.u16('ticks'),
      byHand: from.flag('byHand'),
      research: from.u8('research'),
      machines: codes(),
      inputs: amounts(),
      outputs: amounts(),
    })),
    researches: from.list('researches', () => ({
      name: from.text('name'),
      units: from.u16('units'),
      ticks: from.u16('ticks'),
      claims: from.u16('claims'),
      reach: from.u8('reach'),
      requires: codes(),
      packs: codes(),
    })),
    packs: codes(),
    starterKit: amounts(),
    dug: codes(),
    pumped: codes(),
    living: codes(),
    fertiliser: from.u8('fertiliser'),
    claimLimit: from.u32('claimLimit'),
    lives: from.list('lives', () => from.text('life')),
    lifeRules: from.list('lifeRules', () => ({
      lo: from.u8('lo'),
      hi: from.u8('hi'),
      growth: from.u8('growth'),
      shrinkage: from.u8('shrinkage'),
      crowd: from.u8('crowd'),
      spread: from.u16('spread'),
    })),
    caps: from.list('caps', codes),
  }
  from.end()
  return { header, ...tables }
}

const read = readTables(tablesAsBytes())
const named = (amounts: readonly (readonly [number, number])[]) =>
  Object.fromEntries(amounts.map(([item, count]) => [items[item], count]))
const unlocker = (list: 'recipes' | 'prototypes', name: string) =>
  researches.findIndex((research) => research[list].includes(name)) + 1

test('the bytes say what the tables say', () => {
  expect(read.header).toEqual([0x6254, 3])
  expect(read.items.map(({ name }) => name)).toEqual(items)
  expect(read.items.filter(({ fluid }) => fluid).map(({ name }) => name)).toEqual(fluids)
  expect(
    read.prototypes.map(({ cost, burns, kind, stands, ...rest }) => ({
      ...rest,
      kind: kinds[kind],
      stands: ['land', 'water', 'any'][stands],
      cost: named(cost),
      burns: named(burns),
    })),
  ).toEqual(
    prototypes.map(({ description: _, ...row }) => ({
      power: 0,
      supply: 0,
      reach: 0,
      burns: {},
      ...row,
      research: unlocker('prototypes', row.name),
    })),
  )
  expect(
    read.recipes.map(({ inputs, outputs, machines, ...rest }) => ({
      ...rest,
      inputs: named(inputs),
      outputs: named(outputs),
      machines: machines.map((code) => prototypes[code - 1]!.name),
    })),
  ).toEqual(recipes.map((recipe) => ({ ...recipe, research: unlocker('recipes', recipe.name) })))
  expect(
    read.researches.map(({ requires, packs, ...rest }) => ({
      ...rest,
      requires: requires.map((code) => researches[code - 1]!.name),
      packs: packs.map((item) => items[item]),
    })),
  ).toEqual(researches.map(({ recipes: _, prototypes: __, ...row }) => row))
  expect(read.packs.map((item) => items[item])).toEqual(packs)
  expect(named(read.starterKit)).toEqual(starterKit)
  expect(items[read.fertiliser]).toBe('fertiliser')
  expect(read.claimLimit).toBe(CLAIM_LIMIT)
  expect(read.lives).toEqual(lives)
})

test('the bytes say what the ground and the living give', () => {
  const itemOf = (code: number) => (code === 0xff ? undefined : items[code])
  const given = (codes: readonly number[], of: readonly string[]) =>
    Object.fromEntries(
      of.flatMap((name, code) => {
        const item = itemOf(codes[code]!)
        return item ? [[name, item]] : []
      }),
    )
  expect(given(read.dug, deposits)).toEqual(
    Object.fromEntries(
      ['iron', 'copper', 'silica', 'coal', 'phosphate'].map((name) => [name, name]),
    ),
  )
  expect(given(read.pumped, deposits)).toEqual({ water: 'water', brine: 'brine', vent: 'gas' })
  expect(Object.keys(given(read.living, lives))).toEqual([
    'moss',
    'resin-tree',
    'crystal',
    'fungus',
  ])
})

test('the bytes say where each kind of life grows, shrinks and spreads', () => {
  expect(read.lifeRules).toEqual(lifeRules)
  expect(read.caps.map((byLife) => byLife.length)).toEqual(terrains.map(() => lives.length))
  expect(read.caps.flat()).toEqual([...caps])
})
