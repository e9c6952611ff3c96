// Power in total, from what stands: the feed tells the state of each machine and nothing of its grid.

import type { StructureView } from '../../../src/domain/chunkView.ts'
import { prototypeNamed } from '../../../src/domain/prototypes.ts'

export type PowerTotals = {
  /** What the generators could give that are not out of fuel. */
  readonly supply: number
  /** What the machines at work ask for. */
  readonly drawn: number
  /** Machines that get none. */
  readonly lacking: number
}

/** Sums over all grids of one player. */
export function powerTotals(structures: Iterable<StructureView>, owner: number): PowerTotals {
  let [supply, drawn, lacking] = [0, 0, 0]
  for (const one of structures) {
    if (one.owner !== owner || one.status === 'blueprint') continue
    const prototype = prototypeNamed(one.prototype)
    if (one.status !== 'starved') supply += prototype?.supply ?? 0
    if (one.status === 'working') drawn += prototype?.power ?? 0
    if (one.status === 'unpowered') lacking++
  }
  return { supply, drawn, lacking }
}
