// Bounds on a query, judged on its document before it is validated or run: depth, and a cost in fields.
// Validation itself compares fields pairwise, so a costly document must be stopped before it.

import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import type { ApiLimits } from '../limits.ts'

/** Fields that cost more than one: they read many cells, or write. */
const weights: Readonly<Record<string, number>> = {
  cellsNear: 50,
  cell: 10,
  chunks: 10,
  structures: 10,
  players: 10,
  chat: 10,
  status: 5,
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

/** Throws a `GraphQLError` that says which bound the document passes. */
export function checkQuery(
  document: DocumentNode,
  limits: Pick<ApiLimits, 'queryDepthMax' | 'queryCostMax'>,
): void {
  const measure = measurer(document)
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

const isIntrospection = (selection: SelectionNode) =>
  selection.kind === Kind.FIELD && selection.name.value.startsWith('__')

function tooMuch(code: string, what: string, is: number, max: number): GraphQLError {
  const much = Number.isFinite(is) ? `${is}` : 'endlessly'
  return new GraphQLError(`the query is ${much} ${what}: at most ${max}`, {
    extensions: { code, http: { status: 400 } },
  })
}

/** Measures selections with fragments spread; each fragment is measured once, one that spreads itself is endless. */
function measurer(document: DocumentNode): (set: SelectionSetNode) => Measure {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition)
    }
  }
  const known = new Map<string, Measure | 'measuring'>()

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
    const inner = selection.selectionSet ? ofSet(selection.selectionSet) : { depth: 0, cost: 0 }
    const weight = weights[selection.name.value] ?? 1
    return { depth: inner.depth + 1, cost: inner.cost + weight }
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
