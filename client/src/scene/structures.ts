// Machines, belts with what lies on them, smoke and warnings, drawn from the structures that are known.

import { Color, Group, Vector3 } from 'three'
import type { StructureView } from '../../../src/domain/chunkView.ts'
import { DIRECTIONS, neighbour, neighboursOf } from '../../../src/domain/grid/neighbours.ts'
import { type PrototypeKind, prototypeNamed } from '../../../src/domain/prototypes.ts'
import { standsAlike } from '../planet/cells.ts'
import type { Lamps } from '../planet/lamps.ts'
import { ownerColour } from '../planet/marks.ts'
import { BeltItems } from './beltItems.ts'
import { BeltRibbons, type BeltWay, beltWay } from './belts.ts'
import { Blobs } from './blobs.ts'
import { createModelMaterial, type Instance, Instances } from './instances.ts'
import { KeyedInstances } from './keyedInstances.ts'
import { pipeArm } from './lineModels.ts'
import type { Place } from './modelParts.ts'
import { modelOf, walker, warning } from './models.ts'
import { type Ground, standing, tangentTo, topPoint, upAt } from './placing.ts'
import { ownerColours, type Shared } from './shading.ts'
import { castsShadow } from './shadows.ts'
import { Smoke } from './smoke.ts'

const MODEL_SCALE = 1.12
const tints = ownerColours.map((colour) => new Color(colour))
const unseen = ['starved', 'blocked', 'exhausted', 'locked', 'unpowered']
/** What smokes at work, and where its chimneys end in its model. */
const chimneys: Readonly<Record<string, readonly Place[]>> = {
  kiln: [[0, 1.46, 0]],
  generator: [
    [-0.24, 1.26, -0.3],
    [0.24, 1.26, -0.3],
  ],
  launcher: [[0, 0.3, 0]],
}
/** Smoke rises and ends so long after its chimney at most, ms: its list is made anew as a whole. */
const SMOKE_MS = 500
/** Kinds that a pipe is seen to lead to. */
const piped: readonly (PrototypeKind | undefined)[] = ['pipe', 'pump', 'crafter']

export type Walker = { readonly cell: number; readonly index: number }

export class StructureScene {
  readonly group = new Group()
  /** What is drawn on each cell. */
  private readonly drawn = new Map<number, StructureView>()
  private readonly machines = new Map<string, KeyedInstances>()
  private readonly ways = new Map<number, BeltWay>()
  private readonly ribbons: BeltRibbons
  private readonly items: BeltItems
  /** By pipe and direction: cell × 6 + direction. */
  private readonly pipeArms: KeyedInstances
  private readonly warnings: KeyedInstances
  private readonly walkers: Instances
  private readonly blobs: Blobs
  private readonly smoke: Smoke
  private readonly smoking = new Set<number>()
  private smokeStale = false
  private smokedAt = Number.NEGATIVE_INFINITY
  private readonly ground: Ground
  private readonly lamps: Lamps
  private readonly material

  constructor(ground: Ground, lamps: Lamps, shared: Shared) {
    this.ground = ground
    this.lamps = lamps
    this.material = createModelMaterial(shared)
    this.items = new BeltItems(shared)
    this.pipeArms = new KeyedInstances(pipeArm(), this.material)
    this.warnings = new KeyedInstances(warning(), this.material)
    this.walkers = new Instances(walker(), this.material)
    castsShadow(this.walkers.mesh)
    castsShadow(this.pipeArms.mesh)
    this.ribbons = new BeltRibbons(shared)
    this.blobs = new Blobs(shared)
    this.smoke = new Smoke(shared)
    this.group.add(
      this.ribbons.mesh,
      this.blobs.mesh,
      this.items.mesh,
      this.pipeArms.mesh,
      this.warnings.mesh,
      this.walkers.mesh,
      this.smoke.mesh,
    )
  }

  /** Draws all anew: the ground that it stands on has another height, or shadows are cast otherwise. */
  rebuild(): void {
    this.drawn.clear()
    this.ways.clear()
    this.smoking.clear()
    const kept = [this.ribbons, this.items, this.pipeArms, this.warnings, ...this.machines.values()]
    for (const one of kept) one.clear()
    this.update(this.ground.planet.structures.keys(), [], true)
  }

  /**
   * Draws anew what stands on some cells, and what hangs together with it.
   * @param cells whose structure came, went or looks otherwise
   * @param lit cells that lie in another light than before
   * @param rebuilt whether any of the structures came, went, was turned or finished
   */
  update(cells: Iterable<number>, lit: Iterable<number>, rebuilt: boolean): void {
    const { structures } = this.ground.planet
    const about = new Set<number>()
    for (const cell of cells) {
      const structure = structures.get(cell)
      const before = this.drawn.get(cell)
      if (structure && before && standsAlike(structure, before)) this.shade(structure)
      else {
        if (before) this.takeAway(before)
        if (structure) this.stand(structure)
        // Belts come in where another gives to them, and pipes have arms to what stands beside them.
        about.add(cell)
        for (const next of neighboursOf(this.ground.sphere.n, cell)) about.add(next)
      }
      if (structure) this.drawn.set(cell, structure)
      else this.drawn.delete(cell)
    }
    for (const cell of about) this.join(cell)
    for (const cell of lit) this.relight(cell)
    if (rebuilt) this.castBlobs()
  }

  /** What lies on some belts is new. */
  refillBelts(cells: Iterable<number>): void {
    for (const cell of cells) {
      const way = this.ways.get(cell)
      if (way) this.items.put(way, this.ground.planet.tracks.get(cell))
    }
  }

