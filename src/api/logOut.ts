// Logging out, by whichever door: the player is saved in every world, and then the session ends for ever.

import { StoreUnavailable } from '../domain/ports/eventStore.ts'
import type { Session } from '../domain/ports/personalData.ts'
import type { Doors } from './doors.ts'
import { notNow } from './problem.ts'

/**
 * Both are durable when this resolves. Throws a 503 `Problem` where the player cannot be saved now, which names each world and
 * what is missing there, or where the tables cannot be written: then nothing has ended, and the same token may log out again.
 */
export async function logOut(
  { worlds, sessions }: Pick<Doors, 'worlds' | 'sessions'>,
  session: Session,
): Promise<void> {
  const asked = await Promise.all(
    worlds.list().map(async (world) => ({
      world: world.settings.world,
      missing: await world.savePlayer(session.account),
    })),
  )
  const failed = asked.flatMap(({ world, missing }) =>
    missing === undefined ? [] : [`world ${world}: ${missing}`],
  )
  if (failed.length > 0) {
    throw notNow(
      `your player cannot be saved now (${failed.join('; ')}): you are still logged in, log out again`,
    )
  }
  try {
    await sessions.end(session)
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error
    throw notNow('your session cannot be ended now: you are still logged in, log out again')
  }
}
