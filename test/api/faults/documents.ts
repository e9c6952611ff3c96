// Classes of fault in a request of GraphQL, whichever door it takes: the document, its variables, and what stands beside it.

import type { Chance } from './chance.ts'
import { type GraphQLDocument, requestOf, textOf } from './operations.ts'

type Request = Readonly<Record<string, unknown>>
type Class = {
  readonly spoil: (document: GraphQLDocument, chance: Chance) => Request
  /** Which operations have something of that kind; all, where nothing is said. */
  readonly fits?: (document: GraphQLDocument) => boolean
  readonly names?: RegExp
  /** Too long for the target of a GET, which is then the fault that is told. */
  readonly long?: true
}

const beside = (document: GraphQLDocument, more: string): Request => ({
  ...requestOf(document),
  query: textOf({ ...document, root: `${document.root} ${more}` }),
})
const declaring = (document: GraphQLDocument, more: string): Request => ({
  ...requestOf(document),
  query: textOf(document).replace('(', `(${more}, `),
})
const besides = (document: GraphQLDocument, definitions: string): Request => ({
  ...requestOf(document),
  query: `${textOf(document)} ${definitions}`,
})
const withVariable = (document: GraphQLDocument, chance: Chance, values: readonly unknown[]) => {
  const names = requiredOf(document)
  const variables = { ...document.variables, [chance.one(names)]: chance.one(values) }
  return { ...requestOf(document), variables }
}
const hasRequired = (document: GraphQLDocument) => requiredOf(document).length > 0
const requiredOf = ({ declared, variables }: GraphQLDocument) =>
  Object.keys(variables).filter((name) => declared[name]?.endsWith('!'))
const nested = (depth: number) => `${'a { '.repeat(depth)}a${' }'.repeat(depth)}`
const typeNames = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' }
const doubling = (kind: GraphQLDocument['kind']) =>
  Array.from(
    { length: 30 },
    (_, at) => `fragment f${at} on ${typeNames[kind]} { ...f${at + 1} ...f${at + 1} }`,
  ).join(' ')

