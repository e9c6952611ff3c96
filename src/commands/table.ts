// The table of commands: what each is asked with, which stream decides it, and by which refusals.

import { z } from 'zod'
import { account } from '../domain/account.ts'
import type { Command, CommandName, WorldGiven } from '../domain/commands.ts'
import type { RefusalName } from '../domain/decider.ts'
import { player } from '../domain/player.ts'
import {
  accountStream,
  parseStream,
  playerStream,
  territoryStream,
  worldStream,
} from '../domain/streams.ts'
import { territory } from '../domain/territory.ts'
import { world } from '../domain/world.ts'
import {
  cellOf,
  direction,
  itemCount,
  itemName,
  listOf,
  prototypeName,
  recipeName,
  researchName,
  text,
  u32,
} from './fields.ts'
import type { AnyDecider } from './folds.ts'

type Named<Name extends CommandName> = Extract<Command, { type: Name }>

/** What a client sends: the command without what the handler fills in. A name is kept as personal data, and its id decided. */
export type InputOf<Name extends CommandName> = Name extends 'JoinPlayer' | 'RenamePlayer'
  ? { name: string }
  : Name extends 'FoundWorld'
    ? { seed: number; n: number; ups: number }
    : Omit<Named<Name>, keyof WorldGiven | 'type' | 'chance' | 'claimLimit'>

/** The stream that decides, and so what has to be there first: an account, a world, the player in the world. */
export type DecidedBy = 'account' | 'world' | 'territory' | 'player'

type Row<Name extends CommandName> = {
  readonly decidedBy: DecidedBy
  readonly does: string
  /** The schema of `input`, on a planet of frequency n. */
  readonly input: (n: number) => z.ZodType<InputOf<Name>>
  /** The refusals of its decider; docs/commands.md has those that come before. */
  readonly refusals: readonly RefusalName[]
}

const empty = () => z.strictObject({})
const onCell = (n: number) => z.strictObject({ cell: cellOf(n) })
const named = () => z.strictObject({ name: text(32) })

