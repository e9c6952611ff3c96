import { expect, test } from 'vitest'
import { generatedSource, staleFiles } from '../../scripts/codegen.ts'

test('the GraphQL types are those of the schema (if not: npx tsx scripts/codegen.ts)', async () => {
  expect(await staleFiles()).toEqual([])
})

test('the generated types have every command and the client’s own types', async () => {
  const source = await generatedSource()
  for (const name of ['MutationClaimManyArgs', 'WorldStatus', 'SubscriptionMineArgs']) {
    expect(source).toContain(`export type ${name} `)
  }
})
