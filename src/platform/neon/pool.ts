// Neon: PostgreSQL over WebSocket. The pool speaks pg's protocol and types, so the adapters of src/platform/postgres
// run on it as they are.

import { Client, neonConfig, Pool } from '@neondatabase/serverless'
import type pg from 'pg'
import { WebSocket } from 'ws'
import { StartRefused } from '../startRefused.ts'

/** True where the URL's host is Neon's, which is reached over WebSocket. */
export function isNeonUrl(databaseUrl: string): boolean {
  return URL.canParse(databaseUrl) && new URL(databaseUrl).hostname.endsWith('.neon.tech')
}

/** A driver: pg's, or one that speaks like it. */
export type Driver = {
  readonly pool: (config: pg.PoolConfig) => pg.Pool
  readonly client: (config: pg.ClientConfig) => pg.Client
}

/**
 * Neon's driver. `proxy`: `host:port/path` of a WebSocket proxy without TLS; by default Neon's own.
 * Throws `StartRefused` for Neon's pooled host, where a session's locks and LISTEN do not last.
 */
export function neonDriver(databaseUrl: string | undefined, proxy?: string): Driver {
  if (databaseUrl !== undefined && pooled(databaseUrl)) {
    throw new StartRefused(
      'DATABASE_URL names Neon\'s pooled host ("-pooler"), which does not keep sessions. Take the direct connection string.',
    )
  }
  neonConfig.webSocketConstructor = WebSocket
  if (proxy !== undefined) {
    neonConfig.wsProxy = proxy
    neonConfig.useSecureWebSocket = false
    // Neon asks for a password in clear inside TLS, and the driver sends it ahead; elsewhere the server says how.
    neonConfig.pipelineConnect = false
  }
  // Neon's driver is pg with another socket; its types are a copy of pg's, which TypeScript takes for strangers.
  return {
    pool: (config) => new Pool(config as object) as unknown as pg.Pool,
    client: (config) => new Client(config as object) as unknown as pg.Client,
  }
}

function pooled(databaseUrl: string): boolean {
  return isNeonUrl(databaseUrl) && /-pooler\./.test(new URL(databaseUrl).hostname)
}
