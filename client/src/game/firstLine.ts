// Where a newcomer's first line could stand: from iron straight on, judged by what is there already, so that
// who builds another way is followed.

import { depositCode } from '../../../src/domain/generation/codes.ts'
import { isWater } from '../../../src/domain/generation/terrain.ts'
import { cellsWithin } from '../../../src/domain/grid/distance.ts'
import { step } from '../../../src/domain/grid/step.ts'
import type { Plan } from '../hands/blueprint.ts'
import type { PlanetCells } from '../planet/cells.ts'

/** In order of flow; every planet's landing has room for these. */
const order = ['drill', 'belt', 'kiln', 'depot'] as const
const REACH = 40

type Ground = Pick<
  PlanetCells,
  'n' | 'deposit' | 'amount' | 'owner' | 'terrain' | 'structures' | 'knows'
>

/** The machines of a first line, the nearest that can stand; undefined where there is none near. */
export function planFirstLine(
  planet: Ground,
  from: number,
  own: number,
): readonly Plan[] | undefined {
  const near = cellsWithin(planet.n, from, REACH).filter((cell) => planet.knows(cell))
  const mine = (cell: number) => own > 0 && planet.owner.at(cell) === own
  const drills = near.filter(
    (cell) => mine(cell) && planet.structures.get(cell)?.prototype === 'drill',
  )
  const ores = near.filter(
    (cell) => planet.deposit.at(cell) === depositCode.iron && planet.amount.at(cell) > 0,
  )
  const starts = [...drills, ...ores.filter(mine), ...ores.filter((cell) => !mine(cell))]
  for (const start of starts) {
    const drill = planet.structures.get(start)
    const ways = drill ? [drill.direction] : [0, 1, 2, 3, 4, 5]
    for (const way of ways) {
      const line = lineFrom(planet.n, start, way)
      if (line && canStand(planet, line, own)) return line
    }
  }
  return undefined
}

function lineFrom(n: number, start: number, way: number): Plan[] | undefined {
  const line: Plan[] = []
  let at: { cell: number; direction: number } | undefined = { cell: start, direction: way }
  for (const prototype of order) {
    if (!at) return undefined
    line.push({ ...at, prototype })
    at = step(n, at.cell, at.direction)
  }
  return line
}

/** True while each machine of a line stands, or can still be placed. */
export function canStand(planet: Ground, line: readonly Plan[], own: number): boolean {
  return line.every(({ cell, prototype, direction }) => {
    const owner = planet.owner.at(cell)
    if (!planet.knows(cell) || isWater(planet.terrain.at(cell))) return false
    if (owner !== 0 && owner !== own) return false
    const standing = planet.structures.get(cell)
    if (!standing) return true
    const turned = standing.direction === direction || prototype === 'depot'
    return standing.prototype === prototype && turned
  })
}
