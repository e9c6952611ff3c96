// A decider is a pure machine: commands in, events out, state folded from events.

/** Why a command was turned down by the game. `name` is stable and public; `cells` says where, if it has a place. */
export type Refusal = {
  readonly refused: RefusalName
  readonly detail: string
  readonly cells?: readonly { readonly cell: number; readonly refused: RefusalName }[]
}

export type RefusalName =
  | 'AccountErased'
  | 'AlreadyEntered'
  | 'AlreadyFounded'
  | 'AlreadyJoined'
  | 'CellHasStructure'
  | 'CellTaken'
  | 'ClaimLimitReached'
  | 'CommandIdReused'
  | 'EmptyCell'
  | 'NotAdjacent'
  | 'NotBuildable'
  | 'NotInWorld'
  | 'NotJoined'
  | 'NotOwner'
  | 'NoSuchRecipe'
  | 'NoSuchResearch'
  | 'NoSuchWorld'
  | 'TooBusy'

/** Either the events to append (none: nothing to do) or a refusal. */
export type Decision<Event> = readonly Event[] | Refusal

export type Decider<Command, Event, State> = {
  /** A fresh state; `evolve` may fold in place, so it is made anew for every stream. */
  initial(): State
  /** Never fails and names every event. May mutate `state` and return it: folds of 100,000 events stay linear. */
  evolve(state: State, event: Event): State
  /** A state to fold tentatively: folding it leaves `state` as it is. Cheap, whatever the stream's history. */
  fork(state: State): State
  /** Never mutates `state`. A command sent twice decides nothing (or is refused) the second time. */
  decide(command: Command, state: State): Decision<Event>
}

export const refuse = (refused: RefusalName, detail: string, cells?: Refusal['cells']): Refusal =>
  cells ? { refused, detail, cells } : { refused, detail }

export const isRefusal = (decision: object): decision is Refusal => 'refused' in decision
