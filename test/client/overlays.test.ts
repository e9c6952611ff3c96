import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { PlanetCells } from '../../client/src/planet/cells.ts'
import { fromMap, MapPainter, toMap } from '../../client/src/planet/minimap.ts'
import { overlayColour, poweredCells } from '../../client/src/planet/overlays.ts'
import { depositCode, terrainCode } from '../../src/domain/generation/codes.ts'
import { distanceWithin } from '../../src/domain/grid/distance.ts'

const n = 6
const planet = new PlanetCells(n)
for (let cell = 0; cell < planet.count; cell++) planet.terrain.set(cell, terrainCode.grass)
const pole = { cell: 40, prototype: 'pole', direction: 0, owner: 1, status: 'idle' as const }
planet.structures.set(40, pole)
const hex = (overlay: 'power' | 'pollution' | 'deposit' | 'owner', cell: number) =>
  overlayColour(overlay, planet, cell, poweredCells(planet)).getHexString()

test('a pole serves what lies within two steps, and a plan of one serves nothing', () => {
  const served = poweredCells(planet)
  for (let cell = 0; cell < planet.count; cell++) {
    expect(served.has(cell)).toBe(distanceWithin(n, 40, cell, 2) !== undefined)
  }
  planet.structures.set(40, { ...pole, status: 'blueprint' })
  expect(poweredCells(planet).size).toBe(0)
  planet.structures.set(40, pole)
})

test('the overlay of power tells served ground, other ground, and machines without a pole apart', () => {
  planet.structures.set(200, { ...pole, cell: 200, prototype: 'press' })
  expect(new Set([hex('power', 40), hex('power', 100), hex('power', 200)]).size).toBe(3)
})

test('pollution has steps, each of its own colour', () => {
  const shades = [0, 10, 40, 100, 900].map((pollution) => {
    planet.pollution.set(7, pollution)
    return hex('pollution', 7)
  })
  expect(new Set(shades).size).toBe(5)
})

test('a deposit is shown until it is dug out; water is none', () => {
  const bare = hex('deposit', 9)
  planet.deposit.set(9, depositCode.iron)
  planet.amount.set(9, 4)
  expect(hex('deposit', 9)).not.toBe(bare)
  planet.amount.set(9, 0)
  expect(hex('deposit', 9)).toBe(bare)
})

property.prop([
  fc.double({ min: 0.001, max: 0.999, noNaN: true }),
  fc.double({ min: 0.01, max: 0.99, noNaN: true }),
])('a point of the map is the same after a journey to the planet and back', (x, y) => {
  const there = toMap(fromMap({ x, y }))
  expect(there.x).toBeCloseTo(x, 6)
  expect(there.y).toBeCloseTo(y, 6)
})

test('the map is whole: what has not come is painted as it was generated, darker', () => {
  const fresh = new PlanetCells(n)
  const painter = new MapPainter(fresh, 7, 24, 12)
  while (!painter.complete) painter.prepare(3)
  const pixels = new Uint8ClampedArray(24 * 12 * 4)
  painter.paint(pixels, () => [255, 0, 0])
  const opaque = pixels.filter((_, at) => at % 4 === 3).every((alpha) => alpha === 255)
  expect(opaque).toBe(true)
  const before = pixels.slice()
  for (let cell = 0; cell < fresh.count; cell++) {
    fresh.terrain.set(cell, terrainCode.snow)
    fresh.owner.set(cell, 3)
  }
  painter.paint(pixels, () => [255, 0, 0])
  expect(pixels).not.toEqual(before)
  expect([pixels[0], pixels[1], pixels[2]]).toEqual([255, 0, 0])
})
