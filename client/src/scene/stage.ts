// The stage: renderer, scene, camera and the loop of frames. React knows nothing of what moves here.

import { Group, PerspectiveCamera, Scene, Vector2, Vector3, type WebGLRenderer } from 'three'
import { chunkCount, chunkOf } from '../../../src/domain/grid/chunk.ts'
import { cellAtDirection } from '../../../src/domain/grid/position.ts'
import type { PlanetCells } from '../planet/cells.ts'
import { Lamps } from '../planet/lamps.ts'
import type { Overlay } from '../planet/overlays.ts'
import { pickCell, type Relief } from '../planet/picking.ts'
import { HIGHEST_TOP, heightOf, LOWEST_TOP } from '../planet/relief.ts'
import type { Sphere } from '../planet/sphere.ts'
import { TICK_ROUND } from './beltItems.ts'
import { OrbitCamera } from './camera.ts'
import type { Easel } from './easel.ts'
import { FarGlobe } from './farGlobe.ts'
import { type Highlighted, Highlights } from './highlights.ts'
import type { Ground } from './placing.ts'
import { PlantScene } from './plants.ts'
import { portraitOf } from './portraits.ts'
import { allowances, type Quality, qualityAfter } from './quality.ts'
import { createShared, type Shared } from './shading.ts'
import { castsShadow, Shadows } from './shadows.ts'
import { createSky, type Sky } from './sky.ts'
import { StructureScene, type Walker } from './structures.ts'
import { TerrainScene } from './terrain.ts'

export type StageOptions = {
  readonly easel: Easel
  readonly planet: PlanetCells
  readonly sphere: Sphere
  readonly seed: number
  /** For who prefers reduced motion. */
  readonly calm: boolean
  /** The tick to draw, with its fraction. */
  tickNow(): number
  /** Called after every frame, for what lies over the canvas. */
  onFrame(): void
  onQuality(quality: Quality): void
}

/** A day of the planet, in ticks: 30 minutes at 20 ticks a second. */
const DAY_TICKS = 36_000
/** After so long without a hand on it the picture may be drawn less often. */
const RESTS_AFTER_MS = 600
/** Frames whose mean cost decides the quality, after the first planet stands. */
const MEASURED_FRAMES = 24
/** Plants are listed anew so long after the focus or a structure changed, and so long after anything grew. */
const PLANTS_MOVED_MS = 350
const PLANTS_GROWN_MS = 4000
/** So long a frame may spend on building chunks; more before the first planet, when nothing moves yet. */
const BUILD_MS = 7
const BUILD_FIRST_MS = 100
/** Until the first planet stands it is drawn so seldom, where nothing moves; and so seldom where nothing new has come. */
const FIRST_INTERVAL_MS = 500
const IDLE_INTERVAL_MS = 2000
/** So often it is asked whether the graphics device is done. */
const FENCE_MS = 5
/** Planets of at most so many chunks are watched whole. */
const WHOLE_MOST = 64
/** From farther than this clouds cast shadows; nearer they would be hard patches over whoever works there. */
const CLOUDS_CAST_FROM = 110
/** Plants are not drawn from farther than this, in units of the scene. */
const PLANTS_FARTHEST = 62

export class Stage {
  readonly camera: OrbitCamera
  readonly shared: Shared
  /** Frames drawn, and the mean time between the latest, ms. */
  frames = 0
  frameMs = 0
  /** Ticks by which the sun is ahead of the world's: for pictures of the night. */
  dayShift = 0
  private readonly options: StageOptions
  private readonly renderer: WebGLRenderer
  private readonly scene = new Scene()
  private readonly eye = new PerspectiveCamera(38, 1, 1, 1000)
  private readonly ground: Ground
  private readonly terrain: TerrainScene
  private readonly structures: StructureScene
  private readonly plants: PlantScene
  private readonly highlights: Highlights
  private readonly sky: Sky
  private readonly lamps: Lamps
  private shadows: Shadows | undefined
  private readonly relief: Relief
  /** Until the planet stands, and for good where it is too large to be watched whole. */
  private farGlobe: FarGlobe | undefined
  private quality: Quality
  private shift = { x: 0, y: 0 }
  private touchedAt = 0
  /** All that is not the planet itself. */
  private readonly detail = new Group()
  private running = false
  private standing = false
  /** The shaders of the coarse planet and of the sky are translated. */
  private primed = false
  /** Until the ground was seen, nothing is made that stands on it. */
  private furnishing = false
  private letFurnish = () => {}
  private readonly groundSeen = new Promise<void>((resolve) => {
    this.letFurnish = resolve
  })
  private dressed = false
  /** Chunks came since the picture was drawn. */
  private undrawn = false
  private lastFrame = 0
  private plantsAt = { cell: -1, version: -1, ms: 0 }
  private composer: { render(): void; setSize(width: number, height: number): void } | undefined

