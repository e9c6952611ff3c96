import { expect, test } from 'vitest'
import { adviseBuild, type Builder } from '../../../client/src/hands/advice.ts'
import { PlanetCells } from '../../../client/src/planet/cells.ts'
import { depositCode, terrainCode } from '../../../src/domain/generation/codes.ts'
import { generateCell, isWater } from '../../../src/domain/generation/terrain.ts'
import { cellCount } from '../../../src/domain/grid/lattice.ts'

const n = 8
const seed = 7

/** The planet as it is generated, all of it the builder's. */
function planet() {
  const seen = new PlanetCells(n)
  for (let cell = 0; cell < cellCount(n); cell++) {
    const { terrain, deposit, amount } = generateCell(seed, n, cell)
    seen.terrain.set(cell, terrain)
    seen.deposit.set(cell, deposit)
    seen.amount.set(cell, amount)
    seen.owner.set(cell, 1)
  }
  return seen
}

const seen = planet()
const builder: Builder = {
  index: 1,
  claims: 9,
  claimLimit: 200,
  inventory: { plate: 100, gear: 10, silica: 10, wire: 5 },
  researched: [],
}
const where = (holds: (cell: number) => boolean) =>
  Array.from({ length: cellCount(n) }, (_, cell) => cell).filter(holds)
const [sea] = where((cell) => isWater(seen.terrain.at(cell)))
const [land, other] = where(
  (cell) => !isWater(seen.terrain.at(cell)) && seen.deposit.at(cell) === depositCode.none,
)
/** Small planets may have no ore on land: here is some. */
const ore = where((cell) => seen.terrain.at(cell) === terrainCode.grass).at(-1)!
seen.deposit.set(ore, depositCode.iron)
seen.amount.set(ore, 9)

const advise = (cell: number, prototype: string, by: Builder = builder, at: PlanetCells = seen) =>
  adviseBuild(at, seed, by, [{ cell, prototype, direction: 0 }])[0]!

test('a drill on one’s own ore is good', () => {
  expect(advise(ore, 'drill')).toEqual({ cell: ore, level: 'good' })
})

test('the world’s own decider refuses what is not one’s own, occupied ground and the wrong element', () => {
  const foreign = planet()
  foreign.owner.set(land!, 2)
  foreign.structures.set(other!, {
    cell: other!,
    prototype: 'belt',
    direction: 0,
    owner: 1,
    status: 'idle',
  })
  expect(advise(land!, 'belt', builder, foreign)).toMatchObject({ reason: 'NotOwner' })
  expect(advise(other!, 'kiln', builder, foreign)).toMatchObject({ reason: 'CellHasStructure' })
  expect(advise(sea!, 'kiln')).toMatchObject({ level: 'refused', reason: 'NotBuildable' })
  expect(advise(sea!, 'belt')).toMatchObject({ level: 'good' })
})

test('an onlooker builds nothing, and nobody on ground that has not come', () => {
  expect(advise(land!, 'belt', { ...builder, index: 0 })).toMatchObject({ reason: 'NotInWorld' })
  expect(advise(3, 'belt', builder, new PlanetCells(n))).toMatchObject({ reason: 'Unknown' })
})

test('it waits for research and materials, and says what a drill lacks', () => {
  expect(advise(land!, 'assembler')).toMatchObject({
    level: 'waits',
    reason: 'NotResearched',
    about: 'automation',
  })
  expect(advise(land!, 'kiln', { ...builder, inventory: { plate: 9 } })).toMatchObject({
    reason: 'MissingMaterials',
    about: 'silica',
  })
  expect(advise(land!, 'drill')).toMatchObject({ level: 'waits', reason: 'NothingToDig' })
})

test('what the first of a line costs the last may lack', () => {
  const poor = { ...builder, inventory: { plate: 1 } }
  const plans = [land!, other!].map((cell) => ({ cell, prototype: 'belt', direction: 0 }))
  expect(adviseBuild(seen, seed, poor, plans).map(({ level }) => level)).toEqual(['good', 'waits'])
})
