// What is told to players about their factory: alerts, chains, research, production, the first minutes.
import { describe, expect, test } from 'vitest'
import { AlertWatch, newlyKnown } from '../../client/src/game/alerts.ts'
import { chainOf } from '../../client/src/game/chain.ts'
import { currentStep, factsOf, guideSteps } from '../../client/src/game/guide.ts'
import { ProductionHistory } from '../../client/src/game/production.ts'
import { layTree } from '../../client/src/game/researchTree.ts'
import { PlanetCells } from '../../client/src/planet/cells.ts'
import type { StructureView } from '../../src/domain/chunkView.ts'
import { depositCode } from '../../src/domain/generation/codes.ts'
import { recipeNamed, recipes } from '../../src/domain/recipes.ts'
import { researches } from '../../src/domain/research.ts'

const machine = (
  cell: number,
  status: StructureView['status'],
  more: Partial<StructureView> = {},
): StructureView => ({ cell, prototype: 'drill', direction: 0, owner: 1, status, ...more })

describe('alerts', () => {
  test('a machine that stands still for long is told of, with those that wait longest first', () => {
    const watch = new AlertWatch()
    expect(watch.look([machine(5, 'blocked')], 1, 100)).toEqual([])
    watch.look([machine(5, 'blocked'), machine(3, 'blocked')], 1, 150)
    const [alert] = watch.look([machine(5, 'blocked'), machine(3, 'blocked')], 1, 320)
    expect(alert).toMatchObject({ trouble: 'blocked', prototype: 'drill', cells: [5, 3] })
  })

  test('one that works in between begins anew, and those of others are not told of', () => {
    const watch = new AlertWatch()
    watch.look([machine(5, 'starved'), machine(6, 'starved', { owner: 2 })], 1, 0)
    watch.look([machine(5, 'working'), machine(6, 'starved', { owner: 2 })], 1, 100)
    watch.look([machine(5, 'starved'), machine(6, 'starved', { owner: 2 })], 1, 110)
    expect(
      watch.look([machine(5, 'starved'), machine(6, 'starved', { owner: 2 })], 1, 200),
    ).toEqual([])
  })

  test('no power comes before waiting for input', () => {
    const watch = new AlertWatch()
    const all = [machine(1, 'starved'), machine(2, 'unpowered', { prototype: 'press' })]
    watch.look(all, 1, 0)
    expect(watch.look(all, 1, 500).map(({ trouble }) => trouble)).toEqual(['unpowered', 'starved'])
  })

  test('what has just been learnt is what was not known before', () => {
    expect(newlyKnown(['logistics'], ['logistics', 'automation'])).toEqual(['automation'])
  })
})

describe('the chain of what is missing', () => {
  test('goes down to what must be gathered and what a machine makes', () => {
    const chain = chainOf(recipeNamed('red-pack')!, 2, { plate: 1 }, [])
    expect(chain.steps.map(({ recipe, times }) => [recipe, times])).toEqual([
      ['gear', 2],
      ['fibre', 2],
      ['red-pack', 2],
    ])
    expect(chain.missing).toEqual([
      { item: 'plate', count: 3, how: 'machine', by: 'kiln' },
      { item: 'moss', count: 4, how: 'gather' },
    ])
  })

  test('uses what is carried first, and one batch for several wishes', () => {
    const chain = chainOf(recipeNamed('circuit')!, 1, { wire: 1, ingot: 1, board: 1 }, [
      'electronics',
    ])
    expect(chain).toEqual({
      steps: [
        { recipe: 'wire', times: 1 },
        { recipe: 'circuit', times: 1 },
      ],
      missing: [],
    })
  })

  test('what is not researched is not crafted on the way', () => {
    const chain = chainOf(recipeNamed('actuator')!, 1, {}, [])
    expect(chain.missing.find(({ item }) => item === 'circuit')).toMatchObject({
      how: 'research',
      by: 'electronics',
    })
  })

  test('taking its steps with what was missing added makes what was wished for, for every recipe', () => {
    const known = researches.map(({ name }) => name)
    for (const recipe of recipes) {
      const { steps, missing } = chainOf(recipe, 3, {}, known)
      const stock: Stock = Object.fromEntries(missing.map(({ item, count }) => [item, count]))
      for (const step of steps) {
        const { inputs, outputs } = recipeNamed(step.recipe)!
        add(stock, inputs, -step.times)
        expect(Math.min(...Object.values(stock))).toBeGreaterThanOrEqual(0)
        add(stock, outputs, step.times)
      }
      const wished: Stock = {}
      add(wished, recipe.outputs, 3)
      expect(stock).toMatchObject(wished)
    }
  })
})

