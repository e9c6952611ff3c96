// What grows and lies on the cells near the camera's focus: trees, tufts, crystals, fungus, ore, stones.
// One draw call per kind; the lists are made anew when the focus has moved or something there changed.

import { Color, Group, Vector3 } from 'three'
import { depositCode, lifeCode, terrainCode } from '../../../src/domain/generation/codes.ts'
import { isWater } from '../../../src/domain/generation/terrain.ts'
import { neighboursOf } from '../../../src/domain/grid/neighbours.ts'
import { depositColours } from '../planet/cellColours.ts'
import type { Lamps } from '../planet/lamps.ts'
import { type Blob, Blobs } from './blobs.ts'
import { createModelMaterial, type Instance, Instances } from './instances.ts'
import { type Ground, standing, tangentTo, topPoint, upAt } from './placing.ts'
import { blades, cone, crystals, leafy, lumps, toadstool, tuft } from './plantShapes.ts'
import type { Shared } from './shading.ts'
import { castsShadow } from './shadows.ts'

type Kind =
  | 'tree'
  | 'leafy'
  | 'blades'
  | 'bush'
  | 'tuft'
  | 'crystal'
  | 'fungus'
  | 'ore'
  | 'stone'
  | 'vent'
type Lists = Record<Kind, Instance[]>

const greens = ['#2f7a3e', '#3c8f45', '#57a04a', '#2a6b45'].map((css) => new Color(css))
const leaves = ['#8fae3f', '#a9b545', '#6fa24a', '#c0a944'].map((css) => new Color(css))
/** Grass is listed so many cells about the focus, where its blades can be told apart. */
const GRASS_REACH = 15
const meadow = ['#7db85a', '#93c257', '#5f9f4c', '#b3bf52'].map((css) => new Color(css))
const ores = depositColours.map((css) => new Color(css))
const straw = new Color('#c9b27a')
/** Below so many plants a cell, as at low quality, grass is left out. */
const GRASS_FROM = 5
const grey = new Color('#8d8a86')
const fungusRed = new Color('#c8583a')
const crystalTints = ['#c78bff', '#6be9ff', '#e07bff'].map((css) => new Color(css))

export class PlantScene {
  readonly group = new Group()
  private readonly kinds: Record<Kind, Instances>
  private readonly ground: Ground
  private readonly lamps: Lamps
  private readonly perCell: number
  private readonly blobs: Blobs

  constructor(ground: Ground, lamps: Lamps, shared: Shared, perCell: number) {
    this.ground = ground
    this.lamps = lamps
    this.perCell = perCell
    this.blobs = new Blobs(shared)
    this.group.add(this.blobs.mesh)
    const plain = createModelMaterial(shared, { plain: true })
    const swaying = createModelMaterial(shared, { plain: true, sway: true })
    const shining = createModelMaterial(shared, { plain: true, glow: 0.45 })
    this.kinds = {
      tree: new Instances(cone(), swaying, 1024),
      leafy: new Instances(leafy(), swaying, 512),
      blades: new Instances(blades(), swaying, 512),
      bush: new Instances(lumps(0.3, 2), swaying, 512),
      tuft: new Instances(tuft(), swaying, 512),
      crystal: new Instances(crystals(), shining, 128),
      fungus: new Instances(toadstool(), plain, 128),
      ore: new Instances(lumps(0.2, 3), plain, 512),
      stone: new Instances(lumps(0.18, 3), plain, 512),
      vent: new Instances(lumps(0.24, 3), shining, 64),
    }
    for (const { mesh } of Object.values(this.kinds)) {
      castsShadow(mesh)
      this.group.add(mesh)
    }
  }

  hide(): void {
    this.group.visible = false
  }

  /** @param reach how many cells away things are still drawn */
  show(focus: number, reach: number): void {
    this.group.visible = true
    const lists: Lists = {
      tree: [],
      leafy: [],
      blades: [],
      bush: [],
      tuft: [],
      crystal: [],
      fungus: [],
      ore: [],
      stone: [],
      vent: [],
    }
    for (const [cell, steps] of this.around(focus, reach)) this.grow(cell, lists, steps)
    for (const [kind, instances] of Object.entries(this.kinds)) {
      instances.fill(lists[kind as Kind])
    }
    this.blobs.fill(() => [...lists.tree, ...lists.leafy].map(blobUnder))
  }

  /** Cells within reach, each with its steps from the focus. */
  private around(focus: number, reach: number): Map<number, number> {
    const seen = new Map([[focus, 0]])
    let front = [focus]
    for (let step = 1; step <= reach; step++) {
      const next: number[] = []
      for (const cell of front) {
        for (const reached of neighboursOf(this.ground.sphere.n, cell)) {
          if (seen.has(reached)) continue
          seen.set(reached, step)
          next.push(reached)
        }
      }
      front = next
    }
    return seen
  }

  private grow(cell: number, lists: Lists, steps: number): void {
    const { planet } = this.ground
    const terrain = planet.terrain.at(cell)
    if (terrain === terrainCode.none || isWater(terrain)) return
    const dice = diceOf(cell)
    // A structure needs its ground: only at the rim of its cell something may stay.
    const built = planet.structures.has(cell)
    if (!built) this.growDeposit(cell, dice, lists)
    this.growLife(cell, dice, lists, built)
    if (!built) this.growDecor(cell, terrain, dice, lists)
    if (!built && steps <= GRASS_REACH) this.growGrass(cell, terrain, dice, lists)
  }

