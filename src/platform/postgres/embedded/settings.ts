// How the embedded PostgreSQL runs, and the names in its data folder.

import { createHash } from 'node:crypto'
import path from 'node:path'

export const app = 'orrery'

/**
 * PostgreSQL is started *in* its folder and told this name for it: then neither the path's length nor blanks in it nor
 * the rights of the folders above matter. Every process of PostgreSQL keeps the folder as its working directory.
 */
const here = '/proc/self/cwd'

/** All that PostgreSQL gets to see of the environment: no PG*, LD_* or TMPDIR leaks in. */
export const environment = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' }

const settings: Readonly<Record<string, string | number>> = {
  // A unix socket that only the owner can reach, never a port.
  listen_addresses: '',
  port: 5432,
  unix_socket_directories: here,
  unix_socket_permissions: '0700',
  max_connections: 100,
  shared_buffers: '128MB',
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  wal_level: 'minimal',
  max_wal_senders: 0,
  max_wal_size: '2GB',
  // One process of a game server beside it on the same cores: no helpers that would compete.
  io_method: 'sync',
  jit: 'off',
  max_parallel_workers: 0,
  max_parallel_maintenance_workers: 0,
  max_logical_replication_workers: 0,
}

/** Tells a running server of this version and these settings from any other: it becomes its cluster_name. */
export const clusterName = (version: string) =>
  `${app} ${createHash('sha256')
    .update(version + JSON.stringify(settings))
    .digest('hex')
    .slice(0, 12)}`

export const serverArguments = (version: string): string[] => [
  '-D',
  here,
  ...Object.entries({ ...settings, cluster_name: clusterName(version) }).flatMap(
    ([name, value]) => ['-c', `${name}=${value}`],
  ),
]

export const initdbArguments = [
  '-D',
  here,
  '-U',
  'postgres',
  '--auth-local=trust',
  '--auth-host=reject',
  '-E',
  'UTF8',
  '--locale=C',
  '--no-instructions',
]

/** What lies where in a data folder. */
export const layout = (dataDir: string) => ({
  dataDir,
  /** The cluster. */
  cluster: path.join(dataDir, 'pg'),
  /** A cluster that is being made; renamed when it is whole. */
  unfinished: path.join(dataDir, 'pg.new'),
  /** Locked by the Node process that owns the folder; says who that is. */
  ownerLock: path.join(dataDir, 'owner.lock'),
  /** Locked by every process of PostgreSQL that uses the folder, because they inherit the descriptor. */
  serverLock: path.join(dataDir, 'pg.lock'),
  log: path.join(dataDir, 'pg.log'),
})

export type Layout = ReturnType<typeof layout>