type Stock = Record<string, number>

function add(stock: Stock, amounts: Readonly<Stock>, times: number): void {
  for (const [item, count] of Object.entries(amounts)) {
    stock[item] = (stock[item] ?? 0) + count * times
  }
}

describe('the tree of research', () => {
  const tree = layTree()

  test('holds every research once, right of what it requires, no two in one place', () => {
    expect(tree.nodes.map(({ research }) => research.name)).toEqual(
      researches.map(({ name }) => name),
    )
    for (const { from, to } of tree.links) expect(from.column).toBeLessThan(to.column)
    const places = tree.nodes.map(({ column, row }) => `${column},${row}`)
    expect(new Set(places).size).toBe(places.length)
    expect(tree.links).toHaveLength(researches.flatMap(({ requires }) => requires).length)
  })
})

describe('production over time', () => {
  const sample = (tick: number, plates: number, used = 0) => ({
    tick,
    produced: { plate: plates, gear: 1 },
    consumed: { plate: used },
  })

  test('rates are a minute’s, made less used up', () => {
    const history = new ProductionHistory(20)
    history.add(sample(0, 0))
    history.add(sample(600, 30, 6))
    expect(history.netRates().plate).toBe(48)
    expect(history.busiest(1, 10)).toEqual(['plate'])
    const { minutes, rates } = history.series(['plate'], 10)
    expect([minutes, rates]).toEqual([[0], [[60]]])
  })

  test('an old sample is passed over, and it never grows for ever', () => {
    const history = new ProductionHistory(20)
    for (let tick = 1; tick <= 1000; tick++) history.add(sample(tick, tick))
    history.add(sample(10, 0))
    expect(history.samples).toHaveLength(360)
    expect(history.samples.at(-1)?.tick).toBe(1000)
  })

  test('a chart goes back as far as is asked for, and what rested for so long is not in it', () => {
    const history = new ProductionHistory(20)
    // A sample a minute: plates in the first ten, gears since.
    for (let minute = 0; minute <= 20; minute++) {
      const produced = { plate: Math.min(minute, 10), gear: Math.max(0, minute - 10) }
      history.add({ tick: minute * 1_200, produced, consumed: {} })
    }
    expect(history.series(['gear'], 2).minutes).toEqual([-2, -1, 0])
    expect(history.series(['gear'], 30).minutes).toHaveLength(20)
    expect(history.busiest(6, 2)).toEqual(['gear'])
    expect(history.busiest(6, 30)).toEqual(['gear', 'plate'])
  })

  test('without two samples there are no rates', () => {
    expect(new ProductionHistory(20).netRates()).toEqual({})
  })
})

describe('the first minutes', () => {
  const planet = new PlanetCells(4)
  planet.deposit.set(12, depositCode.iron)
  planet.amount.set(12, 3)
  const facts = (structures: StructureView[], owned: number[] = []) => {
    planet.structures.clear()
    for (const one of structures) planet.structures.set(one.cell, one)
    return factsOf(planet, owned, 1, true, {})
  }
  const at = (structures: StructureView[], owned?: number[]) =>
    guideSteps[currentStep(facts(structures, owned))]?.id

  test('lead from ore to drill, belt, kiln, recipe, depot and plate', () => {
    const drill = machine(12, 'idle')
    const belt = machine(13, 'idle', { prototype: 'belt' })
    const kiln = machine(14, 'idle', { prototype: 'kiln' })
    const set = { ...kiln, recipe: 'plate' }
    const depot = machine(15, 'idle', { prototype: 'depot' })
    expect(at([])).toBe('ore')
    expect(at([], [12])).toBe('drill')
    expect(at([drill])).toBe('belt')
    expect(at([drill, belt])).toBe('kiln')
    expect(at([drill, belt, kiln])).toBe('recipe')
    expect(at([drill, belt, set])).toBe('depot')
    expect(at([drill, belt, set, depot])).toBe('plate')
    expect(at([drill, belt, set, { ...depot, contents: { plate: 1 } }])).toBe('pack')
  })

  test('what others built is no step of one’s own', () => {
    expect(at([machine(12, 'idle', { owner: 2 })])).toBe('ore')
  })
})
