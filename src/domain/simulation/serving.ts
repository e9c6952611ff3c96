// Structures that serve several sides: splitters give to three, depots to the machines around them.

import { tickKey } from './random.ts'
import { rotated } from './rotation.ts'
import { insertAt } from './run.ts'
import type { Beside, Link, Network, SimulationState, Structure } from './state.ts'
import { DIRTY_FEED } from './state.ts'
import { acceptItem, canAccept, itemToGive, roomFor, takeFromMachine } from './stock.ts'
import { type Amounts, FERTILISER, packCodes, prototypeOf, recipeOf } from './tables.ts'

/** One tick of all that serves its sides: splitters, then depots, ascending by cell. */
export function runServing(state: SimulationState, network: Network) {
  for (const links of network.splitters) split(state, network, links)
  const key = tickKey(state.seed, state.tick)
  for (const depot of network.depots) serve(state, depot, key)
}

/** Gives at most one item to each side, and begins next time after the side that was served last. */
function split(state: SimulationState, network: Network, links: readonly Link[]) {
  const splitter = links[0]!.source
  const begin = splitter.turn
  for (let offset = 0; offset < links.length && splitter.load > 0; offset++) {
    const place = (begin + offset) % links.length
    const item = itemToGive(state, splitter)
    if (!lay(state, network, links[place]!.target, item)) continue
    takeFromMachine(state, splitter, item)
    splitter.turn = (place + 1) % links.length
  }
}

/** Lays an item on a belt, or puts it into anything else. Returns whether there was room. */
export function lay(
  state: SimulationState,
  network: Network,
  target: Structure,
  item: number,
): boolean {
  const belt = network.runOf.get(target.cell)
  if (belt) {
    if (!insertAt(belt.run, belt.place, item)) return false
    for (const chunk of belt.run.chunks) state.dirty[chunk]! |= DIRTY_FEED
    return true
  }
  if (!canAccept(target, item, 0, 0)) return false
  acceptItem(state, target, item)
  return true
}

/** A depot gives each machine beside it one item a tick of what that still wants, in rotation. */
function serve(state: SimulationState, { structure: depot, others }: Beside, key: number) {
  if (depot.load === 0) return
  for (const machine of rotated(others, key, depot.cell)) {
    const item = wantedFrom(depot, machine)
    if (item < 0) continue
    takeFromMachine(state, depot, item)
    acceptItem(state, machine, item)
  }
}

/** The first item in the depot that the machine has room for, or -1. */
function wantedFrom(depot: Structure, machine: Structure): number {
  const { kind, burns } = prototypeOf(machine.prototype)
  switch (kind) {
    case 'crafter':
      return firstOf(depot, machine, recipeOf(machine.recipe)?.inputs ?? [])
    case 'generator':
      return firstOf(depot, machine, burns)
    case 'lab':
      return packCodes.find((pack) => fits(depot, machine, pack)) ?? -1
    default:
      return fits(depot, machine, FERTILISER) ? FERTILISER : -1
  }
}

const fits = (depot: Structure, machine: Structure, item: number): boolean =>
  depot.stock[item]! > 0 && roomFor(machine, item) > 0

function firstOf(depot: Structure, machine: Structure, wanted: Amounts): number {
  for (const { item } of wanted) if (fits(depot, machine, item)) return item
  return -1
}
