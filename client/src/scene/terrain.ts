// The chunks of the planet as meshes: built as they come, a few a frame, culled at the horizon, painted by textures.

import {
  Sphere as BoundingSphere,
  BufferAttribute,
  BufferGeometry,
  type DataTexture,
  Group,
  Mesh,
  type ShaderMaterial,
  Vector3,
} from 'three'
import { terrainCode } from '../../../src/domain/generation/codes.ts'
import { cellsOfChunk, chunkOf, offsetInChunk } from '../../../src/domain/grid/chunk.ts'
import { readRelief } from '../planet/chunkRelief.ts'
import { chunksAround } from '../planet/chunksAround.ts'
import type { ChunkGeometry } from '../planet/geometry.ts'
import type { GeometryMaker } from '../planet/geometryMaker.ts'
import { type Lamps, writeLamps } from '../planet/lamps.ts'
import { writeHuman, writeNature } from '../planet/marks.ts'
import { type Overlay, poweredCells } from '../planet/overlays.ts'
import { columnsOf, placeInChunk } from '../planet/patch.ts'
import { HIGHEST_TOP } from '../planet/relief.ts'
import type { Vector } from '../planet/sphere.ts'
import type { Ground } from './placing.ts'
import { practiceGround } from './practice.ts'
import type { Quality } from './quality.ts'
import type { Shared } from './shading.ts'
import { castsShadow } from './shadows.ts'
import { createMarks, createTerrainMaterial } from './terrainMaterial.ts'

type ChunkMesh = {
  /** Cells in a row: what the place of a cell among its vertices and texels goes by. */
  readonly columns: number
  readonly mesh: Mesh<BufferGeometry, ShaderMaterial>
  readonly fanEntries: number
  readonly wallEntries: number
  readonly nature: DataTexture
  readonly human: DataTexture
  readonly lamps: DataTexture
  readonly middle: Vector3
  readonly angle: number
  /** Chunks that were not known when this one was built: it must be built again when they come. */
  readonly missing: ReadonlySet<number>
}

/** A chunk that is being built, and what of its surroundings it is built without. */
type ChunkBuild = {
  readonly chunk: number
  readonly missing: ReadonlySet<number>
  geometry?: ChunkGeometry
}

/** A chunk waits so long for its neighbours, after the latest that came. */
const PATIENCE_MS = 800
/** So long a frame may spend on painting chunks anew, ms. */
const PAINT_MS = 6

export class TerrainScene {
  readonly group = new Group()
  private readonly chunks = new Map<number, ChunkMesh>()
  private readonly toBuild = new Set<number>()
  /** By chunk, in the order in which they were begun: being built, or built and not on the stage yet. */
  private readonly underWay = new Map<number, ChunkBuild>()
  private readonly maker: GeometryMaker
  /** Where the eye was last. */
  private readonly eye = new Vector3()
  private readonly ground: Ground
  private readonly lamps: Lamps
  private readonly shared: Shared
  private quality: Quality
  private overlay: Overlay = 'none'
  private readonly middles = new Map<number, Vector>()
  private readonly around = new Map<number, readonly number[]>()
  /** Chunks that are here or on their way. */
  private expected: ReadonlySet<number> = new Set()
  /** When a chunk came last. */
  private cameAt = 0
  private served: ReadonlySet<number> = new Set()
  /** Chunks whose colours are to be written anew. */
  private readonly toPaint = new Set<number>()

  constructor(
    ground: Ground,
    lamps: Lamps,
    shared: Shared,
    quality: Quality,
    maker: GeometryMaker,
  ) {
    this.ground = ground
    this.lamps = lamps
    this.shared = shared
    this.quality = quality
    this.maker = maker
    const unseen = practiceGround(shared, quality)
    // Its shaders are translated before the first chunk has come.
    unseen.visible = false
    this.group.add(unseen)
  }

  get built(): number {
    return this.chunks.size
  }

