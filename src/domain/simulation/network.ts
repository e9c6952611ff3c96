// Who gives to whom, and the runs of belts: derived from where the structures stand.

import { step } from '../grid/step.ts'
import { gridsOf } from './grids.ts'
import { besides, plumbing } from './plumbing.ts'
import type { Run } from './run.ts'
import { eachItem, emptyRun, layBehind, SLOTS_PER_CELL } from './run.ts'
import type { Link, Network, SimulationState, Structure } from './state.ts'
import { prototypeOf } from './tables.ts'

const kindOf = ({ prototype }: Structure) => prototypeOf(prototype).kind
const isBelt = (structure: Structure) => kindOf(structure) === 'belt'
/** What gives to the one structure that it faces. */
const givers: readonly string[] = ['drill', 'belt', 'crafter', 'harvester', 'bridge']

/** What does jobs, without the generators, which only burn where power is asked for. */
const jobs: readonly string[] = ['drill', 'pump', 'harvester', 'crafter', 'lab']

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

/** The next bridge in the line of a bridge, walked by step; undefined where none stands in reach. */
function nextBridge(state: SimulationState, source: Structure): Structure | undefined {
  let at: { cell: number; direction: number } | undefined = source
  for (let left = prototypeOf(source.prototype).reach; left > 0 && at; left--) {
    at = step(state.n, at.cell, at.direction)
    const there = at && state.structures.get(at.cell)
    if (!at || !there || there === source || there.blueprint || there.owner !== source.owner)
      continue
    if (kindOf(there) === 'bridge' && there.direction === at.direction) return there
  }
  return undefined
}

/** The link from a structure to the one that it gives to: the one it faces, or for a bridge the next bridge. */
function linkFrom(state: SimulationState, source: Structure): Link | undefined {
  const far = kindOf(source) === 'bridge' ? nextBridge(state, source) : undefined
  if (far) return { source, target: far, side: 6 }
  return linkTo(state, source, faced(state, source))
}

/** The link between neighbours, if the one may give to the other. */
function linkTo(
  state: SimulationState,
  source: Structure,
  target: Structure | undefined,
): Link | undefined {
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
    .map((links) => links.sort((a, b) => a.side - b.side || a.source.cell - b.source.cell))
    .sort((a, b) => a[0]!.target.cell - b[0]!.target.cell)

function buildNetwork(state: SimulationState): Network {
  const structures = [...state.structures.values()].sort((a, b) => a.cell - b.cell)
  const built = structures.filter(({ blueprint }) => !blueprint)
  const links = built.flatMap((source) =>
    givers.includes(kindOf(source)) ? (linkFrom(state, source) ?? []) : [],
  )
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
    machines: built.filter((structure) => jobs.includes(kindOf(structure))),
    labs: built.filter((structure) => kindOf(structure) === 'lab'),
    ...gridsOf(state, built),
    ...plumbing(state, built),
    splitters: built
      .filter((structure) => kindOf(structure) === 'splitter')
      .map((splitter) => splitterLinks(state, splitter))
      .filter((links) => links.length > 0),
    depots: besides(state, built, 'depot', ['crafter', 'lab', 'generator', 'harvester']),
    runs,
    runOf,
    beltLinks: byTarget(links.filter(({ source }) => ends.has(source.cell))),
    machineLinks: byTarget(links.filter(({ source }) => !isBelt(source))),
  }
}

/** A splitter gives ahead, then to the sides before and after; a pentagon may lack one. */
function splitterLinks(state: SimulationState, source: Structure): Link[] {
  return [0, 5, 1].flatMap((turn) => {
    const direction = (source.direction + turn) % 6
    const target = state.structures.get(state.around[6 * source.cell + direction]!)
    return linkTo(state, source, target) ?? []
  })
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
