import { expect, test } from 'vitest'
import { isRefusal } from '../../src/domain/decider.ts'
import type { TerritoryEvent } from '../../src/domain/events.ts'
import { generateCell, isWater } from '../../src/domain/generation/terrain.ts'
import { cellsWithin, distanceWithin } from '../../src/domain/grid/distance.ts'
import { cellCount } from '../../src/domain/grid/lattice.ts'
import { neighboursOf } from '../../src/domain/grid/neighbours.ts'
import { CLAIM_LIMIT } from '../../src/domain/research.ts'
import { territory } from '../../src/domain/territory.ts'
import { specification } from '../helpers/given.ts'

const given = specification(territory)
const n = 24
const seed = 7
const ada = { account: 'ada', at: 1_000, world: 'eden', n, seed }
const bob = { ...ada, account: 'bob' }
const cells = Array.from({ length: cellCount(n) }, (_, cell) => cell)
const dry = (cell: number) => !isWater(generateCell(seed, n, cell).terrain)

/** Land with nothing but land around it. */
const home = cells.find((cell) => cellsWithin(n, cell, 2).every(dry)) ?? -1
const [near = -1, nextToNear = -1] = neighboursOf(n, home)
const beyond = cellsWithin(n, home, 2).find((cell) => distanceWithin(n, home, cell, 2) === 2) ?? -1
const between = neighboursOf(n, home).find((cell) => neighboursOf(n, cell).includes(beyond)) ?? -1
const far = cells.find((cell) => distanceWithin(n, home, cell, 8) === undefined) ?? -1
const lake = cells.find((cell) => !dry(cell)) ?? -1

const claimed = (account: string, ...held: number[]): TerritoryEvent => ({
  type: 'CellsClaimed',
  data: { account, cells: [...held].sort((a, b) => a - b) },
})
const placed = (cell: number, prototype = 'kiln', direction = 0): TerritoryEvent => ({
  type: 'StructuresPlaced',
  data: { account: 'ada', structures: [{ cell, prototype, direction }] },
})
const claim = (...wanted: number[]) => ({ ...ada, type: 'ClaimMany' as const, cells: wanted })
const place = (cell: number, prototype = 'kiln', direction = 0) => ({
  ...ada,
  type: 'PlaceMany' as const,
  structures: [{ cell, prototype, direction }],
})

test('the first claim may be anywhere free', () => {
  given().when(claim(home)).decides(claimed('ada', home))
  given(claimed('bob', home)).when(claim(far)).decides(claimed('ada', far))
})

test('whoever claims a cell first has it', () =>
  given(claimed('bob', home))
    .when(claim(home))
    .refuses('CellTaken', [{ cell: home, refused: 'CellTaken' }]))

test('the next claim touches land that one has', () => {
  given(claimed('ada', home)).when(claim(near)).decides(claimed('ada', near))
  given(claimed('ada', home))
    .when(claim(far))
    .refuses('NotAdjacent', [{ cell: far, refused: 'NotAdjacent' }])
})

test('the cells of a batch may chain on one another, in any order', () => {
  const event = claimed('ada', between, beyond)
  given(claimed('ada', home)).when(claim(beyond, between)).decides(event)
  given(claimed('ada', home)).when(claim(between, beyond)).decides(event)
})

test('a first batch is one piece of land', () => {
  given()
    .when(claim(between, beyond, home))
    .decides(claimed('ada', home, between, beyond))
  given().when(claim(home, far)).refuses('NotAdjacent')
})

test('a batch is all or nothing, and tells what is wrong with each cell', () =>
  given(claimed('ada', home), claimed('bob', near))
    .when(claim(near, nextToNear, far))
    .refuses('CellTaken', [
      { cell: near, refused: 'CellTaken' },
      { cell: far, refused: 'NotAdjacent' },
    ]))

test('somebody else’s land carries no chain', () =>
  given(claimed('ada', home), claimed('bob', ...neighboursOf(n, home)))
    .when(claim(beyond))
    .refuses('NotAdjacent'))

test('cells one has already are nothing to do', () => {
  given(claimed('ada', home)).when(claim(home, home)).isNothingToDo()
  given(claimed('ada', home))
    .when(claim(near, home, near))
    .decides(claimed('ada', near))
  given().when(claim(home, near)).settles()
})

