// Every GraphQL document of the client, and the shapes of what they answer.

import { gql } from '@apollo/client'
import type { ItemCount, PlayerView, Structure, World, WorldStatus } from './schema.generated.ts'

const answer = gql`
  fragment AnswerParts on Answer {
    __typename
    ... on Accepted { commandId }
    ... on Refused { refused detail cells { cell refused } }
    ... on Invalid { faults { field detail } }
  }
`

const structure = gql`
  fragment StructureParts on Structure {
    cell prototype direction owner recipe status
    progress { startTick duration }
    items
  }
`

const status = gql`
  fragment StatusParts on WorldStatus {
    world state tick ups upsMeasured lagMs hash hashTick players replayThrough stopped
  }
`

export const WORLDS = gql`
  query Worlds {
    worlds { id seed n ups status { state tick players } }
  }
`

export const ME = gql`
  query Me($world: ID!) {
    me { account name }
    world(id: $world) {
      id
      me {
        account index here cell claims claimLimit researched harvesting tick
        researching { research done units }
        inventory { item count }
        crafting { recipe left }
      }
      structures { ...StructureParts contents { item count } }
    }
  }
  ${structure}
`

export const PLAYERS = gql`
  query Players($world: ID!) {
    world(id: $world) {
      id
      players { account index name cell here }
      presence { account index state cell }
    }
  }
`

export const CHAT = gql`
  query Chat($world: ID!, $after: Int!, $limit: Int!) {
    world(id: $world) {
      id
      chat(after: $after, limit: $limit) { id name text }
    }
  }
`

export const STANDINGS = gql`
  query Standings($world: ID!) {
    world(id: $world) {
      id
      leaderboard { rank account index name packsTotal pollution packsPerMillion launches }
      statistics { produced { item count } consumed { item count } }
    }
  }
`

export const CHUNKS = gql`
  subscription Chunks($world: ID!, $chunks: [Int!]!) {
    chunks(world: $world, chunks: $chunks) {
      __typename
      ... on Chunk { chunk tick cells structures { ...StructureParts } }
      ... on ChunkChanges { chunk tick cells structures { ...StructureParts } removed }
      ... on Heartbeat { tick hashTick hash }
    }
  }
  ${structure}
`

export const MINE = gql`
  subscription Mine($world: ID!, $after: String) {
    mine(world: $world, after: $after) {
      __typename
      ... on Outcome { cursor tick commandId order done asked reason outcomeCell: cell }
      ... on PlayerView {
        account index here cell claims claimLimit researched harvesting tick
        researching { research done units }
        inventory { item count }
        crafting { recipe left }
      }
      ... on Contents { tick structures { ...StructureParts contents { item count } } }
      ... on ChatMessage { id account name text at }
      ... on TakeSnapshot { cursor }
      ... on Cursor { cursor }
    }
  }
  ${structure}
`

export const STATUS = gql`
  subscription Status($world: ID!) {
    status(world: $world) { ...StatusParts }
  }
  ${status}
`

export const PRESENCE = gql`
  subscription Presence($world: ID!) {
    presence(world: $world) { account index state cell }
  }
`

export const JOIN = gql`
  mutation Join($name: String!) {
    answer: joinPlayer(name: $name) {
      __typename
      ... on Joined { commandId token account }
      ... on Refused { refused detail cells { cell refused } }
      ... on Invalid { faults { field detail } }
    }
  }
`

export const FOUND = gql`
  mutation Found($world: ID!, $seed: Float!, $n: Int!, $ups: Int!) {
    answer: foundWorld(world: $world, seed: $seed, n: $n, ups: $ups) { ...AnswerParts }
  }
  ${answer}
`

