// GraphQL over HTTP: the schema, its resolvers by domain word, and the bounds on a query.

import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { type GraphQLSchema, parse } from 'graphql'
import { createSchema, createYoga, type Plugin } from 'graphql-yoga'
import type { Session } from '../../domain/ports/personalData.ts'
import { correlationOf } from '../correlation.ts'
import type { Doors } from '../doors.ts'
import type { Context } from './context.ts'
import { noDocuments, openDocuments } from './documents.ts'
import { maskError } from './errors.ts'
import { playground } from './playground.ts'
import { checkNesting, checkQuery } from './queryLimits.ts'
import { account } from './resolvers/account.ts'
import { chunk } from './resolvers/chunk.ts'
import { player } from './resolvers/player.ts'
import { rules } from './resolvers/rules.ts'
import { territory } from './resolvers/territory.ts'
import { world } from './resolvers/world.ts'

/** What a transport tells of whoever asks. HTTP: the node request. WebSocket: what its connection knows. */
export type Caller =
  | { readonly req: IncomingMessage; readonly gone: AbortSignal }
  | { readonly connection: CallerConnection; readonly gone: AbortSignal }

type CallerConnection = {
  readonly address: string
  session(): Promise<Session | undefined>
}

export type GraphQLDoor = ReturnType<typeof openGraphQL>

export function graphQLSchema(): GraphQLSchema {
  return createSchema<Context>({
    typeDefs: readFileSync(new URL('schema.graphql', import.meta.url), 'utf8'),
    resolvers: [account, world, territory, player, chunk, rules],
  })
}

export function openGraphQL(doors: Doors) {
  const { limits, say } = doors
  return createYoga<Caller, Context>({
    schema: graphQLSchema(),
    context: (caller) => contextOf(doors, caller),
    plugins: [boundQueries(doors), tellInvalid, tellUnrun],
    parserAndValidationCache: { documentCache: openDocuments(), errorCache: noDocuments },
    maskedErrors: {
      isDev: false,
      maskError: (error) => maskError(error, limits.bodyBytesMax, say),
    },
    maxRequestBodySize: limits.bodyBytesMax,
    batching: false,
    multipart: false,
    cors: false,
    landingPage: false,
    logging: false,
    graphiql: playground,
    renderGraphiQL: async (options) => {
      // The page comes whole, so that it works without the network; its 9 MB are read when first asked for.
      const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql')
      return renderGraphiQL(options)
    },
  })
}

async function contextOf(doors: Doors, caller: Caller): Promise<Context> {
  const { gone } = caller
  const chunks = { left: doors.limits.chunksMax }
  const commands = { invalid: 0, decided: 0 }
  if ('connection' in caller) {
    const { address, session } = caller.connection
    const correlationId = doors.chance.uuid()
    return {
      doors,
      session: await session(),
      address,
      correlationId,
      door: 'websocket',
      gone,
      chunks,
      commands,
      byStatus: false,
    }
  }
  const { headers } = caller.req
  const address = doors.addresses.of(caller.req)
  const session = await doors.sessions.byHeader(headers.authorization, address)
  const { correlationId = doors.chance.uuid() } = correlationOf(caller.req)
  const byStatus = headers.accept?.includes('graphql-response+json') ?? false
  return { doors, session, address, correlationId, door: 'http', gone, chunks, commands, byStatus }
}

/** Bounds a document's tokens while it is parsed, its depth and cost right after; also of one kept, for worlds were founded since. */
function boundQueries({ limits, worlds }: Doors): Plugin {
  return {
    onParse({ setParseFn }) {
      setParseFn((source, options) => {
        checkNesting(typeof source === 'string' ? source : source.body)
        return parse(source, { ...options, maxTokens: limits.queryTokensMax })
      })
      return ({ result, replaceParseResult }) => {
        if (!result || result instanceof Error) return
        try {
          checkQuery(result, limits, worlds.list().length)
        } catch (error) {
          replaceParseResult(error as Error)
        }
      }
    },
  }
}

/** A request whose every command was bad input is one: 400, by the type of answer that has a status of its own (ADR 9). */
const tellInvalid: Plugin<Context> = {
  onExecute: () => ({
    onExecuteDone({ args, result, setResult }) {
      const { byStatus, commands } = args.contextValue as Context
      if (!byStatus || commands.invalid === 0 || commands.decided > 0 || !('data' in result)) return
      setResult({ ...result, extensions: { ...result.extensions, http: { status: 400 } } })
    },
  }),
}

/** A document that came not even to run is a fault of the request, also where an error says no status: validation can throw, too. */
const tellUnrun: Plugin = {
  onResultProcess({ request, result, setResult }) {
    if (Array.isArray(result) || !('errors' in result) || (result.errors ?? []).length === 0) return
    const isRun = result.data !== undefined && result.data !== null
    const hasStatus = result.errors?.some(({ extensions }) => extensions?.http !== undefined)
    const byStatus = request.headers.get('accept')?.includes('graphql-response+json') ?? false
    if (isRun || hasStatus || !byStatus) return
    setResult({ ...result, extensions: { ...result.extensions, http: { status: 400 } } })
  },
}
