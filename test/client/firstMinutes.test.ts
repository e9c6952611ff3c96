// What the guide points at, and errands: a hand that does not reach walks there first.
import { describe, expect, test } from 'vitest'
import { Errands } from '../../client/src/game/errands.ts'
import { canStand, planFirstLine } from '../../client/src/game/firstLine.ts'
import { hintFor } from '../../client/src/game/hint.ts'
import { PlanetCells } from '../../client/src/planet/cells.ts'
import { depositCode, lifeCode, terrainCode } from '../../src/domain/generation/codes.ts'
import { landingCell } from '../../src/domain/generation/landing.ts'
import { chunkCount } from '../../src/domain/grid/chunk.ts'
import { cellsWithin, distanceWithin } from '../../src/domain/grid/distance.ts'
import { neighbour } from '../../src/domain/grid/neighbours.ts'
import { step } from '../../src/domain/grid/step.ts'
import { changeFeed, snapshotFrom } from '../../src/domain/simulation/changes.ts'
import { createState } from '../../src/domain/simulation/state.ts'

/** A planet as the page knows it once all of it has come. */
function planetOf(seed: number, n: number): PlanetCells {
  const planet = new PlanetCells(n)
  const feed = changeFeed(createState({ seed, n }))
  for (let chunk = 0; chunk < chunkCount(n); chunk++)
    planet.applySnapshot(snapshotFrom(feed, chunk))
  return planet
}

const seed = 7
const n = 16
const home = landingCell(seed, n, 1)
const who = { own: 1, from: home, carried: {} }

describe('the first line', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
    'finds room near every landing of planet %i, on dry and free ground',
    (world) => {
      const planet = planetOf(world, n)
      for (let chance = 0; chance < 5; chance++) {
        const landing = landingCell(world, n, chance)
        const line = planFirstLine(planet, landing, 1)!
        expect(line.map(({ prototype }) => prototype)).toEqual(['drill', 'belt', 'kiln', 'depot'])
        expect(planet.deposit.at(line[0]!.cell)).toBe(depositCode.iron)
        expect(distanceWithin(n, landing, line[0]!.cell, 12)).toBeDefined()
        expect(canStand(planet, line, 1)).toBe(true)
        for (const [place, { cell, direction }] of line.entries()) {
          const next = line[place + 1]
          if (next) expect(step(n, cell, direction)?.cell).toBe(next.cell)
        }
      }
    },
  )

  test('goes on from a drill that stands already, whichever way it faces', () => {
    const planet = planetOf(seed, n)
    const ore = planFirstLine(planet, home, 1)![0]!.cell
    for (const cell of cellsWithin(n, ore, 4)) planet.terrain.set(cell, terrainCode.grass)
    planet.owner.set(ore, 1)
    for (const direction of [0, 1, 2, 3, 4, 5]) {
      if (neighbour(n, ore, direction) < 0) continue
      const drill = { cell: ore, prototype: 'drill', direction, owner: 1, status: 'idle' as const }
      planet.structures.set(ore, drill)
      expect(planFirstLine(planet, home, 1)?.[0]).toEqual({
        cell: ore,
        prototype: 'drill',
        direction,
      })
    }
  })

  test('goes elsewhere when somebody takes a cell of it', () => {
    const planet = planetOf(seed, n)
    const line = planFirstLine(planet, home, 1)!
    planet.owner.set(line[2]!.cell, 2)
    expect(canStand(planet, line, 1)).toBe(false)
    expect(planFirstLine(planet, home, 1)).not.toEqual(line)
  })
})

