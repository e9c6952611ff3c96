import { expect, it } from 'vitest'
import type { Checkpoint } from '../../src/domain/ports/readModels.ts'
import { progressOf } from '../../src/platform/progress.ts'

function checkpoints(given?: Checkpoint) {
  const kept = { checkpoint: given, away: false }
  return {
    kept,
    checkpoint: async () => kept.checkpoint,
    async saveCheckpoint(_: string, checkpoint: Checkpoint) {
      if (kept.away) throw new Error('nobody answers')
      kept.checkpoint = checkpoint
    },
  }
}

it('a reader goes on where it was, and its checkpoint is kept now and then', async () => {
  const table = checkpoints({ position: 500, state: ['earth'] })
  const progress = await progressOf(table, 'worlds', 500)
  expect(progress).toMatchObject({ position: 500, state: ['earth'] })
  await progress.reached(1_499, ['mars'])
  expect(table.kept.checkpoint?.position).toBe(500)
  await progress.reached(1_500, ['mars'])
  expect(table.kept.checkpoint).toEqual({ position: 1_500, state: ['mars'] })
})

it('a checkpoint beyond the end of the log is of another log, and not used', async () => {
  const progress = await progressOf(checkpoints({ position: 501, state: ['earth'] }), 'worlds', 500)
  expect(progress).toMatchObject({ position: 0, state: undefined })
})

it('a checkpoint that cannot be kept is tried again', async () => {
  const table = checkpoints()
  const progress = await progressOf(table, 'worlds', 0)
  table.kept.away = true
  await progress.reached(1_000, [])
  table.kept.away = false
  await progress.reached(1_001, [])
  expect(table.kept.checkpoint?.position).toBe(1_001)
})
