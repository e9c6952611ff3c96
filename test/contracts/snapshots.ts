// The rules that every keeper of snapshots keeps.

import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Piece, Pieces } from '../../src/domain/ports/kernel.ts'
import type { Snapshot, SnapshotHead, Snapshots } from '../../src/domain/ports/snapshots.ts'
import { freshId } from '../helpers/appends.ts'

export type OpenedSnapshots = {
  /** Keeps the newest three of a world. */
  readonly snapshots: Snapshots
  /** Harms what was saved: a bit of a piece, or a whole piece. */
  damage(world: string, tick: number, how: 'bit' | 'piece'): Promise<void>
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
      pieces: new Map([
        ['chunk-0', new Uint8Array(5_000).fill(tick)],
        ['chunk-1', randomBytes(5_000)],
        ['empty', new Uint8Array()],
      ]),
      ...given,
    })
    const ticks = async () => (await snapshots.list(world)).map(({ tick }) => tick)
    const save = ({ pieces, ...head }: Snapshot) => snapshots.save(head, inTwos(pieces))
    const newest = async (fits: (head: SnapshotHead) => boolean = () => true) => {
      const harmed: number[] = []
      const found = await snapshots.newest(world, fits, ({ tick }) => harmed.push(tick))
      return { tick: found?.tick, harmed }
    }

    it('gives the newest one back, byte for byte', async () => {
      const [older, newer] = [at(10), at(20)]
      expect(await save(older)).toBe(true)
      expect(await save(newer)).toBe(true)
      const found = await snapshots.newest(
        world,
        () => true,
        () => {},
      )
      const bytes = (of: Snapshot | undefined) =>
        [...(of?.pieces ?? [])].map(([name, one]) => [name, Buffer.from(one).toString('hex')])
      expect({ ...found, pieces: bytes(found) }).toEqual({ ...newer, pieces: bytes(newer) })
    })

    it('has none of a world that was never saved', async () => {
      expect(await newest()).toEqual({ tick: undefined, harmed: [] })
      expect(await ticks()).toEqual([])
    })

    it('writes only over an older tick', async () => {
      await save(at(20, { stateHash: 'first' }))
      expect(await save(at(20, { stateHash: 'second' }))).toBe(false)
      expect(await save(at(19))).toBe(false)
      expect((await snapshots.list(world)).map(({ stateHash }) => stateHash)).toEqual(['first'])
    })

    it('lets one of two that are saved at once win, whole', async () => {
      const saved = await Promise.all([save(at(5)), save(at(5))])
      expect(saved.filter((won) => won)).toHaveLength(1)
      expect(await newest()).toEqual({ tick: 5, harmed: [] })
    })

    it('keeps the newest ones, and those that are pinned', async () => {
      await save(at(1, { pinned: true }))
      for (const tick of [2, 3, 4, 5, 6]) await save(at(tick))
      expect(await ticks()).toEqual([6, 5, 4, 1])
    })

    it('leaves the snapshots of other worlds alone', async () => {
      const other = `${world}-other`
      await save(at(1, { world: other }))
      for (const tick of [2, 3, 4, 5]) await save(at(tick))
      expect(await snapshots.list(other)).toHaveLength(1)
    })

    it.each(['bit', 'piece'] as const)(
      'notices a damaged one (a %s of it) and gives the one before',
      async (how) => {
        for (const tick of [10, 20, 30]) await save(at(tick))
        await opened.damage(world, 30, how)
        expect(await newest()).toEqual({ tick: 20, harmed: [30] })
        await opened.damage(world, 20, how)
        expect(await newest()).toEqual({ tick: 10, harmed: [30, 20] })
      },
    )

    it('passes over those that do not fit', async () => {
      await save(at(10))
      await save(at(20, { rulesHash: 'newer' }))
      const of = (rules: string) => newest(({ rulesHash }) => rulesHash === rules)
      expect(await of('rules')).toEqual({ tick: 10, harmed: [] })
      expect(await of('newer')).toEqual({ tick: 20, harmed: [] })
      expect(await of('newest')).toEqual({ tick: undefined, harmed: [] })
    })

    it('gives some pieces of the newest that has any, and tells when one of them is damaged', async () => {
      const of = (...names: string[]) =>
        new Map(names.map((name) => [name, new TextEncoder().encode(name.repeat(50))]))
      await save(at(10, { pieces: of('chunk-1', 'chunk-10', 'chunk-2', 'zz') }))
      await save(at(20, { pieces: of('chunk-1', 'zz') }))
      await save(at(30, { pieces: of('zz') }))
      const some = async (begin: string, before: number) => {
        const found = await snapshots.some(world, begin, before)
        return found && { tick: found.tick, names: found.pieces && [...found.pieces.keys()].sort() }
      }
      expect(await some('chunk-1', 100)).toEqual({ tick: 20, names: ['chunk-1'] })
      expect(await some('chunk-1', 20)).toEqual({ tick: 10, names: ['chunk-1', 'chunk-10'] })
      expect(await some('chunk', 20)).toMatchObject({ names: ['chunk-1', 'chunk-10', 'chunk-2'] })
      expect(await some('chunk-1', 10)).toBeUndefined()
      expect(await some('other', 100)).toBeUndefined()
      await opened.damage(world, 20, 'bit')
      expect(await some('chunk-1', 100)).toEqual({ tick: 20, names: undefined })
    })

    it('keeps one that is pinned later, however many come after', async () => {
      await save(at(1))
      expect(await snapshots.pin(world, 1)).toBe(true)
      expect(await snapshots.pin(world, 2)).toBe(false)
      for (const tick of [2, 3, 4, 5]) await save(at(tick))
      expect((await snapshots.list(world)).map(({ tick, pinned }) => [tick, pinned])).toEqual([
        [5, false],
        [4, false],
        [3, false],
        [1, true],
      ])
    })

    it('tells how large each is: less than its bytes, where they repeat', async () => {
      const pieces = new Map([['even', new Uint8Array(100_000)]])
      await save(at(1, { pieces }))
      const [size] = await snapshots.list(world)
      expect(size).toMatchObject({ tick: 1, pieces: 1 })
      expect(size?.bytes).toBeGreaterThan(0)
      expect(size?.bytes).toBeLessThan(2_000)
    })

    it('keeps nothing of one whose pieces fail to come', async () => {
      const { pieces, ...head } = at(1)
      async function* broken() {
        yield* inTwos(pieces)
        throw new Error('the kernel is gone')
      }
      await expect(snapshots.save(head, broken())).rejects.toThrow('the kernel is gone')
      expect(await ticks()).toEqual([])
      expect(await save(at(1))).toBe(true)
    })
  })
}

async function* inTwos(pieces: Pieces): AsyncGenerator<readonly Piece[]> {
  const all = [...pieces].map(([name, bytes]) => ({ name, bytes }))
  for (let from = 0; from < all.length; from += 2) yield all.slice(from, from + 2)
}