export const documentClasses: Readonly<Record<string, Class>> = {
  'a document cut short': {
    spoil: (document, chance) => {
      const text = textOf(document)
      return { ...requestOf(document), query: text.slice(0, 1 + chance.below(text.length - 1)) }
    },
    names: /Syntax Error/,
  },
  'an empty document': {
    spoil: (document, chance) => ({
      ...requestOf(document),
      query: chance.one(['', ' ', '# hello', ',,,']),
    }),
    names: /Syntax Error|query/,
  },
  'a character that GraphQL has not': {
    spoil: (document, chance) => ({
      ...requestOf(document),
      query: textOf(document).replace('{', `{ ${chance.one(['\0', '%', '?', '\u0007', '~', "'"])}`),
    }),
    names: /Syntax Error/,
  },
  'half a surrogate pair': {
    spoil: (document) => ({
      ...requestOf(document),
      query: textOf(document).replace('{', '{ \ud800'),
    }),
    names: /Syntax Error|UTF/,
  },
  'a text that never ends': {
    spoil: (document, chance) => ({
      ...requestOf(document),
      query: `${textOf(document)} ${chance.one(['"', '"""', '"\\"'])}`,
    }),
    names: /Syntax Error/,
  },
  'no operation': {
    spoil: (document) => ({ ...requestOf(document), query: 'fragment a on World { id }' }),
  },
  'an empty selection': {
    spoil: (document) => ({ ...requestOf(document), query: `${document.kind} Asked { }` }),
    names: /Syntax Error/,
  },
  'an unknown field': { spoil: (document) => beside(document, 'secrets'), names: /secrets/ },
  'a selection in what has no parts': {
    spoil: (document) => beside(document, '__typename { a }'),
    names: /__typename/,
  },
  'an unknown argument': {
    spoil: (document) => beside(document, '__typename(admin: true)'),
    names: /admin/,
  },
  'an unknown directive': {
    spoil: (document) => beside(document, '__typename @wonder'),
    names: /wonder/,
  },
  'a directive a thousand times': {
    spoil: (document) => beside(document, `__typename ${'@skip(if: false) '.repeat(1_000)}`),
    long: true,
  },
  'a variable that is not declared': {
    spoil: (document) => beside(document, '__typename @skip(if: $nowhere)'),
    names: /nowhere/,
  },
  'a variable that nobody uses': {
    spoil: (document) => declaring(document, '$spare: Int'),
    names: /spare/,
  },
  'a variable of an unknown type': {
    spoil: (document) => declaring(document, '$spare: Wonder'),
    names: /Wonder|spare/,
  },
  'a variable twice': {
    spoil: (document) => declaring(document, '$spare: Int, $spare: Int'),
    names: /spare/,
  },
  'a variable of the wrong type': {
    fits: hasRequired,
    spoil: (document, chance) =>
      withVariable(document, chance, [{ a: 1 }, [[]], { __typename: 'a' }]),
    names: /\$\w+/,
  },
  'null for a variable': {
    fits: hasRequired,
    spoil: (document, chance) => withVariable(document, chance, [null]),
    names: /\$\w+/,
  },
  'a missing variable': {
    fits: hasRequired,
    // JSON leaves it out.
    spoil: (document, chance) => withVariable(document, chance, [undefined]),
    names: /\$\w+/,
  },
  'variables that are none': {
    spoil: (document, chance) => ({
      ...requestOf(document),
      variables: chance.one(['all', 7, [], true]),
    }),
    names: /variables/,
  },
  'an unknown operation name': {
    spoil: (document) => ({ ...requestOf(document), operationName: 'Other' }),
    names: /operation/i,
  },
  'an operation name that is none': {
    spoil: (document, chance) => ({
      ...requestOf(document),
      operationName: chance.one([7, {}, [], true]),
    }),
    names: /peration/,
  },
  'two operations and no name': {
    spoil: (document) => besides(document, 'query Other { worlds { id } }'),
    names: /operation/i,
  },
  'extensions that are none': {
    spoil: (document, chance) => ({
      ...requestOf(document),
      extensions: chance.one(['all', 7, []]),
    }),
    names: /extensions/,
  },
  'an unknown member of the request': {
    spoil: (document) => ({ ...requestOf(document), admin: true }),
    names: /admin/,
  },
  'a query that is no text': {
    spoil: (document, chance) => ({
      ...requestOf(document),
      query: chance.one([7, null, {}, [], true]),
    }),
    names: /query|text|Syntax/i,
  },
  'a persisted query': {
    spoil: ({ variables }) => ({
      variables,
      extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } },
    }),
    names: /query/i,
  },
  'a fragment on an unknown type': {
    spoil: (document) => beside(document, '... on Wonder { a }'),
    names: /Wonder/,
  },
  'a fragment that is not there': {
    spoil: (document) => beside(document, '...nowhere'),
    names: /nowhere/,
  },
  'a fragment that spreads itself': {
    spoil: (document) => ({
      ...requestOf(document),
      query: `${textOf({ ...document, root: `${document.root} ...a` })} fragment a on ${typeNames[document.kind]} { ...a }`,
    }),
    names: /itself|cycle|deep|\ba\b/,
  },
  'fragments that double thirty times': {
    spoil: (document) => ({
      ...requestOf(document),
      query: `${textOf({ ...document, root: `${document.root} ...f0` })} ${doubling(document.kind)} fragment f30 on ${typeNames[document.kind]} { __typename }`,
    }),
    names: /deep|cost/,
  },
  'more levels than anything has': {
    spoil: (document, chance) => beside(document, nested(13 + chance.below(40))),
    names: /deep/,
  },
  'ten thousand levels': {
    spoil: (document) => beside(document, nested(10_000)),
    names: /deep/,
    long: true,
  },
  'two thousand aliases': {
    spoil: (document) =>
      beside(document, Array.from({ length: 2_100 }, (_, at) => `a${at}: __typename`).join(' ')),
    names: /cost/,
    long: true,
  },
  'tokens without end': {
    spoil: (document) => beside(document, '__typename '.repeat(20_001)),
    names: /tokens/,
    long: true,
  },
}
