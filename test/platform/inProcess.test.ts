// The in-process adapters against the contracts of their ports.

import { describe, expect, it } from 'vitest'
import { nodeCache } from '../../src/platform/cache.ts'
import { systemClock, systemScheduler } from '../../src/platform/clock.ts'
import { inProcessLeadership } from '../../src/platform/leadership.ts'
import { inProcessMessaging } from '../../src/platform/messaging.ts'
import { systemChance } from '../../src/platform/random.ts'
import { cacheContract } from '../contracts/cache.ts'
import { leadershipContract } from '../contracts/leadership.ts'
import { messagingContract } from '../contracts/messaging.ts'

cacheContract('node-cache', nodeCache)
leadershipContract('leadership in process', inProcessLeadership)
messagingContract('messaging in process', () => inProcessMessaging(() => {}))

describe('the clock, the scheduler and chance of the machine', () => {
  it('a sleep ends at once when its signal aborts, before or during it', async () => {
    const stop = new AbortController()
    const asleep = systemScheduler.sleep(3_600_000, stop.signal)
    stop.abort()
    await asleep
    await systemScheduler.sleep(3_600_000, stop.signal)
    expect(stop.signal.aborted).toBe(true)
  })
  it('monotonic time never runs backwards', () => {
    let before = systemClock.monotonic()
    for (let look = 0; look < 1_000; look++) {
      const now = systemClock.monotonic()
      expect(now).toBeGreaterThanOrEqual(before)
      before = now
    }
  })
  it('ids are UUIDs of version 7 and rise, secrets have the length asked for, u32 stays in range', () => {
    const ids = Array.from({ length: 100 }, () => systemChance.uuid())
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/)
    expect([...ids].sort()).toEqual(ids)
    expect(Buffer.from(systemChance.secret(32), 'base64url')).toHaveLength(32)
    const word = systemChance.u32()
    expect(word).toBe(word >>> 0)
  })
})
