import { test } from '@fast-check/vitest'
import fc from 'fast-check'
import { InstancedMesh, type InterleavedBufferAttribute, type Mesh } from 'three'
import { expect } from 'vitest'
import { PlanetCells } from '../../client/src/planet/cells.ts'
import { Lamps } from '../../client/src/planet/lamps.ts'
import { createSphere } from '../../client/src/planet/sphere.ts'
import { createShared } from '../../client/src/scene/shading.ts'
import { StructureScene } from '../../client/src/scene/structures.ts'
import { encodeCells } from '../../src/domain/chunkCodec.ts'
import type { StructureView } from '../../src/domain/chunkView.ts'
import { generateCell } from '../../src/domain/generation/terrain.ts'
import { cellsOfChunk, offsetInChunk } from '../../src/domain/grid/chunk.ts'
import { cellsWithin } from '../../src/domain/grid/distance.ts'

const n = 8
const chunk = 3
/** A crowd of neighbours, so that belts meet and pipes have arms. */
const cells = cellsWithin(n, cellsOfChunk(n, chunk)[20]!, 2).filter((cell) =>
  cellsOfChunk(n, chunk).includes(cell),
)

function planet(): PlanetCells {
  const known = new PlanetCells(n)
  const records = cellsOfChunk(n, chunk).map((cell) => ({
    offset: offsetInChunk(n, cell),
    ...generateCell(7, n, cell),
    pollution: 0,
    owner: 0,
  }))
  const packed = encodeCells('snapshot', chunk, records)
  known.applySnapshot({ chunk, tick: 1, cells: packed, structures: [] })
  known.drain()
  return known
}

const stageFor = (known: PlanetCells) => {
  const lamps = new Lamps(n)
  const sphere = createSphere(n)
  return { lamps, scene: new StructureScene({ sphere, planet: known }, lamps, createShared(100)) }
}

const rowsOf = (array: ArrayLike<number>, count: number, size: number) =>
  Array.from({ length: count }, (_, row) =>
    Array.from({ length: size }, (_, at) => array[row * size + at]!.toFixed(4)).join(' '),
  )

/** All that is drawn, as numbers, in an order that says nothing of how it came. */
function drawn(scene: StructureScene): readonly string[] {
  return scene.group.children.flatMap((child) => {
    const mesh = child as Mesh
    const { attributes, drawRange } = mesh.geometry
    if (!mesh.visible) return []
    if (mesh instanceof InstancedMesh) {
      const places = rowsOf(mesh.instanceMatrix.array, mesh.count, 16)
      const tints = rowsOf(attributes.aTint!.array, mesh.count, 4)
      return places.map((place, row) => `${attributes.position!.count}: ${place} ${tints[row]}`)
    }
    if (attributes.aTime) {
      const { data } = attributes.aTime as InterleavedBufferAttribute
      return rowsOf(data.array, (mesh.geometry as { instanceCount?: number }).instanceCount!, 19)
    }
    // Ribbons: 28 vertices and 108 entries of the index for each. Patches and smoke are listed as a whole.
    if (!attributes.aAcross) return []
    const belts = drawRange.count / 108
    const across = rowsOf(attributes.aAcross.array, belts, 84)
    return rowsOf(attributes.position!.array, belts, 84).map((row, at) => `${row} ${across[at]}`)
  })
}

const structure: fc.Arbitrary<StructureView> = fc.record({
  cell: fc.constantFrom(...cells),
  prototype: fc.constantFrom('belt', 'belt', 'pipe', 'pump', 'kiln', 'depot'),
  direction: fc.nat(5),
  owner: fc.constantFrom(1, 2),
  status: fc.constantFrom('idle', 'working', 'starved', 'blueprint', 'unpowered'),
  items: fc.array(fc.constantFrom('iron', 'coal'), { maxLength: 4 }),
})
const change = fc.oneof(
  structure.map((built) => ({ built, removed: [] as number[] })),
  fc.constantFrom(...cells).map((cell) => ({ built: undefined, removed: [cell] })),
)

test.prop([fc.array(fc.array(change, { maxLength: 4 }), { minLength: 1, maxLength: 14 })], {
  numRuns: 60,
})('what is drawn by what changed alone is what would be drawn anew of the whole', (frames) => {
  const known = planet()
  const { lamps, scene } = stageFor(known)
  frames.forEach((changes, frame) => {
    for (const { built, removed } of changes) {
      const structures = built ? [asView(built)] : []
      known.applyChanges({ chunk, tick: 2 + frame, cells: new Uint8Array(0), structures, removed })
    }
    const { structures, rebuilt, carried } = known.drain()
    const lit = lamps.update(structures, (cell) => known.structures.get(cell))
    scene.update(structures, lit, rebuilt)
    scene.refillBelts(carried)
  })
  const anew = stageFor(known)
  anew.lamps.update(known.structures.keys(), (cell) => known.structures.get(cell))
  anew.scene.rebuild()
  expect(drawn(scene).toSorted()).toEqual(drawn(anew.scene).toSorted())
  const told = drawn(scene).length
  scene.rebuild()
  expect(drawn(scene).length).toBe(told)
})

/** Only belts have items. */
function asView({ items, ...built }: StructureView): StructureView {
  return built.prototype === 'belt' && items ? { ...built, items } : built
}
