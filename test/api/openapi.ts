// Holds REST to its OpenAPI document: what is asked and answered is validated against what the server serves.

import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

type Schema = object
type Media = Readonly<Record<string, { readonly schema?: Schema }>>
type Parameter = {
  readonly name: string
  readonly in: 'path' | 'query'
  readonly required: boolean
  readonly schema: { readonly type?: string }
}
type Operation = {
  readonly parameters?: readonly Parameter[]
  readonly security?: readonly object[]
  readonly requestBody?: { readonly content: Media }
  readonly responses: Readonly<
    Record<
      string,
      { readonly content?: Media; readonly headers?: Readonly<Record<string, object>> }
    >
  >
}
export type Document = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: object }
}

/** One request and its answer. Header names are in lower case; bodies are parsed where they are JSON, undefined where empty. */
export type Exchange = {
  readonly method: string
  /** With its query, as it was asked. */
  readonly path: string
  readonly asked: unknown
  readonly askedHeaders: Readonly<Record<string, unknown>>
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly answered: unknown
}

/** The schemas with no room for what they do not name: an answer may have more than a client knows, but not than is written. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const told = Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [name, closed(value)]),
  )
  const isObject = told.type === 'object' && 'properties' in told
  return isObject && !('additionalProperties' in told)
    ? { ...told, additionalProperties: false }
    : told
}

/** Tells in what an exchange is not as the document says; undefined where it is. GraphQL has a schema of its own. */
export function openApiCheck(document: Document): (exchange: Exchange) => string | undefined {
  const validate = validatorOf(document.components)
  const validateClosed = validatorOf(closed(document.components) as object)
  const templates = Object.entries(document.paths).map(([template, operations]) => ({
    template,
    pattern: new RegExp(
      `^${template.replace('{path}', '(.+)').replaceAll(/\{\w+\}/g, '([^/]+)')}$`,
    ),
    operations,
  }))

  function faultOf(exchange: Exchange): string | undefined {
    const { method, path, status } = exchange
    const pathname = path.split('?')[0]!
    if (pathname === '/graphql' || (method === 'OPTIONS' && status === 204)) return undefined
    const found = templates.find(({ pattern }) => pattern.test(pathname))
    if (!found) return strangeFault(exchange)
    const name = method === 'HEAD' ? 'get' : method.toLowerCase()
    const operation = found.operations[name]
    if (!operation)
      return status === 405 ? methodFault(exchange, found.operations) : refusedFault(exchange)
    const values = found.pattern.exec(pathname)!.slice(1)
    return answerFault(exchange, operation) ?? requestFault(exchange, operation, values)
  }

  /** A path that the document does not have: of the page, or of nothing. */
  function strangeFault(exchange: Exchange) {
    if (exchange.status >= 400) return refusedFault(exchange)
    return typeOf(exchange.headers).endsWith('json') ? 'the document has no such path' : undefined
  }

  function methodFault(exchange: Exchange, operations: Readonly<Record<string, Operation>>) {
    const right = Object.keys(operations).flatMap((each) =>
      each === 'get' ? ['GET', 'HEAD'] : [each.toUpperCase()],
    )
    const allow = String(exchange.headers.allow)
    if (allow !== right.join(', ')) return `Allow is ${allow} and not ${right.join(', ')}`
    return refusedFault(exchange)
  }

  /** Of any refusal: problem details, as the document has them. */
  function refusedFault({ method, status, headers, answered }: Exchange): string | undefined {
    if (status < 400) return `the document has no such method`
    if (typeOf(headers) !== 'application/problem+json') return `a refusal of ${typeOf(headers)}`
    if (method === 'HEAD') return undefined
    const fault = validateClosed(PROBLEM, answered)
    if (fault !== undefined) return fault
    const told = answered as { status: number; type: string; errors?: readonly object[] }
    if (told.status !== status) return `it says ${told.status} in the body`
    const namesNone = told.type.endsWith(':bad-input') && (told.errors ?? []).length === 0
    return namesNone ? 'bad input, and no field is named' : undefined
  }

  function answerFault(exchange: Exchange, { responses }: Operation): string | undefined {
    const { method, status, headers, answered } = exchange
    const response = responses[status]
    if (!response) return 'the document has no such answer'
    const missing = Object.keys(response.headers ?? {}).find(
      (name) => !(name.toLowerCase() in headers),
    )
    if (missing !== undefined) return `the header ${missing} is missing`
    if (status >= 400) return refusedFault(exchange)
    if (answered === undefined) {
      return response.content && method !== 'HEAD' ? 'the answer is empty' : undefined
    }
    const content = response.content?.[typeOf(headers)]
    if (!content) return `the document has no ${typeOf(headers)}`
    const { schema } = content
    return schema && (validate(schema, answered) ?? validateClosed(schema, answered))
  }

  /** What was answered well must have been asked as the document says. */
  function requestFault(exchange: Exchange, operation: Operation, values: readonly string[]) {
    if (exchange.status >= 300) return undefined
    const { security, requestBody } = operation
    if (security && !String(exchange.askedHeaders.authorization).startsWith('Bearer ')) {
      return 'it was answered without a token'
    }
    const fault = parametersFault(exchange, operation, values)
    if (fault !== undefined) return fault
    const schema = requestBody?.content[typeOf(exchange.askedHeaders)]?.schema
    if (!requestBody)
      return exchange.asked === undefined ? undefined : 'it was answered with a body'
    if (!schema) return `it was answered to ${typeOf(exchange.askedHeaders)}`
    return bodyFault(exchange, schema)
  }

  function bodyFault({ asked, answered }: Exchange, schema: Schema) {
    if (Array.isArray(asked) && Array.isArray(answered)) return batchFault(asked, answered)
    const wrong = validate(schema, asked)
    return wrong && `its request: ${wrong}`
  }

  /** What is wrong in a batch is told in its place; the others must be right. */
  function batchFault(asked: readonly unknown[], answered: readonly { status?: unknown }[]) {
    const isDecided = (at: number) =>
      ['accepted', 'unchanged', 'refused'].includes(String(answered[at]?.status))
    const wrongs = asked.map((one, at) => (isDecided(at) ? validate(COMMAND, one) : undefined))
    const wrong = wrongs.find((each) => each !== undefined)
    return wrong && `its request: ${wrong}`
  }

  function parametersFault(
    { path }: Exchange,
    { parameters = [] }: Operation,
    values: readonly string[],
  ): string | undefined {
    const query = new URLSearchParams(path.split('?')[1] ?? '')
    const inPath = parameters.filter((each) => each.in === 'path')
    const told = new Map(parameters.map((each) => [each.name, each]))
    const given = [
      ...inPath.map(({ name }, at) => [name, decodeURIComponent(values[at] ?? '')] as const),
      ...query,
    ]
    if (inPath.length !== values.length) return 'the path has other parameters'
    for (const [name, text] of given) {
      const parameter = told.get(name)
      if (!parameter) return `it was answered with a parameter ${name}`
      const isNumber = parameter.schema.type === 'integer' && /^\d+$/.test(text)
      const fault = validate(parameter.schema, isNumber ? Number(text) : text)
      if (fault !== undefined) return `its parameter ${name}: ${fault}`
    }
    return undefined
  }

  return (exchange) => {
    const fault = faultOf(exchange)
    return fault && `${exchange.method} ${exchange.path} ${exchange.status}: ${fault}`
  }
}

/** Each one object: validators are kept by their schema. */
const PROBLEM = { $ref: '#/components/schemas/Problem' }
const COMMAND = { $ref: '#/components/schemas/Command' }

const typeOf = (headers: Readonly<Record<string, unknown>>) =>
  String(headers['content-type'] ?? '')
    .split(';')[0]!
    .trim()
    .toLowerCase()

function validatorOf(components: object) {
  const ajv = new Ajv2020({ strict: false, allErrors: false })
  // The package is CommonJS: its default is the function itself.
  ;(addFormats as unknown as { default: (to: Ajv2020) => void }).default(ajv)
  const known = new Map<Schema, ValidateFunction>()
  return (schema: Schema, value: unknown): string | undefined => {
    const check = known.get(schema) ?? ajv.compile({ ...schema, components })
    known.set(schema, check)
    return check(value)
      ? undefined
      : `${told(check.errors).slice(0, 300)}: ${JSON.stringify(value)}`
  }
}

const told = (errors: readonly ErrorObject[] | null | undefined) =>
  (errors ?? [])
    .map(({ instancePath, message, params }) => {
      const extra = 'additionalProperty' in params ? ` (${params.additionalProperty})` : ''
      return `${instancePath} ${message}${extra}`
    })
    .join('; ')
