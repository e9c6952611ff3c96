// @vitest-environment jsdom
import { expect, test } from 'vitest'
import type { Answer, Order, WorldData } from '../../client/src/data/worldData.ts'
import { Errands } from '../../client/src/game/errands.ts'
import { send, turnBack } from '../../client/src/game/orders.ts'
import { TickClock } from '../../client/src/game/tickClock.ts'
import type { Session } from '../../client/src/game/visit.ts'
import { PendingOrders } from '../../client/src/hands/pending.ts'
import { UndoStack } from '../../client/src/hands/undo.ts'
import { PlanetCells } from '../../client/src/planet/cells.ts'
import { createSphere } from '../../client/src/planet/sphere.ts'

/** A visit to a world that answers an order only when the test lets it. */
function visit() {
  const n = 8
  const given: Order[] = []
  const waiting: ((answer: Answer) => void)[] = []
  const planet = new PlanetCells(n)
  const data = {
    order: (order: Order) => {
      given.push(order)
      return new Promise<Answer>((answer) => waiting.push(answer))
    },
  } as unknown as WorldData
  const session: Session = {
    data,
    planet,
    sphere: createSphere(n),
    clock: new TickClock(20),
    pending: new PendingOrders(),
    undo: new UndoStack(),
    errands: new Errands(planet),
  }
  const take = async () => {
    while (waiting.length === 0) await new Promise((next) => setImmediate(next))
    waiting.shift()!({ kind: 'accepted', commandId: `c${given.length}` } as Answer)
  }
  return { session, given, take }
}

test('a step back that is asked for before the latest order is answered takes back that order, not the one before', async () => {
  const { session, given, take } = visit()
  const claimed = send(session, { type: 'ClaimMany', cells: [7] })
  await take()
  await claimed
  const built = send(session, {
    type: 'PlaceMany',
    structures: [{ cell: 7, prototype: 'depot', direction: 2 }],
  })
  const backs = [turnBack(session, 'undo'), turnBack(session, 'undo')]
  expect(given).toHaveLength(2)
  await take()
  await built
  await take()
  await take()
  await Promise.all(backs)
  expect(given.slice(2)).toEqual([
    { type: 'RemoveMany', cells: [7] },
    { type: 'ReleaseCell', cell: 7 },
  ])
})
