// One at a time: archives, restores and backups of a database, whichever process asks for them.

import type { Pool } from 'pg'

/** Any number that nobody else locks in this database. */
const LOCK_KEY = 7_267_735_122

/** Another archive, restore or backup is under way. */
class HousekeepingBusy extends Error {
  override readonly name = 'HousekeepingBusy'
}

/** Does `work` while no other of its kind is under way. Throws `HousekeepingBusy`, with nothing done, where one is. */
export async function alone<Result>(pool: Pool, work: () => Promise<Result>): Promise<Result> {
  const client = await pool.connect()
  // Nobody listens while it is held: a connection that breaks has let go of the lock by itself.
  const ignore = () => {}
  client.on('error', ignore)
  let letGo = false
  try {
    const { rows } = await client.query<{ taken: boolean }>(
      'SELECT pg_try_advisory_lock($1) AS taken',
      [LOCK_KEY],
    )
    if (!rows[0]?.taken) {
      throw new HousekeepingBusy(
        'an archive, a restore or a backup of this database is under way: ask again when it is done',
      )
    }
    try {
      return await work()
    } finally {
      letGo = await client.query('SELECT pg_advisory_unlock($1)', [LOCK_KEY]).then(
        () => true,
        () => false,
      )
    }
  } finally {
    client.off('error', ignore)
    client.release(!letGo)
  }
}