test('water can be claimed: pumps stand on it', () =>
  given().when(claim(lake)).decides(claimed('ada', lake)))

test('nobody holds more cells than the limit', () => {
  const all = cellsWithin(n, home, 12)
  const upToLimit = claimed('ada', ...all.slice(0, CLAIM_LIMIT))
  const next = all[CLAIM_LIMIT] ?? -1
  given()
    .when(claim(...all.slice(0, CLAIM_LIMIT)))
    .decides(upToLimit)
  given(upToLimit).when(claim(next)).refuses('ClaimLimitReached')
  given(upToLimit, { type: 'CellReleased', data: { account: 'ada', cell: home } })
    .when(claim(next))
    .decides(claimed('ada', next))
})

test('research raises the limit: the command says by how much', () => {
  const all = cellsWithin(n, home, 12)
  const upToLimit = claimed('ada', ...all.slice(0, CLAIM_LIMIT))
  const next = all[CLAIM_LIMIT] ?? -1
  given(upToLimit)
    .when({ ...claim(next), claimLimit: CLAIM_LIMIT + 100 })
    .decides(claimed('ada', next))
  given(upToLimit)
    .when({ ...claim(next), claimLimit: CLAIM_LIMIT })
    .refuses('ClaimLimitReached')
})

test('who has released everything may begin anywhere again', () =>
  given(claimed('ada', home), { type: 'CellReleased', data: { account: 'ada', cell: home } })
    .when(claim(far))
    .decides(claimed('ada', far)))

test('a cell is released by its owner alone', () => {
  const release = { ...ada, type: 'ReleaseCell' as const, cell: home }
  given(claimed('ada', home))
    .when(release)
    .decides({ type: 'CellReleased', data: { account: 'ada', cell: home } })
  given(claimed('bob', home)).when(release).refuses('NotOwner')
  given().when(release).refuses('NotOwner')
})

test('a cell with a structure cannot be released', () =>
  given(claimed('ada', home), placed(home))
    .when({ ...ada, type: 'ReleaseCell', cell: home })
    .refuses('CellHasStructure'))

test('a structure is placed on a cell of one’s own', () => {
  given(claimed('ada', home)).when(place(home)).decides(placed(home))
  given(claimed('bob', home)).when(place(home)).refuses('NotOwner')
  given().when(place(home)).refuses('NotOwner')
})

test('a cell has room for one structure', () =>
  given(claimed('ada', home), placed(home))
    .when(place(home, 'depot'))
    .refuses('CellHasStructure', [{ cell: home, refused: 'CellHasStructure' }]))

test('a kiln does not stand on water, and a belt does', () => {
  given(claimed('ada', lake)).when(place(lake, 'kiln')).refuses('NotBuildable')
  given(claimed('ada', lake)).when(place(lake, 'belt')).decides(placed(lake, 'belt'))
})

test('a blueprint is placed whole or not at all, with a refusal for each cell', () => {
  const blueprint = {
    ...ada,
    type: 'PlaceMany' as const,
    structures: [near, home, far].map((cell) => ({ cell, prototype: 'kiln', direction: 0 })),
  }
  const faults = [
    { cell: home, refused: 'CellHasStructure' as const },
    { cell: far, refused: 'NotOwner' as const },
  ].sort((a, b) => a.cell - b.cell)
  given(claimed('ada', home, near), placed(home, 'depot'))
    .when(blueprint)
    .refuses(faults[0]?.refused ?? 'NotOwner', faults)
})

test('the same placement twice is nothing to do', () => {
  given(claimed('ada', home), placed(home, 'belt', 3))
    .when(place(home, 'belt', 3))
    .isNothingToDo()
  const twice = [place(home).structures[0]!, place(home).structures[0]!]
  given(claimed('ada', home))
    .when({ ...place(home), structures: twice })
    .decides(placed(home))
})

test('two structures on one cell of a batch do not fit', () =>
  given(claimed('ada', home))
    .when({
      ...place(home),
      structures: [...place(home).structures, ...place(home, 'depot').structures],
    })
    .refuses('CellHasStructure', [{ cell: home, refused: 'CellHasStructure' }]))

