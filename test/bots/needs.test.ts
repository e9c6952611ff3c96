import { describe, expect, test } from 'vitest'
import { needsFor, sumOf } from '../../src/bots/needs.ts'
import { itemCode } from '../../src/domain/items.ts'
import { recipes } from '../../src/domain/recipes.ts'

const runsOf = (wanted: Record<string, number>, held: Record<string, number> = {}) => {
  const { gather, make } = needsFor(wanted, held)
  return {
    gather: Object.fromEntries(gather),
    make: make.map(({ recipe, runs }) => [recipe.name, runs]),
  }
}

describe('what a player needs', () => {
  test('a red pack takes two plates and two moss, the shallow made first', () => {
    expect(runsOf({ 'red-pack': 1 })).toEqual({
      gather: { iron: 2, moss: 2 },
      make: [
        ['plate', 2],
        ['fibre', 1],
        ['gear', 1],
        ['red-pack', 1],
      ],
    })
  })

  test('what is held is neither gathered nor made', () => {
    expect(runsOf({ 'red-pack': 3 }, { 'red-pack': 1, gear: 2, fibre: 1, moss: 5 })).toEqual({
      gather: {},
      make: [
        ['fibre', 1],
        ['red-pack', 2],
      ],
    })
  })

  test('two wires come of one run', () => {
    expect(runsOf({ wire: 3 })).toEqual({
      gather: { copper: 2 },
      make: [
        ['ingot', 2],
        ['wire', 2],
      ],
    })
  })

  test('an ark needs every resource, and each recipe comes after those of its inputs', () => {
    const { gather, make } = needsFor({ ark: 1 }, {})
    expect(gather.map(([item]) => item)).toEqual([
      'iron',
      'copper',
      'silica',
      'coal',
      'phosphate',
      'moss',
      'resin-tree',
      'crystal',
      'fungus',
    ])
    const made = make.map(({ recipe }) => recipe)
    for (const [place, { inputs }] of made.entries()) {
      for (const item of Object.keys(inputs)) {
        const maker = recipes.find(({ outputs }) => item in outputs)
        if (maker && itemCode(item) > itemCode('gas'))
          expect(made.indexOf(maker)).toBeLessThan(place)
      }
    }
  })

  test('costs are added up by item', () => {
    expect(sumOf([{ plate: 2, gear: 1 }, { plate: 3 }])).toEqual({ plate: 5, gear: 1 })
  })
})
