// The territory of a world: whose a cell is, and what stands on it. One stream a world, so that a claim
// across a chunk border, the claim limit and a batch over several chunks are each one decision.

import type { TerritoryCommand } from './commands.ts'
import { type Decider, type Decision, type Refusal, type RefusalName, refuse } from './decider.ts'
import type { AccountId, Cell, Direction, TerritoryEvent } from './events.ts'
import { generateCell, isWater } from './generation/terrain.ts'
import { neighboursOf } from './grid/neighbours.ts'
import { overlay, type Table } from './overlay.ts'
import { prototypeNamed } from './prototypes.ts'
import { recipeNamed } from './recipes.ts'
import { CLAIM_LIMIT } from './research.ts'

type StandingStructure = {
  readonly prototype: string
  readonly direction: Direction
  readonly recipe?: string
}

export type Territory = {
  readonly owners: Table<Cell, AccountId>
  /** Cells held, by account. */
  readonly claims: Table<AccountId, number>
  /** A structure belongs to the owner of its cell. */
  readonly structures: Table<Cell, StandingStructure>
}

export const territory: Decider<TerritoryCommand, TerritoryEvent, Territory> = {
  initial: () => ({ owners: new Map(), claims: new Map(), structures: new Map() }),

  fork: ({ owners, claims, structures }) => ({
    owners: overlay(owners),
    claims: overlay(claims),
    structures: overlay(structures),
  }),

  evolve(state, event) {
    const { structures } = state
    switch (event.type) {
      case 'CellsClaimed':
        for (const cell of event.data.cells) hold(state, cell, event.data.account)
        return state
      case 'CellReleased':
        hold(state, event.data.cell, undefined)
        return state
      case 'StructuresPlaced':
        for (const { cell, prototype, direction } of event.data.structures)
          structures.set(cell, { prototype, direction })
        return state
      case 'StructuresRemoved':
        for (const cell of event.data.cells) structures.delete(cell)
        return state
      case 'StructureRotated':
        change(structures, event.data.cell, { direction: event.data.direction })
        return state
      case 'RecipeSelected':
        change(structures, event.data.cell, { recipe: event.data.recipe })
        return state
    }
  },

  decide(command, state) {
    switch (command.type) {
      case 'ClaimMany':
        return claimMany(command, state)
      case 'ReleaseCell':
        return releaseCell(command, state)
      case 'PlaceMany':
        return placeMany(command, state)
      case 'RemoveMany':
        return removeMany(command, state)
      case 'RotateStructure':
        return rotateStructure(command, state)
      case 'SelectRecipe':
        return selectRecipe(command, state)
    }
  },
}

type Named<Type extends TerritoryCommand['type']> = Extract<TerritoryCommand, { type: Type }>
type Decided = Decision<TerritoryEvent>
type CellRefusal = { cell: Cell; refused: RefusalName }

/** The cell changes hands, and the counts of both hands with it. */
function hold({ owners, claims }: Territory, cell: Cell, account: AccountId | undefined) {
  const before = owners.get(cell)
  if (before !== undefined) claims.set(before, (claims.get(before) ?? 0) - 1)
  if (account === undefined) owners.delete(cell)
  else {
    owners.set(cell, account)
    claims.set(account, (claims.get(account) ?? 0) + 1)
  }
}

function change(
  structures: Territory['structures'],
  cell: Cell,
  to: Partial<StandingStructure>,
): void {
  const structure = structures.get(cell)
  if (structure) structures.set(cell, { ...structure, ...to })
}

/** Ascending and without repetition, so that the same wish always becomes the same event. */
const canonical = (cells: readonly Cell[]) => [...new Set(cells)].sort((a, b) => a - b)

/** All or nothing: the first fault names the refusal, and every fault is told by its cell. */
function refuseCells(faults: readonly CellRefusal[]): Refusal | undefined {
  const [first] = faults
  if (first === undefined) return undefined
  const others = faults.length === 1 ? '' : `, and ${faults.length - 1} more`
  return refuse(first.refused, `cell ${first.cell}: ${reasons[first.refused]}${others}`, faults)
}

const reasons: Partial<Record<RefusalName, string>> = {
  CellTaken: 'somebody else has it',
  NotAdjacent: 'it touches no cell of yours',
  NotOwner: 'it is not yours',
  CellHasStructure: 'a structure stands on it',
  NotBuildable: 'this cannot stand there',
  EmptyCell: 'nothing stands on it',
}

function claimMany(command: Named<'ClaimMany'>, state: Territory): Decided {
  const { account } = command
  const wanted = canonical(command.cells).filter((cell) => state.owners.get(cell) !== account)
  if (wanted.length === 0) return []
  const taken = wanted.filter((cell) => state.owners.get(cell) !== undefined)
  const free = wanted.filter((cell) => state.owners.get(cell) === undefined)
  const reached = reachable(command, free, state)
  const refused = refuseCells([
    ...taken.map((cell): CellRefusal => ({ cell, refused: 'CellTaken' })),
    ...free
      .filter((cell) => !reached.has(cell))
      .map((cell): CellRefusal => ({ cell, refused: 'NotAdjacent' })),
  ])
  if (refused) return refused
  const held = state.claims.get(account) ?? 0
  const limit = command.claimLimit ?? CLAIM_LIMIT
  if (held + wanted.length > limit)
    return refuse(
      'ClaimLimitReached',
      `you hold ${held} cells and may hold ${limit}: ${wanted.length} more are too many`,
    )
  return [{ type: 'CellsClaimed', data: { account, cells: wanted } }]
}

