// Joining: an account, its name, its token and its mailbox. What is personal is kept first, so that a crash
// leaves rows that nobody can reach, and never an account that nobody owns.

import { createHash } from 'node:crypto'
import { type Asked, commandOf, streamCommandOf } from './asked.ts'
import type { Desk } from './desk.ts'
import type { Submitted } from './submit.ts'

/** The token is told once and kept as a hash: a lost answer means joining anew. */
export async function joinPlayer(
  {
    chance,
    clock,
    personalData,
    queues,
  }: Pick<Desk, 'chance' | 'clock' | 'personalData' | 'queues'>,
  asked: Asked<'JoinPlayer'>,
): Promise<Pick<Submitted, 'answer' | 'joined'>> {
  const account = chance.uuid()
  const nameId = chance.uuid()
  const token = `orrery_${chance.secret(32)}`
  const mailbox = chance.uuid()
  const tokenHash = createHash('sha256').update(token).digest('hex')
  const filled = { account, at: clock.now(), chance: 0 }
  try {
    await personalData.keepName(account, nameId, asked.input.name)
    await personalData.openSession({ account, tokenHash, mailbox })
    const command = commandOf(asked, filled, { nameId })
    const answer = await queues.submit(streamCommandOf(asked, command, chance))
    if (answer.status === 'accepted') return { answer, joined: { account, token, mailbox } }
    await personalData.erase(account)
    return { answer }
  } catch (error) {
    // Nobody was told the token, so nobody can use what was kept; whether it can be erased now changes nothing.
    await personalData.erase(account).catch(() => undefined)
    throw error
  }
}
