import { describe, expect, test } from 'vitest'
import { positionAt } from '../../client/src/planet/beltTracks.ts'
import { PlanetCells } from '../../client/src/planet/cells.ts'
import { type CellRecord, encodeCells } from '../../src/domain/chunkCodec.ts'
import type { StructureView } from '../../src/domain/chunkView.ts'
import { cellInChunk, cellsOfChunk, offsetInChunk } from '../../src/domain/grid/chunk.ts'
import { neighbour } from '../../src/domain/grid/neighbours.ts'

const n = 4
const chunk = 3
const cell = cellInChunk(n, chunk, 65)

const record = (at: number, more: Partial<CellRecord> = {}): CellRecord => ({
  offset: offsetInChunk(n, at),
  terrain: 5,
  elevation: 120,
  deposit: 1,
  amount: 300,
  life: 2,
  mass: 90,
  pollution: 7,
  owner: 0,
  ...more,
})

const kiln: StructureView = { cell, prototype: 'kiln', direction: 2, owner: 1, status: 'idle' }

function known(): PlanetCells {
  const planet = new PlanetCells(n)
  const cells = cellsOfChunk(n, chunk).map((at) => record(at))
  planet.applySnapshot({
    chunk,
    tick: 10,
    cells: encodeCells('snapshot', chunk, cells),
    structures: [kiln],
  })
  planet.drain()
  return planet
}

const change = (tick: number, records: CellRecord[], more = {}) => ({
  chunk,
  tick,
  cells: records.length > 0 ? encodeCells('changes', chunk, records) : new Uint8Array(0),
  structures: [],
  removed: [],
  ...more,
})

