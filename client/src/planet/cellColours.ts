// The colour of a cell, as its terrain, life, pollution and deposit make it.

import { Color } from 'three'
import { depositCode, lifeCode, terrainCode } from '../../../src/domain/generation/codes.ts'
import type { PlanetCells } from './cells.ts'
import { hash01 } from './chance.ts'

/** By terrain code: padding, deep sea, sea, shallows, beach, grass, forest, desert, tundra, rock, snow. */
export const terrainColours: readonly Color[] = [
  '#101820',
  '#27689c',
  '#317bac',
  '#45a0bf',
  '#ecd29a',
  '#74a94c',
  '#41794a',
  '#d9a661',
  '#a5aa86',
  '#8a8480',
  '#eeebe4',
].map((colour) => new Color(colour))

/** By deposit code: none, iron, copper, silica, coal, phosphate, water, brine, vent. */
export const depositColours: readonly string[] = [
  '#000000',
  '#7f95b8',
  '#e0793c',
  '#f4ead2',
  '#2c2d34',
  '#d9e26a',
  '#3fa3e0',
  '#c8f0ee',
  '#b48cff',
]

/** By life code: none, moss, resin-tree, crystal, fungus. */
const lifeColours: readonly string[] = ['#000000', '#8fd64a', '#2f7a46', '#d48cff', '#c8583a']

const deposits = depositColours.map((colour) => new Color(colour))
const lives = lifeColours.map((colour) => new Color(colour))
const warmGrass = new Color(0.42, 0.5, 0.09)
const deepForest = new Color(0.02, 0.16, 0.08)
const grime = new Color(0.075, 0.06, 0.05)
const mixed = new Color()

/** How much a kind of life covers the ground at its fullest. */
const cover: Readonly<Record<number, number>> = {
  [lifeCode.moss]: 0.5,
  [lifeCode['resin-tree']]: 0.3,
  [lifeCode.crystal]: 0.3,
  [lifeCode.fungus]: 0.5,
}

/** True where something to dig lies in the ground (water is the ground). */
export function isSpeckled(planet: PlanetCells, cell: number): boolean {
  const deposit = planet.deposit.at(cell)
  const dry = deposit !== depositCode.none && deposit !== depositCode.water
  return dry && planet.amount.at(cell) !== 0
}

/** Linear colour of a cell. The returned object is used again by the next call. */
export function colourOfCell(planet: PlanetCells, cell: number): Color {
  const terrain = planet.terrain.at(cell)
  const dice = hash01(cell)
  const other = hash01(cell ^ 0x5bd1e995)
  mixed.copy(terrainColours[terrain] ?? terrainColours[0]!).multiplyScalar(0.95 + 0.1 * dice)
  // Neighbouring greens differ a little in warmth, as meadows do.
  if (terrain === terrainCode.grass) mixed.lerp(warmGrass, 0.22 * other)
  if (terrain === terrainCode.forest) mixed.lerp(deepForest, 0.25 * other)
  const life = planet.life.at(cell)
  if (life !== lifeCode.none) {
    const grown = Math.min(1, planet.mass.at(cell) / 150)
    mixed.lerp(lives[life] ?? lives[0]!, (cover[life] ?? 0.3) * grown)
  }
  mixed.lerp(grime, 0.72 * Math.min(1, Math.max(0, planet.pollution.at(cell) - 4) / 160))
  const deposit = planet.deposit.at(cell)
  if (isSpeckled(planet, cell)) {
    mixed.lerp(deposits[deposit] ?? deposits[0]!, deposit === depositCode.vent ? 0.7 : 0.42)
  }
  return mixed
}
