// A database of its own, reached as Neon's are: by Neon's driver, over WebSocket, to the run's real PostgreSQL.

import type pg from 'pg'
import { neonDriver } from '../../src/platform/neon/pool.ts'
import { testDatabase } from './postgres.ts'
import { webSocketProxy } from './webSocketProxy.ts'

export async function neonDatabase() {
  const database = await testDatabase()
  const { host = 'localhost', port = 5432, user, password, database: name } = database.connection
  const socket = host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port }
  const proxy = await webSocketProxy(socket)
  const driver = neonDriver(undefined, proxy.address)
  const pools: pg.Pool[] = []
  return {
    cut: proxy.cut,
    pool(max = 4): pg.Pool {
      // The driver asks for a host name; the proxy knows the way without it.
      const pool = driver.pool({ host: 'neon.test', user, password, database: name, max })
      pool.on('error', () => {})
      pools.push(pool)
      return pool
    },
    async drop(): Promise<void> {
      await Promise.all(pools.filter(({ ended }) => !ended).map((pool) => pool.end()))
      await proxy.close()
      await database.drop()
    },
  }
}