describe('what the client knows of the planet', () => {
  test('a snapshot fills every plane of its chunk and no other', () => {
    const planet = known()
    expect(planet.read(cell)).toEqual({
      cell,
      terrain: 5,
      elevation: 120,
      deposit: 1,
      amount: 300,
      life: 2,
      mass: 90,
      pollution: 7,
      owner: 0,
      structure: kiln,
    })
    expect(planet.knows(cellInChunk(n, 0, 0))).toBe(false)
    expect(planet.chunksKnown).toBe(1)
  })

  test('changes write only their cells, and say which to paint again', () => {
    const planet = known()
    planet.applyChanges(change(11, [record(cell, { mass: 91, owner: 2 })]))
    expect(planet.read(cell)).toMatchObject({ mass: 91, owner: 2 })
    expect(planet.read(cellInChunk(n, chunk, 0)).mass).toBe(90)
    const nothing = {
      relief: [],
      cells: [],
      owners: [],
      structures: [],
      rebuilt: false,
      carried: [],
    }
    expect(planet.drain()).toEqual({ ...nothing, cells: [cell], owners: [cell] })
    expect(planet.drain()).toEqual(nothing)
  })

  test('another elevation asks for a new relief', () => {
    const planet = known()
    planet.applyChanges(change(11, [record(cell, { elevation: 130 })]))
    expect(planet.drain().relief).toEqual([chunk])
  })

  test('changes older than the chunk, or of an unknown chunk, are passed over', () => {
    const planet = known()
    planet.applyChanges(change(9, [record(cell, { mass: 1 })]))
    planet.applyChanges({ ...change(12, []), chunk: 0, structures: [{ ...kiln, cell: 0 }] })
    expect(planet.read(cell).mass).toBe(90)
    expect(planet.structures.size).toBe(1)
  })

  test('a structure goes when its removal is told, or when a fresh snapshot lacks it', () => {
    const planet = known()
    planet.applyChanges(change(11, [], { removed: [cell] }))
    expect(planet.read(cell).structure).toBeUndefined()
    planet.applyChanges(change(12, [], { structures: [kiln] }))
    const cells = encodeCells('snapshot', chunk, [record(cell)])
    planet.applySnapshot({ chunk, tick: 20, cells, structures: [] })
    expect(planet.structures.size).toBe(0)
  })

  test('contents told in private outlive a public change of the same machine', () => {
    const planet = known()
    planet.applyContents([{ ...kiln, contents: { plate: 3 } }])
    planet.applyChanges(change(11, [], { structures: [{ ...kiln, status: 'working' }] }))
    expect(planet.read(cell).structure).toEqual({
      ...kiln,
      status: 'working',
      contents: { plate: 3 },
    })
    planet.applyChanges(change(12, [], { structures: [{ ...kiln, prototype: 'depot' }] }))
    expect(planet.read(cell).structure?.contents).toBeUndefined()
  })

  test('bytes that are no packed cells are refused by the codec and change nothing', () => {
    const planet = known()
    const broken = { ...change(11, []), cells: new Uint8Array([1, 2, 3]) }
    expect(() => planet.applyChanges(broken)).toThrow('3 bytes')
    expect(planet.read(cell).mass).toBe(90)
  })

  test('a chunk that is forgotten leaves nothing, and its next snapshot brings it back', () => {
    const planet = known()
    planet.applyChanges(change(11, [record(cell, { owner: 3 })]))
    expect([...planet.ownedBy(3)]).toEqual([cell])
    planet.forget(chunk)
    expect(planet.knows(cell)).toBe(false)
    expect([planet.structures.size, planet.ownedBy(3).size, planet.knownChunks().length]).toEqual([
      0, 0, 0,
    ])
    planet.applySnapshot({
      chunk,
      tick: 20,
      cells: encodeCells('snapshot', chunk, [record(cell)]),
      structures: [kiln],
    })
    expect(planet.read(cell).structure).toEqual(kiln)
    expect(planet.drain().relief).toEqual([chunk])
  })

  test('what moves on a belt changes no machine, and tells since when it lies there', () => {
    const planet = known()
    const belt = { ...kiln, prototype: 'belt', items: [] as string[] }
    planet.applyChanges(change(11, [], { structures: [belt] }))
    expect(planet.drain()).toMatchObject({ structures: [cell], rebuilt: true })
    const { version } = planet
    planet.applyChanges(change(15, [], { structures: [{ ...belt, items: ['iron'] }] }))
    expect(planet.drain()).toMatchObject({ structures: [], rebuilt: false, carried: [cell] })
    expect(planet.version).toBe(version)
    expect(planet.tracks.get(cell)).toEqual({ items: ['iron'], entered: [15], told: 15 })
    planet.applyChanges(change(16, [], { removed: [cell] }))
    expect(planet.tracks.size).toBe(0)
    expect(planet.drain()).toMatchObject({ structures: [cell], rebuilt: true })
  })

  test('a machine that begins to work looks otherwise, but nothing was built; one that is told of again does not', () => {
    const planet = known()
    const { version } = planet
    planet.applyChanges(change(11, [], { structures: [{ ...kiln, status: 'working' }] }))
    expect(planet.drain()).toMatchObject({ structures: [cell], rebuilt: false, carried: [] })
    planet.applyChanges(change(12, [], { structures: [{ ...kiln, status: 'working' }] }))
    expect(planet.drain()).toMatchObject({ structures: [], rebuilt: false, carried: [] })
    expect(planet.version).toBe(version)
    planet.applyChanges(change(13, [], { structures: [{ ...kiln, status: 'blueprint' }] }))
    expect(planet.drain()).toMatchObject({ structures: [cell], rebuilt: true })
    expect(planet.version).toBeGreaterThan(version)
  })

  test('a queue of one item before a kiln moves on when the kiln begins anew, and stands until then', () => {
    const planet = known()
    const first = neighbour(n, cell, 0)
    const second = neighbour(n, first, 0)
    const full = ['iron', 'iron', 'iron', 'iron']
    const belt = { prototype: 'belt', direction: 3, owner: 1, status: 'idle', items: full } as const
    const job = (startTick: number) => ({
      ...kiln,
      recipe: 'plate',
      status: 'working' as const,
      progress: { startTick, duration: 30 },
    })
    const belts = [first, second].map((at) => ({ ...belt, cell: at }))
    planet.applyChanges(change(11, [], { structures: [...belts, job(11)] }))
    const frontAt = (tick: number) => positionAt(planet.tracks.get(second)!, 0, tick)
    const stood = frontAt(40)
    planet.drain()
    planet.applyChanges(change(41, [], { structures: [job(41)] }))
    expect(planet.drain().carried.toSorted()).toEqual([first, second].toSorted())
    expect(frontAt(41)).toBeLessThan(stood)
    expect(frontAt(43)).toBe(stood)
    planet.applyChanges(change(50, [], { structures: [{ ...job(41), status: 'blocked' }] }))
    expect(frontAt(50)).toBe(stood)
  })

  test('the queues before a splitter move on in turns, when a kiln behind it begins anew or something comes out of it', () => {
    const planet = known()
    const at = (from: number, ...ways: number[]) =>
      ways.reduce((to, way) => neighbour(n, to, way), from)
    const full = ['iron', 'iron', 'iron', 'iron']
    const machine = { direction: 3, owner: 1, status: 'idle' } as const
    const job = (startTick: number) => ({
      ...kiln,
      recipe: 'plate',
      progress: { startTick, duration: 30 },
    })
    // East of the kiln a belt, a splitter, and two belts that give to it; west of the splitter's side another belt.
    const [last, splitter, straight, slanting, other] = [
      at(cell, 0),
      at(cell, 0, 0),
      at(cell, 0, 0, 0),
      at(cell, 0, 0, 1),
      at(cell, 0, 0, 4),
    ]
    const belt = (one: number, items: readonly string[], direction = 3) => ({
      ...machine,
      prototype: 'belt',
      cell: one,
      items,
      direction,
    })
    const told = (tick: number, structures: object[]) =>
      planet.applyChanges(change(tick, [], { structures }))
    told(11, [
      { ...machine, prototype: 'splitter', cell: splitter },
      ...[belt(last, full), belt(straight, full), belt(slanting, full, 4), belt(other, [], 4)],
      job(11),
    ])
    const moved = (tick: number) =>
      [last, straight, slanting].map((one) => planet.tracks.get(one)!.told === tick)
    told(41, [job(41)])
    expect(moved(41)).toEqual([true, true, false])
    told(71, [job(71)])
    expect(moved(71)).toEqual([true, false, true])
    told(80, [belt(other, ['iron'], 4)])
    expect(moved(80)).toEqual([false, true, false])
    const front = (tick: number) => positionAt(planet.tracks.get(straight)!, 0, tick)
    expect(front(80)).toBeLessThan(front(82))
  })

  test('of a planet of 42 million cells only what is known is kept, and given back when it is forgotten', () => {
    const large = new PlanetCells(2048)
    const at = 3210
    const cells = cellsOfChunk(2048, at)
    const records = cells.map((one) => ({ ...record(one), offset: offsetInChunk(2048, one) }))
    const packed = encodeCells('snapshot', at, records)
    large.applySnapshot({ chunk: at, tick: 1, cells: packed, structures: [] })
    expect(large.knows(cells[100]!)).toBe(true)
    expect(large.read(cells[100]!).elevation).toBe(120)
    expect(large.terrain.kept).toBeLessThanOrEqual(cells.length * 8)
    large.forget(at)
    expect(large.knows(cells[100]!)).toBe(false)
    for (const plane of [large.terrain, large.mass, large.amount]) expect(plane.kept).toBe(0)
  })
})
