// Made by scripts/codegen.ts from src/api/graphql/schema.graphql; do not edit.

export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
};

/**
 * Orrery: living planets, run from a log. Commands answer with a union: what was accepted, or a refusal by name.
 * Send the token of `joinPlayer` as `Authorization: Bearer …` (HTTP) or as `{"token": "…"}` in connection_init (WebSocket).
 */
export type Query = {
  /** The worlds that are founded here, all or at most `limit` (1 to 64), and with `after` those behind that one. */
  readonly worlds: ReadonlyArray<World>;
  readonly world: Maybe<World>;
  /** What can be built, and what can be made. */
  readonly rules: Rules;
  /** The account of the token. */
  readonly me: Maybe<Me>;
};


/**
 * Orrery: living planets, run from a log. Commands answer with a union: what was accepted, or a refusal by name.
 * Send the token of `joinPlayer` as `Authorization: Bearer …` (HTTP) or as `{"token": "…"}` in connection_init (WebSocket).
 */
export type QueryWorldsArgs = {
  limit: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['ID']['input']>;
};


/**
 * Orrery: living planets, run from a log. Commands answer with a union: what was accepted, or a refusal by name.
 * Send the token of `joinPlayer` as `Authorization: Bearer …` (HTTP) or as `{"token": "…"}` in connection_init (WebSocket).
 */
export type QueryWorldArgs = {
  id: Scalars['ID']['input'];
};

export type Mutation = {
  /** Makes an account. The token is shown once. */
  readonly joinPlayer: JoinAnswer;
  /** Saves the player, then ends the session of the token for ever; both durable when it answers. The factory runs on. */
  readonly logOut: Scalars['Boolean']['output'];
  readonly renamePlayer: Answer;
  readonly eraseAccount: Answer;
  readonly foundWorld: Answer;
  /** Lands on a planet; without `landing` the world chooses a place. */
  readonly enterWorld: EnterAnswer;
  readonly leaveWorld: Answer;
  /** Walks at most 64 directions, until blocked. */
  readonly movePlayer: Answer;
  readonly claimMany: Answer;
  readonly releaseCell: Answer;
  /** All or nothing. */
  readonly placeMany: Answer;
  readonly removeMany: Answer;
  readonly rotateStructure: Answer;
  readonly selectRecipe: Answer;
  readonly startHarvest: Answer;
  readonly stopHarvest: Answer;
  readonly craft: Answer;
  readonly transfer: Answer;
  /** Tells one's laboratories what to work at. */
  readonly selectResearch: Answer;
  readonly say: Answer;
};


export type MutationJoinPlayerArgs = {
  name: Scalars['String']['input'];
  commandId: InputMaybe<Scalars['String']['input']>;
};


export type MutationRenamePlayerArgs = {
  name: Scalars['String']['input'];
  commandId: InputMaybe<Scalars['String']['input']>;
};


export type MutationEraseAccountArgs = {
  commandId: InputMaybe<Scalars['String']['input']>;
};


export type MutationFoundWorldArgs = {
  world: Scalars['ID']['input'];
  seed: Scalars['Float']['input'];
  n: Scalars['Int']['input'];
  ups: InputMaybe<Scalars['Int']['input']>;
  commandId: InputMaybe<Scalars['String']['input']>;
};


export type MutationEnterWorldArgs = {
  world: Scalars['ID']['input'];
  landing: InputMaybe<Scalars['Int']['input']>;
  commandId: InputMaybe<Scalars['String']['input']>;
};


export type MutationLeaveWorldArgs = {
  world: Scalars['ID']['input'];
  commandId: InputMaybe<Scalars['String']['input']>;
};


export type MutationMovePlayerArgs = {
  world: Scalars['ID']['input'];
  path: ReadonlyArray<Scalars['Int']['input']>;
  commandId: InputMaybe<Scalars['String']['input']>;
};


export type MutationClaimManyArgs = {
  world: Scalars['ID']['input'];
  cells: ReadonlyArray<Scalars['Int']['input']>;
  commandId: InputMaybe<Scalars['String']['input']>;
};


export type MutationReleaseCellArgs = {
  world: Scalars['ID']['input'];
  cell: Scalars['Int']['input'];
  commandId: InputMaybe<Scalars['String']['input']>;
};


export type MutationPlaceManyArgs = {
  world: Scalars['ID']['input'];
  structures: ReadonlyArray<PlaceInput>;
  commandId: InputMaybe<Scalars['String']['input']>;
};


