// Kernel locks on files: they end with the last process that holds the descriptor, however it dies, and they are true
// across pid namespaces, where pids are not.

import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import { StartRefused } from '../../startRefused.ts'
import { codeOf, explained } from './files.ts'
import type { Layout } from './settings.ts'

/** Locks an open file for all who hold or inherit the descriptor; false where somebody else has it. */
function lock(descriptor: number): boolean {
  const tried = spawnSync('flock', ['-n', '3'], { stdio: ['ignore', 'ignore', 'pipe', descriptor] })
  if (tried.error) {
    throw new StartRefused(
      `The program "flock" (package util-linux) cannot be run: ${codeOf(tried.error)}. Install it, or set DATABASE_URL to a PostgreSQL server.`,
    )
  }
  if (tried.status !== 0 && tried.status !== 1) {
    throw new StartRefused(`This folder cannot be locked: ${tried.stderr}`)
  }
  return tried.status === 0
}

/** Makes this process the owner of the data folder; the descriptor is to be closed when it no longer is. */
export function ownFolder({ ownerLock, dataDir }: Layout): number {
  const descriptor = fs.openSync(ownerLock, 'a+')
  try {
    if (!lock(descriptor)) {
      const holder = fs.readFileSync(ownerLock, 'utf8').trim() || 'just starting'
      throw new StartRefused(
        `Another server is already running on ${dataDir} (${holder}). Stop it first, or give this one a data folder of its own (DATA_DIR).`,
      )
    }
    fs.ftruncateSync(descriptor)
    fs.writeSync(
      descriptor,
      `${os.hostname()} pid ${process.pid} since ${new Date().toISOString()}\n`,
    )
    return descriptor
  } catch (error) {
    fs.closeSync(descriptor)
    throw explained(error, dataDir)
  }
}

/** A descriptor with the lock of PostgreSQL's own processes, to be inherited by them; undefined while any of them lives. */
export function lockServer({ serverLock }: Layout): number | undefined {
  const descriptor = fs.openSync(serverLock, 'a')
  if (lock(descriptor)) return descriptor
  fs.closeSync(descriptor)
  return undefined
}
