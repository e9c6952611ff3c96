// The demo bot's works on a quick world, looked at while it is built and runs.

import { playWorks } from '../../src/bots/demoWorks.ts'
import { type Hands, Setback } from '../../src/bots/hands.ts'
import type { StructureView } from '../../src/domain/chunkView.ts'

class Over extends Error {}
/** Ticks between two looks. */
const LOOK_TICKS = 100
const PLACE = 7

export type Watched = {
  /** What stands, with its contents, when the time is over. */
  readonly structures: readonly StructureView[]
  readonly said: readonly string[]
  /** Orders that were given. */
  readonly orders: number
  /** The longest that a drill was seen blocked without a break, ticks. */
  readonly blockedTicks: number
  /** Looks at which the laboratory worked. */
  readonly labWorked: number
  /** The most that lay in one depot. */
  readonly fullest: number
}

/** Lets the bot play for some ticks, and looks at every machine now and then. Throws what ends it before. */
export async function watchWorks(hands: Hands, ticks: number): Promise<Watched> {
  const { world, account } = hands
  const blocked = new Map<number, number>()
  const said: string[] = []
  let [tick, orders, longest, labWorked, fullest] = [0, 0, 0, 0, 0]
  const look = async () => {
    for (const { cell, prototype, status, contents } of await world.structures(account)) {
      if (prototype === 'lab' && status === 'working') labWorked++
      if (prototype === 'depot') {
        const held = Object.values(contents ?? {}).reduce((sum, count) => sum + count, 0)
        fullest = Math.max(fullest, held)
      }
      if (prototype !== 'drill') continue
      const looks = status === 'blocked' ? (blocked.get(cell) ?? 0) + 1 : 0
      blocked.set(cell, looks)
      longest = Math.max(longest, looks)
    }
  }
  const watched: Hands = {
    ...hands,
    submit: (submission) => {
      orders++
      return hands.submit(submission)
    },
    async wait(asked) {
      for (let left = asked; left > 0; ) {
        const some = Math.min(left, LOOK_TICKS - (tick % LOOK_TICKS))
        await hands.wait(some)
        tick += some
        left -= some
        if (tick % LOOK_TICKS === 0) await look()
        if (tick >= ticks) throw new Over()
      }
    },
  }
  const script = { place: PLACE, say: (line: string) => said.push(line), breathe: async () => {} }
  try {
    await playWorks(watched, script)
  } catch (error) {
    if (!(error instanceof Over)) throw error
  }
  const structures = await world.structures(account)
  const blockedTicks = longest * LOOK_TICKS
  return { structures, said, orders, blockedTicks, labWorked, fullest }
}

/** Another player claims some cells, one of which is enough. @returns what releases them */
export async function claimByAnother(
  hands: Hands,
  cells: readonly number[],
): Promise<() => Promise<void>> {
  const { submit, world } = hands
  const joined = await submit({ account: undefined, type: 'JoinPlayer', input: { name: 'Other' } })
  if ('faults' in joined || !joined.joined) throw new Setback('nobody joined')
  const { account } = joined.joined
  for (const [type, input] of [
    ['EnterWorld', {}],
    ['ClaimMany', { cells }],
  ] as const) {
    await submit({ account, type, world: world.settings.world, input })
    await hands.wait(1)
  }
  return async () => {
    for (const cell of cells) {
      await submit({ account, type: 'ReleaseCell', world: world.settings.world, input: { cell } })
    }
    await hands.wait(1)
  }
}
