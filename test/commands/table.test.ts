import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { commandsPage } from '../../scripts/commands.ts'
import { commandTable, streamOf } from '../../src/commands/table.ts'
import { parseStream } from '../../src/domain/streams.ts'

test('docs/commands.md says what the table of commands says', () => {
  const page = readFileSync('docs/commands.md', 'utf8')
  expect(page, 'run npx tsx scripts/commands.ts').toBe(commandsPage())
  for (const name of Object.keys(commandTable)) expect(page).toContain(`\n## ${name}\n`)
})

test.each(Object.entries(commandTable))('%s is decided by a stream that has a name', (_, row) => {
  const { stream } = streamOf(row.decidedBy, 'a-1', 'eden')
  expect(parseStream(stream)?.kind).toBe(row.decidedBy)
})
