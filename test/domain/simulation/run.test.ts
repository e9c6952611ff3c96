import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Run } from '../../../src/domain/simulation/run.ts'
import {
  advance,
  eachItem,
  emptyRun,
  enterRun,
  insertAt,
  itemAtEnd,
  layBehind,
  removeFront,
  SLOTS_PER_CELL,
  willHaveRoom,
} from '../../../src/domain/simulation/run.ts'

const DISTANCE = 2

/** The same belt, item by item: positions with the front first. */
class PlainBelt {
  items: { slot: number; item: number }[] = []
  private readonly end: number
  constructor(length: number) {
    this.end = length * SLOTS_PER_CELL - 1
  }
  atEnd() {
    return this.items[0]?.slot === this.end
  }
  advance() {
    let limit = this.end
    for (const each of this.items) {
      if (each.slot < limit) each.slot++
      limit = each.slot - DISTANCE
    }
  }
  insert(slot: number, item: number) {
    if (this.items.some((other) => Math.abs(other.slot - slot) < DISTANCE)) return false
    this.items.push({ slot, item })
    this.items.sort((a, b) => b.slot - a.slot)
    return true
  }
}

const slotsOf = (run: Run) => {
  const found: { slot: number; item: number }[] = []
  eachItem(run, (place, slot, item) => found.push({ slot: place * SLOTS_PER_CELL + slot, item }))
  return found
}

const action = fc.oneof(
  fc.record({ do: fc.constant('tick' as const), leave: fc.boolean(), enter: fc.boolean() }),
  fc.record({ do: fc.constant('insert' as const), place: fc.nat(5) }),
)

test('gaps say the same as a belt that keeps the place of every item', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.array(action, { maxLength: 120 }),
      (length, actions) => {
        const run = emptyRun(
          Array.from({ length }, (_, cell) => cell),
          [],
        )
        const plain = new PlainBelt(length)
        actions.forEach((action, item) => {
          if (action.do === 'insert') {
            const place = action.place % length
            const slot = place * SLOTS_PER_CELL + SLOTS_PER_CELL / 2
            expect(insertAt(run, place, item)).toBe(plain.insert(slot, item))
          } else {
            const enters = action.enter && willHaveRoom(run)
            if (action.leave && itemAtEnd(run) >= 0) {
              expect(plain.atEnd()).toBe(true)
              expect(removeFront(run)).toBe(plain.items.shift()!.item)
            }
            advance(run)
            plain.advance()
            if (enters) {
              enterRun(run, item)
              expect(plain.insert(0, item)).toBe(true)
            }
          }
          expect(slotsOf(run)).toEqual(plain.items)
          expect(itemAtEnd(run) >= 0).toBe(plain.atEnd())
        })
      },
    ),
    { numRuns: 300 },
  )
})

test('a run laid anew from the places of its items moves on as before', () => {
  const cells = [0, 1, 2]
  const run = emptyRun(cells, [])
  for (let count = 0; count < 40; count++) {
    if (count % 5 !== 0 && willHaveRoom(run)) {
      advance(run)
      enterRun(run, count)
    } else advance(run)
  }
  const again = emptyRun(cells, [])
  for (const { slot, item } of slotsOf(run)) layBehind(again, slot, item)
  expect(again).toEqual(run)
})

test('a belt that is always fed carries nearly an item every second tick', () => {
  const run = emptyRun([0, 1, 2], [])
  let carried = 0
  for (let count = 0; count < 224; count++) {
    const enters = willHaveRoom(run)
    if (itemAtEnd(run) >= 0) {
      removeFront(run)
      carried++
    }
    advance(run)
    if (enters) enterRun(run, 1)
  }
  expect(carried).toBeGreaterThanOrEqual(96)
})
