// Starting and killing the programs of a test.

import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import { vi } from 'vitest'
import type { Told } from './embeddedServer.ts'

export type EmbeddedServerProcess = {
  readonly child: ChildProcess
  /** All that it told so far. */
  readonly told: Told[]
  /** Resolves with the first thing told that `wanted` takes. */
  hears<Wanted extends Told>(wanted: (told: Told) => told is Wanted): Promise<Wanted>
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>
}

const program = new URL('./embeddedServer.ts', import.meta.url).pathname

export const isReady = (told: Told): told is Extract<Told, { ready: unknown }> => 'ready' in told
export const isRefused = (told: Told): told is Extract<Told, { refused: string }> =>
  'refused' in told
export const isSaying =
  (part: string) =>
  (told: Told): told is Extract<Told, { say: string }> =>
    'say' in told && told.say.includes(part)

/** Starts `embeddedServer.ts` on a data folder. */
export function embeddedServer(
  dataDir: string,
  task: 'write' | 'nothing' = 'nothing',
  user: { uid?: number; gid?: number } = {},
): EmbeddedServerProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', program, dataDir, task], {
    ...user,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...(user.uid ? { HOME: '/nonexistent' } : {}) },
  })
  const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const told: Told[] = []
  let errors = ''
  let rest = ''
  child.stderr.on('data', (data) => {
    errors += data
  })
  child.stdout.on('data', (data) => {
    const lines = `${rest}${data}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) told.push(JSON.parse(line))
  })
  return {
    child,
    told,
    async hears(wanted) {
      let from = 0
      return vi.waitFor(
        () => {
          for (; from < told.length; from++) {
            const one = told[from]!
            if (wanted(one)) return one
          }
          throw new Error(`not told: ${JSON.stringify(told.slice(-5))} ${errors}`)
        },
        { timeout: 60_000, interval: 5 },
      )
    },
    async kill(signal) {
      child.kill(signal)
      await exit
    },
  }
}

/** The ids of all processes that work in `folder`, as PostgreSQL's do in their cluster. */
export function processesIn(folder: string): number[] {
  const { ino } = fs.statSync(folder)
  const worksThere = (pid: string) => {
    try {
      return fs.statSync(`/proc/${pid}/cwd`).ino === ino
    } catch {
      // It ended meanwhile, or is none of ours to look at.
      return false
    }
  }
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter(worksThere)
    .map(Number)
}

/** Ends processes as a power cut would; those that are gone already are gone. */
export function killAll(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
    }
  }
}

/** The ids of the processes that a process has started, also of those that have ended and were not waited for. */
export const childrenOf = (pid: number): string[] =>
  fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(name) === pid)

function parentOf(pid: string): number {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return 0
  }
}
