// Players that build, carry, walk and talk without end, each order decided by a seed.

import { planLine } from '../../src/bots/plan.ts'
import { neighboursOf } from '../../src/domain/grid/neighbours.ts'
import { doors, type Player } from './client.ts'

export type Planet = { readonly seed: number; readonly n: number }

/** Between two orders of one player: what makes the load, not a wait for anything. */
const LONGEST_PAUSE_MS = 80

/** Plays until `signal` aborts. `taken` holds the cells that players of the same load mean to claim. */
export async function play(
  player: Player,
  planet: Planet,
  taken: Set<number>,
  random: () => number,
  signal: AbortSignal,
): Promise<void> {
  const below = (count: number) => Math.floor(random() * count)
  const act = (type: string, input: Record<string, unknown>) =>
    player.act(type, input, { door: doors[below(doors.length)]! })
  const { landing = 0 } = await act('EnterWorld', {})
  const line = planLine(planet, landing, new Set(), taken, 2)
  for (const cell of line?.claims ?? [landing]) taken.add(cell)
  const own = [...(line?.claims ?? [landing])]
  await act('ClaimMany', { cells: [...own] })
  if (line) {
    await act('PlaceMany', { structures: line.structures })
    await act('SelectRecipe', { cell: line.kiln, recipe: line.recipe })
  }
  const depot = line?.depot ?? landing
  const belt = line?.structures[1]?.cell ?? landing
  const orders: readonly (() => Promise<unknown>)[] = [
    () => act('Transfer', { cell: depot, item: 'plate', count: 1 + below(5), way: 'put' }),
    () => act('Transfer', { cell: depot, item: 'plate', count: 1 + below(9), way: 'take' }),
    () => act('MovePlayer', { path: Array.from({ length: 1 + below(3) }, () => below(6)) }),
    () => act('Say', { text: `so says ${player.account} ${player.acknowledged.size}` }),
    () => act('Craft', { recipe: 'gear', count: 1 + below(2) }),
    () => act('StartHarvest', { cell: own[below(own.length)]! }),
    () => act('StopHarvest', {}),
    () => act('RotateStructure', { cell: belt, direction: below(6) }),
    () => act('RemoveMany', { cells: [belt] }),
    () =>
      act('PlaceMany', { structures: [{ cell: belt, prototype: 'belt', direction: below(6) }] }),
    async () => {
      const near = neighboursOf(planet.n, own[below(own.length)]!)
      const cell = near[below(near.length)]!
      const { status } = await act('ClaimMany', { cells: [cell] })
      if (status === 'accepted' && own.length < 60) own.push(cell)
    },
  ]
  while (!signal.aborted) {
    await orders[below(orders.length)]!()
    await new Promise((next) => setTimeout(next, below(LONGEST_PAUSE_MS)))
  }
}