  constructor(options: StageOptions) {
    this.options = options
    const { easel, planet, sphere } = options
    this.quality = easel.quality
    this.renderer = easel.renderer
    this.shared = createShared(sphere.radius)
    this.ground = { sphere, planet }
    this.camera = new OrbitCamera(this.eye, sphere.radius, options.calm)
    this.lamps = new Lamps(sphere.n)
    this.terrain = new TerrainScene(this.ground, this.lamps, this.shared, this.quality, easel.maker)
    this.structures = new StructureScene(this.ground, this.lamps, this.shared)
    const { plantsPerCell } = this.allowance
    this.plants = new PlantScene(this.ground, this.lamps, this.shared, plantsPerCell)
    this.highlights = new Highlights(this.ground, this.shared)
    this.sky = createSky(this.shared, options.seed, this.allowance)
    const lasts = chunkCount(sphere.n) > WHOLE_MOST
    this.farGlobe = new FarGlobe(sphere.n, options.seed, this.shared, lasts)
    this.scene.add(this.farGlobe.mesh)
    this.relief = {
      n: sphere.n,
      radius: sphere.radius,
      lowest: LOWEST_TOP,
      highest: HIGHEST_TOP,
      heightOf: (cell) => heightOf(planet, cell),
    }
    this.detail.add(this.sky.near, this.structures.group, this.plants.group, this.highlights.group)
    this.detail.visible = this.terrain.group.visible = false
    this.scene.add(this.sky.far, this.terrain.group, this.detail)
    this.turnSun()
    this.castShadows()
    this.resize()
    options.onQuality(this.quality)
  }

  /** The ground of everything that is known is drawn. */
  get grounded(): boolean {
    return this.terrain.built > 0 && this.terrain.idle && this.terrain.group.visible
  }

  /** Everything that is known stands on the stage. */
  get settled(): boolean {
    return this.grounded && this.dressed
  }

  /** Unit vector to the sun. */
  get sun(): Vector3 {
    return this.shared.uSun.value
  }

  start(): void {
    this.running = true
    requestAnimationFrame(this.frame)
    void this.dress()
  }

  dispose(): void {
    this.running = false
    this.terrain.dispose()
    this.renderer.dispose()
  }

  resize(): void {
    const { canvas } = this.options.easel
    const width = canvas.clientWidth || window.innerWidth
    const height = canvas.clientHeight || window.innerHeight
    const ratio = Math.min(window.devicePixelRatio || 1, this.allowance.pixelRatioMax)
    this.renderer.setPixelRatio(ratio)
    this.renderer.setSize(width, height, false)
    this.composer?.setSize(width * ratio, height * ratio)
    this.eye.aspect = width / height
    this.eye.setViewOffset(
      width,
      height,
      -this.shift.x * width,
      -this.shift.y * height,
      width,
      height,
    )
    // A narrow screen sees as much of the planet in width as a wide one does in height.
    this.eye.zoom = Math.min(1, this.eye.aspect * 1.15)
    this.eye.updateProjectionMatrix()
  }

  /** Moves the picture aside for a card, by shares of the width (right) and height (down). */
  setShift(x: number, y: number): void {
    this.shift = { x, y }
    this.resize()
  }

  /** Somebody moved a hand: the picture must follow at once. */
  touch(): void {
    this.touchedAt = performance.now()
  }