  get idle(): boolean {
    return this.toBuild.size === 0 && this.toPaint.size === 0 && this.underWay.size === 0
  }

  setQuality(quality: Quality): void {
    this.quality = quality
    for (const { mesh } of this.chunks.values()) {
      mesh.material.defines = { ...mesh.material.defines, QUALITY: levelOf(quality) }
      mesh.material.needsUpdate = true
    }
  }

  /** Tells which chunks are watched: those that have not come yet are worth waiting for. */
  expect(chunks: ReadonlySet<number>): void {
    this.expected = chunks
  }

  reliefCame(chunks: readonly number[]): void {
    if (chunks.length > 0) this.cameAt = performance.now()
    for (const chunk of chunks) {
      this.toBuild.add(chunk)
      // What is half built was built on what was not known, or was otherwise, a moment ago.
      for (const build of [...this.underWay.values()]) {
        if (build.chunk !== chunk && !build.missing.has(chunk)) continue
        this.toBuild.add(build.chunk)
        this.underWay.delete(build.chunk)
      }
      for (const [other, { missing }] of this.chunks)
        if (missing.has(chunk)) this.toBuild.add(other)
    }
  }

  /** Repaints cells, and for those with another owner the borders of their neighbours too. */
  cellsChanged(cells: readonly number[], owners: readonly number[]): void {
    for (const cell of cells) {
      const known = this.chunks.get(chunkOf(this.ground.sphere.n, cell))
      if (!known) continue
      const place = this.placeOf(known, cell)
      this.paintNature(known, cell, place)
      known.nature.needsUpdate = true
      // The smog over it, and ore that was dug out.
      writeHuman(this.ground.sphere, this.ground.planet, cell, place, bytesOf(known.human))
      known.human.needsUpdate = true
    }
    for (const cell of owners) {
      this.paintHuman(cell)
      for (const neighbour of this.ground.sphere.ring(cell)) this.paintHuman(neighbour)
    }
  }

  /** Lamps were lit or went out near these cells: their corners, and those they share, are bright anew. */
  lightChanged(cells: Iterable<number>): void {
    const { sphere } = this.ground
    const touched = new Set<number>()
    for (const cell of cells) for (const one of [cell, ...sphere.ring(cell)]) touched.add(one)
    for (const cell of touched) {
      const known = this.chunks.get(chunkOf(sphere.n, cell))
      if (!known) continue
      writeLamps(
        this.lamps,
        cell,
        sphere.ring(cell),
        this.placeOf(known, cell),
        bytesOf(known.lamps),
      )
      known.lamps.needsUpdate = true
    }
  }

  setOverlay(overlay: Overlay): void {
    this.overlay = overlay
    this.shared.uOverlay.value = overlay === 'none' ? 0 : 1
    this.shared.uOwnerWash.value = overlay === 'owner' ? 0.6 : 0
    this.served = overlay === 'power' ? poweredCells(this.ground.planet) : new Set()
    for (const chunk of this.chunks.keys()) this.toPaint.add(chunk)
  }

  /** Who is served by which pole may have changed. */
  structuresChanged(): void {
    if (this.overlay === 'power') this.setOverlay('power')
  }

  /**
   * Does a little work, so that no frame waits long: has chunks built, those before the eye first, and puts on the stage what
   * was built, or paints some anew.
   * @param workMs so long it may take
   * @returns whether there is anything new to be seen
   */
  work(eye: Vector3, workMs: number): boolean {
    this.eye.copy(eye)
    const began = performance.now()
    this.order(began + workMs)
    let news = false
    for (const { chunk, geometry, missing } of [...this.underWay.values()]) {
      if (!geometry) continue
      this.stand(chunk, geometry, missing)
      this.underWay.delete(chunk)
      news = true
      if (performance.now() > began + workMs) return news
    }
    for (const paint of this.toPaint) {
      this.toPaint.delete(paint)
      this.paint(paint)
      news = true
      if (performance.now() > began + PAINT_MS) break
    }
    return news
  }

