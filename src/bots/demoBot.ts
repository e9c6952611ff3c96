// The demo bot on a running server: its script, in the server's time.

import { setImmediate } from 'node:timers/promises'
import type { AccountId } from '../domain/events.ts'
import type { Scheduler } from '../domain/ports/time.ts'
import { playWorks } from './demoWorks.ts'
import type { Hands } from './hands.ts'

export type DemoBot = Pick<Hands, 'submit' | 'world'> & {
  readonly account: AccountId
  /** Number of the landing place it asks for. */
  readonly place?: number
  readonly scheduler: Scheduler
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

/** Always the same good place of a planet, and on the first world of the defaults far from the README's factory. */
const PLACE = 7
/** It looks at least this often, so that it ends soon after it is told to. */
const LOOK_MS = 1_000

class Ended extends Error {}

/** Plays until `signal` aborts. A refusal is noted and gone round; only a broken server ends it. */
export async function playDemoBot(bot: DemoBot): Promise<void> {
  const { submit, world, account, say } = bot
  const hands: Hands = { submit, world, account, wait: (ticks) => wait(bot, ticks) }
  try {
    const breathe = async () => {
      if (bot.signal.aborted) throw new Ended()
      await setImmediate()
    }
    await playWorks(hands, { place: bot.place ?? PLACE, say, breathe })
  } catch (error) {
    if (!(error instanceof Ended)) throw error
  }
}

/** Lets ticks of the world pass, however slowly it runs. */
async function wait({ world, account, scheduler, signal }: DemoBot, ticks: number): Promise<void> {
  const tick = async () => (await world.player(account))?.tick ?? 0
  const { ups } = world.settings
  const target = (await tick()) + ticks
  for (let left = ticks; left > 0; left = target - (await tick())) {
    if (signal.aborted) throw new Ended()
    await scheduler.sleep(Math.min(LOOK_MS, Math.ceil((left * 1_000) / ups)), signal)
  }
}
