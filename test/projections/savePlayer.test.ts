// Saving a player who logs out: her row has all that was accepted of her, or she is told what is missing.

import { expect, it } from 'vitest'
import type { OpenKernel } from '../../src/domain/ports/kernel.ts'
import type { PlayerRow, ReadModels } from '../../src/domain/ports/readModels.ts'
import { deferred } from '../../src/projections/deferred.ts'
import { fakeKernel } from '../helpers/fakeKernel.ts'
import { createRig, type Rig } from './rig.ts'

/** A kernel that shows ann as of each tick that has orders of hers, and stands before its ticks while `gate` is closed. */
function kernelWithAnn() {
  let gate: Promise<void> = Promise.resolve()
  const { open } = fakeKernel({ before: () => gate })
  const openKernel: OpenKernel = async (...given) => {
    const kernel = await open(...given)
    return {
      ...kernel,
      async run(...asked) {
        const result = await kernel.run(...asked)
        const last = result.outcomes.at(-1)
        if (last?.account !== 'ann') return result
        const { tick, account } = last
        const view = { account, index: 1, cell: tick, here: true, inventory: {}, tick }
        const more = { claims: 0, claimLimit: 1, researched: [] }
        return { ...result, players: [{ ...view, ...more }] }
      },
    }
  }
  return {
    openKernel,
    close() {
      const { promise, resolve } = deferred<void>()
      gate = promise
      return resolve
    },
  }
}

function tables() {
  const rows: PlayerRow[] = []
  const readModels = {
    saveChunks: async () => {},
    savePlayers: async (saved: readonly PlayerRow[]) => void rows.push(...saved),
  } as Partial<ReadModels> as ReadModels
  return { rows, readModels }
}

/** What comes of it, as time goes on. */
async function answered<Value>(rig: Rig, asked: Promise<Value>): Promise<Value> {
  let isOver = false
  void asked.finally(() => {
    isOver = true
  })
  await rig.until(() => isOver)
  return asked
}

it('a late world says so in bounded time and writes no older row; once it has run, the row has everything', async () => {
  const rig = createRig()
  const { openKernel, close } = kernelWithAnn()
  const { rows, readModels } = tables()
  const world = rig.open({ openKernel, readModels })
  await rig.order('a')
  await rig.until(() => world.players().length > 0)
  const before = world.players()[0]!.cell
  const open = close()
  await rig.order('b')
  rows.splice(0)
  expect(await answered(rig, world.savePlayer('ann'))).toMatch(/ms late, .* not run yet/)
  expect(rows.filter(({ position }) => position < before)).toEqual([])
  expect(rows.filter(({ position }) => position > before)).toEqual([])
  expect(await answered(rig, world.savePlayer('bob'))).toBeUndefined()
  open()
  expect(await answered(rig, world.savePlayer('ann'))).toBeUndefined()
  const shown = world.players()[0]!.cell
  expect(shown).toBeGreaterThan(before)
  expect(rows.at(-1)?.position).toBe(shown)
  await world.stop()
})

it('a world that replays says so to who has entered it, though it has not come to her yet, and to nobody else', async () => {
  const rig = createRig()
  const { openKernel, close } = kernelWithAnn()
  const first = rig.open({ openKernel })
  await rig.order('a', 'b')
  await rig.until(() => first.players().length > 0)
  const shown = first.players()[0]!.cell
  await first.stop()

  const open = close()
  const { rows, readModels } = tables()
  const again = rig.open({ openKernel, readModels })
  expect(await answered(rig, again.savePlayer('ann'))).toMatch(
    /it replays, and is at tick 0 of \d+/,
  )
  expect(await answered(rig, again.savePlayer('bob'))).toBeUndefined()
  expect(rows).toEqual([])
  open()
  expect(await answered(rig, again.savePlayer('ann'))).toBeUndefined()
  expect(rows.at(-1)?.position).toBe(shown)
  await again.stop()
})

it('a world that has stopped keeps nobody: she is saved as it was shown last', async () => {
  const rig = createRig()
  const { openKernel } = kernelWithAnn()
  const { rows, readModels } = tables()
  const world = rig.open({ openKernel, readModels })
  await rig.order('a')
  await rig.until(() => world.players().length > 0)
  await world.stop()
  await rig.order('b')
  expect(await answered(rig, world.savePlayer('ann'))).toBeUndefined()
  expect(rows.at(-1)?.position).toBe(world.players()[0]!.cell)
})