test('structures are removed by their owner alone, all or nothing', () => {
  const remove = { ...ada, type: 'RemoveMany' as const, cells: [near, home, near] }
  given(claimed('ada', home, near), placed(home), placed(near))
    .when(remove)
    .decides({
      type: 'StructuresRemoved',
      data: { account: 'ada', cells: [home, near].sort((a, b) => a - b) },
    })
  given(claimed('ada', home), placed(home), claimed('bob', near))
    .when(remove)
    .refuses('NotOwner', [{ cell: near, refused: 'NotOwner' }])
})

test('removing what is gone is nothing to do', () => {
  const remove = { ...ada, type: 'RemoveMany' as const, cells: [home, near] }
  given(claimed('ada', home, near))
    .when(remove)
    .isNothingToDo()
  given(claimed('ada', home, near), placed(home))
    .when(remove)
    .settles()
})

test('a structure is turned by its owner', () => {
  const turn = { ...ada, type: 'RotateStructure' as const, cell: home, direction: 4 }
  given(claimed('ada', home), placed(home))
    .when(turn)
    .decides({ type: 'StructureRotated', data: { account: 'ada', cell: home, direction: 4 } })
  given(claimed('ada', home), placed(home)).when(turn).settles()
  given(claimed('ada', home), placed(home))
    .when({ ...turn, ...bob })
    .refuses('NotOwner')
  given(claimed('ada', home)).when(turn).refuses('EmptyCell')
})

test('a stranger cannot change the recipe', () =>
  given(claimed('ada', home), placed(home))
    .when({ ...bob, type: 'SelectRecipe', cell: home, recipe: 'glass' })
    .refuses('NotOwner'))

test('a kiln makes what a kiln can make', () => {
  const select = { ...ada, type: 'SelectRecipe' as const, cell: home, recipe: 'plate' }
  given(claimed('ada', home), placed(home))
    .when(select)
    .decides({ type: 'RecipeSelected', data: { account: 'ada', cell: home, recipe: 'plate' } })
  given(claimed('ada', home), placed(home)).when(select).settles()
  given(claimed('ada', home), placed(home))
    .when({ ...select, recipe: 'gear' })
    .refuses('NoSuchRecipe')
  given(claimed('ada', home), placed(home))
    .when({ ...select, recipe: 'unobtainium' })
    .refuses('NoSuchRecipe')
  given(claimed('ada', home), placed(home, 'belt')).when(select).refuses('NoSuchRecipe')
  given(claimed('ada', home)).when(select).refuses('EmptyCell')
})

test('turning keeps the recipe, and building anew forgets it', () => {
  const chosen: TerritoryEvent[] = [
    claimed('ada', home),
    placed(home),
    { type: 'RecipeSelected', data: { account: 'ada', cell: home, recipe: 'plate' } },
  ]
  const select = { ...ada, type: 'SelectRecipe' as const, cell: home, recipe: 'plate' }
  const turned: TerritoryEvent = {
    type: 'StructureRotated',
    data: { account: 'ada', cell: home, direction: 2 },
  }
  given(...chosen, turned)
    .when(select)
    .isNothingToDo()
  const removed: TerritoryEvent = {
    type: 'StructuresRemoved',
    data: { account: 'ada', cells: [home] },
  }
  given(...chosen, removed, placed(home))
    .when(select)
    .decides({ type: 'RecipeSelected', data: { account: 'ada', cell: home, recipe: 'plate' } })
})

test('what is folded on a fork never reaches the territory itself', () => {
  const state = [claimed('ada', home, near), placed(home)].reduce(
    territory.evolve,
    territory.initial(),
  )
  const before = structuredClone(state)
  const fork = territory.fork(state)
  const later: TerritoryEvent[] = [
    { type: 'StructuresRemoved', data: { account: 'ada', cells: [home] } },
    { type: 'CellReleased', data: { account: 'ada', cell: home } },
    claimed('bob', home, far),
    placed(near),
    { type: 'StructureRotated', data: { account: 'ada', cell: near, direction: 5 } },
  ]
  for (const event of later) territory.evolve(fork, event)
  expect(state).toEqual(before)
  const decision = territory.decide({ ...bob, type: 'ReleaseCell', cell: home }, fork)
  expect(isRefusal(decision)).toBe(false)
})
