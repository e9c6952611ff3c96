// Machines and depots: what they take, what they make, what they give away.

import { dig, isTrickle, itemBeneath, TRICKLE_SLOWNESS } from './deposits.ts'
import { networkOf } from './network.ts'
import { emit } from './pollution.ts'
import type { SimulationState, Structure, StructureStatus } from './state.ts'
import { markStructure } from './state.ts'
import { prototypeOf, recipeOf } from './tables.ts'

/** Work of one tick at full speed. */
const WORK_PER_TICK = 256
/** A crafter takes inputs for this many runs ahead. */
const RUNS_AHEAD = 4

/**
 * Whether a structure (no belt) takes one more of an item, when `already` of that item and `alreadyAll`
 * items altogether are on their way to it.
 */
export function canAccept(
  target: Structure,
  item: number,
  already: number,
  alreadyAll: number,
): boolean {
  return (
    roomFor(target, item) > (prototypeOf(target.prototype).kind === 'depot' ? alreadyAll : already)
  )
}

/** How many of an item a structure would take; 0 for blueprints, belts and drills. */
export function roomFor(target: Structure, item: number): number {
  if (target.blueprint) return 0
  const { kind, capacity } = prototypeOf(target.prototype)
  if (kind === 'depot') return Math.max(0, capacity - target.load)
  if (kind !== 'crafter') return 0
  const input = recipeOf(target.recipe)?.inputs.find((input) => input.item === item)
  return input ? Math.max(0, input.count * RUNS_AHEAD - target.stock[item]!) : 0
}

/** Puts items into a structure that has room for them. */
export function acceptItem(state: SimulationState, target: Structure, item: number, count = 1) {
  target.stock[item]! += count
  target.load += count
  markStructure(state, target)
}

/** Takes items out of a structure that has them. */
export function takeFromMachine(
  state: SimulationState,
  source: Structure,
  item: number,
  count = 1,
) {
  source.stock[item]! -= count
  source.load -= count
  markStructure(state, source)
}

/** The item that a machine has to give away, or -1. */
export function itemToGive(state: SimulationState, source: Structure): number {
  if (source.load === 0) return -1
  const { kind } = prototypeOf(source.prototype)
  if (kind === 'drill') {
    const item = itemBeneath(state, source.cell)
    return item >= 0 && source.stock[item]! > 0 ? item : -1
  }
  const output = recipeOf(source.recipe)?.outputs.find(({ item }) => source.stock[item]! > 0)
  return output ? output.item : -1
}

/** One tick of every machine, ascending by cell. */
export function runMachines(state: SimulationState) {
  const { drills, crafters } = networkOf(state)
  for (const drill of drills) runDrill(state, drill)
  for (const crafter of crafters) runCrafter(state, crafter)
}

function setStatus(state: SimulationState, structure: Structure, status: StructureStatus) {
  if (structure.status === status) return
  structure.status = status
  markStructure(state, structure)
}

function begin(state: SimulationState, structure: Structure, ticks: number) {
  structure.workLeft = ticks * WORK_PER_TICK
  structure.startTick = state.tick
  structure.duration = ticks
  structure.status = 'working'
  markStructure(state, structure)
}

/** Works for a tick; returns whether the job is finished now. */
function work(structure: Structure): boolean {
  structure.workLeft = Math.max(0, structure.workLeft - WORK_PER_TICK)
  return structure.workLeft === 0
}

function runDrill(state: SimulationState, drill: Structure) {
  const { ticks, capacity, pollution } = prototypeOf(drill.prototype)
  const item = itemBeneath(state, drill.cell)
  if (item < 0) return setStatus(state, drill, 'exhausted')
  if (drill.workLeft === 0) {
    if (drill.load >= capacity) return setStatus(state, drill, 'blocked')
    begin(state, drill, isTrickle(state, drill.cell) ? ticks * TRICKLE_SLOWNESS : ticks)
  }
  if (!work(drill)) return
  dig(state, drill.cell)
  acceptItem(state, drill, item)
  emit(state, drill.cell, pollution)
}

function runCrafter(state: SimulationState, crafter: Structure) {
  const recipe = recipeOf(crafter.recipe)
  if (!recipe) return setStatus(state, crafter, 'idle')
  const { capacity, pollution } = prototypeOf(crafter.prototype)
  if (crafter.workLeft === 0) {
    if (recipe.outputs.some(({ item, count }) => crafter.stock[item]! + count > capacity)) {
      return setStatus(state, crafter, 'blocked')
    }
    if (recipe.inputs.some(({ item, count }) => crafter.stock[item]! < count)) {
      return setStatus(state, crafter, 'starved')
    }
    for (const { item, count } of recipe.inputs) {
      takeFromMachine(state, crafter, item, count)
      state.balance.used[item]! += count
    }
    begin(state, crafter, recipe.ticks)
  }
  if (!work(crafter)) return
  for (const { item, count } of recipe.outputs) {
    acceptItem(state, crafter, item, count)
    state.balance.made[item]! += count
  }
  emit(state, crafter.cell, pollution)
}