  /** Has chunks built while there is room. @param until where they are built here, no longer than this, ms */
  private order(until: number): void {
    while (this.maker.free && this.toBuild.size > 0) {
      const chunk = this.nearestTo(this.eye)
      if (chunk === undefined) return
      this.begin(chunk)
      if (!this.maker.beside && performance.now() > until) return
    }
  }

  /** The chunk to be built whose middle lies nearest before the eye; undefined when none is left or ripe. */
  private nearestTo(eye: Vector3): number | undefined {
    const patient = performance.now() - this.cameAt < PATIENCE_MS
    let nearest: number | undefined
    let best = Number.NEGATIVE_INFINITY
    for (const chunk of this.toBuild) {
      if (patient && !this.isRipe(chunk)) continue
      const [x, y, z] = this.middleOf(chunk)
      const facing = x * eye.x + y * eye.y + z * eye.z
      if (facing > best) {
        best = facing
        nearest = chunk
      }
    }
    return nearest
  }

  /** Built before its neighbours have come, a chunk would have to be built again when they do. */
  private isRipe(chunk: number): boolean {
    const { chunkTick } = this.ground.planet
    return this.aroundOf(chunk).every((next) => chunkTick[next]! >= 0 || !this.expected.has(next))
  }

  private aroundOf(chunk: number): readonly number[] {
    const known = this.around.get(chunk) ?? chunksAround(this.ground.sphere.n, chunk)
    this.around.set(chunk, known)
    return known
  }

  private middleOf(chunk: number): Vector {
    const known = this.middles.get(chunk)
    if (known) return known
    const cells = cellsOfChunk(this.ground.sphere.n, chunk)
    const middle = this.ground.sphere.centre(cells[Math.floor(cells.length / 2)] ?? cells[0]!)
    this.middles.set(chunk, middle)
    return middle
  }

  private paint(chunk: number): void {
    const known = this.chunks.get(chunk)
    if (!known) return
    for (const cell of cellsOfChunk(this.ground.sphere.n, chunk)) {
      this.paintNature(known, cell, this.placeOf(known, cell))
    }
    known.nature.needsUpdate = true
  }

  /** Forgets the meshes of chunks that are not wanted any more. */
  keepOnly(wanted: ReadonlySet<number>): void {
    for (const chunk of [...this.chunks.keys()]) if (!wanted.has(chunk)) this.drop(chunk)
    for (const chunk of [...this.toBuild]) if (!wanted.has(chunk)) this.toBuild.delete(chunk)
    for (const chunk of [...this.underWay.keys()]) {
      if (!wanted.has(chunk)) this.underWay.delete(chunk)
    }
  }

  /** Hides what lies beyond the horizon of the eye. @param afar whether fewer triangles will do */
  cull(eye: Vector3, afar: boolean): void {
    const { radius } = this.ground.sphere
    const distance = eye.length()
    const horizon =
      Math.acos(Math.min(1, radius / distance)) + Math.acos(radius / (radius + HIGHEST_TOP))
    const towards = eye.clone().divideScalar(distance)
    this.shared.uDetail.value = afar ? 0 : 1
    for (const { mesh, middle, angle, fanEntries, wallEntries } of this.chunks.values()) {
      mesh.visible = towards.angleTo(middle) < horizon + angle
      if (afar) mesh.geometry.setDrawRange(fanEntries, Number.POSITIVE_INFINITY)
      else mesh.geometry.setDrawRange(0, fanEntries + wallEntries)
    }
  }

  private begin(chunk: number): void {
    this.toBuild.delete(chunk)
    const { sphere, planet } = this.ground
    const relief = readRelief(planet, chunk)
    const missing = new Set<number>()
    relief.patch.cells.forEach((cell, place) => {
      if (relief.terrain[place] === terrainCode.none) missing.add(chunkOf(sphere.n, cell))
    })
    const build: ChunkBuild = { chunk, missing }
    this.underWay.set(chunk, build)
    this.maker.make(relief, (geometry) => {
      // Nobody wants it any more, or it has been begun anew: then this one is let go.
      if (this.underWay.get(chunk) === build) build.geometry = geometry
      if (this.maker.beside) this.order(0)
    })
  }

