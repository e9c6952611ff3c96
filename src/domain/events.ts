// Every event that has a place in the log, by stream. Events are past facts, carry ids and no personal
// data, and are versioned: `upcasts.ts` turns an older version into the newest.

/** A cell id (src/domain/grid/lattice.ts), an account id (UUID), a world id (`[a-z0-9]{1,32}`). */
export type Cell = number
export type AccountId = string
export type WorldId = string
/** A direction 0..5 in the frame of the cell's diamond (src/domain/grid/step.ts). */
export type Direction = number

export type AccountEvent =
  | { type: 'PlayerJoined'; data: { account: AccountId; nameId: string } }
  | { type: 'PlayerRenamed'; data: { nameId: string } }
  | { type: 'AccountErased'; data: Record<string, never> }

export type WorldEvent = {
  type: 'WorldFounded'
  data: { world: WorldId; seed: number; n: number; ups: number }
}

export type PlacedStructure = { cell: Cell; prototype: string; direction: Direction }

export type TerritoryEvent =
  | { type: 'CellsClaimed'; data: { account: AccountId; cells: readonly Cell[] } }
  | { type: 'CellReleased'; data: { account: AccountId; cell: Cell } }
  | {
      type: 'StructuresPlaced'
      data: { account: AccountId; structures: readonly PlacedStructure[] }
    }
  | { type: 'StructuresRemoved'; data: { account: AccountId; cells: readonly Cell[] } }
  | { type: 'StructureRotated'; data: { account: AccountId; cell: Cell; direction: Direction } }
  | { type: 'RecipeSelected'; data: { account: AccountId; cell: Cell; recipe: string } }

export type PlayerEvent =
  | { type: 'WorldEntered'; data: { account: AccountId; landing: Cell } }
  | { type: 'WorldLeft'; data: { account: AccountId } }
  | { type: 'MoveOrdered'; data: { account: AccountId; path: readonly Direction[] } }
  | { type: 'HarvestStarted'; data: { account: AccountId; cell: Cell } }
  | { type: 'HarvestStopped'; data: { account: AccountId } }
  | { type: 'CraftOrdered'; data: { account: AccountId; recipe: string; count: number } }
  | {
      type: 'TransferOrdered'
      /** `put`: from the hand into the structure; `take`: out of it. */
      data: { account: AccountId; cell: Cell; item: string; count: number; way: 'put' | 'take' }
    }
  | { type: 'ResearchSelected'; data: { account: AccountId; research: string } }

export type LedgerEvent =
  | {
      type: 'EngineStarted'
      /** Ticks up to and with `emptyThrough` that no seal covers had no events. */
      data: { world: WorldId; engine: string; rulesHash: string; emptyThrough: number }
    }
  | {
      type: 'TickSealed'
      /** The next `count` simulation events of the world apply at the start of `tick`; `digest` over their event ids. */
      data: {
        tick: number
        count: number
        digest: string
        upto: number
        hashOf: { tick: number; hash: string }
      }
    }
  | {
      type: 'RulesChanged'
      data: { tick: number; from: string; to: string; stateHash: string }
    }

/** What the simulation of a world reads, in log order: its territory and its players. */
export type SimulationEvent = TerritoryEvent | PlayerEvent
export type DomainEvent = AccountEvent | WorldEvent | SimulationEvent | LedgerEvent

/** Newest version of each event type; an event without an entry is version 1. */
export const eventVersions: Readonly<Partial<Record<DomainEvent['type'], number>>> = {}
