import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import {
  type Blueprint,
  layOut,
  takeBlueprint,
  turnBlueprint,
} from '../../../client/src/hands/blueprint.ts'
import { readBlueprint, writeBlueprint } from '../../../client/src/hands/blueprintText.ts'
import { farness, footingOf, placesAround, turned } from '../../../client/src/hands/frame.ts'
import { cellAt, cellCount, northPole } from '../../../src/domain/grid/lattice.ts'
import { neighbour } from '../../../src/domain/grid/neighbours.ts'

const n = 24
/** In the middle of a diamond: no pentagon and no seam is near. */
const inland = cellAt(n, 3, 12, 12)
/** On the border of a diamond, far from its pentagons. */
const onSeam = cellAt(n, 3, 12, 0)

const part = fc.record({
  q: fc.integer({ min: -6, max: 6 }),
  r: fc.integer({ min: -6, max: 6 }),
  prototype: fc.constantFrom('drill', 'belt', 'kiln', 'depot', 'pole'),
  direction: fc.nat(5),
})
const blueprint: fc.Arbitrary<Blueprint> = fc.record({
  name: fc.constantFrom('Iron', 'Zwölf Öfen', '鉄'),
  parts: fc.uniqueArray(part, {
    minLength: 1,
    maxLength: 40,
    selector: ({ q, r }) => `${q},${r}`,
  }),
})

const key = (print: Blueprint) =>
  print.parts.map(({ q, r, prototype, direction }) => `${q},${r} ${prototype} ${direction}`).sort()

describe('the frame of a blueprint', () => {
  property.prop([fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }), fc.nat(5)])(
    'six sixths of a turn are none, and a turn keeps the distance',
    (q, r, sixths) => {
      expect(turned({ q, r }, 6)).toEqual({ q: q + 0, r: r + 0 })
      expect(farness(turned({ q, r }, sixths))).toBe(farness({ q, r }))
    },
  )

  test('a direction of the frame leads to the neighbour in that direction, also beyond a seam', () => {
    for (const anchor of [inland, onSeam]) {
      for (const [cell, place] of placesAround(n, anchor, 3)) {
        for (let direction = 0; direction < 6; direction++) {
          const ahead = neighbour(n, cell, (direction + place.turn) % 6)
          const step = turned({ q: 1, r: 0 }, direction)
          const there = footingOf(n, anchor, { q: place.q + step.q, r: place.r + step.r })
          expect(ahead).toBe(there?.cell)
        }
      }
    }
  })

  test('around a pole, places that a missing side takes away are left out and no cell comes twice', () => {
    const cells = [...placesAround(n, northPole(n), 4).keys()]
    expect(new Set(cells).size).toBe(cells.length)
    expect(cells.every((cell) => cell >= 0 && cell < cellCount(n))).toBe(true)
    expect(footingOf(n, northPole(n), { q: 0, r: 0 })?.cell).toBe(northPole(n))
  })
})

describe('a blueprint', () => {
  property.prop([blueprint, fc.constantFrom(inland, onSeam)], { numRuns: 25 })(
    'laid out and taken again is the same, whatever its anchor, also over a seam',
    (print, anchor) => {
      const standing = layOut(n, anchor, print)
      expect(standing).toHaveLength(print.parts.length)
      const taken = takeBlueprint(n, standing, print.name)
      expect(taken.leftOut).toBe(0)
      const again = layOut(n, anchorOf(taken.blueprint, standing), taken.blueprint)
      const byCell = (a: { cell: number }, b: { cell: number }) => a.cell - b.cell
      expect([...again].sort(byCell)).toEqual([...standing].sort(byCell))
    },
  )

  property.prop([blueprint, fc.nat(5)])('turned on and back again is the same', (print, sixths) => {
    expect(key(turnBlueprint(turnBlueprint(print, sixths), 6 - sixths))).toEqual(key(print))
  })

  test('keeps the recipes of crafters, and of laboratories nothing', () => {
    const { blueprint: print } = takeBlueprint(
      n,
      [
        { cell: inland, prototype: 'kiln', direction: 2, recipe: 'plate' },
        { cell: neighbour(n, inland, 0), prototype: 'lab', direction: 0, recipe: 'automation' },
      ],
      'Two',
    )
    expect(print.parts.map(({ recipe }) => recipe)).toEqual(['plate', undefined])
  })

  test('what lies too far off is left out and counted', () => {
    const large = 80
    const { blueprint: print, leftOut } = takeBlueprint(
      large,
      [cellAt(large, 3, 40, 40), cellAt(large, 8, 40, 40)].map((cell) => ({
        cell,
        prototype: 'belt',
        direction: 0,
      })),
      'Far',
    )
    expect([print.parts.length, leftOut]).toEqual([1, 1])
  })
})