  /** Puts what was built in the place of what stood there. */
  private stand(chunk: number, geometry: ChunkGeometry, missing: ReadonlySet<number>): void {
    const { sphere, planet } = this.ground
    this.drop(chunk)
    const buffer = new BufferGeometry()
    buffer.setAttribute('position', new BufferAttribute(geometry.positions, 3))
    buffer.setAttribute('surface', new BufferAttribute(geometry.surface, 4, true))
    buffer.setIndex(new BufferAttribute(geometry.index, 1))
    const middle = new Vector3(...geometry.middle)
    buffer.boundingSphere = new BoundingSphere(
      middle.clone().multiplyScalar(sphere.radius),
      2 * Math.sin(Math.min(Math.PI, geometry.angle) / 2) * sphere.radius + HIGHEST_TOP,
    )
    const nature = createMarks()
    const human = createMarks()
    const lamps = createMarks()
    const mesh = new Mesh(
      buffer,
      createTerrainMaterial(this.shared, this.quality, nature, human, lamps),
    )
    castsShadow(mesh)
    mesh.matrixAutoUpdate = false
    mesh.userData.chunk = chunk
    this.group.add(mesh)
    cellsOfChunk(sphere.n, chunk).forEach((cell, place) => {
      this.paintNature({ nature }, cell, place)
      writeHuman(sphere, planet, cell, place, bytesOf(human))
    })
    nature.needsUpdate = true
    human.needsUpdate = true
    const { angle, fanEntries, wallEntries } = geometry
    this.chunks.set(chunk, {
      columns: columnsOf(sphere.n, chunk),
      mesh,
      nature,
      human,
      lamps,
      middle,
      angle,
      fanEntries,
      wallEntries,
      missing,
    })
    lamps.needsUpdate = true
    this.lightChunk(chunk)
  }

  private lightChunk(chunk: number): void {
    const { n } = this.ground.sphere
    const about = new Set([chunk, ...this.aroundOf(chunk)])
    const lit: number[] = []
    for (const cell of this.lamps.cells) if (about.has(chunkOf(n, cell))) lit.push(cell)
    this.lightChanged(lit)
  }

  private paintNature({ nature }: Pick<ChunkMesh, 'nature'>, cell: number, place: number): void {
    writeNature(this.ground.planet, cell, place, bytesOf(nature), this.overlay, this.served)
  }

  private paintHuman(cell: number): void {
    const known = this.chunks.get(chunkOf(this.ground.sphere.n, cell))
    if (!known) return
    const { sphere, planet } = this.ground
    writeHuman(sphere, planet, cell, this.placeOf(known, cell), bytesOf(known.human))
    known.human.needsUpdate = true
  }

  private placeOf({ columns }: ChunkMesh, cell: number): number {
    return placeInChunk(columns, offsetInChunk(this.ground.sphere.n, cell))
  }

  /** Ends the worker; nothing is built after it. */
  dispose(): void {
    this.maker.close()
    for (const chunk of [...this.chunks.keys()]) this.drop(chunk)
  }

  private drop(chunk: number): void {
    const known = this.chunks.get(chunk)
    if (!known) return
    this.group.remove(known.mesh)
    known.mesh.geometry.dispose()
    known.mesh.material.dispose()
    known.nature.dispose()
    known.human.dispose()
    known.lamps.dispose()
    this.chunks.delete(chunk)
  }
}

function levelOf(quality: Quality): number {
  return quality === 'low' ? 0 : quality === 'medium' ? 1 : 2
}

function bytesOf(texture: DataTexture): Uint8Array {
  return texture.image.data as Uint8Array
}
