// Machines at work: they begin what they can, power is shared out, and what is finished is there.

import { dig, isTrickle, itemBeneath, TRICKLE_SLOWNESS } from './deposits.ts'
import { runHarvest } from './harvesting.ts'
import { networkOf } from './network.ts'
import { emit } from './pollution.ts'
import { FULL, sharePower } from './power.ts'
import { isResearched, learnUnit } from './researching.ts'
import type { SimulationState, Structure, StructureStatus } from './state.ts'
import { markPlayer, markStructure, playerAt, setStatus } from './state.ts'
import { consume, produce } from './statistics.ts'
import { acceptItem, takeFromMachine } from './stock.ts'
import { FERTILISER, prototypeOf, pumpedItem, recipeOf, researchOf } from './tables.ts'

/** What a pump brings up in a job. */
export const PUMPED_AT_ONCE = 4

/** Ticks of the job that begins now, or why none does. */
type Start = number | StructureStatus

/** One tick of every machine, ascending by cell. */
export function runMachines(state: SimulationState) {
  const network = networkOf(state)
  const working = network.machines.filter(
    (machine) => machine.workLeft > 0 || (!machine.asleep && begins(state, machine)),
  )
  sharePower(state, network, working)
  for (const machine of working) work(state, machine)
}

/** Begins a job where one can begin. */
function begins(state: SimulationState, machine: Structure): boolean {
  const start = startOf(state, machine)
  if (typeof start === 'string') {
    // What it waits for wakes it: an item that comes or goes, an order, a research.
    machine.asleep = true
    setStatus(state, machine, start)
    return false
  }
  machine.workLeft = start * FULL
  machine.startTick = state.tick
  machine.duration = start
  setStatus(state, machine, 'working')
  markStructure(state, machine)
  return true
}

function startOf(state: SimulationState, machine: Structure): Start {
  switch (prototypeOf(machine.prototype).kind) {
    case 'drill':
      return startDrill(state, machine)
    case 'pump':
      return startPump(state, machine)
    case 'harvester': {
      const { capacity, ticks } = prototypeOf(machine.prototype)
      return machine.load - machine.stock[FERTILISER]! >= capacity ? 'blocked' : ticks
    }
    case 'lab':
      return startLab(state, machine)
    default:
      return startCrafter(state, machine)
  }
}

function startDrill(state: SimulationState, drill: Structure): Start {
  const { ticks, capacity } = prototypeOf(drill.prototype)
  if (itemBeneath(state, drill.cell) < 0) return 'exhausted'
  if (drill.load >= capacity) return 'blocked'
  return isTrickle(state, drill.cell) ? ticks * TRICKLE_SLOWNESS : ticks
}

function startPump(state: SimulationState, pump: Structure): Start {
  const { ticks, capacity } = prototypeOf(pump.prototype)
  if (pumpedItem[state.deposit[pump.cell]!]! < 0) return 'exhausted'
  return pump.load + PUMPED_AT_ONCE > capacity ? 'blocked' : ticks
}

function startCrafter(state: SimulationState, crafter: Structure): Start {
  const recipe = recipeOf(crafter.recipe)
  if (!recipe) return 'idle'
  const player = playerAt(state, crafter.owner)
  if (!player || !isResearched(player, recipe.research)) return 'locked'
  const { capacity } = prototypeOf(crafter.prototype)
  if (recipe.outputs.some(({ item, count }) => crafter.stock[item]! + count > capacity)) {
    return 'blocked'
  }
  if (recipe.inputs.some(({ item, count }) => crafter.stock[item]! < count)) return 'starved'
  for (const { item, count } of recipe.inputs) {
    takeFromMachine(state, crafter, item, count)
    consume(state, crafter.owner, item, count)
  }
  return recipe.ticks
}

function startLab(state: SimulationState, lab: Structure): Start {
  const player = playerAt(state, lab.owner)
  const code = player?.research ?? 0
  const research = researchOf(code)
  if (!player || !research) return 'idle'
  // First, for nobody wakes it when another one begins: what it is must not depend on who looked when.
  if (research.packs.some((pack) => lab.stock[pack] === 0)) return 'starved'
  const begun = networkOf(state).labs.filter(
    ({ owner, workLeft, recipe }) => owner === lab.owner && workLeft > 0 && recipe === code,
  ).length
  // The last units are under way elsewhere; when they are done or given up the player's structures wake.
  if (player.units[code - 1]! + begun >= research.units) return 'idle'
  for (const pack of research.packs) {
    takeFromMachine(state, lab, pack)
    consume(state, lab.owner, pack, 1)
  }
  lab.recipe = code
  return research.ticks
}

/** A tick of work, as much as there is power for. */
function work(state: SimulationState, machine: Structure) {
  const { power } = prototypeOf(machine.prototype)
  const grid = networkOf(state).gridOf.get(machine.cell)
  const speed = power === 0 ? FULL : (grid?.satisfaction ?? 0)
  setStatus(state, machine, speed === 0 ? 'unpowered' : 'working')
  machine.workLeft = Math.max(0, machine.workLeft - speed)
  if (machine.workLeft > 0) return
  if (finish(state, machine)) {
    emit(state, machine.cell, prototypeOf(machine.prototype).pollution, machine.owner)
  }
}

/** What a finished job brings. Returns whether it brought anything. */
function finish(state: SimulationState, machine: Structure): boolean {
  const { cell, owner } = machine
  switch (prototypeOf(machine.prototype).kind) {
    case 'drill': {
      const item = itemBeneath(state, cell)
      if (item < 0) return false
      dig(state, cell, owner)
      acceptItem(state, machine, item)
      return true
    }
    case 'pump': {
      const item = pumpedItem[state.deposit[cell]!]!
      if (item < 0) return false
      produce(state, owner, item, PUMPED_AT_ONCE)
      acceptItem(state, machine, item, PUMPED_AT_ONCE)
      return true
    }
    case 'harvester':
      return runHarvest(state, machine)
    case 'lab': {
      const player = playerAt(state, owner)
      if (player) learnUnit(state, player, machine.recipe)
      machine.recipe = 0
      return true
    }
    default:
      finishRun(state, machine)
      return true
  }
}

function finishRun(state: SimulationState, crafter: Structure) {
  const outputs = recipeOf(crafter.recipe)?.outputs ?? []
  for (const { item, count } of outputs) {
    acceptItem(state, crafter, item, count)
    produce(state, crafter.owner, item, count)
  }
  const player = outputs.length === 0 ? playerAt(state, crafter.owner) : undefined
  if (!player) return
  player.statistics.launches++
  markPlayer(state, player)
}
