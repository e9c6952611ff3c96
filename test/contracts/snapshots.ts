// The rules that every keeper of snapshots keeps.

import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Snapshot, Snapshots } from '../../src/domain/ports/snapshots.ts'
import { freshId } from '../helpers/appends.ts'

export type OpenedSnapshots = {
  /** Keeps the newest three of a world. */
  readonly snapshots: Snapshots
  /** Harms what was saved: a bit of a part, or a whole part. */
  damage(world: string, tick: number, how: 'bit' | 'part'): Promise<void>
  close(): Promise<void>
}

export function snapshotsContract(name: string, open: () => Promise<OpenedSnapshots>): void {
  describe(`snapshots ${name}`, () => {
    let opened: OpenedSnapshots
    let snapshots: Snapshots
    let world = ''
    beforeAll(async () => {
      opened = await open()
      snapshots = opened.snapshots
    })
    afterAll(() => opened.close())
    beforeEach(() => {
      world = `world-${freshId()}`
    })
    const at = (tick: number, given: Partial<Snapshot> = {}): Snapshot => ({
      world,
      tick,
      rulesHash: 'rules',
      stateHash: `state ${tick}`,
      ledgerVersion: tick + 1,
      position: 2 * tick,
      pinned: false,
      parts: new Map([
        ['chunk-0', new Uint8Array(5_000).fill(tick)],
        ['chunk-1', randomBytes(5_000)],
        ['empty', new Uint8Array()],
      ]),
      ...given,
    })
    const ticks = async () => (await snapshots.list(world)).map(({ tick }) => tick)
    const newest = async (rulesHash = 'rules') => {
      const harmed: number[] = []
      const found = await snapshots.newest(world, rulesHash, ({ tick }) => harmed.push(tick))
      return { tick: found?.tick, harmed }
    }

    it('gives the newest one back, byte for byte', async () => {
      const [older, newer] = [at(10), at(20)]
      expect(await snapshots.save(older)).toBe(true)
      expect(await snapshots.save(newer)).toBe(true)
      const found = await snapshots.newest(world, 'rules', () => {})
      const bytes = (of: Snapshot | undefined) =>
        [...(of?.parts ?? [])].map(([part, one]) => [part, Buffer.from(one).toString('hex')])
      expect({ ...found, parts: bytes(found) }).toEqual({ ...newer, parts: bytes(newer) })
    })

    it('has none of a world that was never saved', async () => {
      expect(await newest()).toEqual({ tick: undefined, harmed: [] })
      expect(await ticks()).toEqual([])
    })

    it('writes only over an older tick', async () => {
      await snapshots.save(at(20, { stateHash: 'first' }))
      expect(await snapshots.save(at(20, { stateHash: 'second' }))).toBe(false)
      expect(await snapshots.save(at(19))).toBe(false)
      expect((await snapshots.list(world)).map(({ stateHash }) => stateHash)).toEqual(['first'])
    })

    it('lets one of two that are saved at once win, whole', async () => {
      const saved = await Promise.all([snapshots.save(at(5)), snapshots.save(at(5))])
      expect(saved.filter((won) => won)).toHaveLength(1)
      expect(await newest()).toEqual({ tick: 5, harmed: [] })
    })

    it('keeps the newest ones, and those that are pinned', async () => {
      await snapshots.save(at(1, { pinned: true }))
      for (const tick of [2, 3, 4, 5, 6]) await snapshots.save(at(tick))
      expect(await ticks()).toEqual([6, 5, 4, 1])
    })

    it('leaves the snapshots of other worlds alone', async () => {
      const other = `${world}-other`
      await snapshots.save(at(1, { world: other }))
      for (const tick of [2, 3, 4, 5]) await snapshots.save(at(tick))
      expect(await snapshots.list(other)).toHaveLength(1)
    })

    it.each(['bit', 'part'] as const)(
      'notices a damaged one (a %s of it) and gives the one before',
      async (how) => {
        for (const tick of [10, 20, 30]) await snapshots.save(at(tick))
        await opened.damage(world, 30, how)
        expect(await newest()).toEqual({ tick: 20, harmed: [30] })
        await opened.damage(world, 20, how)
        expect(await newest()).toEqual({ tick: 10, harmed: [30, 20] })
      },
    )

    it('passes over those of other rules', async () => {
      await snapshots.save(at(10))
      await snapshots.save(at(20, { rulesHash: 'newer' }))
      expect(await newest('rules')).toEqual({ tick: 10, harmed: [] })
      expect(await newest('newer')).toEqual({ tick: 20, harmed: [] })
    })
  })
}
