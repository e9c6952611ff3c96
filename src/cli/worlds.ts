// orrery worlds: which there are, how they run; and another one.

import type { WorldStatus } from '../projections/worldReader.ts'
import { type Command, jsonOption, serverOptions, UsageError } from './options.ts'
import { command, remoteOf } from './remote.ts'
import { colour, print, table } from './terminal.ts'

type World = Omit<WorldStatus, 'settings'> & {
  readonly world: string
  readonly seed: number
  readonly n: number
  readonly ups: number
  readonly cellCount: number
}

const states = { running: 'green', replaying: 'yellow', stopped: 'red' } as const

const rowOf = (one: World) => [
  one.world,
  colour(states[one.state], one.state),
  String(one.tick),
  `${one.upsMeasured.toFixed(1)} of ${one.ups}`,
  `${Math.round(one.lagMs)} ms`,
  String(one.players),
  String(one.cellCount),
  String(one.seed),
]

export const worlds: Command = {
  name: 'worlds',
  summary: 'List the worlds of a server, or found another',
  usage: [
    'worlds [list] [--url URL]',
    'worlds found NAME --n N [--seed S] [--ups U] --token TOKEN',
  ],
  options: {
    ...serverOptions,
    n: { takes: 'N', help: 'of a new world: frequency, 1 to 128 (10·N²+2 cells)', default: '64' },
    seed: { takes: 'SEED', help: 'of a new world, 0 to 4294967295', default: '7' },
    ups: { takes: 'UPS', help: 'of a new world: ticks a second, 20 to 60', default: '20' },
    ...jsonOption,
  },
  async run(given) {
    const server = remoteOf(given)
    const [action = 'list', name] = given.positionals
    if (action === 'found') {
      if (name === undefined) throw new UsageError('worlds found takes a name: a-z and 0-9')
      const seed = given.whole('seed', 0, 0xffff_ffff)
      const n = given.whole('n', 1, 2048)
      const ups = given.whole('ups', 20, 60)
      const answer = await command(server, { type: 'FoundWorld', world: name, seed, n, ups })
      print(given.flag('json') ? JSON.stringify(answer) : `world ${name} is founded`)
    } else if (action === 'list') {
      const found = await server.get<{ worlds: readonly World[] }>('/worlds')
      if (given.flag('json')) print(JSON.stringify(found.worlds))
      else {
        const head = ['world', 'state', 'tick', 'ticks/s', 'behind', 'players', 'cells', 'seed']
        print(table(head, found.worlds.map(rowOf)))
      }
    } else throw new UsageError(`worlds takes list or found, not "${action}"`)
  },
}
