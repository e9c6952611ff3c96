import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { plansOf, strokeTo } from '../../../client/src/hands/stroke.ts'
import { cellAt, cellCount } from '../../../src/domain/grid/lattice.ts'
import { neighbour, neighboursOf } from '../../../src/domain/grid/neighbours.ts'
import { directionTo } from '../../../src/domain/grid/path.ts'
import { step } from '../../../src/domain/grid/step.ts'

const n = 12
const cell = fc.nat(cellCount(n) - 1)

property.prop([cell, cell])(
  'a stroke has no gaps and no cell twice, however far the hand jumped',
  (first, last) => {
    const stroke = strokeTo(n, [first], last)
    expect(new Set(stroke).size).toBe(stroke.length)
    expect([stroke[0], stroke.at(-1)]).toEqual([first, last])
    for (const [place, at] of stroke.slice(0, -1).entries()) {
      expect(neighboursOf(n, at)).toContain(stroke[place + 1])
    }
  },
)

test('going back over a stroke takes it back', () => {
  const stroke = strokeTo(n, strokeTo(n, [100], 103), 104)
  const back = strokeTo(n, stroke, stroke[1]!)
  expect(back).toEqual(stroke.slice(0, 2))
})

test('belts of a straight line across a seam each lead to the next', () => {
  let at = { cell: cellAt(n, 3, 6, 3), direction: 3 }
  const cells = [at.cell]
  for (let steps = 0; steps < 8; steps++) {
    at = step(n, at.cell, at.direction)!
    cells.push(at.cell)
  }
  const stroke = strokeTo(n, [cells[0]!], cells.at(-1)!)
  expect(stroke).toEqual(cells)
  const plans = plansOf(n, stroke, 'belt', 0)
  for (const [place, plan] of plans.slice(0, -1).entries()) {
    expect(neighbour(n, plan.cell, plan.direction)).toBe(plans[place + 1]!.cell)
  }
  expect(plans.at(-1)!.direction).toBe(at.direction)
})

test('a single machine stands as it is turned', () => {
  expect(plansOf(n, [50], 'drill', 4)).toEqual([{ cell: 50, prototype: 'drill', direction: 4 }])
  expect(directionTo(n, 50, neighbour(n, 50, 4))).toBe(4)
})
