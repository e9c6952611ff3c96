// Laws of the territory over random play on a small planet, checked against a fold of its own.

import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import type { TerritoryCommand } from '../../src/domain/commands.ts'
import { isRefusal } from '../../src/domain/decider.ts'
import type { TerritoryEvent } from '../../src/domain/events.ts'
import { cellCount } from '../../src/domain/grid/lattice.ts'
import { prototypes } from '../../src/domain/prototypes.ts'
import { type Territory, territory } from '../../src/domain/territory.ts'

const n = 2
const accounts = ['ada', 'bob', 'eve']
const cell = fc.nat(cellCount(n) - 1)
const cellList = fc.array(cell, { minLength: 1, maxLength: 6 })
const direction = fc.nat(5)
const structure = fc.record({
  cell,
  prototype: fc.constantFrom(...prototypes.map(({ name }) => name)),
  direction,
})
const who = fc.constantFrom(...accounts).map((account) => ({
  account,
  at: 0,
  world: 'eden',
  n,
  seed: 7,
}))
const wish = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('ClaimMany'), cells: cellList }) },
  fc.record({ type: fc.constant('ReleaseCell'), cell }),
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('PlaceMany'),
      structures: fc.array(structure, { minLength: 1, maxLength: 3 }),
    }),
  },
  fc.record({ type: fc.constant('RemoveMany'), cells: cellList }),
  fc.record({ type: fc.constant('RotateStructure'), cell, direction }),
  fc.record({
    type: fc.constant('SelectRecipe'),
    cell,
    recipe: fc.constantFrom('plate', 'glass', 'gear', 'nothing'),
  }),
)
const command = fc
  .tuple(who, wish)
  .map(([from, asked]) => ({ ...from, ...asked }) as TerritoryCommand)
const play = fc.array(command, { minLength: 1, maxLength: 60 })

/** Who owns what and where something stands, by the plainest reading of the log; complains of what may not be. */
function readLog(events: readonly TerritoryEvent[]) {
  const owners = new Map<number, string>()
  const standing = new Set<number>()
  for (const { type, data } of events) {
    const mine = (one: number) => expect(owners.get(one)).toBe(data.account)
    if (type === 'CellsClaimed') {
      for (const one of data.cells) {
        expect(owners.has(one), `cell ${one} has two owners`).toBe(false)
        owners.set(one, data.account)
      }
    } else if (type === 'CellReleased') {
      mine(data.cell)
      expect(standing.has(data.cell)).toBe(false)
      owners.delete(data.cell)
    } else if (type === 'StructuresPlaced') {
      for (const { cell: one } of data.structures) {
        mine(one)
        expect(standing.has(one), `two structures on cell ${one}`).toBe(false)
        standing.add(one)
      }
    } else if (type === 'StructuresRemoved') {
      for (const one of data.cells) {
        mine(one)
        expect(standing.delete(one)).toBe(true)
      }
    } else {
      mine(data.cell)
      expect(standing.has(data.cell)).toBe(true)
    }
  }
  return { owners, standing }
}

function playOut(commands: readonly TerritoryCommand[]) {
  const log: TerritoryEvent[] = []
  let state = territory.initial()
  for (const asked of commands) {
    const decision = territory.decide(asked, state)
    if (isRefusal(decision)) continue
    log.push(...decision)
    for (const event of decision) state = territory.evolve(state, event)
  }
  return { log, state }
}

test.prop([play])(
  'no cell ever has two owners, and structures stand on their owner’s cells',
  (commands) => {
    const { log, state } = playOut(commands)
    const { owners, standing } = readLog(log)
    for (let one = 0; one < cellCount(n); one++) {
      expect(state.owners.get(one)).toBe(owners.get(one))
      expect(state.structures.get(one) !== undefined).toBe(standing.has(one))
    }
    for (const account of accounts) {
      const held = [...owners.values()].filter((owner) => owner === account).length
      expect(state.claims.get(account) ?? 0).toBe(held)
    }
  },
)

test.prop([play])('a command sent again at once decides nothing, or is refused', (commands) => {
  let state = territory.initial()
  for (const asked of commands) {
    const first = territory.decide(asked, state)
    if (isRefusal(first)) continue
    for (const event of first) state = territory.evolve(state, event)
    const again = territory.decide(asked, state)
    if (!isRefusal(again)) expect(again).toEqual([])
  }
})

test.prop([play])(
  'to decide changes nothing, and a fork decides as the territory itself would',
  (commands) => {
    const { state } = playOut(commands.slice(0, commands.length / 2))
    const before = structuredClone(state)
    let fork: Territory = territory.fork(state)
    let own: Territory = structuredClone(state)
    for (const asked of commands.slice(commands.length / 2)) {
      const decision = territory.decide(asked, fork)
      expect(decision).toEqual(territory.decide(asked, own))
      if (isRefusal(decision)) continue
      for (const event of decision) {
        fork = territory.evolve(fork, event)
        own = territory.evolve(own, event)
      }
    }
    expect(state).toEqual(before)
  },
)

test.prop([cellList, fc.infiniteStream(fc.nat())])(
  'a batch comes to the same event in whatever order its cells are given',
  (cells, keys) => {
    const shuffled = cells
      .map((one) => [keys.next().value ?? 0, one] as const)
      .sort(([a], [b]) => a - b)
      .map(([, one]) => one)
    const asked = { type: 'ClaimMany', account: 'ada', at: 0, world: 'eden', n, seed: 7 } as const
    expect(territory.decide({ ...asked, cells: shuffled }, territory.initial())).toEqual(
      territory.decide({ ...asked, cells }, territory.initial()),
    )
  },
)
