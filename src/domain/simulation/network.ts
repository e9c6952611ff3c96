// Who gives to whom, and the runs of belts: derived from where the structures stand.

import type { Run } from './run.ts'
import { eachItem, emptyRun, layBehind, SLOTS_PER_CELL } from './run.ts'
import type { Link, Network, SimulationState, Structure } from './state.ts'
import { prototypeOf } from './tables.ts'

const isBelt = (structure: Structure) => prototypeOf(structure.prototype).kind === 'belt'

/** The network as it is now, made anew where a structure changed since. */
export function networkOf(state: SimulationState): Network {
  state.network ??= buildNetwork(state)
  return state.network
}

/** Takes the network apart, before a structure is built, removed or turned; items stay on their belts. */
export function dissolveNetwork(state: SimulationState) {
  const network = state.network
  if (!network) return
  for (const { cells } of network.runs) {
    for (const cell of cells) state.structures.get(cell)!.lane = []
  }
  for (const run of network.runs) {
    const lanes: [number, number][][] = run.cells.map(() => [])
    eachItem(run, (place, slot, item) => lanes[place]!.push([slot, item]))
    lanes.forEach((lane, place) => {
      state.structures.get(run.cells[place]!)!.lane = lane
    })
  }
  state.network = undefined
}

/** The structure that a structure faces; undefined where it faces none. */
function faced(state: SimulationState, source: Structure): Structure | undefined {
  return state.structures.get(state.around[6 * source.cell + source.direction]!)
}

/** The link from a structure to the one it faces, if it may give to it. */
function linkFrom(state: SimulationState, source: Structure): Link | undefined {
  const target = faced(state, source)
  if (!target || target.blueprint || target.owner !== source.owner) return undefined
  // A belt takes nothing from what it gives to.
  if (isBelt(target) && faced(state, target) === source) return undefined
  for (let side = 0; side < 6; side++) {
    if (state.around[6 * target.cell + side] === source.cell) return { source, target, side }
  }
  return undefined
}

function group<Value>(values: readonly Value[], key: (value: Value) => number) {
  const groups = new Map<number, Value[]>()
  for (const value of values) {
    const known = groups.get(key(value))
    if (known) known.push(value)
    else groups.set(key(value), [value])
  }
  return groups
}

const byTarget = (links: readonly Link[]): Link[][] =>
  [...group(links, ({ target }) => target.cell).values()]
    .map((links) => links.sort((a, b) => a.side - b.side))
    .sort((a, b) => a[0]!.target.cell - b[0]!.target.cell)

function buildNetwork(state: SimulationState): Network {
  const structures = [...state.structures.values()].sort((a, b) => a.cell - b.cell)
  const built = structures.filter(({ blueprint }) => !blueprint)
  const links = built.flatMap((source) => {
    const kind = prototypeOf(source.prototype).kind
    return kind === 'depot' ? [] : (linkFrom(state, source) ?? [])
  })
  const runs = chainRuns(built.filter(isBelt), links)
  const runOf = new Map<number, { run: Run; place: number }>()
  for (const run of runs) {
    run.cells.forEach((cell, place) => {
      runOf.set(cell, { run, place })
    })
  }
  for (const run of runs) layItems(state, run)
  const ends = new Set(runs.map(({ cells }) => cells.at(-1)))
  return {
    structures,
    byChunk: group(structures, ({ chunk }) => chunk),
    drills: built.filter(({ prototype }) => prototypeOf(prototype).kind === 'drill'),
    crafters: built.filter(({ prototype }) => prototypeOf(prototype).kind === 'crafter'),
    runs,
    runOf,
    beltLinks: byTarget(links.filter(({ source }) => ends.has(source.cell))),
    machineLinks: byTarget(links.filter(({ source }) => !isBelt(source))),
  }
}

/** Chains belts (ascending by cell) into runs: a belt that exactly one belt gives to continues that one's run. */
function chainRuns(belts: readonly Structure[], links: readonly Link[]): Run[] {
  const feeders = group(
    links.filter(({ source, target }) => isBelt(source) && isBelt(target)),
    ({ target }) => target.cell,
  )
  const next = new Map<number, Structure>()
  for (const [, [link, second]] of feeders) {
    if (link && !second) next.set(link.source.cell, link.target)
  }
  const placed = new Set<number>()
  const runs: Run[] = []
  const follow = (start: Structure) => {
    const chain: Structure[] = []
    for (let belt: Structure | undefined = start; belt && !placed.has(belt.cell); ) {
      placed.add(belt.cell)
      chain.push(belt)
      belt = next.get(belt.cell)
    }
    const chunks = [...new Set(chain.map(({ chunk }) => chunk))]
    runs.push(
      emptyRun(
        chain.map(({ cell }) => cell),
        chunks,
      ),
    )
  }
  for (const belt of belts) {
    if (feeders.get(belt.cell)?.length !== 1) follow(belt)
  }
  // What is left are rings; each is cut before its lowest cell.
  for (const belt of belts) {
    if (!placed.has(belt.cell)) follow(belt)
  }
  return runs
}

function layItems(state: SimulationState, run: Run) {
  for (let place = run.cells.length - 1; place >= 0; place--) {
    const belt = state.structures.get(run.cells[place]!)!
    for (const [slot, item] of belt.lane) layBehind(run, place * SLOTS_PER_CELL + slot, item)
    belt.lane = []
  }
}
