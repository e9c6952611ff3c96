import { describe, expect, it } from 'vitest'
import { StoreUnavailable } from '../../../src/domain/ports/eventStore.ts'
import { postgresSnapshots } from '../../../src/platform/postgres/snapshots.ts'
import { snapshotsContract } from '../../contracts/snapshots.ts'
import { testDatabase } from '../../helpers/postgres.ts'

snapshotsContract('in PostgreSQL', async () => {
  const database = await testDatabase()
  const pool = database.pool()
  return {
    snapshots: postgresSnapshots(pool),
    async damage(world, tick, how) {
      const statement =
        how === 'piece'
          ? `DELETE FROM orrery.snapshot_parts WHERE world = $1 AND tick = $2 AND name = 'chunk-1'`
          : `UPDATE orrery.snapshot_parts SET deflated = set_byte(deflated, 9, get_byte(deflated, 9) # 1)
             WHERE world = $1 AND tick = $2 AND name = 'chunk-1'`
      const { rowCount } = await pool.query(statement, [world, tick])
      expect(rowCount).toBe(1)
    },
    close: () => database.drop(),
  }
})

describe('snapshots in PostgreSQL', () => {
  it('leave nothing behind when the connection breaks in the middle, and say that the store is away', async () => {
    const database = await testDatabase()
    const [pool, other] = [database.pool(), database.pool()]
    const snapshots = postgresSnapshots(pool)
    const snapshot = {
      world: 'earth',
      tick: 7,
      rulesHash: 'rules',
      stateHash: 'state',
      ledgerVersion: 1,
      position: 1,
      pinned: false,
    }
    async function* pieces() {
      yield [{ name: 'state', bytes: new Uint8Array(100) }]
    }
    // The table is held, so that the save waits in the middle of its transaction.
    const holder = await other.connect()
    await holder.query('BEGIN; LOCK TABLE orrery.snapshot_parts')
    const save = snapshots.save(snapshot, pieces())
    const waiting = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'INSERT INTO orrery.snapshot_parts%'`
    const killed = (async () => {
      while ((await other.query(waiting)).rowCount === 0);
    })()
    await expect(save).rejects.toBeInstanceOf(StoreUnavailable)
    await killed
    await holder.query('ROLLBACK')
    holder.release()
    expect(await snapshots.list('earth')).toEqual([])
    expect(await snapshots.save(snapshot, pieces())).toBe(true)
    await database.drop()
  })
})
