// What structures hold: what they take, and what they have to give.

import { itemBeneath } from './deposits.ts'
import type { SimulationState, Structure } from './state.ts'
import { markStructure } from './state.ts'
import { FERTILISER, isFluid, livingItem, packCodes, prototypeOf, recipeOf } from './tables.ts'

/** A crafter takes inputs for this many runs ahead. */
const RUNS_AHEAD = 4
/** Fertiliser that a harvester keeps. */
const FERTILISER_KEPT = 4
/** What a harvester gives, in the order of its giving. */
const harvested = livingItem.filter((item) => item >= 0)

/** True for what counts its room over all items together. */
const isShared = (target: Structure): boolean => {
  const { kind } = prototypeOf(target.prototype)
  return kind === 'depot' || kind === 'splitter' || kind === 'bridge'
}

/**
 * Whether a structure (no belt) takes one more of an item, when `already` of that item and `alreadyAll`
 * items altogether are on their way to it.
 */
export const canAccept = (
  target: Structure,
  item: number,
  already: number,
  alreadyAll: number,
): boolean => roomFor(target, item) > (isShared(target) ? alreadyAll : already)

/** How many of an item a structure would take; 0 for blueprints, belts and what digs. */
export function roomFor(target: Structure, item: number): number {
  if (target.blueprint) return 0
  const { kind, capacity, burns } = prototypeOf(target.prototype)
  switch (kind) {
    case 'crafter': {
      const input = recipeOf(target.recipe)?.inputs.find((input) => input.item === item)
      return input ? Math.max(0, input.count * RUNS_AHEAD - target.stock[item]!) : 0
    }
    case 'depot':
    case 'splitter':
    case 'bridge':
      return isFluid[item] === 1 ? 0 : Math.max(0, capacity - target.load)
    case 'generator':
      return burns.some((burnt) => burnt.item === item) ? capacity - target.stock[item]! : 0
    case 'lab':
      return packCodes.includes(item) ? capacity - target.stock[item]! : 0
    case 'harvester':
      return item === FERTILISER ? FERTILISER_KEPT - target.stock[item]! : 0
    case 'pipe':
      return isFluid[item] === 1 && (target.fluid < 0 || target.fluid === item)
        ? capacity - target.load
        : 0
    default:
      return 0
  }
}

/** Puts items into a structure that has room for them. */
export function acceptItem(state: SimulationState, target: Structure, item: number, count = 1) {
  target.stock[item]! += count
  target.load += count
  changed(state, target, item)
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
  changed(state, source, item)
}

function changed(state: SimulationState, structure: Structure, item: number) {
  structure.asleep = false
  if (prototypeOf(structure.prototype).kind === 'pipe') {
    structure.fluid = structure.load === 0 ? -1 : item
  }
  markStructure(state, structure)
}

/** The item that a machine or a bridge has to give to what it faces, or -1. Fluids leave by pipes. */
export function itemToGive(state: SimulationState, source: Structure): number {
  if (source.load === 0) return -1
  switch (prototypeOf(source.prototype).kind) {
    case 'drill': {
      const item = itemBeneath(state, source.cell)
      return item >= 0 && source.stock[item]! > 0 ? item : -1
    }
    case 'harvester':
      return harvested.find((item) => source.stock[item]! > 0) ?? -1
    case 'bridge':
    case 'splitter':
      return source.stock.findIndex((count) => count > 0)
    case 'crafter':
      return solidOutput(source)
    default:
      return -1
  }
}

function solidOutput(source: Structure): number {
  const outputs = recipeOf(source.recipe)?.outputs ?? []
  const output = outputs.find(({ item }) => source.stock[item]! > 0 && isFluid[item] === 0)
  return output ? output.item : -1
}
