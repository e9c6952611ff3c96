// What the territory decided: claims, and structures placed, removed, turned, set to a recipe.

import type { AccountId, TerritoryEvent } from '../events.ts'
import { isCell } from '../grid/lattice.ts'
import { prototypeCode } from '../prototypes.ts'
import { recipeCode } from '../recipes.ts'
import { earn, giveBack, holds, spend } from './inventory.ts'
import { dissolveNetwork } from './network.ts'
import { reasonFor, tell } from './outcomes.ts'
import { playerFor } from './players.ts'
import { isResearched, wakeStructures } from './researching.ts'
import type { BuildOrder, OrderRef, Player, SimulationState, Structure } from './state.ts'
import { markCell, markPlayer, markStructure, playerAt } from './state.ts'
import { unconsume } from './statistics.ts'
import type { Amounts } from './tables.ts'
import { ITEM_COUNT, prototypeOf, recipeOf, researchOf } from './tables.ts'

type Data<Type extends TerritoryEvent['type']> = Extract<TerritoryEvent, { type: Type }>['data']

export function claimCells(state: SimulationState, ref: OrderRef, data: Data<'CellsClaimed'>) {
  const player = playerFor(state, data.account)
  let done = 0
  for (const cell of player ? data.cells : []) {
    if (!isCell(state.n, cell) || state.owner[cell] !== 0) continue
    setOwner(state, cell, player!)
    done++
  }
  tell(state, ref, done, data.cells.length, reasonFor(done, data.cells.length, 'NotYours'))
}

function setOwner(state: SimulationState, cell: number, player: Player) {
  state.owner[cell] = player.index
  player.claims++
  markCell(state, cell)
  markPlayer(state, player)
}

export function releaseCell(state: SimulationState, ref: OrderRef, data: Data<'CellReleased'>) {
  const player = state.playerByAccount.get(data.account)
  const { cell } = data
  if (!player || !isCell(state.n, cell) || state.owner[cell] !== player.index) {
    return tell(state, ref, 0, 1, 'NotYours')
  }
  state.owner[cell] = 0
  player.claims--
  markCell(state, cell)
  markPlayer(state, player)
  tell(state, ref, 1, 1, 'Done', cell)
}

export function placeStructures(
  state: SimulationState,
  ref: OrderRef,
  data: Data<'StructuresPlaced'>,
) {
  const player = playerFor(state, data.account)
  const { length } = data.structures
  const order: BuildOrder = { ref, asked: length, done: 0, open: 0, told: false }
  let isLocked = false
  for (const { cell, prototype, direction } of player ? data.structures : []) {
    const code = prototypeCode(prototype)
    if (code === 0 || !isCell(state.n, cell) || state.structures.has(cell)) continue
    dissolveNetwork(state)
    const unlocked = isResearched(player!, prototypeOf(code).research)
    if (!unlocked) isLocked = true
    const waitsFor = unlocked ? order : { ...order, asked: 1, told: true }
    const structure = blueprint(state, waitsFor, cell, code, player!, clampDirection(direction))
    state.structures.set(cell, structure)
    state.waiting.push(structure)
    markStructure(state, structure)
  }
  if (player) state.mayBuild.add(player.index)
  const otherwise = isLocked ? 'NotResearched' : 'NothingThere'
  if (order.open === 0) tell(state, ref, 0, length, reasonFor(0, length, otherwise))
}

/** A direction 0..5 as an order means it: round and round; what is no whole number is 0. */
export const clampDirection = (direction: number) =>
  Number.isInteger(direction) ? ((direction % 6) + 6) % 6 : 0

function blueprint(
  state: SimulationState,
  order: BuildOrder,
  cell: number,
  prototype: number,
  owner: Player,
  direction: number,
): Structure {
  order.open++
  const { kind } = prototypeOf(prototype)
  const holdsItems = kind !== 'belt' && kind !== 'pole'
  return {
    cell,
    chunk: state.chunkOf[cell]!,
    prototype,
    owner: owner.index,
    direction,
    blueprint: order,
    recipe: 0,
    stock: new Uint32Array(holdsItems ? ITEM_COUNT : 0),
    load: 0,
    workLeft: 0,
    startTick: 0,
    duration: 0,
    status: 'blueprint',
    turn: 0,
    fluid: -1,
    asleep: false,
    lane: [],
  }
}

/** Builds the blueprints whose materials are there, in the order of their placing. */
export function buildBlueprints(state: SimulationState) {
  if (state.mayBuild.size === 0) return
  const owners = new Set(state.mayBuild)
  state.mayBuild.clear()
  const still: Structure[] = []
  for (const structure of state.waiting) {
    const player = owners.has(structure.owner) ? playerAt(state, structure.owner) : undefined
    const { cost, research } = prototypeOf(structure.prototype)
    if (player && isResearched(player, research) && holds(player, cost))
      build(state, structure, player)
    else still.push(structure)
  }
  state.waiting = still
}

