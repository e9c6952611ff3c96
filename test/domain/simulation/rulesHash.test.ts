import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { foldFiles, ruleFiles, staleFiles, tokensOf } from '../../../scripts/rules.ts'

test('the hashes of rules and folds are fresh (if not: npx tsx scripts/rules.ts)', () => {
  expect(staleFiles()).toEqual([])
})

test('the hash of folds covers every decider, the events, their upcasts, and how folds are kept', () => {
  const deciders = readdirSync('src/domain')
    .map((name) => `src/domain/${name}`)
    .filter((path) => path.endsWith('.ts') && readFileSync(path, 'utf8').includes(': Decider<'))
  expect(deciders).toHaveLength(4)
  expect(foldFiles).toEqual(
    expect.arrayContaining([
      ...deciders,
      'src/domain/events.ts',
      'src/domain/upcasts.ts',
      'src/commands/foldPieces.ts',
    ]),
  )
})

test('the hash covers the rules, the grid, the generation and the tables, and not itself', () => {
  const files = ruleFiles()
  for (const path of [
    'simulation/tick.ts',
    'grid/step.ts',
    'generation/terrain.ts',
    'recipes.ts',
  ]) {
    expect(files).toContain(`src/domain/${path}`)
  }
  expect(files.filter((path) => path.includes('generated'))).toEqual([])
  expect(files).toEqual([...files].sort())
})

test('comments and white space are no rules, every token is', () => {
  const source = 'const a = 1 // one\n/** b */ export const b = `xy` + "z"'
  expect(tokensOf('/* other */const a\n\n =1; export const b=`xy`+"z"').replace('\n;', '')).toBe(
    tokensOf(source),
  )
  for (const other of ['const a = 2', 'const a = 1 + 0', 'let a = 1', "const a = '1'"]) {
    expect(tokensOf(other)).not.toBe(tokensOf('const a = 1'))
  }
})