  setQuality(quality: Quality): void {
    if (quality === this.quality) return
    this.quality = quality
    this.terrain.setQuality(quality)
    this.castShadows()
    // Where no shadows are cast, patches stand for them.
    this.structures.rebuild()
    this.plantsAt = { ...this.plantsAt, cell: -1 }
    if (quality === 'high' && this.dressed) void this.addBloom()
    else this.composer = undefined
    this.resize()
    this.options.onQuality(quality)
  }

  highlight(highlighted: Highlighted): void {
    this.highlights.show(highlighted)
  }

  /** Tells which chunks are watched. */
  expect(chunks: ReadonlySet<number>): void {
    this.terrain.expect(chunks)
  }

  /** Resolves when the graphics device has painted all that it was told to. */
  async painted(): Promise<void> {
    const gl = this.renderer.getContext() as WebGL2RenderingContext
    const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0)
    if (!fence) return
    gl.flush()
    while (!gl.isContextLost() && gl.getSyncParameter(fence, gl.SYNC_STATUS) !== gl.SIGNALED) {
      await new Promise((resolve) => setTimeout(resolve, FENCE_MS))
    }
    gl.deleteSync(fence)
  }

  /** Brings what stands on the ground and drifts over it. */
  furnish(): void {
    this.letFurnish()
  }

  /** The first planet stands: from here on no frame may wait for much. */
  stood(): void {
    this.standing = true
    if (chunkCount(this.ground.sphere.n) > WHOLE_MOST || !this.farGlobe) return
    this.scene.remove(this.farGlobe.mesh)
    this.farGlobe.dispose()
    this.farGlobe = undefined
  }

  /** Forgets what is drawn of other chunks. */
  keepOnly(chunks: ReadonlySet<number>): void {
    this.terrain.keepOnly(chunks)
  }

  setWalkers(walkers: readonly Walker[]): void {
    this.structures.setWalkers(walkers.filter(({ cell }) => this.ground.planet.knows(cell)))
  }

  /** The cell under a point of the page, or -1. */
  pick(clientX: number, clientY: number): number {
    const box = this.options.easel.canvas.getBoundingClientRect()
    const point = new Vector2(
      ((clientX - box.left) / box.width) * 2 - 1,
      1 - ((clientY - box.top) / box.height) * 2,
    )
    const origin = this.eye.position
    const ray = new Vector3(point.x, point.y, 0.5).unproject(this.eye).sub(origin).normalize()
    return pickCell(this.relief, origin.toArray(), ray.toArray())
  }

  /** Pictures of machines, as data URLs by prototype. */
  portraits(prototypes: readonly string[]): Record<string, string> {
    return Object.fromEntries(
      prototypes.map((prototype) => [prototype, portraitOf(this.renderer, prototype)]),
    )
  }

  /** The picture as it is, as a PNG: drawn anew, because a canvas forgets what it has shown. */
  picture(): Promise<Blob | null> {
    this.draw(0, performance.now())
    return new Promise((resolve) => this.options.easel.canvas.toBlob(resolve, 'image/png'))
  }

  /** Which cell the graphics device draws at every pixel: the oracle of the arithmetic picking, for tests. */
  async scan(): Promise<{ width: number; height: number; cells: readonly number[] }> {
    const { scanCells } = await import('./pickOracle.ts')
    const { clientWidth, clientHeight } = this.options.easel.canvas
    return scanCells(
      this.renderer,
      this.terrain.group,
      this.eye,
      this.ground.sphere.n,
      clientWidth,
      clientHeight,
    )
  }

  /** Colours the ground by one thing that matters. */
  setOverlay(overlay: Overlay): void {
    this.terrain.setOverlay(overlay)
    this.touch()
  }

  /** The cell in the middle of the view. */
  focusCell(): number {
    return cellAtDirection(this.ground.sphere.n, this.camera.focus.toArray())
  }

  /** Flies to a cell, near enough to work there. */
  visit(cell: number, distance = 22): void {
    this.camera.flyTo(new Vector3(...this.ground.sphere.centre(cell)), distance)
  }

  /** Where a point above a cell is on the page; undefined where it is not seen. */
  project(cell: number, above: number): { x: number; y: number } | undefined {
    const up = new Vector3(...this.ground.sphere.centre(cell))
    const height = this.ground.sphere.radius + heightOf(this.ground.planet, cell) + above
    const point = up.clone().multiplyScalar(height)
    if (this.eye.position.clone().sub(point).dot(up) < 0) return undefined
    const { x, y, z } = point.project(this.eye)
    if (z > 1 || Math.abs(x) > 1.1 || Math.abs(y) > 1.1) return undefined
    const box = this.options.easel.canvas.getBoundingClientRect()
    return { x: box.left + ((x + 1) / 2) * box.width, y: box.top + ((1 - y) / 2) * box.height }
  }

  /** Chunks that can be seen from where the eye is, nearest first, at most `limit`. */
  chunksInView(limit: number): number[] {
    const { n, radius } = this.ground.sphere
    const count = chunkCount(n)
    if (count <= limit) return Array.from({ length: count }, (_, chunk) => chunk)
    return nearestChunks(n, this.camera.focus, this.eye.position.length() / radius, limit)
  }

  private get allowance() {
    return allowances[this.quality]
  }

  private readonly frame = (now: number): void => {
    if (!this.running) return
    requestAnimationFrame(this.frame)
    const elapsed = now - this.lastFrame
    const { frameIntervalMs, restIntervalMs } = this.allowance
    if (document.hidden) return
    if (!this.primed) {
      this.farGlobe?.work(this.eye.position)
      this.readPlanet()
      return
    }
    if (!this.standing && this.frames > 0 && !this.camera.moving && this.waits(elapsed)) {
      this.readPlanet()
      return
    }
    const resting = this.settled && !this.camera.moving && now - this.touchedAt > RESTS_AFTER_MS
    if (elapsed < (resting ? restIntervalMs : frameIntervalMs)) return
    this.lastFrame = now
    this.frameMs += (Math.min(elapsed, 1000) - this.frameMs) * 0.1
    this.draw(Math.min(elapsed, 250), now)
    this.frames++
    if (this.options.easel.guessed && this.settled) this.measure()
    this.options.onFrame()
  }

  /** What is half built need not be drawn often: the graphics device has the first planet's shaders to translate. */
  private waits(elapsedMs: number): boolean {
    if (!this.undrawn) return elapsedMs < IDLE_INTERVAL_MS
    return elapsedMs < FIRST_INTERVAL_MS && !this.grounded
  }

  private draw(elapsedMs: number, now: number): void {
    this.shared.uTime.value = this.options.calm ? 0 : now / 1000
    this.shared.uTick.value = this.options.tickNow() % TICK_ROUND
    this.turnSun()
    this.camera.update(elapsedMs, heightOf(this.ground.planet, this.focusCell()))
    this.shared.uCamera.value.copy(this.eye.position)
    this.readPlanet()
    this.structures.breathe(now)
    if (this.farGlobe?.work(this.eye.position) && this.standing) this.touch()
    this.terrain.cull(this.eye.position, this.camera.distance > this.allowance.detailReach)
    this.growPlants(now)
    if (!this.options.calm) this.sky.clouds.rotation.y += elapsedMs * 4e-6
    for (const cloud of this.sky.clouds.children) {
      castsShadow(cloud, this.camera.distance > CLOUDS_CAST_FROM)
    }
    if (this.dressed) this.shadows?.update(this.renderer, this.scene, this.camera, now)
    if (this.composer) this.composer.render()
    else this.renderer.render(this.scene, this.eye)
    this.undrawn = false
  }

  /** Takes over what the world has told, and builds some of it. */
  private readPlanet(): void {
    const { planet } = this.ground
    const { relief, cells, owners, structures, rebuilt, carried } = planet.drain()
    this.terrain.reliefCame(relief)
    this.terrain.cellsChanged(cells, owners)
    if (relief.length > 0 && this.standing) this.touch()
    const buildMs = this.standing ? BUILD_MS : BUILD_FIRST_MS
    if (this.terrain.work(this.eye.position, buildMs)) this.undrawn = true
    if (rebuilt) this.terrain.structuresChanged()
    const lit = this.lamps.update(structures, (cell) => planet.structures.get(cell))
    this.terrain.lightChanged(lit)
    if (rebuilt || relief.length > 0) this.shadows?.stale()
    // Until then nothing of it is made: it begins with all that stands.
    if (!this.furnishing) return
    if (relief.length > 0) this.structures.rebuild()
    else {
      this.structures.update(structures, lit, rebuilt)
      this.structures.refillBelts(carried)
    }
  }

  private growPlants(now: number): void {
    const { planet } = this.ground
    if (this.camera.distance > PLANTS_FARTHEST) {
      this.plants.hide()
      this.plantsAt = { ...this.plantsAt, cell: -1 }
      return
    }
    const cell = this.focusCell()
    const { plantsAt } = this
    const moved = cell !== plantsAt.cell || planet.version !== plantsAt.version
    const age = now - plantsAt.ms
    if (plantsAt.cell >= 0 && age < (moved ? PLANTS_MOVED_MS : PLANTS_GROWN_MS)) return
    this.plantsAt = { cell, version: planet.version, ms: now }
    this.plants.show(cell, this.allowance.plantReach)
    this.shadows?.stale()
  }

  /**
   * Shows the ball and the sky, then the ground, then what stands on it: each when the graphics device has translated its
   * shaders, which it does beside the rest of the start. What stands on the ground waits until the ground was seen.
   */
  private async dress(): Promise<void> {
    const { renderer, scene, eye, terrain, detail } = this
    await this.options.easel.practised
    const seenFirst = [this.sky.far, ...(this.farGlobe ? [this.farGlobe.mesh] : [])]
    await Promise.all(seenFirst.map((one) => renderer.compileAsync(one, eye, scene)))
    this.primed = true
    await renderer.compileAsync(terrain.group, eye, scene)
    terrain.group.visible = true
    this.undrawn = true
    await this.groundSeen
    this.furnishing = true
    this.structures.rebuild()
    await renderer.compileAsync(detail, eye, scene)
    this.dressed = detail.visible = true
    this.undrawn = true
    if (this.quality === 'high') void this.addBloom()
  }

  private turnSun(): void {
    const time = this.options.tickNow() + this.dayShift
    const angle = ((time % DAY_TICKS) / DAY_TICKS) * Math.PI * 2
    this.sun.set(Math.cos(angle), 0.32, -Math.sin(angle)).normalize()
    this.sky.moons.rotation.y = angle
  }

  private measured = 0
  private measure(): void {
    this.measured++
    if (this.measured !== MEASURED_FRAMES) return
    this.setQuality(qualityAfter(this.quality, this.frameMs))
  }

  private castShadows(): void {
    this.shadows?.dispose()
    const { shadowSide } = this.allowance
    this.shadows = shadowSide === 0 ? undefined : new Shadows(this.shared, shadowSide)
  }

  private async addBloom(): Promise<void> {
    const { createBloom } = await import('./bloom.ts')
    if (this.quality !== 'high') return
    this.composer = createBloom(this.renderer, this.scene, this.eye)
  }
}

/** Looks in rings about the focus, out to the horizon. */
function nearestChunks(n: number, focus: Vector3, height: number, limit: number): number[] {
  const found = new Set<number>()
  const horizon = Math.acos(Math.min(1, 1 / height)) + 0.12
  const side = new Vector3(0.3, 0.5, 0.8).cross(focus).normalize()
  const step = 28 / n
  for (let angle = 0; angle <= horizon && found.size < limit; angle += step) {
    const samples = Math.max(1, Math.ceil((2 * Math.PI * Math.sin(angle)) / step))
    for (let turn = 0; turn < samples && found.size < limit; turn++) {
      const axis = side.clone().applyAxisAngle(focus, (turn / samples) * Math.PI * 2)
      const at = focus.clone().applyAxisAngle(axis, angle)
      found.add(chunkOf(n, cellAtDirection(n, at.toArray())))
    }
  }
  return [...found]
}
