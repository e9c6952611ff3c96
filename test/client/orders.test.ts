// @vitest-environment jsdom
import { beforeEach, expect, test } from 'vitest'
import type { Answer, Order, WorldData } from '../../client/src/data/worldData.ts'
import { Errands } from '../../client/src/game/errands.ts'
import { expected, send, turnBack } from '../../client/src/game/orders.ts'
import { build, turn, walkTo } from '../../client/src/game/session.ts'
import { get, set } from '../../client/src/game/store.ts'
import { TickClock } from '../../client/src/game/tickClock.ts'
import type { Session } from '../../client/src/game/visit.ts'
import { PendingOrders } from '../../client/src/hands/pending.ts'
import { joinedEnds, plansOf } from '../../client/src/hands/stroke.ts'
import { UndoStack } from '../../client/src/hands/undo.ts'
import { PlanetCells } from '../../client/src/planet/cells.ts'
import { createSphere } from '../../client/src/planet/sphere.ts'
import { terrainCode } from '../../src/domain/generation/codes.ts'
import { neighbour } from '../../src/domain/grid/neighbours.ts'

const nobody = {
  account: 'ada',
  cell: 300,
  inventory: {},
  claims: 9,
  claimLimit: 200,
  researched: [],
  tick: 0,
}

/** A visit to a world that answers an order only when the test lets it. */
function visit(n = 8) {
  const given: Order[] = []
  const waiting: ((answer: Answer) => void)[] = []
  const planet = new PlanetCells(n)
  const data = {
    world: { id: 'first', seed: 7, n, ups: 20 },
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
  const answer = async (told: Answer) => {
    while (waiting.length === 0) await new Promise((next) => setImmediate(next))
    waiting.shift()!(told)
  }
  const take = () => answer({ kind: 'accepted', commandId: `c${given.length}` })
  return { session, given, answer, take }
}

/** A belt of player 1 on each cell. */
function layBelts({ planet }: Session, cells: readonly number[], direction: number): void {
  for (const cell of cells) {
    planet.terrain.set(cell, terrainCode.grass)
    planet.owner.set(cell, 1)
    planet.structures.set(cell, { cell, prototype: 'belt', direction, owner: 1, status: 'idle' })
  }
}

beforeEach(() => set({ player: { ...nobody, index: 1, here: true } }))

test('a step back that nobody answered can be taken again; one that was refused is gone', async () => {
  const { session, given, answer, take } = visit()
  const claimed = send(session, { type: 'ClaimMany', cells: [7] })
  await take()
  await claimed
  const cut = turnBack(session, 'undo')
  await answer({ kind: 'failed', detail: 'no answer' })
  await cut
  expect(get().steps).toEqual({ back: true, forward: false })
  const refused = turnBack(session, 'undo')
  await answer({ kind: 'refused', refused: 'CellHasStructure', detail: '', cells: [] })
  await refused
  expect(given.slice(1)).toEqual(Array(2).fill({ type: 'ReleaseCell', cell: 7 }))
  expect(get().steps).toEqual({ back: false, forward: false })
})

test('who turns a machine twice before the first turn is seen turns it twice, and back by two steps', async () => {
  const { session, given, take } = visit()
  layBelts(session, [300], 0)
  turn(session, 300)
  turn(session, 300)
  expect(session.pending.wishes().turns).toHaveLength(2)
  await take()
  await take()
  const backs = [turnBack(session, 'undo'), turnBack(session, 'undo')]
  await take()
  await take()
  await Promise.all(backs)
  expect(given).toEqual(
    [1, 2, 1, 0].map((direction) => ({ type: 'RotateStructure', cell: 300, direction })),
  )
})

test('what is drawn twice before the world shows it is ordered once, and land that is only being claimed is built on', async () => {
  const { session, given, take } = visit()
  const cells = [300, 301, 302]
  layBelts(session, cells, 0)
  session.planet.structures.clear()
  session.planet.owner.set(302, 0)
  const claimed = send(session, { type: 'ClaimMany', cells: [302] })
  const parts = cells.map((cell) => ({ cell, prototype: 'splitter', direction: 1 }))
  const built = build(session, parts)
  const again = build(session, [{ cell: 302, prototype: 'bridge', direction: 1 }])
  for (let answers = 0; answers < 2; answers++) await take()
  await Promise.all([claimed, built, again])
  expect(given.map(({ type }) => type)).toEqual(['ClaimMany', 'PlaceMany'])
  expect(get().toasts.at(-1)?.text).toBe('Something stands there already')
})

test('a line that begins at a belt turns it to lead on, one that ends at a machine joins it, and both are one step to undo', async () => {
  const { session, given, take } = visit()
  const { n } = session.planet
  const cells = [300]
  for (let steps = 0; steps < 3; steps++) cells.push(neighbour(n, cells.at(-1)!, 0))
  layBelts(session, cells, 4)
  for (const cell of cells.slice(1, 3)) session.planet.structures.delete(cell)
  const plans = joinedEnds(plansOf(n, cells, 'belt', 0), expected(session), 1)
  const built = build(session, plans)
  await take()
  await take()
  await built
  expect(given).toEqual([
    {
      type: 'PlaceMany',
      structures: cells.slice(1, 3).map((cell) => ({ cell, prototype: 'belt', direction: 0 })),
    },
    { type: 'RotateStructure', cell: 300, direction: 0 },
  ])
  const back = turnBack(session, 'undo')
  await take()
  await take()
  await back
  expect(given.slice(2)).toEqual([
    { type: 'RotateStructure', cell: 300, direction: 4 },
    { type: 'RemoveMany', cells: cells.slice(1, 3) },
  ])
})

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

test('a way that is too long for one order is walked by several, until another way is asked for', async () => {
  const { session, given, take } = visit(32)
  const { planet, errands } = session
  for (let cell = 0; cell < planet.count; cell++) planet.terrain.set(cell, terrainCode.grass)
  const far = [...Array(planet.count).keys()].find(
    (cell) => (errands.wayTo(300, cell)?.length ?? 0) > 70,
  )!
  const stepped = () => {
    const path = given.flatMap((order) => (order.type === 'MovePlayer' ? order.path : []))
    return path.reduce((at, direction) => neighbour(planet.n, at, direction), 300)
  }
  walkTo(session, far)
  await take()
  expect(stepped()).not.toBe(far)
  const come = { ...nobody, index: 1, here: true, cell: stepped() }
  set({ player: come })
  errands.arrived(come)
  await take()
  expect(stepped()).toBe(far)
  errands.arrived({ ...come, cell: far })
  expect(given).toHaveLength(2)
})
