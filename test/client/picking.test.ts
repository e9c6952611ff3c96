import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { pickCell, type Relief } from '../../client/src/planet/picking.ts'
import {
  createSphere,
  dot,
  minus,
  scaled,
  unit,
  type Vector,
} from '../../client/src/planet/sphere.ts'

const n = 6
const sphere = createSphere(n)
const flat: Relief = { n, radius: sphere.radius, lowest: 0, highest: 0, heightOf: () => 0 }
const hilly: Relief = {
  n,
  radius: sphere.radius,
  lowest: 0,
  highest: 1.6,
  heightOf: (cell) => ((cell * 7) % 5) * 0.4,
}

const part = fc.double({ min: -1, max: 1, noNaN: true })
const direction = fc
  .tuple(part, part, part)
  .filter(([x, y, z]) => Math.hypot(x, y, z) > 0.05)
  .map((v) => unit(v))

function nearest(point: Vector): number {
  let best = 0
  for (let cell = 1; cell < sphere.count; cell++) {
    if (dot(sphere.centre(cell), point) > dot(sphere.centre(best), point)) best = cell
  }
  return best
}

/** Where a ray meets a sphere first. */
function hit(origin: Vector, ray: Vector, radius: number): Vector | undefined {
  const b = dot(origin, ray)
  const root = b * b - dot(origin, origin) + radius * radius
  if (root < 0 || b > 0) return undefined
  const t = -b - Math.sqrt(root)
  return [origin[0] + ray[0] * t, origin[1] + ray[1] * t, origin[2] + ray[2] * t]
}

property.prop([direction, direction])(
  'a ray picks the cell whose centre is nearest to where it hits',
  (from, towards) => {
    const origin = scaled(from, sphere.radius * 3)
    const ray = unit(minus(scaled(towards, sphere.radius * 0.6), origin))
    const point = hit(origin, ray, sphere.radius)!
    const picked = pickCell(flat, origin, ray)
    const there = unit(point)
    // On a border either cell will do: the distances tell, not the numbers.
    expect(dot(sphere.centre(picked), there)).toBeCloseTo(
      dot(sphere.centre(nearest(there)), there),
      4,
    )
  },
)

property.prop([direction])(
  'from straight above the cell below is picked, whatever its height',
  (up) => {
    const cell = nearest(up)
    const centre = sphere.centre(cell)
    expect(pickCell(hilly, scaled(centre, sphere.radius + 40), scaled(centre, -1))).toBe(cell)
  },
)

test('a hill hides what lies behind it', () => {
  const cell = 40
  const tall: Relief = { ...flat, highest: 4, heightOf: (at) => (at === cell ? 4 : 0) }
  const up = sphere.centre(cell)
  const side = sphere.centre(sphere.ring(cell)[0]!)
  const outward = unit(minus(side, scaled(up, dot(side, up))))
  const origin: Vector = [
    up[0] * (sphere.radius + 3) - outward[0] * 12,
    up[1] * (sphere.radius + 3) - outward[1] * 12,
    up[2] * (sphere.radius + 3) - outward[2] * 12,
  ]
  expect(pickCell(tall, origin, outward)).toBe(cell)
})

test('a ray past the planet picks nothing, nor does one that leads away', () => {
  const origin: Vector = [sphere.radius * 3, 0, 0]
  expect(pickCell(flat, origin, [0, 1, 0])).toBe(-1)
  expect(pickCell(flat, origin, [1, 0, 0])).toBe(-1)
})
