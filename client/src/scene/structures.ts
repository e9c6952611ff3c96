// Machines, belts with what lies on them, smoke and warnings, drawn from the structures that are known.

import { Color, Group, Vector3 } from 'three'
import type { StructureView } from '../../../src/domain/chunkView.ts'
import { neighbour } from '../../../src/domain/grid/neighbours.ts'
import { type PrototypeKind, prototypeNamed } from '../../../src/domain/prototypes.ts'
import type { Lamps } from '../planet/lamps.ts'
import { ownerColour } from '../planet/marks.ts'
import { BeltItems } from './beltItems.ts'
import { BeltRibbons, type BeltWay, beltWays } from './belts.ts'
import { Blobs } from './blobs.ts'
import { createModelMaterial, type Instance, Instances } from './instances.ts'
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
/** Kinds that a pipe is seen to lead to. */
const piped: readonly (PrototypeKind | undefined)[] = ['pipe', 'pump', 'crafter']

export type Walker = { readonly cell: number; readonly index: number }

export class StructureScene {
  readonly group = new Group()
  private readonly machines = new Map<string, Instances>()
  private readonly items: BeltItems
  private ways: readonly BeltWay[] = []
  private readonly pipeArms: Instances
  private readonly warnings: Instances
  private readonly walkers: Instances
  private readonly ribbons: BeltRibbons
  private readonly blobs: Blobs
  private readonly smoke: Smoke
  private readonly ground: Ground
  private readonly lamps: Lamps
  private readonly material

  constructor(ground: Ground, lamps: Lamps, shared: Shared) {
    this.ground = ground
    this.lamps = lamps
    this.material = createModelMaterial(shared)
    this.items = new BeltItems(shared)
    this.pipeArms = new Instances(pipeArm(), this.material)
    this.warnings = new Instances(warning(), this.material)
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

  rebuild(): void {
    const byPrototype = new Map<string, StructureView[]>()
    for (const structure of this.ground.planet.structures.values()) {
      const list = byPrototype.get(structure.prototype) ?? []
      list.push(structure)
      byPrototype.set(structure.prototype, list)
    }
    const belts = byPrototype.get('belt') ?? []
    byPrototype.delete('belt')
    for (const prototype of new Set([...byPrototype.keys(), ...this.machines.keys()])) {
      this.machinesOf(prototype).fill(
        (byPrototype.get(prototype) ?? []).map((structure) => this.instanceOf(structure)),
      )
    }
    this.rebuildBelts(belts)
    this.pipeArms.fill((byPrototype.get('pipe') ?? []).flatMap((pipe) => this.armsOf(pipe)))
    const machines = [...byPrototype.values()].flat()
    this.blobs.fill(() =>
      machines.map(({ cell }) => ({ at: topPoint(this.ground, cell), radius: 0.78, height: 1.1 })),
    )
    this.warnings.fill(
      machines.filter(({ status }) => unseen.includes(status)).map((one) => this.warningOver(one)),
    )
    this.smoke.fill(
      machines
        .filter(({ prototype, status }) => chimneys[prototype] && status === 'working')
        .flatMap((structure) => {
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

  /** Only what lies on belts has changed. */
  refillBelts(): void {
    this.items.fill(this.ways, (cell) => this.ground.planet.tracks.get(cell))
  }

  private rebuildBelts(belts: readonly StructureView[]): void {
    this.ways = beltWays(this.ground, this.lamps, belts)
    this.ribbons.build(this.ways)
    this.refillBelts()
  }

  private machinesOf(prototype: string): Instances {
    const known = this.machines.get(prototype)
    if (known) return known
    const instances = new Instances(modelOf(prototype), this.material)
    castsShadow(instances.mesh)
    this.machines.set(prototype, instances)
    this.group.add(instances.mesh)
    return instances
  }

  private instanceOf(structure: StructureView): Instance {
    const { cell, direction, owner, status } = structure
    return {
      matrix: standing(
        topPoint(this.ground, cell),
        upAt(this.ground, cell),
        tangentTo(this.ground, cell, direction),
        MODEL_SCALE,
      ),
      tint: tints[ownerColour(owner)]!,
      state: status === 'blueprint' ? 0 : status === 'working' ? 2 : 1,
      light: this.lamps.brightness(cell),
    }
  }

  /** An arm towards each neighbour that a pipe can give to or take from. */
  private armsOf(pipe: StructureView): Instance[] {
    const { planet } = this.ground
    return [0, 1, 2, 3, 4, 5].flatMap((direction) => {
      const next = neighbour(planet.n, pipe.cell, direction)
      const other = next < 0 ? undefined : planet.structures.get(next)
      const leads =
        other?.owner === pipe.owner && piped.includes(prototypeNamed(other.prototype)?.kind)
      return leads ? [this.instanceOf({ ...pipe, direction })] : []
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
