import { describe, expect, test } from 'vitest'
import type { StructureView } from '../../src/domain/chunkView.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import type { Kernel } from '../../src/domain/ports/kernel.ts'
import { nodeCache } from '../../src/platform/cache.ts'
import { createOutcomeLog, OUTCOMES_KEPT } from '../../src/projections/outcomeLog.ts'
import { PlayerViews } from '../../src/projections/playerViews.ts'
import { StructureViews } from '../../src/projections/structureViews.ts'

const outcome = (account: string, tick: number): Outcome => ({
  tick,
  index: 0,
  account,
  commandId: `${account}-${tick}`,
  order: 'CraftOrdered',
  done: 1,
  asked: 1,
  reason: 'Done',
})
const start = { tick: 0, index: 0 }

describe('the backlog of outcomes', () => {
  test('gives what came after a cursor, in order', () => {
    const log = createOutcomeLog(nodeCache, 'eden')
    for (const tick of [1, 2, 3]) log.add(outcome('ada', tick))
    const items = log.after('ada', { tick: 1, index: 0 }, 10)
    expect(items.map((item) => item.kind === 'outcome' && item.outcome.tick)).toEqual([2, 3])
    expect(log.after('bob', start, 10)).toEqual([])
  })

  test('tells to take a snapshot where an account was away for too long', () => {
    const log = createOutcomeLog(nodeCache, 'eden')
    for (let tick = 1; tick <= 2 * OUTCOMES_KEPT; tick++) log.add(outcome('ada', tick))
    expect(log.after('ada', start, 1)[0]?.kind).toBe('takeSnapshot')
    expect(log.after('ada', { tick: 2 * OUTCOMES_KEPT - 1, index: 0 }, 9)).toHaveLength(1)
  })

  test('an account whose backlog was let go is told so, and nobody else', () => {
    const log = createOutcomeLog(nodeCache, 'eden')
    log.add(outcome('ada', 1))
    for (let other = 0; other < 5_000; other++) log.add(outcome(`player ${other}`, 2 + other))
    expect(log.after('ada', start, 10).map(({ kind }) => kind)).toEqual(['takeSnapshot'])
    log.add(outcome('ada', 9_000))
    expect(log.after('ada', start, 10).map(({ kind }) => kind)).toEqual(['takeSnapshot', 'outcome'])
    expect(log.after('player 4999', { tick: 5_000, index: 0 }, 10)).toHaveLength(1)
  })

  test('a backlog of which a snapshot kept no outcome is told of as well, once it was let go', () => {
    const log = createOutcomeLog(nodeCache, 'eden')
    log.restore({ backlogs: [{ account: 'ada', gone: { tick: 9_000, index: 0 }, outcomes: [] }] })
    for (let other = 0; other < 4_096; other++) log.add(outcome(`player ${other}`, 8 + other))
    expect(log.after('ada', { tick: 8_999, index: 9 }, 10)).toHaveLength(1)
    expect(log.after('ada', { tick: 9_000, index: 0 }, 10)).toEqual([])
  })
})

describe('the players of a world', () => {
  const view = (account: string, index: number, here: boolean) => ({
    account,
    index,
    here,
    cell: 7,
    inventory: {},
    claims: 0,
    claimLimit: 200,
    researched: [],
    tick: 1,
  })

  test('are counted while they are here, and listed by first entry', () => {
    const players = new PlayerViews(nodeCache, 'eden')
    players.set(view('bob', 2, true))
    players.set(view('ada', 1, true))
    players.set(view('bob', 2, true))
    expect(players.countHere()).toBe(2)
    players.set(view('bob', 2, false))
    expect(players.countHere()).toBe(1)
    expect(players.all().map(({ account }) => account)).toEqual(['ada', 'bob'])
    expect(players.presence()).toEqual([{ account: 'ada', index: 1, state: 'away', cell: 7 }])
  })
})

describe('the structures of an owner', () => {
  const kiln: StructureView = {
    cell: 5,
    prototype: 'kiln',
    direction: 0,
    owner: 1,
    status: 'idle',
  }

  test('are asked for once a batch, however many read them', async () => {
    let asked = 0
    const kernel = { structures: async () => [{ ...kiln, cell: ++asked }] } as unknown as Kernel
    const views = new StructureViews((question) => question(kernel), nodeCache, 'eden')
    expect(await views.read('ada')).toEqual([{ ...kiln, cell: 1 }])
    expect(await views.read('ada')).toEqual([{ ...kiln, cell: 1 }])
    views.consumed()
    expect(await views.read('ada')).toEqual([{ ...kiln, cell: 2 }])
  })

  test('an answer that the world has outrun is not kept', async () => {
    let release: (structures: StructureView[]) => void = () => {}
    const late = new Promise<StructureView[]>((resolve) => {
      release = resolve
    })
    let asked = 0
    const kernel = { structures: () => (asked++ === 0 ? late : Promise.resolve([])) }
    const views = new StructureViews(
      (question) => question(kernel as unknown as Kernel),
      nodeCache,
      'eden',
    )
    const first = views.read('ada')
    views.consumed()
    release([kiln])
    expect(await first).toEqual([kiln])
    expect(await views.read('ada')).toEqual([])
  })
})
