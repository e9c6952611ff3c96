// Makes a cluster, starts its server, and talks to it.

import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { type Say, StartRefused } from '../../startRefused.ts'
import { explained, messageOf, statOf } from './files.ts'
import { environment, initdbArguments, type Layout, serverArguments } from './settings.ts'
import { isRoot, type User } from './user.ts'

const logBytes = 8_000_000

/** The server ended before it answered; it may be started again. */
export class EndedEarly extends Error {
  override readonly name = 'EndedEarly'
}

/** Repeats `test` until it gives something. `StartRefused` or `EndedEarly` end it, and so does `limitMs` without success. */
export async function until<Found>(
  what: string,
  { log }: Layout,
  test: () => Promise<Found | undefined>,
  limitMs: number,
  say: Say,
): Promise<Found> {
  const began = performance.now()
  let saidAt = began
  let last = 'no answer'
  for (let pauseMs = 10; ; pauseMs = Math.min(50, pauseMs + 1)) {
    try {
      const found = await test()
      if (found !== undefined) return found
    } catch (error) {
      if (error instanceof StartRefused || error instanceof EndedEarly) throw error
      last = messageOf(error)
    }
    const now = performance.now()
    if (now - began > limitMs) {
      throw new StartRefused(
        `Waited ${limitMs / 1000} s for ${what}, in vain (${last}). PostgreSQL's own messages are in ${log}`,
      )
    }
    if (now - saidAt > 5000) {
      saidAt = now
      say(`Still waiting for ${what}: ${Math.round((now - began) / 1000)} s (${last})`)
    }
    await sleep(pauseMs)
  }
}

/** One query on a connection of its own. */
export async function queryOnce<Row extends object>(
  connection: pg.ClientConfig,
  sql: string,
): Promise<Row> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 5000 })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<Row>(sql)
    return rows[0] as Row
  } finally {
    client.end().catch(() => {})
  }
}

/** A cluster is made beside its place and renamed: whatever kills this half-way leaves nothing that looks whole. */
export async function createCluster(
  files: Layout,
  home: string,
  user: User,
  serverLock: number,
): Promise<void> {
  fs.mkdirSync(files.unfinished, { mode: 0o700 })
  if (isRoot()) fs.chownSync(files.unfinished, user.uid ?? 0, user.gid ?? 0)
  const failure = await new Promise<Error | undefined>((resolve) => {
    let told = ''
    const initdb = spawn(path.join(home, 'bin/initdb'), initdbArguments, {
      ...user,
      cwd: files.unfinished,
      env: environment,
      stdio: ['ignore', 'ignore', 'pipe', serverLock],
    })
    initdb.stderr?.on('data', (data) => {
      told += data
    })
    initdb.on('error', resolve)
    initdb.on('close', (code, signal) =>
      resolve(
        code === 0 ? undefined : new Error(`initdb failed (${code ?? signal}): ${told.trim()}`),
      ),
    )
  })
  if (failure) {
    const clear = explained(failure, files.dataDir)
    fs.rmSync(files.unfinished, { recursive: true, force: true })
    if (clear instanceof StartRefused) throw clear
    throw new StartRefused(
      /look up effective user/.test(failure.message)
        ? `uid ${user.uid ?? process.getuid?.()} has no line in /etc/passwd, and PostgreSQL creates no database without one. Start as a user with a name.`
        : failure.message,
    )
  }
  fs.renameSync(files.unfinished, files.cluster)
  const folder = fs.openSync(files.dataDir, 'r')
  fs.fsyncSync(folder)
  fs.closeSync(folder)
}

/** A server process of ours. `ended` tells why it ended, once it did. */
export type Server = {
  readonly pid: number
  ended(): string | undefined
  readonly exit: Promise<void>
  interrupt(): void
}

/** Starts the server; it outlives this process, and inherits the lock that says so. */
export function spawnServer(
  files: Layout,
  home: string,
  version: string,
  user: User,
  serverLock: number,
): Server {
  if ((statOf(files.log)?.size ?? 0) > logBytes) fs.renameSync(files.log, `${files.log}.1`)
  const log = fs.openSync(files.log, 'a')
  const child = spawn(path.join(home, 'bin/postgres'), serverArguments(version), {
    ...user,
    cwd: files.cluster,
    env: environment,
    detached: true,
    stdio: ['ignore', log, log, serverLock],
  })
  fs.closeSync(log)
  let end: string | undefined
  const exit = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      end = messageOf(error)
      resolve()
    })
    child.once('exit', (code, signal) => {
      end = `exit ${code ?? signal}`
      resolve()
    })
  })
  child.unref()
  return {
    pid: child.pid ?? 0,
    ended: () => end,
    exit,
    interrupt() {
      child.ref()
      child.kill('SIGINT')
    },
  }
}

export const logTail = ({ log }: Layout) =>
  fs.readFileSync(log, 'utf8').split('\n').slice(-12).join('\n')
