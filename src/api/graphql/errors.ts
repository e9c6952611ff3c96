// Errors in GraphQL: what the client can mend has a code and says what; what is ours shows nothing of its insides.

import { GraphQLError } from 'graphql'
import { Problem, problemOf } from '../problem.ts'

/** The codes in `extensions.code`; each also has the HTTP status that REST gives. */
const codes: Readonly<Record<string, string>> = {
  'bad-input': 'BAD_INPUT',
  unauthenticated: 'UNAUTHENTICATED',
  'too-many': 'TOO_MANY',
  unavailable: 'UNAVAILABLE',
  'too-large': 'TOO_LARGE',
}

export function graphQLErrorOf(problem: Problem, at?: GraphQLError): GraphQLError {
  return new GraphQLError(problem.message, {
    ...(at?.nodes ? { nodes: at.nodes } : {}),
    ...(at?.path ? { path: at.path } : {}),
    extensions: {
      code: codes[problem.kind] ?? 'BAD_REQUEST',
      ...problem.members,
      http: { status: problem.status, headers: problem.headers },
    },
  })
}

/** Tells the client of an error in a resolver; `say` hears of those that are ours. */
export function maskError(
  error: unknown,
  bodyBytesMax: number,
  say: (line: string) => void,
): GraphQLError {
  const at = error instanceof GraphQLError ? error : undefined
  const cause = originOf(error)
  if (cause instanceof GraphQLError) return at ?? cause
  const problem = problemOf(cause, bodyBytesMax)
  if (problem) return graphQLErrorOf(problem, at)
  say(`GraphQL failed: ${cause instanceof Error ? cause.stack : cause}`)
  const internal = new Problem(500, 'internal', 'something went wrong here; it is not your request')
  return new GraphQLError(internal.message, {
    ...(at?.path ? { path: at.path } : {}),
    extensions: { code: 'INTERNAL', http: { status: 500 } },
  })
}

function originOf(error: unknown): unknown {
  let origin = error
  while (origin instanceof GraphQLError && origin.originalError) origin = origin.originalError
  return origin
}
