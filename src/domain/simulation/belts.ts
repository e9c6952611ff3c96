// What happens on belts and at their ends in a tick: requests, grants, then movement, then arrivals.

import { networkOf } from './network.ts'
import { tickKey } from './random.ts'
import { rotated } from './rotation.ts'
import type { Run } from './run.ts'
import { advance, enterRun, itemAtEnd, removeFront, willHaveRoom } from './run.ts'
import { lay } from './serving.ts'
import type { Link, Network, SimulationState } from './state.ts'
import { DIRTY_FEED } from './state.ts'
import { acceptItem, canAccept, itemToGive, takeFromMachine } from './stock.ts'

type Arrival = { readonly run: Run; readonly item: number }

/** One tick of all belts, and of what machines give away. */
export function runBelts(state: SimulationState) {
  const network = networkOf(state)
  const key = tickKey(state.seed, state.tick)
  const arrivals: Arrival[] = []
  // Judged on the state before anything moves, so that no order of runs matters.
  const leaving: { run: Run; link: Link }[] = []
  for (const links of network.beltLinks) grantBelts(network, links, key, leaving)
  for (const { run, link } of leaving) {
    const item = removeFront(run)
    markRun(state, run)
    const target = network.runOf.get(link.target.cell)
    if (target) arrivals.push({ run: target.run, item })
    else acceptItem(state, link.target, item)
  }
  for (const run of network.runs) {
    if (run.items.length > 0 && advance(run)) markRun(state, run)
  }
  for (const { run, item } of arrivals) {
    enterRun(run, item)
    markRun(state, run)
  }
  for (const links of network.machineLinks) grantMachines(state, network, links, key)
}

const runOfSource = ({ runOf }: Network, { source }: Link) => runOf.get(source.cell)!.run

/** Grants the requests of run ends for one target: a belt takes one a tick, a machine what it has room for. */
function grantBelts(
  network: Network,
  links: readonly Link[],
  key: number,
  leaving: { run: Run; link: Link }[],
) {
  const target = network.runOf.get(links[0]!.target.cell)
  const asking = links.filter((link) => itemAtEnd(runOfSource(network, link)) >= 0)
  if (asking.length === 0) return
  const promised = new Map<number, number>()
  for (const link of rotated(asking, key, links[0]!.target.cell)) {
    const run = runOfSource(network, link)
    const item = itemAtEnd(run)
    if (target) {
      if (!willHaveRoom(target.run)) return
      leaving.push({ run, link })
      return
    }
    const already = promised.get(item) ?? 0
    let all = 0
    for (const count of promised.values()) all += count
    if (!canAccept(link.target, item, already, all)) continue
    promised.set(item, already + 1)
    leaving.push({ run, link })
  }
}

function grantMachines(
  state: SimulationState,
  network: Network,
  links: readonly Link[],
  key: number,
) {
  const asking = links.filter(({ source }) => itemToGive(state, source) >= 0)
  if (asking.length === 0) return
  for (const link of rotated(asking, key, links[0]!.target.cell)) {
    const item = itemToGive(state, link.source)
    if (lay(state, network, link.target, item)) takeFromMachine(state, link.source, item)
  }
}

function markRun(state: SimulationState, run: Run) {
  for (const chunk of run.chunks) state.dirty[chunk]! |= DIRTY_FEED
}
