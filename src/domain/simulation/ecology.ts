// Life and the flow of pollution: every 8th tick, every cell, from the old values of its neighbourhood.
//
// Two passes. The first writes what each cell gives to its neighbours' sums: the level of its life in a
// field of its kind, and the flux it sends along each edge. The second gathers six such words and
// settles the cell; so nothing is scattered, and no order of cells matters.

import { lifeCode } from '../generation/codes.ts'
import { caps, LIFE_KINDS, levelOf, lifeRules } from './life.ts'
import { fluxOf, groundSink } from './pollution.ts'
import { tickKey, wordOf } from './random.ts'
import type { SimulationState } from './state.ts'
import { DIRTY_FEED, DIRTY_HASH } from './state.ts'

/** The ecology runs when the tick is a multiple of this. */
export const ECOLOGY_TICKS = 8

// A contribution: 5 bits (sums to 18) for the level of each living kind, then 5 bits for the flux.
const FIELD_BITS = 5
const FIELD_MASK = 31
const FLUX_SHIFT = 4 * FIELD_BITS

const { moss: MOSS, crystal: CRYSTAL, fungus: FUNGUS } = lifeCode
/** Pollution above which moss loses mass. */
export const MOSS_LIMIT = 96
/** What moss loses in a step above the limit. */
const MOSS_LOSS = 2
/** Of 256: how often moss takes up a unit of pollution. */
const MOSS_UPTAKE = 64
/** Of 65,536: how often what is full-grown falls back to a quarter, so that a planet never comes to rest. */
const OLD_AGE = 20
/** Of 256: how often fungus, where it starves, loses mass. */
const FUNGUS_STARVATION = 96
const FUNGUS_GROWTH = 48
/** Most that fungus eats in a step. */
const FUNGUS_APPETITE = 4

const sumOf = (sums: number, life: number) => (sums >>> (FIELD_BITS * (life - 1))) & FIELD_MASK

/** Levels of 256 masses, in the field of each kind: life code · 256 + mass. */
const contributions = new Int32Array(LIFE_KINDS * 256)
for (let life = 1; life < LIFE_KINDS; life++) {
  for (let mass = 0; mass < 256; mass++) {
    contributions[life * 256 + mass] = levelOf(mass) << (FIELD_BITS * (life - 1))
  }
}

/** Cells from the first to before the second. */
export type CellRange = readonly [from: number, to: number]

/**
 * Runs the ecology of the present tick. `parts` cover every cell once, in any order: it makes no difference,
 * so whoever has several threads may deal them out (each pass ends before the next begins).
 */
export function runEcology(
  state: SimulationState,
  parts: readonly CellRange[] = [[0, state.cells]],
) {
  const key = tickKey(state.seed, state.tick)
  for (const part of parts) contribute(state, key, part)
  for (const part of parts) settlePart(state, key, part)
}

function contribute(state: SimulationState, key: number, [from, to]: CellRange) {
  const { life, mass, pollution, contribution } = state
  for (let cell = from; cell < to; cell++) {
    let word = contributions[(life[cell]! << 8) | mass[cell]!]!
    const dirt = pollution[cell]!
    if (dirt !== 0) word |= fluxOf(dirt, wordOf(key, cell)) << FLUX_SHIFT
    contribution[cell] = word
  }
}

function settlePart(state: SimulationState, key: number, [from, to]: CellRange) {
  const { around, life, pollution, fertility, contribution, dirty, chunkOf } = state
  for (let cell = from, at = 6 * from; cell < to; cell++, at += 6) {
    const sums =
      contribution[around[at]!]! +
      contribution[around[at + 1]!]! +
      contribution[around[at + 2]!]! +
      contribution[around[at + 3]!]! +
      contribution[around[at + 4]!]! +
      contribution[around[at + 5]!]!
    if (
      sums === 0 &&
      contribution[cell] === 0 &&
      pollution[cell] === 0 &&
      life[cell] === 0 &&
      fertility[cell] === 0
    )
      continue
    const random = wordOf(key, cell)
    const dirtChanged = settlePollution(state, cell, sums >>> FLUX_SHIFT, random)
    const lifeChanged = settleLife(state, cell, sums, random)
    if (dirtChanged || lifeChanged) dirty[chunkOf[cell]!]! |= DIRTY_HASH | DIRTY_FEED
    if (fertility[cell] !== 0) {
      fertility[cell]! -= 1
      dirty[chunkOf[cell]!]! |= DIRTY_HASH
    }
  }
}

