// orrery bench: many players from processes of their own, a line that tells how far it is, and a report.

import { writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { type Command, type Given, jsonOption, UsageError } from '../options.ts'
import { remoteOf } from '../remote.ts'
import { colour, print, progressLine, table } from '../terminal.ts'
import { openCrew } from './crew.ts'
import type { Line } from './figures.ts'
import { type OwnServer, startOwnServer } from './ownServer.ts'
import { type ScenarioName, type Setting, scenarios } from './scenarios.ts'

/** As shells tell of a program that Ctrl-C has ended. */
const INTERRUPTED = 130

const names = Object.keys(scenarios) as ScenarioName[]

export const bench: Command = {
  name: 'bench',
  summary: 'Drive many players against a server, and report',
  usage: [
    'bench                      against a server of its own, in a folder that is deleted',
    'bench --url URL            against a running one (its limits hold: see docs/cli.md)',
    'bench --only websocket,joins',
  ],
  options: {
    url: { takes: 'URL', help: 'a running server; without it, one is started for this' },
    only: { takes: 'A,B', help: `scenarios: ${names.join(', ')}; all without it` },
    world: { takes: 'WORLD', help: 'where they play', default: 'first' },
    players: { takes: 'N', help: 'players who act at once', default: '20' },
    seconds: { takes: 'S', help: 'how long each measurement lasts', default: '10' },
    joins: { takes: 'N', help: 'players in the storm', default: '3000' },
    subscribers: { takes: 'N', help: 'the most that are tried', default: '3200' },
    workers: { takes: 'N', help: 'processes of the load generator', default: '1' },
    ups: { takes: 'UPS', help: 'of the own server’s world', default: '20' },
    n: { takes: 'N', help: 'of the own server’s world', default: '64' },
    profile: {
      takes: 'FOLDER',
      help: 'a CPU profile of the own server, for Chrome’s developer tools',
    },
    out: { takes: 'FILE', help: 'the report in JSON, into a file' },
    ...jsonOption,
  },
  async run(given) {
    const asked = wanted(given)
    const crew = openCrew(given.whole('workers', 1, 64))
    const progress = progressLine()
    let own: OwnServer | undefined
    const end = async () => {
      progress.end()
      crew.close()
      await own?.stop()
    }
    // Nothing is left running, and no folder behind, where somebody has seen enough.
    const interrupted = () => void end().then(() => process.exit(INTERRUPTED))
    process.once('SIGINT', interrupted)
    try {
      if (given.text('url') === undefined && !process.env.ORRERY_URL) {
        progress.tell('starting a server')
        own = await startOwnServer({
          ups: given.whole('ups', 20, 60),
          n: given.whole('n', 1, 2048),
          ...profileOf(given),
        })
      }
      const setting = settingOf(given, own?.url)
      const report: { scenario: string; lines: readonly Line[] }[] = []
      for (const name of asked) {
        const lines = await scenarios[name].run(crew, setting, (what, done, all) =>
          progress.tell(`${name}: ${what}`, done, all),
        )
        progress.end()
        report.push({ scenario: name, lines })
        if (!given.flag('json')) print(reportOf(name, lines))
      }
      tell(given, setting, report)
    } finally {
      process.removeListener('SIGINT', interrupted)
      await end()
    }
  },
}

function profileOf(given: Given) {
  const profile = given.text('profile')
  return profile === undefined ? {} : { profile }
}

function wanted(given: Given): readonly ScenarioName[] {
  const only = given.text('only')
  if (given.positionals.length > 0) throw new UsageError('bench takes options only')
  if (only === undefined) return names
  const asked = only.split(',').map((name) => name.trim())
  const unknown = asked.filter((name) => !Object.hasOwn(scenarios, name))
  if (unknown.length === 0) return asked as ScenarioName[]
  throw new UsageError(`--only knows no ${unknown.join(', ')}: it takes ${names.join(', ')}`)
}

function settingOf(given: Given, own: string | undefined): Setting {
  return {
    url: own ?? remoteOf(given).url,
    world: given.required('world'),
    players: given.whole('players', 1, 10_000),
    seconds: given.whole('seconds', 1, 3600),
    joins: given.whole('joins', 1, 1_000_000),
    subscribers: given.whole('subscribers', 1, 100_000),
  }
}

/** What was run, to be run again. */
const commandLine = () => ['npx orrery', ...process.argv.slice(2)].join(' ')

function reportOf(name: ScenarioName, lines: readonly Line[]): string {
  const rows = lines.map(({ what, figures, unit, wanted: target, met }) => [
    met === undefined ? ' ' : met ? colour('green', '✓') : colour('red', '✗'),
    what,
    Object.entries(figures)
      .map(([figure, value]) => `${colour('dim', figure)} ${value.toLocaleString('en')}`)
      .join('  '),
    unit,
    target ?? '',
  ])
  const title = colour('bold', `${name}: ${scenarios[name].does}`)
  return `${title}\n${table(['', 'what', 'measured', 'unit', 'wanted'], rows)}\n`
}

function tell(given: Given, setting: Setting, report: readonly object[]): void {
  const machine = `${availableParallelism()} × ${cpus()[0]?.model.trim()}, Node ${process.versions.node}`
  const { url, ...settings } = setting
  const [load = 0] = loadavg()
  const about = { at: new Date().toISOString(), command: commandLine(), machine, load, settings }
  const whole = JSON.stringify({ ...about, report }, null, 2)
  const file = given.text('out')
  if (file !== undefined) writeFileSync(file, `${whole}\n`)
  if (given.flag('json')) print(whole)
  else
    print(
      colour(
        'dim',
        `${about.command}\n${machine}, load average ${load.toFixed(1)}; the load generator shares the machine with a server at ${url}`,
      ),
    )
}
