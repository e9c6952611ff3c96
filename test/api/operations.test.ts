// What bad input and strangers are tried on is all there is: every path and parameter of the OpenAPI document, every field of the schema.

import {
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  isCompositeType,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { expect, test } from 'vitest'
import { graphQLSchema } from '../../src/api/graphql/yoga.ts'
import { openApi } from '../../src/api/rest/openapi.ts'
import { type GraphQLDocument, operations, textOf } from './faults/operations.ts'
import type { Document } from './openapi.ts'

const sorted = (names: Iterable<string>) => [...new Set(names)].sort()

test('every path and method of the OpenAPI document is tried, with each parameter of its query', () => {
  const told = Object.entries((openApi() as Document).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [] }]) => {
      const inQuery = parameters.filter((each) => each.in === 'query').map(({ name }) => name)
      return { method: method.toUpperCase(), path, query: sorted(inQuery).join() }
    }),
  )
  const shape = (path: string) =>
    new RegExp(`^${path.replace('{path}', '.+').replaceAll(/\{\w+\}/g, '[^/]+')}$`)
  const templateOf = (pathname: string) =>
    // Where one is the other's pattern as well, the one with fewer of them is meant.
    told.find(({ path }) => path === pathname) ??
    told.find(({ path }) => shape(path).test(pathname))
  const tried = operations
    .filter(({ door }) => door === 'rest')
    .map(({ method, path }) => {
      const [pathname = '', query = ''] = path({ mailbox: 'm' }).split('?')
      const names = sorted(new URLSearchParams(query).keys()).join()
      return `${method} ${templateOf(pathname)?.path ?? pathname} ${names}`
    })
  expect(sorted(tried)).toEqual(
    sorted(told.map(({ method, path, query }) => `${method} ${path} ${query}`)),
  )
})

const schema = graphQLSchema()
const roots = ['Query', 'Mutation', 'Subscription', 'World']
/** A leaf of a world takes nothing, and comes with its world. */
const isAsked = (parent: string, type: GraphQLOutputType) =>
  roots.includes(parent) && (parent !== 'World' || isCompositeType(getNamedType(type)))

/** `Type.field(arguments)`, of the roots and of a world. */
const fieldsOf = (types: readonly string[]) =>
  types.flatMap((parent) =>
    Object.values((schema.getType(parent) as GraphQLObjectType).getFields())
      .filter(({ type }) => isAsked(parent, type))
      .map(({ name, args }) => `${parent}.${name}(${sorted(args.map((arg) => arg.name))})`),
  )

function fieldsIn(document: GraphQLDocument): string[] {
  const types = new TypeInfo(schema)
  const found: string[] = []
  const Field = (node: FieldNode) => {
    const parent = types.getParentType()?.name ?? ''
    const given = sorted((node.arguments ?? []).map(({ name }) => name.value))
    if (isAsked(parent, types.getType()!)) found.push(`${parent}.${node.name.value}(${given})`)
  }
  visit(parse(textOf(document)), visitWithTypeInfo(types, { Field }))
  return found
}

test.each([
  ['by POST', 'graphql', 'POST', roots],
  ['by GET', 'graphql', 'GET', ['Query', 'World']],
  ['over a WebSocket', 'websocket', 'POST', roots],
] as const)('every field of the schema is tried %s, with each argument', (_, by, how, types) => {
  const those = operations.filter(({ door, method }) => door === by && method === how)
  const tried = those.flatMap(({ document }) => (document ? fieldsIn(document) : []))
  expect(sorted(tried)).toEqual(sorted(fieldsOf(types)))
})