/** Those of `free` that chain on the account's land or, for a first claim, on the lowest of them: any order of the batch will do. */
function reachable(command: Named<'ClaimMany'>, free: readonly Cell[], state: Territory) {
  const { n, account } = command
  const first = (state.claims.get(account) ?? 0) === 0
  const touches = (cell: Cell) =>
    neighboursOf(n, cell).some((neighbour) => state.owners.get(neighbour) === account)
  const front = first ? free.slice(0, 1) : free.filter(touches)
  const left = new Set(free)
  for (const cell of front) left.delete(cell)
  const reached = new Set(front)
  for (const cell of reached)
    for (const neighbour of neighboursOf(n, cell))
      if (left.delete(neighbour)) reached.add(neighbour)
  return reached
}

function releaseCell({ account, cell }: Named<'ReleaseCell'>, state: Territory): Decided {
  const refused = notOwner(account, cell, state)
  if (refused) return refused
  if (state.structures.get(cell)) return refuseCells([{ cell, refused: 'CellHasStructure' }]) ?? []
  return [{ type: 'CellReleased', data: { account, cell } }]
}

const notOwner = (account: AccountId, cell: Cell, state: Territory) =>
  state.owners.get(cell) === account ? undefined : refuseCells([{ cell, refused: 'NotOwner' }])

function placeMany(command: Named<'PlaceMany'>, state: Territory): Decided {
  const { account } = command
  const byCell = new Map<Cell, StandingStructure & { cell: Cell }>()
  const faults: CellRefusal[] = []
  for (const structure of [...command.structures].sort((a, b) => a.cell - b.cell)) {
    const { cell } = structure
    const there = byCell.get(cell) ?? state.structures.get(cell)
    const mine = state.owners.get(cell) === account
    if (mine && there && isSame(there, structure)) continue
    const refused = mayNotStand(command, structure, mine, there !== undefined)
    if (refused) faults.push({ cell, refused })
    else byCell.set(cell, structure)
  }
  const refused = refuseCells(faults)
  if (refused) return refused
  if (byCell.size === 0) return []
  const structures = [...byCell.values()].map(({ cell, prototype, direction }) => ({
    cell,
    prototype,
    direction,
  }))
  return [{ type: 'StructuresPlaced', data: { account, structures } }]
}

const isSame = (a: StandingStructure, b: StandingStructure) =>
  a.prototype === b.prototype && a.direction === b.direction

function mayNotStand(
  { seed, n }: Named<'PlaceMany'>,
  { cell, prototype }: { cell: Cell; prototype: string },
  mine: boolean,
  occupied: boolean,
): RefusalName | undefined {
  if (!mine) return 'NotOwner'
  if (occupied) return 'CellHasStructure'
  const stands = prototypeNamed(prototype)?.stands
  if (stands === 'any') return undefined
  const ground = isWater(generateCell(seed, n, cell).terrain) ? 'water' : 'land'
  return stands === ground ? undefined : 'NotBuildable'
}

/** An own cell on which nothing stands any more is nothing to do. */
function removeMany(command: Named<'RemoveMany'>, state: Territory): Decided {
  const { account } = command
  const cells = canonical(command.cells)
  const refused = refuseCells(
    cells
      .filter((cell) => state.owners.get(cell) !== account)
      .map((cell): CellRefusal => ({ cell, refused: 'NotOwner' })),
  )
  if (refused) return refused
  const standing = cells.filter((cell) => state.structures.get(cell))
  return standing.length === 0
    ? []
    : [{ type: 'StructuresRemoved', data: { account, cells: standing } }]
}

function rotateStructure(command: Named<'RotateStructure'>, state: Territory): Decided {
  const { account, cell, direction } = command
  const refused = notOwner(account, cell, state)
  if (refused) return refused
  const structure = state.structures.get(cell)
  if (!structure) return refuseCells([{ cell, refused: 'EmptyCell' }]) ?? []
  if (structure.direction === direction) return []
  return [{ type: 'StructureRotated', data: { account, cell, direction } }]
}

function selectRecipe(command: Named<'SelectRecipe'>, state: Territory): Decided {
  const { account, cell, recipe } = command
  const refused = notOwner(account, cell, state)
  if (refused) return refused
  const structure = state.structures.get(cell)
  if (!structure) return refuseCells([{ cell, refused: 'EmptyCell' }]) ?? []
  if (!recipeNamed(recipe)?.machines.includes(structure.prototype))
    return refuse('NoSuchRecipe', `a ${structure.prototype} makes nothing called ${recipe}`, [
      { cell, refused: 'NoSuchRecipe' },
    ])
  if (structure.recipe === recipe) return []
  return [{ type: 'RecipeSelected', data: { account, cell, recipe } }]
}