  /** Lets smoke rise where machines have begun to work, and end. @param now ms */
  breathe(now: number): void {
    if (!this.smokeStale || now - this.smokedAt < SMOKE_MS) return
    this.smokeStale = false
    this.smokedAt = now
    const smoking = [...this.smoking].map((cell) => this.drawn.get(cell)!)
    this.smoke.fill(
      smoking.flatMap((structure) => {
        const { matrix } = this.instanceOf(structure)
        const up = upAt(this.ground, structure.cell)
        return (chimneys[structure.prototype] ?? []).map((place) => ({
          at: new Vector3(...place).applyMatrix4(matrix),
          up,
        }))
      }),
    )
  }

  setWalkers(walkers: readonly Walker[]): void {
    this.walkers.fill(
      walkers.map(({ cell, index }) => ({
        matrix: standing(
          topPoint(this.ground, cell),
          upAt(this.ground, cell),
          tangentTo(this.ground, cell, 0),
          1.25,
        ),
        tint: tints[ownerColour(index)]!,
        state: 1,
        light: this.lamps.brightness(cell),
      })),
    )
  }

  private stand(structure: StructureView): void {
    const { cell, prototype } = structure
    if (prototype === 'belt') return
    this.machinesOf(prototype).put(cell, this.instanceOf(structure))
    this.tell(structure)
  }

  /** The same machine works otherwise than before. */
  private shade(structure: StructureView): void {
    const { cell, prototype } = structure
    if (prototype === 'belt') return
    this.machinesOf(prototype).shade(cell, stateOf(structure), this.lamps.brightness(cell))
    this.tell(structure)
  }

  /** What hovers over a machine and rises from it. */
  private tell(structure: StructureView): void {
    const { cell, prototype, status } = structure
    if (unseen.includes(status)) this.warnings.put(cell, this.warningOver(structure))
    else this.warnings.remove(cell)
    const smokes = chimneys[prototype] !== undefined && status === 'working'
    if (smokes === this.smoking.has(cell)) return
    if (smokes) this.smoking.add(cell)
    else this.smoking.delete(cell)
    this.smokeStale = true
  }

  private takeAway({ cell, prototype }: StructureView): void {
    if (prototype === 'belt') {
      this.ways.delete(cell)
      this.ribbons.remove(cell)
      this.items.remove(cell)
      return
    }
    this.machinesOf(prototype).remove(cell)
    this.warnings.remove(cell)
    if (this.smoking.delete(cell)) this.smokeStale = true
    if (prototype === 'pipe') this.withdrawArms(cell)
  }

  /** Draws a belt or a pipe as it hangs together with what stands about it. */
  private join(cell: number): void {
    const structure = this.ground.planet.structures.get(cell)
    if (structure?.prototype === 'belt') this.layBelt(structure)
    else if (structure?.prototype === 'pipe') {
      this.withdrawArms(cell)
      for (const direction of this.armsOf(structure)) {
        const arm = this.instanceOf({ ...structure, direction })
        this.pipeArms.put(cell * DIRECTIONS + direction, arm)
      }
    }
  }

  private layBelt(structure: StructureView): void {
    const way = beltWay(this.ground, this.lamps, structure)
    this.ways.set(structure.cell, way)
    this.ribbons.put(way)
    this.items.put(way, this.ground.planet.tracks.get(structure.cell))
  }

  private relight(cell: number): void {
    const structure = this.drawn.get(cell)
    if (!structure) return
    if (structure.prototype === 'belt') this.layBelt(structure)
    else this.shade(structure)
    if (structure.prototype === 'pipe') this.join(cell)
  }

  private withdrawArms(cell: number): void {
    for (let direction = 0; direction < DIRECTIONS; direction++) {
      this.pipeArms.remove(cell * DIRECTIONS + direction)
    }
  }

  private castBlobs(): void {
    this.blobs.fill(() =>
      [...this.drawn.values()]
        .filter(({ prototype }) => prototype !== 'belt')
        .map(({ cell }) => ({ at: topPoint(this.ground, cell), radius: 0.78, height: 1.1 })),
    )
  }

  private machinesOf(prototype: string): KeyedInstances {
    const known = this.machines.get(prototype)
    if (known) return known
    const instances = new KeyedInstances(modelOf(prototype), this.material)
    castsShadow(instances.mesh)
    this.machines.set(prototype, instances)
    this.group.add(instances.mesh)
    return instances
  }

  private instanceOf(structure: StructureView): Instance {
    const { cell, direction, owner } = structure
    return {
      matrix: standing(
        topPoint(this.ground, cell),
        upAt(this.ground, cell),
        tangentTo(this.ground, cell, direction),
        MODEL_SCALE,
      ),
      tint: tints[ownerColour(owner)]!,
      state: stateOf(structure),
      light: this.lamps.brightness(cell),
    }
  }

  /** The directions of neighbours that a pipe can give to or take from. */
  private armsOf(pipe: StructureView): number[] {
    const { planet } = this.ground
    return [0, 1, 2, 3, 4, 5].filter((direction) => {
      const next = neighbour(planet.n, pipe.cell, direction)
      const other = next < 0 ? undefined : planet.structures.get(next)
      return other?.owner === pipe.owner && piped.includes(prototypeNamed(other.prototype)?.kind)
    })
  }

  private warningOver(structure: StructureView): Instance {
    return {
      matrix: standing(
        topPoint(this.ground, structure.cell),
        upAt(this.ground, structure.cell),
        tangentTo(this.ground, structure.cell, 0),
        structure.prototype === 'depot' ? new Vector3(1, 0.9, 1) : 1,
      ),
      tint: tints[0]!,
      state: 3,
    }
  }
}

const stateOf = ({ status }: StructureView) =>
  status === 'blueprint' ? 0 : status === 'working' ? 2 : 1