export type MutationRemoveManyArgs = {
  world: Scalars['ID']['input'];
  cells: ReadonlyArray<Scalars['Int']['input']>;
  commandId: InputMaybe<Scalars['String']['input']>;
};


export type MutationRotateStructureArgs = {
  world: Scalars['ID']['input'];
  cell: Scalars['Int']['input'];
  direction: Scalars['Int']['input'];
  commandId: InputMaybe<Scalars['String']['input']>;
};


export type MutationSelectRecipeArgs = {
  world: Scalars['ID']['input'];
  cell: Scalars['Int']['input'];
  recipe: Scalars['String']['input'];
  commandId: InputMaybe<Scalars['String']['input']>;
};


export type MutationStartHarvestArgs = {
  world: Scalars['ID']['input'];
  cell: Scalars['Int']['input'];
  commandId: InputMaybe<Scalars['String']['input']>;
};


export type MutationStopHarvestArgs = {
  world: Scalars['ID']['input'];
  commandId: InputMaybe<Scalars['String']['input']>;
};


export type MutationCraftArgs = {
  world: Scalars['ID']['input'];
  recipe: Scalars['String']['input'];
  count: Scalars['Int']['input'];
  commandId: InputMaybe<Scalars['String']['input']>;
};


export type MutationTransferArgs = {
  world: Scalars['ID']['input'];
  cell: Scalars['Int']['input'];
  item: Scalars['String']['input'];
  count: Scalars['Int']['input'];
  way: TransferWay;
  commandId: InputMaybe<Scalars['String']['input']>;
};


export type MutationSelectResearchArgs = {
  world: Scalars['ID']['input'];
  research: Scalars['String']['input'];
  commandId: InputMaybe<Scalars['String']['input']>;
};


export type MutationSayArgs = {
  world: Scalars['ID']['input'];
  text: Scalars['String']['input'];
  commandId: InputMaybe<Scalars['String']['input']>;
};

export type Subscription = {
  /**
   * Changes of the chunks named (at most 64), after one snapshot of each. Ends with code SLOW_CONSUMER
   * when more than the stated bound waits unread.
   */
  readonly chunks: ChunkItem;
  /**
   * One's own outcomes and the chat (with `after`: first those since that cursor), player view, and contents of own structures.
   * A cursor comes at once, before anything else.
   */
  readonly mine: MineItem;
  /** Tick and hash, at once and twice a second. */
  readonly status: WorldStatus;
  /** Who is connected, and where. */
  readonly presence: Presence;
};


export type SubscriptionChunksArgs = {
  world: Scalars['ID']['input'];
  chunks: ReadonlyArray<Scalars['Int']['input']>;
};


export type SubscriptionMineArgs = {
  world: Scalars['ID']['input'];
  after: InputMaybe<Scalars['String']['input']>;
};


export type SubscriptionStatusArgs = {
  world: Scalars['ID']['input'];
};


export type SubscriptionPresenceArgs = {
  world: Scalars['ID']['input'];
};

export type PlaceInput = {
  readonly cell: Scalars['Int']['input'];
  readonly prototype: Scalars['String']['input'];
  /** 0 to 5, in the frame of the cell's diamond. */
  readonly direction: Scalars['Int']['input'];
};

export type TransferWay =
  | 'PUT'
  | 'TAKE';

export type Answer = Accepted | Unchanged | Refused | Invalid;

export type JoinAnswer = Joined | Refused | Invalid;

export type EnterAnswer = Entered | Unchanged | Refused | Invalid;

/** Durable: it survives whatever happens. What comes of it is told by an outcome. */
export type Accepted = {
  readonly commandId: Scalars['ID']['output'];
  /** Position of the last event in the log. */
  readonly position: Scalars['Float']['output'];
  readonly events: Scalars['Int']['output'];
};

/** There was nothing to do. */
export type Unchanged = {
  readonly commandId: Scalars['ID']['output'];
};

export type Refused = {
  readonly commandId: Scalars['ID']['output'];
  /** NotOwner, CellTaken, NotAdjacent, … */
  readonly refused: Scalars['String']['output'];
  readonly detail: Scalars['String']['output'];
  readonly cells: ReadonlyArray<CellRefusal>;
};

export type CellRefusal = {
  readonly cell: Scalars['Int']['output'];
  readonly refused: Scalars['String']['output'];
};

/** Bad input, field by field. Nothing was decided. */
export type Invalid = {
  readonly faults: ReadonlyArray<Fault>;
};

export type Fault = {
  readonly field: Scalars['String']['output'];
  readonly detail: Scalars['String']['output'];
};

