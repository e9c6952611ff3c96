// Bounds on a query, judged on its document before it is validated or run: depth, and a cost in fields.
// Validation itself compares fields pairwise, so a costly document must be stopped before it.

import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import type { ApiLimits } from '../limits.ts'

/** What a field with fields of its own costs, and for how many its own fields count: about so many are in a list. */
type Weight = { readonly cost: number; readonly times: number }

const SHORT_LIST: Weight = { cost: 1, times: 3 }
const TABLE: Weight = { cost: 10, times: 10 }
const LONG_LIST: Weight = { cost: 50, times: 10 }
const READ: Weight = { cost: 10, times: 1 }

/** By the field's name. Whatever reads a world, or is a list, weighs more than the field itself. */
const weights: Readonly<Record<string, Weight>> = {
  cellsNear: { cost: 50, times: 20 },
  chunks: { cost: 10, times: 4 },
  leaderboard: LONG_LIST,
  presence: LONG_LIST,
  structures: LONG_LIST,
  chat: LONG_LIST,
  players: TABLE,
  statistics: { cost: 50, times: 1 },
  rules: { cost: 50, times: 1 },
  prototypes: TABLE,
  recipes: TABLE,
  researches: TABLE,
  cell: READ,
  me: READ,
  status: { cost: 5, times: 1 },
  burns: SHORT_LIST,
  consumed: SHORT_LIST,
  contents: SHORT_LIST,
  cost: SHORT_LIST,
  inputs: SHORT_LIST,
  inventory: SHORT_LIST,
  outputs: SHORT_LIST,
  packs: SHORT_LIST,
  produced: SHORT_LIST,
  // Of introspection; the usual query for a whole schema stays well below the bound.
  types: { cost: 10, times: 4 },
  fields: { cost: 10, times: 4 },
}
/** Introspection nests deeper than our schema can, and costs no reads. */
const INTROSPECTION_DEPTH_MAX = 24

/** The parser goes one call deeper for each of these: text that opens more would overflow its stack. */
const OPEN_MAX = 64

/** Block texts, texts and comments have brackets that open nothing. What does not end takes the rest, so that no text is read twice. */
const parts =
  /"""(?:\\"""|[\s\S])*?(?:"""|$)|"(?:\\.|[^"\\\n])*"?|#[^\n]*|(?<open>[{[(])|(?<close>[}\])])/g

/** Throws a `GraphQLError` when more brackets are open at once than any document needs; judged before it is parsed. */
export function checkNesting(source: string): void {
  let open = 0
  for (const { groups } of source.matchAll(parts)) {
    if (groups?.open) open++
    else if (groups?.close) open--
    if (open > OPEN_MAX) throw tooMuch('QUERY_TOO_DEEP', 'brackets deep', open, OPEN_MAX)
  }
}

type Measure = { readonly depth: number; readonly cost: number }

/** Throws a `GraphQLError` that says which bound the document passes. `worlds`: how many there are. */
export function checkQuery(
  document: DocumentNode,
  limits: Pick<ApiLimits, 'queryDepthMax' | 'queryCostMax'>,
  worlds: number,
): void {
  const measure = measurer(document, worlds)
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue
    const { depth, cost } = measure(definition.selectionSet)
    const introspects = definition.selectionSet.selections.every(isIntrospection)
    const depthMax = introspects ? INTROSPECTION_DEPTH_MAX : limits.queryDepthMax
    // A mutation writes: each of its root fields weighs as much as a costly read.
    const writes =
      definition.operation === 'mutation' ? definition.selectionSet.selections.length : 0
    const total = cost + writes * 10
    if (depth > depthMax) throw tooMuch('QUERY_TOO_DEEP', 'levels deep', depth, depthMax)
    if (total > limits.queryCostMax) {
      throw tooMuch('QUERY_TOO_COSTLY', 'in cost', total, limits.queryCostMax)
    }
  }
}

/** What stands in the text: a variable may be anything. */
function limitOf(field: FieldNode): number {
  const value = field.arguments?.find(({ name }) => name.value === 'limit')?.value
  return value?.kind === Kind.INT ? Number(value.value) : Infinity
}

const isIntrospection = (selection: SelectionNode) =>
  selection.kind === Kind.FIELD && selection.name.value.startsWith('__')

function tooMuch(code: string, what: string, is: number, max: number): GraphQLError {
  const much = Number.isFinite(is) ? `${is}` : 'endlessly'
  return new GraphQLError(`the query is ${much} ${what}: at most ${max}`, {
    extensions: { code, http: { status: 400 } },
  })
}

/** Measures selections with fragments spread; each fragment is measured once, one that spreads itself is endless. */
function measurer(document: DocumentNode, worlds: number): (set: SelectionSetNode) => Measure {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition)
    }
  }
  const known = new Map<string, Measure | 'measuring'>()

  function weightOf(field: FieldNode): Weight {
    const name = field.name.value
    if (name === 'worlds') return { cost: 1, times: Math.max(1, Math.min(worlds, limitOf(field))) }
    return Object.hasOwn(weights, name) ? weights[name]! : { cost: 1, times: 1 }
  }

  function ofFragment(name: string): Measure {
    const before = known.get(name)
    if (before === 'measuring') return { depth: Infinity, cost: Infinity }
    if (before) return before
    const fragment = fragments.get(name)
    // An unknown fragment is validation's to tell.
    if (!fragment) return { depth: 0, cost: 0 }
    known.set(name, 'measuring')
    const found = ofSet(fragment.selectionSet)
    known.set(name, found)
    return found
  }

  function ofSelection(selection: SelectionNode): Measure {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return ofFragment(selection.name.value)
    if (selection.kind === Kind.INLINE_FRAGMENT) return ofSet(selection.selectionSet)
    if (!selection.selectionSet) return { depth: 1, cost: 1 }
    const inner = ofSet(selection.selectionSet)
    const { cost, times } = weightOf(selection)
    return { depth: inner.depth + 1, cost: cost + times * inner.cost }
  }

  function ofSet(set: SelectionSetNode): Measure {
    let depth = 0
    let cost = 0
    for (const selection of set.selections) {
      const inner = ofSelection(selection)
      depth = Math.max(depth, inner.depth)
      cost += inner.cost
    }
    return { depth, cost }
  }
  return ofSet
}
