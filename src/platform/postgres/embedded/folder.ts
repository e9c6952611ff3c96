// The data folder itself: whose it is, and how its server is reached.

import fs from 'node:fs'
import path from 'node:path'
import type pg from 'pg'
import { StartRefused } from '../../startRefused.ts'
import { messageOf, statOf } from './files.ts'
import { app, type Layout } from './settings.ts'
import { nobody, type User } from './user.ts'

export const socketName = '.s.PGSQL.5432'
const longestSocketPath = 107

/** The data folder is there and can be written to, or the start is refused. */
export function makeFolder({ dataDir }: Layout): void {
  try {
    if (!statOf(dataDir)) fs.mkdirSync(dataDir, { recursive: true })
    if (!statOf(dataDir)?.isDirectory()) throw new Error(`${dataDir} is a file`)
    fs.accessSync(dataDir, fs.constants.W_OK)
  } catch (error) {
    throw new StartRefused(`The data folder (DATA_DIR) cannot be used: ${messageOf(error)}`)
  }
}

/** A socket path holds 107 bytes: a longer one is reached through a descriptor of the folder, which /proc can name. */
export function connectionTo({ cluster, dataDir }: Layout, descriptors: number[]): pg.ClientConfig {
  const common = { port: 5432, user: 'postgres', database: 'postgres', application_name: app }
  if (Buffer.byteLength(path.join(cluster, socketName)) <= longestSocketPath) {
    return { host: cluster, ...common }
  }
  const folder = fs.openSync(dataDir, 'r')
  descriptors.push(folder)
  return { host: `/proc/${process.pid}/fd/${folder}/${path.basename(cluster)}`, ...common }
}

/** What root made in the folder of an ordinary user is given to that user, who can then start by themselves. */
export function handOver(
  { dataDir, ownerLock, serverLock, log }: Layout,
  { uid, gid }: User,
): void {
  if (uid === undefined || gid === undefined || uid === nobody) return
  for (const file of [dataDir, ownerLock, serverLock, log]) {
    if (statOf(file)) fs.lchownSync(file, uid, gid)
  }
}