describe('the guide points', () => {
  const planet = planetOf(seed, n)
  const line = planFirstLine(planet, home, 1)!
  const hint = (id: string, more = {}) => hintFor(id, planet, line, { ...who, ...more })

  test('at the cells that are to be claimed, until all are one’s own', () => {
    expect(hint('ore')).toEqual({ tool: 'claim', cells: line.map(({ cell }) => cell), plans: [] })
    for (const { cell } of line.slice(1)) planet.owner.set(cell, 1)
    expect(hint('drill')).toEqual({ tool: 'claim', cells: [line[0]!.cell], plans: [] })
    planet.owner.set(line[0]!.cell, 1)
  })

  test('at the way to one’s own land as well, where that lies apart: only what touches it can be claimed', () => {
    const apart = planetOf(seed, n)
    const own = cellsWithin(n, line[0]!.cell, 5).find(
      (cell) =>
        distanceWithin(n, cell, line[0]!.cell, 4) === undefined &&
        line.every((plan) => distanceWithin(n, cell, plan.cell, 3) === undefined),
    )!
    apart.owner.set(own, 1)
    const { cells } = hintFor('ore', apart, line, who)!
    expect(cells.slice(-line.length)).toEqual(line.map(({ cell }) => cell))
    const way = cells.slice(0, -line.length)
    expect(way.length).toBeGreaterThan(0)
    // From one's own land on, each touches the one before it, and the last the line.
    for (const [place, cell] of way.entries())
      expect(distanceWithin(n, cell, way[place - 1] ?? own, 1)).toBe(1)
    expect(line.some(({ cell }) => distanceWithin(n, cell, way.at(-1)!, 1) === 1)).toBe(true)
  })

  test('at each machine where it shall stand, and at the kiln to be set', () => {
    for (const [place, id] of ['drill', 'belt', 'kiln', 'depot'].entries()) {
      expect(hint(id)).toEqual({ tool: id, cells: [], plans: [line[place]] })
    }
    expect(hint('recipe')).toEqual({ tool: undefined, cells: [line[2]!.cell], plans: [] })
    expect(hint('plate')).toBeUndefined()
  })

  test('at moss to harvest, and once there is some at the crafting', () => {
    const [cell] = hint('pack')!.cells
    expect(planet.life.at(cell!)).toBe(lifeCode.moss)
    expect(hint('pack', { carried: { moss: 2 } })).toMatchObject({ tool: 'craft', cells: [] })
    expect(hint('pack', { carried: { fibre: 1 } })).toMatchObject({ tool: 'craft', cells: [] })
  })

  test('nowhere once all is done', () => {
    expect(hintFor(undefined, planet, line, who)).toBeUndefined()
  })
})

describe('an errand', () => {
  const planet = planetOf(seed, n)
  const me = (cell: number, researched: string[] = []) => ({ cell, researched })
  /** Land so many steps from home, as one walks. */
  const awayBy = (steps: number) => {
    const errands = new Errands(planet)
    return cellsWithin(n, home, 20).find(
      (cell) =>
        errands.wayTo(home, cell)?.length === steps &&
        distanceWithin(n, home, cell, steps - 1) === undefined,
    )!
  }
  const walked = (from: number, way: readonly number[]) =>
    way.reduce((at, direction) => neighbour(n, at, direction), from)

  test('within reach is done at once', () => {
    let done = 0
    expect(new Errands(planet).begin(me(home), awayBy(3), () => done++)).toEqual([])
    expect(done).toBe(1)
  })

  test('out of reach is walked to, and done when the hand reaches, once', () => {
    const errands = new Errands(planet)
    const cell = awayBy(7)
    let done = 0
    const way = errands.begin(me(home), cell, () => done++)!
    expect(way).toHaveLength(4)
    errands.arrived(me(walked(home, way.slice(0, 2))))
    expect(done).toBe(0)
    errands.arrived(me(walked(home, way)))
    errands.arrived(me(walked(home, way)))
    expect(done).toBe(1)
  })

  test('long arms shorten the way', () => {
    const way = new Errands(planet).begin(me(home, ['long-arms']), awayBy(7), () => {})
    expect(way).toHaveLength(2)
  })

  test('is forgotten when something else is asked for', () => {
    const errands = new Errands(planet)
    let done = ''
    const far = awayBy(8)
    errands.begin(me(home), far, () => {
      done += 'far'
    })
    errands.begin(me(home), home, () => {
      done += 'near'
    })
    errands.arrived(me(far))
    expect(done).toBe('near')
  })

  test('across the sea is refused', () => {
    const island = new PlanetCells(n)
    for (let cell = 0; cell < island.count; cell++) island.terrain.set(cell, terrainCode.sea)
    island.chunkTick.fill(1)
    island.terrain.set(home, terrainCode.grass)
    const far = cellsWithin(n, home, 9).at(-1)!
    expect(new Errands(island).begin(me(home), far, () => {})).toBeUndefined()
  })
})
