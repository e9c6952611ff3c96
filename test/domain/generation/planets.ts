import { type GeneratedCell, generateCell } from '../../../src/domain/generation/terrain.ts'
import { cellCount } from '../../../src/domain/grid/lattice.ts'

const planets = new Map<string, readonly GeneratedCell[]>()

/** Every cell of a planet, generated once a test file. */
export function planet(seed: number, n: number): readonly GeneratedCell[] {
  const key = `${seed} ${n}`
  const known = planets.get(key)
  if (known) return known
  const cells = Array.from({ length: cellCount(n) }, (_, cell) => generateCell(seed, n, cell))
  planets.set(key, cells)
  return cells
}

export const twentySeeds: readonly number[] = Array.from(
  { length: 20 },
  (_, index) => (index * 0x0cc9e2d5) >>> 0,
)
