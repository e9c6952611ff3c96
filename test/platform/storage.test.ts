import { describe, expect, it } from 'vitest'
import { foldsHash } from '../../src/domain/foldsHash.generated.ts'
import { openStorage } from '../../src/platform/storage.ts'
import { accepted } from '../helpers/appends.ts'
import { eventStoreDbServer } from '../helpers/eventStoreDb.ts'
import { testDatabase } from '../helpers/postgres.ts'
import { webSocketProxy } from '../helpers/webSocketProxy.ts'

describe('what a server keeps its worlds in', () => {
  it('is reached over WebSocket where a proxy is named, and lets go of the database at its end', async () => {
    const { connection, drop } = await testDatabase({ migrated: false })
    const { host = '', port = 5432, user, password, database } = connection
    const proxy = await webSocketProxy(
      host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port },
    )
    const databaseUrl = `postgres://${user}:${password ?? ''}@neon.test:5432/${database}`
    const options = { databaseUrl, dataDir: '/nowhere', neonProxy: proxy.address }
    const said: string[] = []
    const storage = await openStorage(options, (line) => said.push(line))
    expect(said.join()).toContain('Migrating the database')
    await storage.store.append('territory-first', 0, [accepted()])
    await expect(openStorage(options, () => {})).rejects.toThrow('Another server already runs')
    await storage.close()

    const again = await openStorage(options, () => {})
    expect(await again.store.readStream('territory-first', 0, 10)).toHaveLength(1)
    await again.close()
    await proxy.close()
    await drop()
  })

  it('is refused where its archived events were folded by a version that decides by other means', async () => {
    const { connection, pool, drop } = await testDatabase()
    const { host = '', port = 5432, user, password, database } = connection
    const databaseUrl = `postgres://${user}:${password ?? ''}@localhost:${port}/${database}?host=${host}`
    const options = { databaseUrl, dataDir: '/nowhere' }
    await pool().query(
      `INSERT INTO orrery.folds (stream, version, state, folds_hash) VALUES ('player-first-ann', 7, '{}', 'other')`,
    )
    await expect(openStorage(options, () => {})).rejects.toThrow(
      'Restore the archive first (npx orrery world restore)',
    )
    await pool().query('UPDATE orrery.folds SET folds_hash = $1', [foldsHash])
    await (await openStorage(options, () => {})).close()
    await drop()
  })

  it('has its log in EventStoreDB where one is named, and the rest in the database', async () => {
    const { connection, drop } = await testDatabase({ migrated: false })
    const { host = '', port = 5432, user, password, database } = connection
    const databaseUrl = `postgres://${user}:${password ?? ''}@localhost:${port}/${database}?host=${host}`
    const log = await eventStoreDbServer()
    const options = { databaseUrl, dataDir: '/nowhere', eventStoreUrl: log.connectionString }
    const storage = await openStorage(options, () => {})
    await storage.store.append('territory-first', 0, [accepted()])
    await storage.personalData.keepName('ada', 'name-1', 'Ada')
    await storage.close()

    const inPostgres = await openStorage({ databaseUrl, dataDir: '/nowhere' }, () => {})
    expect(await inPostgres.store.head()).toBe(0)
    expect((await inPostgres.personalData.names(['ada'])).get('ada')).toBe('Ada')
    await inPostgres.close()

    const nobody = { ...options, eventStoreUrl: 'esdb://127.0.0.1:1?tls=false' }
    await expect(openStorage(nobody, () => {})).rejects.toThrow('EVENTSTORE_URL cannot be read')
    await log.close()
    await drop()
  })
})
