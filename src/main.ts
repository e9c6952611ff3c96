// Starts what compose.ts wires, says how far it is, and stops it on Ctrl-C.

import { styleText } from 'node:util'
import { compose } from './compose.ts'
import { ConfigFaults, readConfig, variables } from './config.ts'
import { jsonLog } from './platform/log.ts'

const colour = (style: Parameters<typeof styleText>[0], text: string) =>
  process.stdout.isTTY && process.env.NO_COLOR === undefined ? styleText(style, text) : text

let say = (line: string) =>
  console.log(`${colour('dim', new Date().toISOString().slice(11, 19))} ${line}`)

/** Exit codes: 0 stopped as asked, 1 failed, 2 refused by configuration, 3 refused by what is there (a second start, a port in use, other rules). */
async function main(): Promise<void> {
  const began = performance.now()
  const config = readConfig(process.env)
  const json = config.log === 'json' ? jsonLog(config.logLevel) : undefined
  if (json) say = json.say
  const composing = compose(config, json ?? { say })
  // A signal that comes while the server is still put together waits for it, so that nothing is left running.
  const stopping = stopOnSignal(async () => (await composing).stop())
  const orrery = await composing
  const { url, world } = orrery
  try {
    await orrery.ready
  } catch (error) {
    // Nothing is left running behind a start that is refused; one that was asked to stop says so itself.
    await orrery.stop()
    if (stopping()) return
    throw error
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  if (json) {
    json.note({ event: 'up', url, seconds: Number(seconds), ...world })
    return
  }
  console.log(`
  ${colour(['bold', 'cyan'], '⬡ Orrery')} is up after ${seconds} s

  page      ${colour('cyan', url)}
  GraphQL   ${colour('cyan', `${url}/graphql`)}
  curl      ${colour('cyan', `curl ${url}/worlds`)}
  world     ${world.world} · ${10 * world.n ** 2 + 2} cells (N ${world.n}) · seed ${world.seed} · ${world.ups} UPS

  ${colour('dim', 'Ctrl-C stops it; everything acknowledged is kept.')}
`)
}

/** The first signal stops cleanly, a second one at once. Returns whether one came. */
function stopOnSignal(stop: () => Promise<void>): () => boolean {
  let stopping = false
  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1)
    stopping = true
    say(`${signal}: stopping … (again to stop at once)`)
    stop().then(
      () => {
        say('stopped')
        process.exit(0)
      },
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return () => stopping
}

/** What a person can do something about: told in a line, without a stack. */
const refusals = new Set([
  'StartRefused',
  'RulesDiffer',
  'LedgerBroken',
  'CannotListen',
  'StoreUnavailable',
])

main().catch((error: unknown) => {
  if (error instanceof ConfigFaults) {
    for (const fault of error.faults) console.error(colour('red', fault))
    console.error('\nVariables:')
    for (const [name, meaning] of Object.entries(variables))
      console.error(`  ${name.padEnd(23)} ${meaning}`)
    process.exit(2)
  }
  if (error instanceof Error && refusals.has(error.name)) {
    console.error(colour('red', error.message))
    process.exit(3)
  }
  console.error(error)
  process.exit(1)
})