export type Joined = {
  readonly commandId: Scalars['ID']['output'];
  readonly account: Scalars['ID']['output'];
  /** Shown once; the server keeps only its hash. */
  readonly token: Scalars['String']['output'];
  readonly mailbox: Scalars['ID']['output'];
};

export type Entered = {
  readonly commandId: Scalars['ID']['output'];
  readonly position: Scalars['Float']['output'];
  readonly landing: Scalars['Int']['output'];
};

export type World = {
  readonly id: Scalars['ID']['output'];
  /** u32 */
  readonly seed: Scalars['Float']['output'];
  readonly n: Scalars['Int']['output'];
  readonly ups: Scalars['Int']['output'];
  readonly cellCount: Scalars['Int']['output'];
  readonly chunkCount: Scalars['Int']['output'];
  readonly status: WorldStatus;
  /** At most 64 in one request. */
  readonly chunks: ReadonlyArray<Chunk>;
  readonly cell: Maybe<CellView>;
  /** The cells within `reach` steps (at most 8). */
  readonly cellsNear: ReadonlyArray<CellView>;
  readonly players: ReadonlyArray<Player>;
  /** The player of the token. */
  readonly me: Maybe<PlayerView>;
  /** What the token's account made and used up. */
  readonly statistics: Maybe<Statistics>;
  readonly leaderboard: ReadonlyArray<LeaderboardRow>;
  /** Structures of the token's account, with their contents. */
  readonly structures: ReadonlyArray<Structure>;
  readonly presence: ReadonlyArray<Presence>;
  readonly chat: ReadonlyArray<ChatMessage>;
};


export type WorldChunksArgs = {
  ids: ReadonlyArray<Scalars['Int']['input']>;
};


export type WorldCellArgs = {
  id: Scalars['Int']['input'];
};


export type WorldCellsNearArgs = {
  id: Scalars['Int']['input'];
  reach?: Scalars['Int']['input'];
};


export type WorldChatArgs = {
  after?: Scalars['Int']['input'];
  limit?: Scalars['Int']['input'];
};

export type WorldState =
  | 'REPLAYING'
  | 'RUNNING'
  | 'STOPPED';

export type WorldStatus = {
  readonly world: Scalars['ID']['output'];
  readonly state: WorldState;
  readonly tick: Scalars['Float']['output'];
  readonly ups: Scalars['Int']['output'];
  readonly upsMeasured: Scalars['Float']['output'];
  readonly lagMs: Scalars['Float']['output'];
  /** State hash (16 hex digits) of `hashTick`. */
  readonly hash: Scalars['String']['output'];
  readonly hashTick: Scalars['Float']['output'];
  readonly rulesHash: Scalars['String']['output'];
  readonly players: Scalars['Int']['output'];
  /** While it replays: the tick it will reach. */
  readonly replayThrough: Maybe<Scalars['Float']['output']>;
  /** Why it stopped. */
  readonly stopped: Maybe<Scalars['String']['output']>;
  readonly snapshots: Maybe<Snapshots>;
};

export type Snapshots = {
  /** Tick of the newest; 0: there is none. */
  readonly tick: Scalars['Float']['output'];
  /** Why the last try to take one failed, if it did. */
  readonly failed: Maybe<Scalars['String']['output']>;
};

export type Chunk = {
  readonly chunk: Scalars['Int']['output'];
  readonly tick: Scalars['Float']['output'];
  /** chunkCodec (docs/chunk-format.md), base64. */
  readonly cells: Scalars['String']['output'];
  readonly structures: ReadonlyArray<Structure>;
};

export type CellView = {
  readonly cell: Scalars['Int']['output'];
  readonly chunk: Scalars['Int']['output'];
  /** Neighbour by direction 0..5; -1 where a pentagon has none. */
  readonly neighbours: ReadonlyArray<Scalars['Int']['output']>;
  readonly terrain: Scalars['String']['output'];
  readonly elevation: Scalars['Int']['output'];
  readonly deposit: Maybe<Scalars['String']['output']>;
  /** Units left; a unit is 256 items. -1: inexhaustible. */
  readonly amount: Scalars['Int']['output'];
  readonly life: Maybe<Scalars['String']['output']>;
  readonly mass: Scalars['Int']['output'];
  readonly pollution: Scalars['Int']['output'];
  readonly owner: Maybe<Scalars['ID']['output']>;
  readonly ownerName: Maybe<Scalars['String']['output']>;
  readonly structure: Maybe<Structure>;
};

