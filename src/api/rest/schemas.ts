// The shapes of REST's answers, from which the OpenAPI document is made. They name what is promised; more may come.

import { z } from 'zod'

const whole = z.int().min(0)
const counts = z.record(z.string(), whole)

const fault = z.object({ field: z.string(), detail: z.string() })

const worldStates = z.array(
  z.object({
    world: z.string(),
    state: z.enum(['replaying', 'running', 'stopped']),
    stopped: z.string().optional().describe('why'),
    kernel: z.string().optional().describe('what runs its rules; none before it is open'),
    signal: z.string().optional().describe('how the server and a Rust worker wake one another'),
    workersLost: whole.optional().describe('workers that died or hung, and were replaced'),
  }),
)

export const problem = z.object({
  type: z.string().describe('urn:orrery:problem:…'),
  title: z.string(),
  status: z.int().min(400).max(599),
  detail: z.string(),
  errors: z.array(fault).optional().describe('of bad input: each field that is wrong'),
  commandId: z.string().optional().describe('of a command: the id to send it again with'),
  refused: z.string().optional(),
  reasons: z.array(z.string()).optional().describe('of /readyz: what is not ready'),
  worlds: worldStates.optional().describe('of /readyz'),
})

export const joined = z.object({
  commandId: z.string(),
  account: z.string(),
  token: z.string().describe('shown once'),
  mailbox: z.string(),
  messages: z.string(),
  actions: z.string(),
  poll: z.string(),
})

const command = { commandId: z.string(), command: z.string() }
export const answer = z.union([
  z.object({
    ...command,
    status: z.literal('accepted'),
    position: whole,
    events: whole,
    landing: whole.optional(),
  }),
  z.object({ ...command, status: z.literal('unchanged'), landing: whole.optional() }),
  z.object({
    ...command,
    status: z.literal('refused'),
    refused: z.string(),
    detail: z.string(),
    cells: z.array(z.object({ cell: whole, refused: z.string() })).optional(),
  }),
])

/** In a batch a command that is no answer of the game is told in its place. */
export const batchAnswers = z.array(
  z.union([
    answer,
    z.object({
      status: z.enum(['invalid', 'unauthenticated', 'unavailable', 'tooMany', 'failed']),
      detail: z.string(),
      errors: z.array(fault).optional(),
      commandId: z.string().optional(),
    }),
  ]),
)

const structure = z.object({
  cell: whole,
  prototype: z.string(),
  direction: z.int().min(0).max(5),
  owner: whole,
  recipe: z.string().optional(),
  status: z.string(),
  progress: z.object({ startTick: z.int(), duration: whole }).optional(),
  contents: counts.optional().describe('only of one’s own'),
  items: z.array(z.string()).optional(),
})
export const structures = z.object({ structures: z.array(structure) })

export const player = z.object({
  account: z.string(),
  index: whole,
  here: z.boolean(),
  cell: whole,
  inventory: counts,
  claims: whole,
  claimLimit: whole,
  researched: z.array(z.string()),
  researching: z.object({ research: z.string(), done: whole, units: whole }).optional(),
  harvesting: whole.optional(),
  crafting: z.object({ recipe: z.string(), left: whole }).optional(),
  tick: whole,
})

export const world = z.object({
  world: z.string(),
  seed: whole,
  n: whole,
  ups: whole,
  cellCount: whole,
  chunkCount: whole,
  state: z.enum(['replaying', 'running', 'stopped']),
  tick: whole,
  upsMeasured: z.number(),
  lagMs: z.number(),
  hash: z.object({
    tick: whole,
    hash: z
      .string()
      .regex(/^([0-9a-f]{16})?$/)
      .describe('empty until one is known, while the world still opens'),
  }),
  rulesHash: z.string(),
  players: whole,
  replayThrough: whole.optional(),
  stopped: z.string().optional(),
  snapshots: z
    .object({ tick: whole, failed: z.string().optional() })
    .optional()
    .describe('the tick of the newest (0: none), and why the last try failed, if it did'),
})
export const worlds = z.object({ worlds: z.array(world) })

const cellView = z.object({
  cell: whole,
  chunk: whole,
  neighbours: z.array(z.int().min(-1)).length(6),
  terrain: z.string(),
  elevation: whole,
  deposit: z.string().nullable(),
  amount: z.int().min(-1),
  life: z.string().nullable(),
  mass: whole,
  pollution: whole,
  owner: z.string().nullable(),
  ownerName: z.string().nullable(),
  structure: structure.nullable(),
})
export const cell = cellView.extend({ world: z.string(), near: z.array(cellView) })

