import { expect, test } from 'vitest'
import type { PlayerCommand } from '../../src/domain/commands.ts'
import { isRefusal } from '../../src/domain/decider.ts'
import type { PlayerEvent } from '../../src/domain/events.ts'
import { generateCell, isWater } from '../../src/domain/generation/terrain.ts'
import { cellCount, isCell } from '../../src/domain/grid/lattice.ts'
import { player } from '../../src/domain/player.ts'
import { specification } from '../helpers/given.ts'

const given = specification(player)
const n = 12
const seed = 7
const who = { account: 'ada', at: 1_000, world: 'eden', n, seed }
const cells = Array.from({ length: cellCount(n) }, (_, cell) => cell)
const dry = (cell: number) => !isWater(generateCell(seed, n, cell).terrain)
const [land = -1, otherLand = -1] = cells.filter(dry)
const water = cells.find((cell) => !dry(cell)) ?? -1

const enter = { ...who, type: 'EnterWorld' as const, chance: 99 }
const entered: PlayerEvent = { type: 'WorldEntered', data: { account: 'ada', landing: land } }
const left: PlayerEvent = { type: 'WorldLeft', data: { account: 'ada' } }
const harvest: PlayerEvent = { type: 'HarvestStarted', data: { account: 'ada', cell: land } }

test('a player lands where they ask to', () =>
  given()
    .when({ ...enter, landing: land })
    .decides(entered))

test('nobody lands on water', () =>
  given()
    .when({ ...enter, landing: water })
    .refuses('NotBuildable', [{ cell: water, refused: 'NotBuildable' }]))

test('who asks for no place lands on a cell of the planet, the same for the same chance', () => {
  const decision = player.decide(enter, player.initial())
  if (isRefusal(decision)) expect.fail(decision.detail)
  const [event] = decision
  expect(event?.type).toBe('WorldEntered')
  if (event?.type === 'WorldEntered') expect(isCell(n, event.data.landing)).toBe(true)
  expect(player.decide(enter, player.initial())).toEqual(decision)
})

test('who is here already has nothing to enter', () => {
  given(entered).when(enter).isNothingToDo()
  given().when(enter).settles()
})

test('who comes back comes back to where they landed first, whatever they ask for', () =>
  given(entered, left)
    .when({ ...enter, landing: otherLand })
    .decides(entered))

test('a player leaves, once', () => {
  given(entered)
    .when({ ...who, type: 'LeaveWorld' })
    .decides(left)
  given(entered)
    .when({ ...who, type: 'LeaveWorld' })
    .settles()
})

const orders: readonly [PlayerCommand, PlayerEvent][] = [
  [
    { ...who, type: 'MovePlayer', path: [0, 1, 5] },
    { type: 'MoveOrdered', data: { account: 'ada', path: [0, 1, 5] } },
  ],
  [{ ...who, type: 'StartHarvest', cell: land }, harvest],
  [
    { ...who, type: 'Craft', recipe: 'gear', count: 5 },
    { type: 'CraftOrdered', data: { account: 'ada', recipe: 'gear', count: 5 } },
  ],
  [
    { ...who, type: 'Transfer', cell: land, item: 'plate', count: 50, way: 'take' },
    {
      type: 'TransferOrdered',
      data: { account: 'ada', cell: land, item: 'plate', count: 50, way: 'take' },
    },
  ],
]

test.each(orders)('an order of the hand is taken, and taken again: $type', (command, event) => {
  given(entered).when(command).decides(event)
  given(entered, event).when(command).decides(event)
})

test.each([
  ...orders.map(([command]) => command),
  { ...who, type: 'LeaveWorld' as const },
  { ...who, type: 'StopHarvest' as const },
  { ...who, type: 'Say' as const, text: 'hello' },
])('who is not in the world has no hand in it: $type', (command) => {
  given().when(command).refuses('NotInWorld')
  if (command.type !== 'LeaveWorld') given(entered, left).when(command).refuses('NotInWorld')
})

test('a harvest that was started can be stopped, once', () => {
  given(entered, harvest)
    .when({ ...who, type: 'StopHarvest' })
    .decides({ type: 'HarvestStopped', data: { account: 'ada' } })
  given(entered, harvest)
    .when({ ...who, type: 'StopHarvest' })
    .settles()
  given(entered)
    .when({ ...who, type: 'StopHarvest' })
    .isNothingToDo()
})

test.each(['plate', 'unobtainium'])('nobody makes %s by hand', (recipe) =>
  given(entered)
    .when({ ...who, type: 'Craft', recipe, count: 1 })
    .refuses('NoSuchRecipe'),
)

test('what a player says leaves no event', () =>
  given(entered)
    .when({ ...who, type: 'Say', text: 'hello' })
    .isNothingToDo())

test('a research is selected by its name, again and again', () => {
  const select = { ...who, type: 'SelectResearch' as const, research: 'logistics' }
  const selected: PlayerEvent = {
    type: 'ResearchSelected',
    data: { account: 'ada', research: 'logistics' },
  }
  given(entered).when(select).decides(selected)
  given(entered, selected).when(select).decides(selected)
  given().when(select).refuses('NotInWorld')
})

test('a research that there is not is refused', () =>
  given(entered)
    .when({ ...who, type: 'SelectResearch', research: 'magic' })
    .refuses('NoSuchResearch'))
