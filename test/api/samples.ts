// A well-formed input for every command of the table, made from its own schema, and its mutation in GraphQL.

import type { GraphQLField } from 'graphql'
import { z } from 'zod'
import { graphQLSchema } from '../../src/api/graphql/yoga.ts'
import { commandTable } from '../../src/commands/table.ts'
import type { CommandName } from '../../src/domain/commands.ts'

const N = 2

type JsonSchema = {
  readonly type?: string
  readonly description?: string
  readonly enum?: readonly string[]
  readonly minimum?: number
  readonly items?: JsonSchema
  readonly properties?: Readonly<Record<string, JsonSchema>>
}

/** What the schemas say in words, where their bounds say too little. */
const byDescription: readonly (readonly [RegExp, unknown])[] = [
  [/cell of the planet/, 3],
  [/name of a recipe/, 'plate'],
  [/name of an item/, 'plate'],
  [/name of a prototype/, 'drill'],
]

function sampleOf(schema: JsonSchema): unknown {
  const described = byDescription.find(([words]) => words.test(schema.description ?? ''))
  if (described) return described[1]
  if (schema.enum) return schema.enum[0]
  if (schema.type === 'array') return [sampleOf(schema.items ?? {})]
  if (schema.type === 'integer') return Math.max(schema.minimum ?? 0, 0)
  if (schema.type === 'object') {
    const fields = Object.entries(schema.properties ?? {})
    return Object.fromEntries(fields.map(([name, field]) => [name, sampleOf(field)]))
  }
  return 'sample'
}

const sampleInput = (name: CommandName) => {
  const schema = z.toJSONSchema(commandTable[name].input(N), { io: 'input' }) as JsonSchema
  return sampleOf(schema) as Record<string, unknown>
}

/** In a world unless its account decides it. */
export const sampleCommand = (name: CommandName, world = 'first') => ({
  type: name,
  ...(commandTable[name].decidedBy === 'account' ? {} : { world }),
  ...sampleInput(name),
})

export const commandNames = (Object.keys(commandTable) as CommandName[]).filter(
  // Joining is asked by nobody, and has a door of its own.
  (name) => name !== 'JoinPlayer',
)

/** One that GraphQL's types let pass: what is wrong, the handler has to say. */
export function wrongCommand(name: CommandName) {
  const command = sampleCommand(name)
  const wrong = Object.entries(command).map(([field, value]) =>
    field === 'type' || field === 'way' ? [field, value] : [field, wrongLike(value)],
  )
  return { ...Object.fromEntries(wrong), type: name } as typeof command
}

function wrongLike(value: unknown): unknown {
  if (typeof value === 'number') return -7
  if (typeof value === 'string') return ''
  if (Array.isArray(value)) return value.map(wrongLike)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, wrongLike(each)]))
}

const mutations = graphQLSchema().getMutationType()!.getFields()

/** The mutation of a command, its input as variables. */
export const sampleMutation = (name: CommandName, world = 'first') =>
  mutationOf(sampleCommand(name, world))

/** With all that its answer may tell but the ids that the doors make. */
export function mutationOf({ type, ...given }: ReturnType<typeof sampleCommand>) {
  const field = mutations[type[0]!.toLowerCase() + type.slice(1)]
  if (!field) throw new Error(`the schema has no mutation for ${type}`)
  return { query: queryOf(field), variables: variablesOf(field, given) }
}

function queryOf({ name, args }: GraphQLField<unknown, unknown>): string {
  const declared = args.map((each) => `$${each.name}: ${each.type}`).join(', ')
  const passed = args.map((each) => `${each.name}: $${each.name}`).join(', ')
  return `mutation (${declared}) { ${name}(${passed}) { __typename
    ... on Refused { refused detail cells { cell refused } } ... on Invalid { faults { field detail } } } }`
}

/** Enums are in capitals in the schema. */
const variablesOf = (
  { args }: GraphQLField<unknown, unknown>,
  given: Readonly<Record<string, unknown>>,
) =>
  Object.fromEntries(
    args.flatMap(({ name, type }) => {
      const value = given[name]
      if (value === undefined) return []
      return [[name, String(type) === 'TransferWay!' ? String(value).toUpperCase() : value]]
    }),
  )