export const chunk = z.object({
  world: z.string(),
  chunk: whole,
  tick: whole,
  cells: z.string().describe('base64'),
  structures: z.array(structure),
})

export const rules = z.object({
  hash: z.string(),
  items: z.array(z.string()),
  terrains: z.array(z.string()),
  deposits: z.array(z.string()),
  lives: z.array(z.string()),
  prototypes: z.array(
    z.object({
      name: z.string(),
      kind: z.string(),
      stands: z.string(),
      cost: counts,
      description: z.string(),
      ticks: whole,
      pollution: whole,
      capacity: whole,
      power: whole.optional(),
      supply: whole.optional(),
      reach: whole.optional(),
      burns: counts.optional(),
    }),
  ),
  recipes: z.array(
    z.object({
      name: z.string(),
      inputs: counts,
      outputs: counts,
      machines: z.array(z.string()),
      byHand: z.boolean(),
      ticks: whole,
    }),
  ),
  researches: z.array(
    z.object({
      name: z.string(),
      requires: z.array(z.string()),
      packs: z.array(z.string()),
      units: whole,
      ticks: whole,
      recipes: z.array(z.string()),
      prototypes: z.array(z.string()),
      claims: whole,
      reach: whole,
    }),
  ),
})

export const me = z.object({
  account: z.string(),
  name: z.string().nullable(),
  mailbox: z.string(),
})

const named = { account: z.string(), name: z.string().nullable() }
const standing = {
  account: z.string(),
  index: whole,
  rank: whole,
  packs: counts,
  packsTotal: whole,
  pollution: whole,
  packsPerMillion: z.number(),
  launches: whole,
}
export const statistics = z.object({ ...standing, produced: counts, consumed: counts })
export const leaderboard = z.object({ leaderboard: z.array(z.object({ ...standing, ...named })) })
export const players = z.object({
  players: z.array(z.object({ ...named, index: whole, cell: whole, here: z.boolean() })),
})
export const presence = z.object({
  presence: z.array(
    z.object({
      account: z.string(),
      index: whole,
      state: z.enum(['connected', 'away', 'gone']),
      cell: whole,
    }),
  ),
})
const line = z.object({
  ...named,
  id: whole,
  world: z.string(),
  text: z.string(),
  at: z.string(),
})
export const chat = z.object({ chat: z.array(line) })

const cursor = z.string().describe('opaque; send it back as ?after=')
const inWorld = { cursor, world: z.string() }
const message = z.union([
  z.object({
    ...inWorld,
    kind: z.literal('outcome'),
    tick: whole,
    commandId: z.string(),
    order: z.string(),
    done: whole,
    asked: whole,
    reason: z.string(),
    cell: whole.optional(),
  }),
  z.object({
    ...inWorld,
    kind: z.literal('chat'),
    id: whole,
    account: z.string(),
    name: z.string().nullable(),
    text: z.string(),
    at: z.string(),
  }),
  z.object({
    cursor,
    world: z.string().optional(),
    kind: z.literal('refused'),
    commandId: z.string(),
    command: z.string(),
    refused: z.string(),
    detail: z.string(),
    cells: z.array(z.object({ cell: whole, refused: z.string() })).optional(),
  }),
  z.object({
    ...inWorld,
    kind: z.literal('contents'),
    tick: whole,
    structures: z.array(structure),
  }),
  z.object({ ...inWorld, kind: z.literal('takeSnapshot') }),
  z.object({
    cursor,
    kind: z.literal('refusalsLost'),
    count: z.int().min(1).describe('refused orders that had to make room for newer ones'),
  }),
])
export const messages = z.object({ messages: z.array(message), cursor, more: z.boolean() })

export const state = z.object({
  status: z
    .string()
    .describe('alive; of /readyz: ready, or degraded where something else does not run'),
  worlds: worldStates.optional().describe('of /readyz'),
  reasons: z.array(z.string()).optional().describe('of /readyz: what does not run all the same'),
})

const commit = z.string().regex(/^[0-9a-f]{40}$/)

export const versions = z.object({
  versions: z.array(
    z.object({ commit, at: z.iso.datetime({ offset: true }), subject: z.string() }),
  ),
})

export const versionedFolder = z.object({
  commit,
  path: z.string(),
  entries: z.array(z.object({ name: z.string(), kind: z.enum(['file', 'folder']) })),
})
