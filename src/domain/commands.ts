// What may be asked for. A command is a wish in the imperative; the door fills in who, when and chance.

import type { AccountId, Cell, Direction, WorldId } from './events.ts'

/** Filled in by the command handler, never by the client. */
export type Given = {
  readonly account: AccountId
  /** Milliseconds since 1970: time enters a decider inside the command. */
  readonly at: number
}

/** The world's settings, for deciders that need its geometry (n) or its terrain (seed). */
export type WorldGiven = Given & {
  readonly world: WorldId
  readonly n: number
  readonly seed: number
}

export type AccountCommand =
  /** `nameId` is the id under which the name is kept as personal data. */
  | (Given & { type: 'JoinPlayer'; nameId: string })
  | (Given & { type: 'RenamePlayer'; nameId: string })
  | (Given & { type: 'EraseAccount' })

export type WorldCommand = Given & {
  type: 'FoundWorld'
  world: WorldId
  seed: number
  n: number
  ups: number
}

export type TerritoryCommand =
  /** `claimLimit`: how many cells the account may hold, as its research stood; left out: as nothing was researched. */
  | (WorldGiven & { type: 'ClaimMany'; cells: readonly Cell[]; claimLimit?: number })
  | (WorldGiven & { type: 'ReleaseCell'; cell: Cell })
  | (WorldGiven & {
      type: 'PlaceMany'
      structures: readonly { cell: Cell; prototype: string; direction: Direction }[]
    })
  | (WorldGiven & { type: 'RemoveMany'; cells: readonly Cell[] })
  | (WorldGiven & { type: 'RotateStructure'; cell: Cell; direction: Direction })
  | (WorldGiven & { type: 'SelectRecipe'; cell: Cell; recipe: string })

export type PlayerCommand =
  /** `landing`: where the player asks to land; else the world chooses with `chance` (u32). */
  | (WorldGiven & { type: 'EnterWorld'; landing?: Cell; chance: number })
  | (WorldGiven & { type: 'LeaveWorld' })
  | (WorldGiven & { type: 'MovePlayer'; path: readonly Direction[] })
  | (WorldGiven & { type: 'StartHarvest'; cell: Cell })
  | (WorldGiven & { type: 'StopHarvest' })
  | (WorldGiven & { type: 'Craft'; recipe: string; count: number })
  | (WorldGiven & {
      type: 'Transfer'
      cell: Cell
      item: string
      count: number
      way: 'put' | 'take'
    })
  | (WorldGiven & { type: 'SelectResearch'; research: string })
  /** Decides no event: the text is personal data and travels beside the feed. */
  | (WorldGiven & { type: 'Say'; text: string })

export type Command = AccountCommand | WorldCommand | TerritoryCommand | PlayerCommand
export type CommandName = Command['type']