function build(state: SimulationState, structure: Structure, player: Player) {
  dissolveNetwork(state)
  spend(state, player, prototypeOf(structure.prototype).cost)
  const order = structure.blueprint!
  structure.blueprint = undefined
  structure.status = 'idle'
  markStructure(state, structure)
  order.done++
  close(state, order, structure.cell)
}

/** One structure of an order is built or gone; the outcome comes with the last. */
function close(state: SimulationState, order: BuildOrder, cell: number) {
  order.open--
  if (order.open > 0 || order.told) return
  const where = order.asked === 1 ? cell : undefined
  tell(
    state,
    order.ref,
    order.done,
    order.asked,
    reasonFor(order.done, order.asked, 'Interrupted'),
    where,
  )
}

/** The structure on a cell, if it belongs to the account's player. */
function ownStructure(state: SimulationState, account: AccountId, cell: number) {
  const structure = state.structures.get(cell)
  const player = state.playerByAccount.get(account)
  return structure && player?.index === structure.owner ? { structure, player } : undefined
}

const whyNot = (state: SimulationState, cell: number) =>
  state.structures.has(cell) ? 'NotYours' : 'NoStructure'

export function removeStructures(
  state: SimulationState,
  ref: OrderRef,
  data: Data<'StructuresRemoved'>,
) {
  let done = 0
  for (const cell of data.cells) {
    const own = ownStructure(state, data.account, cell)
    if (!own) continue
    remove(state, own.structure, own.player)
    done++
  }
  const { length } = data.cells
  tell(state, ref, done, length, reasonFor(done, length, whyNot(state, data.cells[0] ?? -1)))
}

function remove(state: SimulationState, structure: Structure, player: Player) {
  dissolveNetwork(state)
  state.structures.delete(structure.cell)
  markStructure(state, structure)
  if (structure.blueprint) {
    state.waiting = state.waiting.filter((waiting) => waiting !== structure)
    close(state, structure.blueprint, structure.cell)
    return
  }
  for (const [, item] of structure.lane) giveBack(state, player, item, 1)
  abandonJob(state, structure, player)
  emptyInto(state, structure, player)
  earn(state, player, prototypeOf(structure.prototype).cost)
}

function emptyInto(state: SimulationState, structure: Structure, player: Player) {
  structure.stock.forEach((count, item) => {
    if (count > 0) giveBack(state, player, item, count)
  })
  structure.stock.fill(0)
  structure.load = 0
  structure.fluid = -1
}

export function rotateStructure(
  state: SimulationState,
  ref: OrderRef,
  data: Data<'StructureRotated'>,
) {
  const own = ownStructure(state, data.account, data.cell)
  if (!own) return tell(state, ref, 0, 1, whyNot(state, data.cell))
  dissolveNetwork(state)
  own.structure.direction = clampDirection(data.direction)
  markStructure(state, own.structure)
  tell(state, ref, 1, 1, 'Done', data.cell)
}

/** What the machine holds goes back to its owner, and a job under way is given up: its inputs too. */
export function selectRecipe(state: SimulationState, ref: OrderRef, data: Data<'RecipeSelected'>) {
  const own = ownStructure(state, data.account, data.cell)
  if (!own) return tell(state, ref, 0, 1, whyNot(state, data.cell))
  const { structure, player } = own
  const code = recipeCode(data.recipe)
  if (!recipeOf(code)?.machines.includes(structure.prototype)) {
    return tell(state, ref, 0, 1, 'NothingThere', data.cell)
  }
  if (code !== structure.recipe) {
    abandonJob(state, structure, player)
    emptyInto(state, structure, player)
    structure.recipe = code
    structure.asleep = false
    markStructure(state, structure)
  }
  // It is selected all the same, and runs as soon as it is known.
  if (!isResearched(player, recipeOf(code)!.research)) {
    return tell(state, ref, 0, 1, 'NotResearched', data.cell)
  }
  tell(state, ref, 1, 1, 'Done', data.cell)
}

/** Gives the inputs of an unfinished run back; what burns is gone. */
function abandonJob(state: SimulationState, structure: Structure, player: Player) {
  if (structure.workLeft > 0) {
    const inputs = inputsOfJob(structure)
    earn(state, player, inputs)
    for (const { item, count } of inputs) unconsume(state, player.index, item, count)
    if (prototypeOf(structure.prototype).kind === 'lab') wakeStructures(state, player)
  }
  structure.workLeft = 0
  structure.duration = 0
}

function inputsOfJob({ prototype, recipe }: Structure): Amounts {
  if (prototypeOf(prototype).kind !== 'lab') return recipeOf(recipe)?.inputs ?? []
  return (researchOf(recipe)?.packs ?? []).map((item) => ({ item, count: 1 }))
}