export type Structure = {
  readonly cell: Scalars['Int']['output'];
  readonly prototype: Scalars['String']['output'];
  readonly direction: Scalars['Int']['output'];
  /** Index of the owner among the world's players. */
  readonly owner: Scalars['Int']['output'];
  readonly recipe: Maybe<Scalars['String']['output']>;
  readonly status: Scalars['String']['output'];
  readonly progress: Maybe<Progress>;
  /** Only for one's own. */
  readonly contents: Maybe<ReadonlyArray<ItemCount>>;
  /** What lies on a belt, in order of travel. */
  readonly items: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

export type Progress = {
  readonly startTick: Scalars['Float']['output'];
  readonly duration: Scalars['Int']['output'];
};

export type ItemCount = {
  readonly item: Scalars['String']['output'];
  readonly count: Scalars['Float']['output'];
};

export type Player = {
  readonly account: Scalars['ID']['output'];
  readonly index: Scalars['Int']['output'];
  readonly name: Maybe<Scalars['String']['output']>;
  readonly cell: Scalars['Int']['output'];
  readonly here: Scalars['Boolean']['output'];
};

export type PlayerView = {
  readonly account: Scalars['ID']['output'];
  readonly index: Scalars['Int']['output'];
  readonly here: Scalars['Boolean']['output'];
  readonly cell: Scalars['Int']['output'];
  readonly inventory: ReadonlyArray<ItemCount>;
  readonly claims: Scalars['Int']['output'];
  /** How many cells it may hold, as its research stands. */
  readonly claimLimit: Scalars['Int']['output'];
  /** What is researched, in the order of the rules. */
  readonly researched: ReadonlyArray<Scalars['String']['output']>;
  /** What the laboratories work at. */
  readonly researching: Maybe<Researching>;
  readonly harvesting: Maybe<Scalars['Int']['output']>;
  readonly crafting: Maybe<Crafting>;
  readonly tick: Scalars['Float']['output'];
};

export type Researching = {
  readonly research: Scalars['String']['output'];
  readonly done: Scalars['Int']['output'];
  readonly units: Scalars['Int']['output'];
};

/** Players by packs made for the pollution given off: the best factory is not the biggest mine. */
export type LeaderboardRow = {
  readonly rank: Scalars['Int']['output'];
  readonly account: Scalars['ID']['output'];
  readonly name: Maybe<Scalars['String']['output']>;
  readonly index: Scalars['Int']['output'];
  readonly packs: ReadonlyArray<ItemCount>;
  readonly packsTotal: Scalars['Float']['output'];
  readonly pollution: Scalars['Float']['output'];
  /** Packs for a million units of pollution. */
  readonly packsPerMillion: Scalars['Float']['output'];
  readonly launches: Scalars['Float']['output'];
};

export type Statistics = {
  readonly account: Scalars['ID']['output'];
  readonly index: Scalars['Int']['output'];
  readonly rank: Scalars['Int']['output'];
  readonly packs: ReadonlyArray<ItemCount>;
  readonly produced: ReadonlyArray<ItemCount>;
  readonly consumed: ReadonlyArray<ItemCount>;
  readonly packsTotal: Scalars['Float']['output'];
  readonly pollution: Scalars['Float']['output'];
  /** Packs for a million units of pollution. */
  readonly packsPerMillion: Scalars['Float']['output'];
  readonly launches: Scalars['Float']['output'];
};

export type Crafting = {
  readonly recipe: Scalars['String']['output'];
  readonly left: Scalars['Int']['output'];
};

export type Presence = {
  readonly account: Scalars['ID']['output'];
  readonly index: Scalars['Int']['output'];
  /** connected, away or gone */
  readonly state: Scalars['String']['output'];
  readonly cell: Scalars['Int']['output'];
};

export type ChatMessage = {
  readonly id: Scalars['Int']['output'];
  readonly world: Scalars['ID']['output'];
  readonly account: Scalars['ID']['output'];
  readonly name: Maybe<Scalars['String']['output']>;
  readonly text: Scalars['String']['output'];
  readonly at: Scalars['String']['output'];
};

export type ChunkItem = Chunk | ChunkChanges | Heartbeat;

export type ChunkChanges = {
  readonly chunk: Scalars['Int']['output'];
  readonly tick: Scalars['Float']['output'];
  /** chunkCodec, base64: the changed cells with their new values. */
  readonly cells: Scalars['String']['output'];
  readonly structures: ReadonlyArray<Structure>;
  readonly removed: ReadonlyArray<Scalars['Int']['output']>;
};

export type Heartbeat = {
  readonly tick: Scalars['Float']['output'];
  readonly hashTick: Scalars['Float']['output'];
  readonly hash: Scalars['String']['output'];
};

export type MineItem = Outcome | PlayerView | Contents | ChatMessage | Heartbeat | TakeSnapshot | Cursor;

/** All outcomes and chat lines through here have been told: where to go on, with `after`. */
export type Cursor = {
  readonly cursor: Scalars['String']['output'];
};

export type Outcome = {
  readonly cursor: Scalars['String']['output'];
  readonly tick: Scalars['Float']['output'];
  readonly commandId: Scalars['ID']['output'];
  /** The event that ordered it. */
  readonly order: Scalars['String']['output'];
  readonly done: Scalars['Int']['output'];
  readonly asked: Scalars['Int']['output'];
  readonly reason: Scalars['String']['output'];
  readonly cell: Maybe<Scalars['Int']['output']>;
};

export type Contents = {
  readonly tick: Scalars['Float']['output'];
  readonly structures: ReadonlyArray<Structure>;
};

/**
 * What came since the cursor is gone or too long, or the cursor is ahead of the world (which was restored from a backup): read
 * snapshots, then go on from `cursor`.
 */
export type TakeSnapshot = {
  readonly cursor: Scalars['String']['output'];
};

export type Me = {
  readonly account: Scalars['ID']['output'];
  readonly name: Maybe<Scalars['String']['output']>;
  readonly mailbox: Scalars['ID']['output'];
};

export type Rules = {
  readonly hash: Scalars['String']['output'];
  readonly items: ReadonlyArray<Scalars['String']['output']>;
  readonly terrains: ReadonlyArray<Scalars['String']['output']>;
  readonly deposits: ReadonlyArray<Scalars['String']['output']>;
  readonly lives: ReadonlyArray<Scalars['String']['output']>;
  readonly prototypes: ReadonlyArray<Prototype>;
  readonly recipes: ReadonlyArray<Recipe>;
  readonly researches: ReadonlyArray<Research>;
};

export type Prototype = {
  readonly name: Scalars['String']['output'];
  /** What it does: drill, belt, crafter, depot, … */
  readonly kind: Scalars['String']['output'];
  /** What it costs, taken from its owner's inventory. */
  readonly cost: ReadonlyArray<ItemCount>;
  /** Ticks a job takes; for a crafter the recipe says it, for a laboratory the research. */
  readonly ticks: Scalars['Int']['output'];
  /** Units that a finished job gives off. */
  readonly pollution: Scalars['Int']['output'];
  /** Items it holds. */
  readonly capacity: Scalars['Int']['output'];
  /** Power it draws in a tick while it works. */
  readonly power: Scalars['Int']['output'];
  /** Power it can give in a tick. */
  readonly supply: Maybe<Scalars['Int']['output']>;
  /** Steps: of a harvester's arm, of a bridge's span, of a pole's wire. */
  readonly reach: Maybe<Scalars['Int']['output']>;
  /** What a generator burns, and the ticks that one lasts at full load. */
  readonly burns: Maybe<ReadonlyArray<ItemCount>>;
  /** land, water or any */
  readonly stands: Scalars['String']['output'];
  readonly description: Scalars['String']['output'];
};

export type Research = {
  readonly name: Scalars['String']['output'];
  readonly requires: ReadonlyArray<Scalars['String']['output']>;
  /** One of each for every unit. */
  readonly packs: ReadonlyArray<Scalars['String']['output']>;
  readonly units: Scalars['Int']['output'];
  /** Ticks of one laboratory for a unit. */
  readonly ticks: Scalars['Int']['output'];
  readonly recipes: ReadonlyArray<Scalars['String']['output']>;
  readonly prototypes: ReadonlyArray<Scalars['String']['output']>;
  /** Cells that one may claim beyond those before. */
  readonly claims: Scalars['Int']['output'];
  /** Steps that the hand reaches farther. */
  readonly reach: Scalars['Int']['output'];
};

export type Recipe = {
  readonly name: Scalars['String']['output'];
  readonly inputs: ReadonlyArray<ItemCount>;
  readonly outputs: ReadonlyArray<ItemCount>;
  /** The prototypes that can make it. */
  readonly machines: ReadonlyArray<Scalars['String']['output']>;
  readonly byHand: Scalars['Boolean']['output'];
  /** Duration in ticks. */
  readonly ticks: Scalars['Int']['output'];
};
