import { expect, test } from 'vitest'
import { recentRefusals } from '../../src/api/mailbox/recentRefusals.ts'

const order = (commandId: string, cells = 1) => ({
  commandId,
  command: 'ClaimMany' as const,
  refused: 'CellTaken' as const,
  detail: 'taken',
  cells: [...Array(cells).keys()].map((cell) => ({ cell, refused: 'CellTaken' as const })),
})
const opened = () => recentRefusals({ now: () => 1, monotonic: () => 1 })

test('a player’s last hundred refusals are kept', () => {
  const refusals = opened()
  for (let count = 0; count < 130; count += 1) refusals.add('ada', order(`order-${count}`))
  const kept = refusals.after('ada', 0).map(({ commandId }) => commandId)
  expect(kept).toEqual([...Array(100).keys()].map((count) => `order-${count + 30}`))
})

test('of all players’ refusals the last twenty thousand are kept, and the oldest go first', () => {
  const refusals = opened()
  const accounts = [...Array(250).keys()].map((number) => `player-${number}`)
  for (const account of accounts) {
    for (let count = 0; count < 100; count += 1) refusals.add(account, order(`order-${count}`))
  }
  const kept = accounts.map((account) => refusals.after(account, 0).length)
  expect(kept).toEqual([...Array(50).fill(0), ...Array(200).fill(100)])
  refusals.add('player-0', order('again'))
  expect(refusals.after('player-0', 0)).toMatchObject([{ commandId: 'again' }])
  expect(refusals.after('player-50', 0)[0]).toMatchObject({ commandId: 'order-1' })
  refusals.forget('player-50')
  refusals.add('player-0', order('once more'))
  expect(refusals.after('player-51', 0)).toHaveLength(100)
})

test('refusals of many cells are kept as long as all their cells are at most four hundred thousand', () => {
  const refusals = opened()
  const accounts = [...Array(50).keys()].map((number) => `player-${number}`)
  for (const account of accounts) {
    for (let count = 0; count < 100; count += 1) refusals.add(account, order('many', 100))
  }
  const kept = accounts.map((account) => refusals.after(account, 0).length)
  expect(kept).toEqual([...Array(10).fill(0), ...Array(40).fill(100)])
})
