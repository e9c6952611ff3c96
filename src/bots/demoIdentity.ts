// The demo bot is the same player after a restart: its account is kept in the data folder.

import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Submit } from '../commands/submit.ts'
import type { AccountId } from '../domain/events.ts'
import type { WorldReader } from '../projections/worldReader.ts'
import { type DemoBot, playDemoBot } from './demoBot.ts'

const NAME = 'Clockmaker'
const FILE = 'demo-bot.json'
const REST_MS = 30_000

/** Starts the bot once its world is live. Returns its end. A bot that fails says so and harms nobody. */
export function runDemoBot(
  ports: Omit<DemoBot, 'account' | 'signal'> & {
    readonly world: Pick<WorldReader, 'connect'> & { readonly ready: Promise<void> }
    readonly folder: string
  },
): () => Promise<void> {
  const { signal, abort } = ending()
  const played = (async () => {
    // A world that cannot be opened tells so itself.
    const live = await ports.world.ready.then(
      () => true,
      () => false,
    )
    if (!live || signal.aborted) return
    while (!signal.aborted) {
      try {
        const account = await accountOf(ports.submit, ports.folder)
        // No door counts it as there: it plays inside the server, and looks on all the time.
        const leave = ports.world.connect(account)
        await playDemoBot({ ...ports, account, signal }).finally(leave)
        if (signal.aborted) return
        // It came home without a fault: it is not welcome, perhaps because the log is another one than its account is of.
        await rm(join(ports.folder, FILE), { force: true })
      } catch (error) {
        if (!signal.aborted) ports.say(`demo bot: rests after a fault: ${String(error)}`)
      }
      await ports.scheduler.sleep(REST_MS, signal)
    }
  })()
  return async () => {
    abort()
    await played
  }
}

const ending = () => {
  const controller = new AbortController()
  return { signal: controller.signal, abort: () => controller.abort() }
}

async function accountOf(submit: Submit, folder: string): Promise<AccountId> {
  const file = join(folder, FILE)
  const kept = await readFile(file, 'utf8').catch(() => undefined)
  if (kept !== undefined) return (JSON.parse(kept) as { account: AccountId }).account
  // Before it joins: without a place to keep it, every start would make another account.
  await mkdir(folder, { recursive: true })
  const submitted = await submit({ account: undefined, type: 'JoinPlayer', input: { name: NAME } })
  if ('faults' in submitted || !submitted.joined) {
    throw new Error(`the bot cannot join: ${JSON.stringify(submitted)}`)
  }
  const { account } = submitted.joined
  // Written beside and renamed, so that a crash leaves the whole file or none.
  await writeFile(`${file}~`, JSON.stringify({ account }))
  await rename(`${file}~`, file)
  return account
}