export const commandTable: { readonly [Name in CommandName]: Row<Name> } = {
  JoinPlayer: {
    decidedBy: 'account',
    does: 'Makes an account; the token is shown once.',
    input: named,
    refusals: [],
  },
  RenamePlayer: {
    decidedBy: 'account',
    does: 'Gives the account another name.',
    input: named,
    refusals: ['NotJoined', 'AccountErased'],
  },
  EraseAccount: {
    decidedBy: 'account',
    does: 'Erases name, sessions and chat for ever; the account may do nothing afterwards.',
    input: empty,
    refusals: ['NotJoined'],
  },
  FoundWorld: {
    decidedBy: 'world',
    does: 'Opens another planet, made from its seed.',
    input: () =>
      z.strictObject({
        seed: u32,
        n: z.int().min(1).max(2048),
        ups: z.int().min(20).max(60).default(20),
      }),
    refusals: ['AlreadyFounded', 'TooBusy'],
  },
  EnterWorld: {
    decidedBy: 'player',
    does: 'Lands on the planet, where asked or where the world chooses; who comes back comes back to the first landing.',
    input: (n) => z.strictObject({ landing: cellOf(n).exactOptional() }),
    refusals: ['NotBuildable'],
  },
  LeaveWorld: {
    decidedBy: 'player',
    does: 'Leaves the planet; the factory runs on.',
    input: empty,
    refusals: ['NotInWorld'],
  },
  MovePlayer: {
    decidedBy: 'player',
    does: 'Walks a path of directions until blocked; at most two a second.',
    input: () => z.strictObject({ path: listOf(direction, 64) }),
    refusals: ['NotInWorld', 'TooBusy'],
  },
  ClaimMany: {
    decidedBy: 'territory',
    does: 'Claims cells: the first anywhere, then next to one’s own or to each other. All or nothing.',
    input: (n) => z.strictObject({ cells: listOf(cellOf(n), 256) }),
    refusals: ['CellTaken', 'NotAdjacent', 'ClaimLimitReached'],
  },
  ReleaseCell: {
    decidedBy: 'territory',
    does: 'Gives up a cell on which nothing stands.',
    input: onCell,
    refusals: ['NotOwner', 'CellHasStructure'],
  },
  PlaceMany: {
    decidedBy: 'territory',
    does: 'Places structures on own cells. All or nothing.',
    input: (n) =>
      z.strictObject({
        structures: listOf(
          z.strictObject({
            cell: cellOf(n),
            prototype: prototypeName,
            direction: direction.default(0),
          }),
          256,
        ),
      }),
    refusals: ['NotOwner', 'CellHasStructure', 'NotBuildable'],
  },
  RemoveMany: {
    decidedBy: 'territory',
    does: 'Removes the structures of own cells; empty ones are nothing to do. All or nothing.',
    input: (n) => z.strictObject({ cells: listOf(cellOf(n), 256) }),
    refusals: ['NotOwner'],
  },
  RotateStructure: {
    decidedBy: 'territory',
    does: 'Turns a structure.',
    input: (n) => z.strictObject({ cell: cellOf(n), direction }),
    refusals: ['NotOwner', 'EmptyCell'],
  },
  SelectRecipe: {
    decidedBy: 'territory',
    does: 'Tells a machine what to make.',
    input: (n) => z.strictObject({ cell: cellOf(n), recipe: recipeName }),
    refusals: ['NotOwner', 'EmptyCell', 'NoSuchRecipe'],
  },
  StartHarvest: {
    decidedBy: 'player',
    does: 'Harvests a cell by hand until stopped.',
    input: onCell,
    refusals: ['NotInWorld'],
  },
  StopHarvest: {
    decidedBy: 'player',
    does: 'Stops harvesting.',
    input: empty,
    refusals: ['NotInWorld'],
  },
  Craft: {
    decidedBy: 'player',
    does: 'Makes something by hand.',
    input: () => z.strictObject({ recipe: recipeName, count: itemCount }),
    refusals: ['NotInWorld', 'NoSuchRecipe'],
  },
  Transfer: {
    decidedBy: 'player',
    does: 'Puts items into a structure, or takes them out.',
    input: (n) =>
      z.strictObject({
        cell: cellOf(n),
        item: itemName,
        count: itemCount,
        way: z.enum(['put', 'take']),
      }),
    refusals: ['NotInWorld'],
  },
  SelectResearch: {
    decidedBy: 'player',
    does: 'Tells one’s laboratories what to work at; units done of another research are kept.',
    input: () => z.strictObject({ research: researchName }),
    refusals: ['NotInWorld', 'NoSuchResearch'],
  },
  Say: {
    decidedBy: 'player',
    does: 'Says something to everybody in the world.',
    input: () => z.strictObject({ text: text(500) }),
    refusals: ['NotInWorld'],
  },
}

export const isCommandName = (type: string): type is CommandName =>
  Object.hasOwn(commandTable, type)

/** The stream that decides for `account` in `world` (which account streams leave aside), and its decider. */
export function streamOf(
  decidedBy: DecidedBy,
  accountId: string,
  worldId: string,
): { readonly stream: string; readonly decider: AnyDecider } {
  switch (decidedBy) {
    case 'account':
      return { stream: accountStream(accountId), decider: account }
    case 'world':
      return { stream: worldStream(worldId), decider: world }
    case 'territory':
      return { stream: territoryStream(worldId), decider: territory }
    case 'player':
      return { stream: playerStream(worldId, accountId), decider: player }
  }
}

/** Who decides about a stream; undefined for ledgers, and for streams that are none of ours. */
export function deciderOf(stream: string): AnyDecider | undefined {
  const name = parseStream(stream)
  if (!name || name.kind === 'ledger') return undefined
  const account = name.kind === 'account' || name.kind === 'player' ? name.account : ''
  return streamOf(name.kind, account, name.kind === 'account' ? '' : name.world).decider
}