/** One mutation per order; the variables are the order's own fields, the world, and an id by which it is taken once. */
export const ORDERS = {
  EnterWorld: gql`
    mutation Enter($commandId: String!, $world: ID!, $landing: Int) {
      answer: enterWorld(commandId: $commandId, world: $world, landing: $landing) {
        __typename
        ... on Entered { commandId landing }
        ... on Refused { refused detail cells { cell refused } }
        ... on Invalid { faults { field detail } }
      }
    }
  `,
  LeaveWorld: gql`
    mutation Leave($commandId: String!, $world: ID!) {
      answer: leaveWorld(commandId: $commandId, world: $world) { ...AnswerParts }
    }
    ${answer}
  `,
  MovePlayer: gql`
    mutation Move($commandId: String!, $world: ID!, $path: [Int!]!) {
      answer: movePlayer(commandId: $commandId, world: $world, path: $path) { ...AnswerParts }
    }
    ${answer}
  `,
  ClaimMany: gql`
    mutation Claim($commandId: String!, $world: ID!, $cells: [Int!]!) {
      answer: claimMany(commandId: $commandId, world: $world, cells: $cells) { ...AnswerParts }
    }
    ${answer}
  `,
  ReleaseCell: gql`
    mutation Release($commandId: String!, $world: ID!, $cell: Int!) {
      answer: releaseCell(commandId: $commandId, world: $world, cell: $cell) { ...AnswerParts }
    }
    ${answer}
  `,
  PlaceMany: gql`
    mutation Place($commandId: String!, $world: ID!, $structures: [PlaceInput!]!) {
      answer: placeMany(commandId: $commandId, world: $world, structures: $structures) { ...AnswerParts }
    }
    ${answer}
  `,
  RemoveMany: gql`
    mutation Remove($commandId: String!, $world: ID!, $cells: [Int!]!) {
      answer: removeMany(commandId: $commandId, world: $world, cells: $cells) { ...AnswerParts }
    }
    ${answer}
  `,
  RotateStructure: gql`
    mutation Rotate($commandId: String!, $world: ID!, $cell: Int!, $direction: Int!) {
      answer: rotateStructure(commandId: $commandId, world: $world, cell: $cell, direction: $direction) { ...AnswerParts }
    }
    ${answer}
  `,
  SelectRecipe: gql`
    mutation SelectRecipe($commandId: String!, $world: ID!, $cell: Int!, $recipe: String!) {
      answer: selectRecipe(commandId: $commandId, world: $world, cell: $cell, recipe: $recipe) { ...AnswerParts }
    }
    ${answer}
  `,
  StartHarvest: gql`
    mutation StartHarvest($commandId: String!, $world: ID!, $cell: Int!) {
      answer: startHarvest(commandId: $commandId, world: $world, cell: $cell) { ...AnswerParts }
    }
    ${answer}
  `,
  StopHarvest: gql`
    mutation StopHarvest($commandId: String!, $world: ID!) {
      answer: stopHarvest(commandId: $commandId, world: $world) { ...AnswerParts }
    }
    ${answer}
  `,
  Craft: gql`
    mutation Craft($commandId: String!, $world: ID!, $recipe: String!, $count: Int!) {
      answer: craft(commandId: $commandId, world: $world, recipe: $recipe, count: $count) { ...AnswerParts }
    }
    ${answer}
  `,
  Transfer: gql`
    mutation Transfer($commandId: String!, $world: ID!, $cell: Int!, $item: String!, $count: Int!, $way: TransferWay!) {
      answer: transfer(commandId: $commandId, world: $world, cell: $cell, item: $item, count: $count, way: $way) {
        ...AnswerParts
      }
    }
    ${answer}
  `,
  SelectResearch: gql`
    mutation SelectResearch($commandId: String!, $world: ID!, $research: String!) {
      answer: selectResearch(commandId: $commandId, world: $world, research: $research) { ...AnswerParts }
    }
    ${answer}
  `,
  Say: gql`
    mutation Say($commandId: String!, $world: ID!, $text: String!) {
      answer: say(commandId: $commandId, world: $world, text: $text) { ...AnswerParts }
    }
    ${answer}
  `,
}

export type WorldListingWire = Pick<World, 'id' | 'seed' | 'n' | 'ups'> & {
  readonly status: Pick<WorldStatus, 'state' | 'tick' | 'players'>
}

export type CountWire = Pick<ItemCount, 'item' | 'count'>

export type StandingsWire = {
  readonly leaderboard: readonly {
    readonly rank: number
    readonly account: string
    readonly index: number
    readonly name: string | null
    readonly packsTotal: number
    readonly pollution: number
    readonly packsPerMillion: number
    readonly launches: number
  }[]
  readonly statistics: {
    readonly produced: readonly CountWire[]
    readonly consumed: readonly CountWire[]
  } | null
}

/** Contents are asked for of one's own structures alone. */
export type StructureWire = Omit<Structure, 'contents'> & Partial<Pick<Structure, 'contents'>>

export type PlayerWire = Pick<
  PlayerView,
  | 'account'
  | 'index'
  | 'here'
  | 'cell'
  | 'claims'
  | 'claimLimit'
  | 'researched'
  | 'researching'
  | 'harvesting'
  | 'tick'
  | 'inventory'
  | 'crafting'
>

export type StatusWire = Pick<
  WorldStatus,
  | 'state'
  | 'tick'
  | 'ups'
  | 'upsMeasured'
  | 'lagMs'
  | 'hash'
  | 'hashTick'
  | 'players'
  | 'replayThrough'
  | 'stopped'
>

export type ChunkItemWire =
  | {
      readonly __typename: 'Chunk'
      readonly chunk: number
      readonly tick: number
      readonly cells: string
      readonly structures: readonly StructureWire[]
    }
  | {
      readonly __typename: 'ChunkChanges'
      readonly chunk: number
      readonly tick: number
      readonly cells: string
      readonly structures: readonly StructureWire[]
      readonly removed: readonly number[]
    }
  | { readonly __typename: 'Heartbeat'; readonly tick: number }

export type MineItemWire =
  | {
      readonly __typename: 'Outcome'
      readonly cursor: string
      readonly tick: number
      readonly commandId: string
      readonly order: string
      readonly done: number
      readonly asked: number
      readonly reason: string
      /** Under a name of its own: a union's fields of one name must be of one type, and another `cell` is never null. */
      readonly outcomeCell: number | null
    }
  | ({ readonly __typename: 'PlayerView' } & PlayerWire)
  | { readonly __typename: 'Contents'; readonly structures: readonly StructureWire[] }
  | {
      readonly __typename: 'ChatMessage'
      readonly id: number
      readonly name: string | null
      readonly text: string
    }
  | { readonly __typename: 'TakeSnapshot' | 'Cursor'; readonly cursor: string }
  | { readonly __typename: 'Heartbeat' }

export type AnswerWire = {
  readonly __typename: string
  readonly commandId?: string
  readonly landing?: number
  readonly token?: string
  readonly account?: string
  readonly refused?: string
  readonly detail?: string
  readonly cells?: readonly { readonly cell: number; readonly refused: string }[]
  readonly faults?: readonly { readonly field: string; readonly detail: string }[]
}
