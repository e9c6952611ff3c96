// orrery bots: scripted players that build in a running world until they are stopped.

import { setMaxListeners } from 'node:events'
import { playDemoBot } from '../bots/demoBot.ts'
import { type Command, serverOptions } from './options.ts'
import { remoteOf } from './remote.ts'
import { joinRemote } from './remoteWorld.ts'
import { colour, print } from './terminal.ts'

/** Places of the demo bot are far apart; the first is the one that the server's own has. */
const FIRST_PLACE = 8

const scheduler = {
  sleep: (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      if (signal?.aborted) {
        resolve()
        return
      }
      const wake = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      const timer = setTimeout(wake, ms)
      signal?.addEventListener('abort', wake)
    }),
}

export const bots: Command = {
  name: 'bots',
  summary: 'Let scripted players build in a world, until Ctrl-C',
  usage: ['bots [--count N] [--world WORLD] [--seconds S] [--url URL]'],
  options: {
    url: serverOptions.url!,
    count: { takes: 'N', help: 'how many, 1 to 500', default: '3' },
    world: { takes: 'WORLD', help: 'where they play', default: 'first' },
    seconds: { takes: 'S', help: 'stop after so many seconds' },
  },
  async run(given) {
    const count = given.whole('count', 1, 500)
    const limit = given.text('seconds') === undefined ? undefined : given.whole('seconds', 1, 1e9)
    const server = remoteOf(given)
    const world = given.required('world')
    const stopping = new AbortController()
    // Every bot that sleeps listens for it; their number has a bound.
    setMaxListeners(0, stopping.signal)
    const stop = () => stopping.abort()
    process.once('SIGINT', stop)
    process.once('SIGTERM', stop)
    const timer = limit === undefined ? undefined : setTimeout(stop, limit * 1000)
    try {
      const played = Array.from({ length: count }, async (_, index) => {
        const name = `Bot ${index + 1}`
        const player = await joinRemote(server, world, name)
        print(`${colour('cyan', name)} has joined as ${player.account}`)
        await playDemoBot({
          ...player,
          scheduler,
          signal: stopping.signal,
          place: FIRST_PLACE + index,
          say: (line) => print(`${colour('cyan', name)} ${line.replace('demo bot: ', '')}`),
        })
      })
      // One that fails takes the others with it, so that nobody believes that all of them play.
      await Promise.all(played).finally(stop)
    } finally {
      clearTimeout(timer)
      process.removeListener('SIGINT', stop)
      process.removeListener('SIGTERM', stop)
    }
    print(`${count === 1 ? 'the bot has' : `${count} bots have`} stopped; what they built stands`)
  },
}
