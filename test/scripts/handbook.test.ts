import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { handbook } from '../../scripts/handbook.ts'
import { items } from '../../src/domain/items.ts'
import { prototypes } from '../../src/domain/prototypes.ts'
import { recipes } from '../../src/domain/recipes.ts'
import { researches } from '../../src/domain/research.ts'

const page = readFileSync('docs/handbook.md', 'utf8')

test('the handbook says what the tables say (if not: npx tsx scripts/handbook.ts)', () => {
  expect(page).toBe(handbook())
})

test('the handbook has every item in its chart, and every structure, recipe and research', () => {
  const chart = page.slice(page.indexOf('```mermaid'))
  for (const item of items) expect(chart).toMatch(new RegExp(`[[(]${item}[\\])]`))
  for (const { name } of [...prototypes, ...recipes, ...researches]) {
    expect(page).toContain(`| **${name}** |`)
  }
})
