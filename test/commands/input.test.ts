// Bad input is told in words that name the field and what it takes, and nothing of the library that found it.

import { describe, expect, test } from 'vitest'
import { readSubmission } from '../../src/commands/asked.ts'
import { readInput } from '../../src/commands/input.ts'
import type { CommandName } from '../../src/domain/commands.ts'

const N = 2

test.each<[CommandName, unknown, string, string]>([
  ['ClaimMany', {}, 'cells', 'is missing: takes a list'],
  ['ClaimMany', { cells: 3 }, 'cells', 'takes a list'],
  ['ClaimMany', { cells: [] }, 'cells', 'is empty'],
  ['ClaimMany', { cells: Array(257).fill(1) }, 'cells', 'takes at most 256 entries'],
  ['ClaimMany', { cells: ['3'] }, 'cells[0]', 'takes a whole number'],
  ['ClaimMany', { cells: [1.5] }, 'cells[0]', 'takes a whole number'],
  ['ClaimMany', { cells: [42] }, 'cells[0]', 'is no cell of this planet (0 to 41)'],
  ['ClaimMany', { cells: [1], cell: 1 }, 'cell', 'is no field of this command'],
  ['ClaimMany', 'all', 'input', 'takes an object'],
  ['Say', { text: ' ' }, 'text', 'is empty'],
  ['Say', { text: 'a'.repeat(501) }, 'text', 'takes at most 500 characters'],
  ['Craft', { recipe: 'gear', count: 0 }, 'count', 'takes at least 1'],
  ['Craft', { recipe: 'Gear', count: 1 }, 'recipe', 'is 1 to 32 characters of a-z, 0-9 and -'],
  [
    'Transfer',
    { cell: 1, item: 'Plate', count: 1, way: 'put' },
    'item',
    'is 1 to 32 characters of a-z, 0-9 and -',
  ],
  ['Transfer', { cell: 1, item: 'plate', count: 1, way: 'steal' }, 'way', 'takes put or take'],
  ['Transfer', { cell: 1, item: 'plate', count: 1 }, 'way', 'is missing: takes put or take'],
])('%s with %j: %s %s', (name, input, field, detail) => {
  expect(readInput(name, N, input)).toEqual({ faults: [{ field, detail }] })
})

describe('a command that is none', () => {
  const faultsOf = (type: string) => {
    const read = readSubmission(
      { type, world: 'first', account: 'ada', input: {} },
      () => undefined,
      { uuid: () => 'id' },
    )
    return read.kind === 'invalid' ? read.invalid.faults : read.kind
  }

  test.each([
    ['claimMany', 'is no command: did you mean ClaimMany?'],
    ['PlaceStructure', 'is no command: did you mean PlaceMany?'],
    ['SelectRecipes', 'is no command: did you mean SelectRecipe or SelectResearch?'],
    ['Destroy', 'is no command'],
    ['', 'is no command'],
    ['Sa', 'is no command'],
  ])('%s is told, and what it may have meant', (type, detail) => {
    expect(faultsOf(type)).toEqual([{ field: 'type', detail }])
  })

  test('a command without a world is told that it misses one', () => {
    const read = readSubmission(
      { type: 'StopHarvest', account: 'ada', input: {} },
      () => undefined,
      {
        uuid: () => 'id',
      },
    )
    expect(read).toMatchObject({
      invalid: {
        faults: [{ field: 'world', detail: 'is missing: takes 1 to 32 characters of a-z and 0-9' }],
      },
    })
  })
})
