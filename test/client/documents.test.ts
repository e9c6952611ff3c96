import { readFileSync } from 'node:fs'
import { buildSchema, type DocumentNode, Kind, validate } from 'graphql'
import { describe, expect, test } from 'vitest'
import * as documents from '../../client/src/data/live/documents.ts'

const schema = buildSchema(
  readFileSync(new URL('../../src/api/graphql/schema.graphql', import.meta.url), 'utf8'),
)
const isDocument = (value: unknown): value is DocumentNode =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === Kind.DOCUMENT
const all = [...Object.entries(documents), ...Object.entries(documents.ORDERS)].filter(
  (entry): entry is [string, DocumentNode] => isDocument(entry[1]),
)

describe('what the page asks', () => {
  test('there are questions to check', () => {
    expect(all.length).toBeGreaterThan(20)
  })

  test.each(all)('%s is a question that the schema answers', (_name, document) => {
    expect(validate(schema, document)).toEqual([])
  })
})