  private growDeposit(cell: number, dice: () => number, lists: Lists): void {
    const { planet } = this.ground
    const deposit = planet.deposit.at(cell)
    if (deposit === depositCode.none || deposit === depositCode.water) return
    const amount = planet.amount.at(cell)
    if (amount === 0) return
    const list = deposit === depositCode.vent ? lists.vent : lists.ore
    const rocks = 2 + Math.min(4, Math.floor(Math.log2(1 + amount) / 2))
    for (let rock = 0; rock < rocks; rock++) {
      const size = 0.75 + dice() * 0.95
      list.push(this.scatter(cell, dice, 0.62, new Vector3(size, size, size), ores[deposit]!, 0.3))
    }
  }

  private growLife(cell: number, dice: () => number, lists: Lists, built: boolean): void {
    const { planet } = this.ground
    const life = planet.life.at(cell)
    const mass = planet.mass.at(cell) / 255
    if (life === lifeCode.none || mass === 0) return
    const most = built ? 2 : this.perCell
    const count = Math.max(1, Math.round(Math.min(1, mass * 2.2) * most))
    const rim = built ? 0.95 : 0.74
    for (let one = 0; one < count; one++) {
      const size = (0.7 + dice() * 0.7) * (0.65 + 0.5 * Math.min(1, mass * 2))
      if (life === lifeCode['resin-tree']) {
        const tall = new Vector3(size, size * (1.02 + dice() * 0.4), size).multiplyScalar(1.12)
        // Woods are of conifers, meadows have more of the leafy ones.
        const isLeafy = dice() < (planet.terrain.at(cell) === terrainCode.forest ? 0.2 : 0.55)
        if (isLeafy) {
          lists.leafy.push(this.scatter(cell, dice, rim, tall, pick(leaves, dice), 0.14))
        } else lists.tree.push(this.scatter(cell, dice, rim, tall, pick(greens, dice), 0.16))
      } else if (life === lifeCode.moss) {
        const flat = new Vector3(size, size * 0.7, size)
        lists.tuft.push(this.scatter(cell, dice, rim, flat, pick(meadow, dice), 0.14))
      } else if (life === lifeCode.crystal) {
        const tall = new Vector3(size, size * 1.25, size)
        lists.crystal.push(this.scatter(cell, dice, rim, tall, pick(crystalTints, dice), 0.1))
      } else {
        const all = new Vector3(size, size, size)
        lists.fungus.push(this.scatter(cell, dice, rim, all, fungusRed, 0.2))
      }
    }
  }

  /** What only adorns: a bush, a stone. Nothing here that could be taken for a resource. */
  private growDecor(cell: number, terrain: number, dice: () => number, lists: Lists): void {
    const chance = dice()
    const size = 0.6 + dice() * 0.7
    const all = new Vector3(size, size, size)
    if (
      (terrain === terrainCode.grass && chance < 0.16) ||
      (terrain === terrainCode.forest && chance < 0.5)
    ) {
      lists.bush.push(this.scatter(cell, dice, 0.72, all, pick(meadow, dice), 0.16))
    } else if (
      (terrain === terrainCode.rock && chance < 0.4) ||
      (terrain === terrainCode.tundra && chance < 0.16) ||
      chance < 0.04
    ) {
      lists.stone.push(this.scatter(cell, dice, 0.7, all, grey, 0.3))
    }
  }

  private growGrass(cell: number, terrain: number, dice: () => number, lists: Lists): void {
    const isGreen = terrain === terrainCode.grass || terrain === terrainCode.forest
    const isDry = terrain === terrainCode.tundra || terrain === terrainCode.desert
    if (this.perCell < GRASS_FROM || !(isGreen || isDry)) return
    const count = Math.floor(dice() * (isGreen ? 5 : 1.6))
    for (let one = 0; one < count; one++) {
      const size = 0.6 + dice() * 0.6
      const colour = isGreen ? pick(meadow, dice) : straw
      lists.blades.push(this.scatter(cell, dice, 0.78, new Vector3(size, size, size), colour, 0.2))
    }
  }

  private scatter(
    cell: number,
    dice: () => number,
    rim: number,
    size: Vector3,
    colour: Color,
    vary: number,
  ): Instance {
    const up = upAt(this.ground, cell)
    const ahead = tangentTo(this.ground, cell, 0).applyAxisAngle(up, dice() * Math.PI * 2)
    const at = topPoint(this.ground, cell).addScaledVector(
      ahead,
      (rim > 0.9 ? 0.86 : Math.sqrt(dice())) * rim,
    )
    return {
      matrix: standing(at, up, ahead.applyAxisAngle(up, dice() * 6), size),
      tint: colour.clone().multiplyScalar(1 - vary + dice() * vary * 2),
      state: 1,
      light: this.lamps.brightness(cell),
    }
  }
}

function blobUnder({ matrix }: Instance): Blob {
  const at = new Vector3().setFromMatrixPosition(matrix)
  const size = new Vector3().setFromMatrixScale(matrix)
  return { at, radius: size.x * 0.3, height: size.y * 0.5 }
}

function pick<T>(list: readonly T[], dice: () => number): T {
  return list[Math.floor(dice() * list.length)]!
}

/** The same cell always throws the same dice, so that nothing jumps when lists are made anew. */
function diceOf(cell: number): () => number {
  let state = Math.imul(cell + 1, 0x9e3779b1) >>> 0
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x85ebca6b) + 0x6d2b79f5) >>> 0
    return ((state ^ (state >>> 13)) >>> 0) / 4294967296
  }
}
