import { expect, test } from 'vitest'
import { type ChunkRelief, geometryOf } from '../../client/src/planet/chunkRelief.ts'
import type { ChunkGeometry } from '../../client/src/planet/geometry.ts'
import { GeometryMaker } from '../../client/src/planet/geometryMaker.ts'
import { createPatch } from '../../client/src/planet/patch.ts'
import { terrainCode } from '../../src/domain/generation/codes.ts'

const N = 3
/** A chunk of grass, all as high as it is told apart by. */
function reliefOf(elevation: number): ChunkRelief {
  const patch = createPatch(N, 0)
  const { length } = patch.cells
  return {
    patch,
    terrain: new Uint8Array(length).fill(terrainCode.grass),
    elevation: new Uint8Array(length).fill(elevation),
  }
}

/** A worker that answers when it is told to, and in order, as real ones do. */
class FakeWorker {
  onmessage: ((event: MessageEvent<ChunkGeometry>) => void) | null = null
  onerror: ((event: ErrorEvent) => void) | null = null
  ended = false
  readonly sent: ChunkRelief[] = []

  postMessage(relief: ChunkRelief): void {
    this.sent.push(structuredClone(relief))
  }

  answer(): void {
    const data = geometryOf(this.sent.shift()!)
    this.onmessage?.({ data } as MessageEvent<ChunkGeometry>)
  }

  terminate(): void {
    this.ended = true
  }
}

function given() {
  const worker = new FakeWorker()
  const maker = new GeometryMaker(() => worker)
  const built: [number, ChunkGeometry][] = []
  const make = (elevation: number) =>
    maker.make(reliefOf(elevation), (geometry) => built.push([elevation, geometry]))
  return { worker, maker, built, make }
}

test('what a worker builds comes when it is built, and is what the page would have built', () => {
  const { worker, maker, built, make } = given()
  make(140)
  make(200)
  expect(maker.beside).toBe(true)
  expect(built).toEqual([])
  worker.answer()
  worker.answer()
  expect(built).toEqual([
    [140, geometryOf(reliefOf(140))],
    [200, geometryOf(reliefOf(200))],
  ])
})

test('a worker is given no more than one chunk beyond that which it builds', () => {
  const { worker, maker, make } = given()
  make(140)
  expect(maker.free).toBe(true)
  make(200)
  expect(maker.free).toBe(false)
  worker.answer()
  expect(maker.free).toBe(true)
})

test('where no worker can be started, the page builds at once', () => {
  const maker = new GeometryMaker(() => {
    throw new Error('forbidden')
  })
  const built: ChunkGeometry[] = []
  maker.make(reliefOf(140), (geometry) => built.push(geometry))
  expect(maker.beside).toBe(false)
  expect(maker.free).toBe(true)
  expect(built).toEqual([geometryOf(reliefOf(140))])
})

test('what a worker had to build when it failed is built by the page, and so is all that follows', () => {
  const { worker, maker, built, make } = given()
  make(140)
  make(200)
  worker.onerror?.({} as ErrorEvent)
  expect(built.map(([elevation]) => elevation)).toEqual([140, 200])
  make(150)
  expect(built.at(-1)).toEqual([150, geometryOf(reliefOf(150))])
  expect([worker.ended, maker.beside]).toEqual([true, false])
})

test('nothing comes from a maker that is closed', () => {
  const { worker, maker, built, make } = given()
  make(140)
  maker.close()
  worker.answer()
  expect(built).toEqual([])
  expect(worker.ended).toBe(true)
})
