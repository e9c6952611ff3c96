import { expect, test } from 'vitest'
import { makeUpcast, UnknownEventVersion, upcast } from '../../src/domain/upcasts.ts'

const upcastThreeVersions = makeUpcast(
  {
    CellReleased: {
      1: (data) => ({ ...(data as object), second: true }),
      2: (data) => ({ ...(data as object), third: true }),
    },
  },
  { CellReleased: 3 },
)

test('an event of the newest version is read as it stands', () => {
  const event = { type: 'WorldLeft', version: 1, data: { account: 'ada' } } as const
  expect(upcast(event)).toBe(event)
})

test('an old event is lifted version by version to the newest', () => {
  const old = { type: 'CellReleased', version: 1, data: { cell: 5 }, position: 9 } as const
  expect(upcastThreeVersions(old)).toEqual({
    type: 'CellReleased',
    version: 3,
    data: { cell: 5, second: true, third: true },
    position: 9,
  })
  expect(upcastThreeVersions({ ...old, version: 2 }).data).toEqual({ cell: 5, third: true })
})

test('an event of a newer program is refused, with its version and ours', () => {
  const newer = { type: 'WorldLeft', version: 2, data: { account: 'ada' } } as const
  expect(() => upcast(newer)).toThrow(UnknownEventVersion)
  expect(() => upcast(newer)).toThrow('WorldLeft version 2: this program knows versions up to 1')
})

test('a version without an upcast is refused rather than guessed', () => {
  const gap = makeUpcast({}, { WorldLeft: 2 })
  const old = { type: 'WorldLeft', version: 1, data: { account: 'ada' } } as const
  expect(() => gap(old)).toThrow(UnknownEventVersion)
})