/** The cell on which a blueprint's first part (its anchor) stood. */
function anchorOf(print: Blueprint, standing: readonly { cell: number }[]): number {
  const anchors = standing.filter(
    ({ cell }) => layOut(n, cell, print).length === print.parts.length,
  )
  const wanted = new Set(standing.map(({ cell }) => cell))
  const anchor = anchors.find(({ cell }) =>
    layOut(n, cell, print).every((plan) => wanted.has(plan.cell)),
  )
  return anchor!.cell
}

describe('a blueprint as text', () => {
  property.prop([blueprint])('is read as it was written', (print) => {
    const read = readBlueprint(`  ${writeBlueprint(print)}\n`)
    expect(read).toEqual({ ok: true, blueprint: print })
  })

  property.prop([blueprint, fc.nat(), fc.constantFrom('A', 'b', '.', '0')])(
    'with any letter changed is refused or, where that changes nothing, the same',
    (print, place, letter) => {
      const text = writeBlueprint(print)
      const at = place % text.length
      const changed = text.slice(0, at) + letter + text.slice(at + 1)
      const read = readBlueprint(changed)
      if (changed === text) expect(read.ok).toBe(true)
      else expect(read.ok).toBe(false)
    },
  )

  property.prop([fc.string()])('any text is read or refused in words, never thrown', (text) => {
    const read = readBlueprint(text)
    if (!read.ok) expect(read.fault.length).toBeGreaterThan(10)
  })

  const faults: readonly [what: string, parts: unknown, fault: RegExp][] = [
    ['no machines', [], /no machines/],
    ['an unknown machine', [[0, 0, 'castle', 0]], /Machine 1: there is no machine "castle"/],
    ['a direction beyond 5', [[0, 0, 'belt', 6]], /direction is not 0 to 5/],
    ['half a place', [[0.5, 0, 'belt', 0]], /two whole numbers/],
    ['a place too far', [[0, 99, 'belt', 0]], /farther than 32 steps/],
    [
      'two on one cell',
      [
        [0, 0, 'belt', 0],
        [0, 0, 'kiln', 0],
      ],
      /stand on one cell/,
    ],
    ['a recipe of another machine', [[0, 0, 'kiln', 0, 'gear']], /cannot make "gear"/],
    [
      'too many',
      Array.from({ length: 257 }, (_, q) => [q % 16, Math.floor(q / 16), 'belt', 0]),
      /more than 256/,
    ],
  ]
  test.each(faults)('with %s says so', (_what, parts, fault) => {
    const read = readBlueprint(rewritten({ name: 'x', parts }))
    expect(read.ok).toBe(false)
    expect(!read.ok && read.fault).toMatch(fault)
  })

  test('of another version says which this page reads', () => {
    const text = writeBlueprint({ name: 'x', parts: [] }).replace('orrery1', 'orrery2')
    expect(readBlueprint(text)).toMatchObject({ fault: expect.stringContaining('format 2') })
  })
})

/** The text of a blueprint that no page would write, under a checksum that is right. */
function rewritten(value: { name: string; parts: unknown }): string {
  return writeBlueprint({
    name: value.name,
    parts: (value.parts as unknown[][]).map(([q, r, prototype, direction, recipe]) => ({
      q,
      r,
      prototype,
      direction,
      ...(recipe === undefined ? {} : { recipe }),
    })),
  } as unknown as Blueprint)
}