/** Lets pollution flow, sink and be taken up by life. Returns whether it changed. */
function settlePollution(
  state: SimulationState,
  cell: number,
  inflow: number,
  random: number,
): boolean {
  const old = state.pollution[cell]!
  if (old === 0 && inflow === 0) return false
  const flux = state.contribution[cell]! >>> FLUX_SHIFT
  const edges =
    state.around[6 * cell + 5] === state.cells || state.around[6 * cell + 4] === state.cells ? 5 : 6
  let dirt = old - flux * edges + inflow
  const sunk = groundSink(dirt, random >>> 8)
  dirt -= sunk
  const eaten = uptake(state.life[cell]!, state.mass[cell]!, dirt, random)
  dirt -= eaten
  state.balance.pollutionSunk += sunk
  state.balance.pollutionAbsorbed += eaten
  state.pollution[cell] = dirt
  return dirt !== old
}

function uptake(life: number, mass: number, dirt: number, random: number): number {
  if (life === MOSS) return dirt > 0 && random >>> 24 < MOSS_UPTAKE ? 1 : 0
  if (life === FUNGUS) return Math.min(dirt, FUNGUS_APPETITE, levelOf(mass))
  return 0
}

/** Grows, shrinks, spreads. Returns whether anything changed. */
function settleLife(state: SimulationState, cell: number, sums: number, random: number): boolean {
  const life = state.life[cell]!
  if (life === lifeCode.none) return settle(state, cell, sums, random)
  const old = state.mass[cell]!
  const change =
    life === FUNGUS ? fungusChange(state, cell, random) : growth(state, cell, life, sums, random)
  if (change === 0) return false
  const mass = Math.max(0, old + change)
  state.mass[cell] = mass
  if (mass === 0) die(state, cell, life)
  return true
}

function growth(
  state: SimulationState,
  cell: number,
  life: number,
  sums: number,
  random: number,
): number {
  if (life === MOSS && state.pollution[cell]! > MOSS_LIMIT) return -MOSS_LOSS
  const rule = lifeRules[life]!
  const n = sumOf(sums, life)
  const chance = (random >>> 16) & 255
  const mass = state.mass[cell]!
  const cap = caps[state.terrain[cell]! * LIFE_KINDS + life]!
  const wider = state.fertility[cell] === 0 ? 0 : 1
  if (n < rule.lo - wider || n > rule.hi + 2 * wider || mass > cap)
    return chance < rule.shrinkage ? -1 : 0
  if (mass < cap) return chance < rule.growth ? 1 : 0
  return random >>> 16 < OLD_AGE ? (mass >> 2) - mass : 0
}

function fungusChange(state: SimulationState, cell: number, random: number): number {
  const chance = (random >>> 16) & 255
  const mass = state.mass[cell]!
  if (state.pollution[cell]! < levelOf(mass)) return chance < FUNGUS_STARVATION ? -1 : 0
  const cap = caps[state.terrain[cell]! * LIFE_KINDS + FUNGUS]!
  return mass < cap && chance < FUNGUS_GROWTH ? 1 : 0
}

/** What is left where the last mass went: on moss that died of pollution, fungus is born. */
function die(state: SimulationState, cell: number, life: number) {
  const born = life === MOSS && state.pollution[cell]! > MOSS_LIMIT
  state.life[cell] = born ? FUNGUS : lifeCode.none
  state.mass[cell] = born ? 1 : 0
}

/** Settles an empty cell from its neighbours, the kinds tried in the order of their codes. */
function settle(state: SimulationState, cell: number, sums: number, random: number): boolean {
  const living = sums & ((1 << (3 * FIELD_BITS)) - 1)
  if (living === 0) return false
  const terrain = state.terrain[cell]! * LIFE_KINDS
  const chance = random >>> 16
  let threshold = 0
  for (let life: number = MOSS; life <= CRYSTAL; life++) {
    const n = sumOf(sums, life)
    const rule = lifeRules[life]!
    if (n === 0 || n > rule.crowd || caps[terrain + life] === 0) continue
    if (life === CRYSTAL && state.crystalBed[cell] === 0) continue
    if (life === MOSS && state.pollution[cell]! > MOSS_LIMIT) continue
    threshold += n * rule.spread
    if (chance >= threshold) continue
    state.life[cell] = life
    state.mass[cell] = 1
    return true
  }
  return false
}
