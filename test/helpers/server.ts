// The whole server in its own process, started as the README says, to be asked, killed and started again.

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { kernelEnvironment } from './kernelInUse.ts'
import { processesIn } from './processes.ts'
import { recorded } from './recordings.ts'

export type Server = {
  readonly url: string
  readonly pid: number
  /** The file of its REST exchanges (recordings.ts). */
  readonly recording: string
  /** Everything it printed so far. */
  output(): string
  /** Resolves with the exit code, or the signal's name. */
  readonly exited: Promise<number | NodeJS.Signals>
  /** As `kill -9` does. */
  kill(): Promise<void>
  /** As Ctrl-C does. */
  stop(): Promise<number | NodeJS.Signals>
}

/** As whom to run it: as ourselves, where nothing is said. */
export type User = { readonly uid?: number; readonly gid?: number }

const project = resolve(import.meta.dirname, '..', '..')

/** A folder of its own for one server's data; blanks in the name are part of the test. */
export const dataFolder = () => mkdtempSync(join(tmpdir(), 'orrery data '))

export const removeFolder = (folder: string) =>
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })

/** Spawns `npm start`'s program. Resolves when it says that it is up; rejects with its output when it ends before. */
export async function startServer(
  dataDir: string,
  environment: Record<string, string> = {},
  user: User = {},
): Promise<Server> {
  const spawned = spawnServer(dataDir, environment, user)
  const url = await Promise.race([spawned.up, spawned.exited.then((code) => ended(code, spawned))])
  return { ...spawned, url }
}

const ended = (code: number | NodeJS.Signals, { output }: { output(): string }): never => {
  throw new Error(`the server ended (${code}) before it was up:\n${output()}`)
}

/** The same without waiting: for kills during the start. `up` resolves with the URL. */
export function spawnServer(
  dataDir: string,
  environment: Record<string, string> = {},
  user: User = {},
) {
  const recording = recorded()
  const child = spawn(process.execPath, [...recording.args, 'scripts/start.mjs'], {
    ...user,
    cwd: project,
    env: cleanEnvironment({
      PORT: '0',
      DATA_DIR: dataDir,
      ...kernelEnvironment,
      ...recording.environment,
      ...environment,
    }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  const up = new Promise<string>((resolveUrl) => {
    const read = (chunk: Buffer) => {
      text += chunk.toString()
      const url = /page\s+(http:\S+)/.exec(text)?.[1]
      if (url) resolveUrl(url)
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
  })
  const exited = new Promise<number | NodeJS.Signals>((resolveExit) => {
    child.once('exit', (code, signal) => resolveExit(signal ?? code ?? 0))
  })
  const signal = (name: NodeJS.Signals) => {
    child.kill(name)
    return exited
  }
  return {
    pid: pidOf(child),
    recording: recording.file,
    output: () => text,
    up,
    exited,
    kill: async () => void (await signal('SIGKILL')),
    stop: () => signal('SIGINT'),
  }
}

/** No variable of whoever runs the tests steers the server under test. */
function cleanEnvironment(own: Record<string, string>): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, USER } = process.env
  const kept = { PATH, HOME, TMPDIR, USER, NO_COLOR: '1', ...own }
  return Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined))
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('the server could not be spawned')
  return pid
}

/** The processes of the embedded PostgreSQL of a data folder. */
export const postgresOf = (dataDir: string) => inFolder(join(dataDir, 'pg'))

export function inFolder(folder: string): readonly number[] {
  try {
    return processesIn(folder)
  } catch {
    return [] // There is no such folder yet.
  }
}

/** Asks until `good` holds of the answer; rejects with the last answer after `limitMs`. */
export async function until<Value>(
  ask: () => Promise<Value>,
  good: (value: Value) => boolean,
  limitMs = 60_000,
): Promise<Value> {
  const limit = performance.now() + limitMs
  for (;;) {
    const value = await ask()
    if (good(value)) return value
    if (performance.now() > limit) {
      throw new Error(`not within ${limitMs} ms; last: ${JSON.stringify(value)?.slice(0, 2_000)}`)
    }
    await new Promise((next) => setTimeout(next, 50))
  }
}
