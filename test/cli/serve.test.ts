// `orrery serve` as a person runs it: its help, what it refuses, and a server that it starts and stops.

import { type ChildProcess, spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { variables } from '../../src/config.ts'
import { recorded } from '../helpers/recordings.ts'
import { dataFolder, removeFolder } from '../helpers/server.ts'

const program = resolve('scripts/orrery.mjs')
const running: ChildProcess[] = []
const folders: string[] = []
afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGINT')
    await new Promise((gone) => child.once('exit', gone))
  }
  for (const folder of folders.splice(0)) removeFolder(folder)
})

/** `orrery serve …` in a process of its own, in which no variable of ours steers it. */
function serve(...args: readonly string[]) {
  const { PATH, HOME, TMPDIR, USER } = process.env
  const recording = recorded()
  const child = spawn(process.execPath, [...recording.args, program, 'serve', ...args], {
    env: { PATH, HOME, TMPDIR, USER, NO_COLOR: '1', ...recording.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.push(child)
  let said = ''
  const up = new Promise<string>((found) => {
    const hear = (data: Buffer) => {
      said += String(data)
      const [, url] = /page\s+(http:\S+)/.exec(said) ?? []
      if (url !== undefined) found(url)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
  })
  const exited = new Promise<number | null>((gone) => child.once('close', (code) => gone(code)))
  return {
    said: () => said,
    exited,
    stop: () => {
      child.kill('SIGINT')
      return exited
    },
    /** Rejects with all that it said where it ends before. */
    url: () =>
      Promise.race([
        up,
        exited.then((code) => {
          throw new Error(`ended with ${code}: ${said}`)
        }),
      ]),
  }
}

test('its help names an option for every variable of a server', async () => {
  const help = serve('--help')
  expect(await help.exited).toBe(0)
  for (const variable of Object.keys(variables)) {
    const option = `--${variable.toLowerCase().replaceAll('_', '-')} VALUE`
    expect(help.said()).toContain(option)
    expect(help.said()).toContain(`also ${variable}`)
  }
})

test.each([
  [['--port', '99999'], 'PORT'],
  [['--port'], '--port'],
  [['--prot', '4000'], '--prot'],
  [['--log', 'loud', '--ups', '7'], 'LOG is "loud"'],
  [['--log-level', 'all'], 'LOG_LEVEL is "all"'],
])('%j is refused before anything is built or started', async (args, named) => {
  const refused = serve(...args)
  expect(await refused.exited).toBe(2)
  expect(refused.said()).toContain(named)
  expect(refused.said()).not.toMatch(/database|\n\s+at /i)
})

test('it starts a server by its options, refuses a second one on the same folder, and ends in order', async () => {
  const folder = dataFolder()
  folders.push(folder)
  const options = ['--port', '0', '--host', '127.0.0.1', '--data-dir', folder, '--demo-bot', 'off']
  const first = serve(...options, '--world-n', '4', '--ups', '30')
  const url = await first.url()
  const ready = await fetch(`${url}/readyz`)
  expect(ready.status).toBe(200)
  const { worlds } = await (await fetch(`${url}/worlds`)).json()
  expect(worlds).toMatchObject([{ world: 'first', n: 4, ups: 30, state: 'running' }])

  const second = serve(...options)
  expect(await second.exited).toBe(3)
  expect(second.said()).toMatch(/already|runs/i)
  expect((await fetch(`${url}/healthz`)).status).toBe(200)

  expect(await first.stop()).toBe(0)
  expect(first.said()).toContain('stopped')
}, 90_000)
