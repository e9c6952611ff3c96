// Holds REST to its OpenAPI document: every request and answer of the tests is validated against what the server serves.

import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

type Operation = {
  readonly requestBody?: { readonly content: Record<string, { readonly schema?: object }> }
  readonly responses: Record<
    string,
    { readonly content?: Record<string, { readonly schema?: object }> }
  >
}
type Document = {
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { readonly schemas: object }
}
type Exchange = {
  readonly method: string
  readonly path: string
  readonly asked: unknown
  readonly status: number
  readonly contentType: string
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

/** Throws what is not as the document says. Paths that it does not have (GraphQL, the page) pass. */
export function openApiCheck(document: Document): (exchange: Exchange) => void {
  const ajv = new Ajv2020({ strict: false, allErrors: false })
  // The package is CommonJS: its default is the function itself.
  ;(addFormats as unknown as { default: (to: Ajv2020) => void }).default(ajv)
  const templates = Object.entries(document.paths).map(([template, operations]) => ({
    template,
    pattern: new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
    operations,
  }))
  const validators = new Map<object, ReturnType<Ajv2020['compile']>>()
  const validate = (schema: object, value: unknown, what: string) => {
    const { components } = document
    const check = validators.get(schema) ?? ajv.compile({ ...schema, components })
    validators.set(schema, check)
    if (!check(value))
      throw new Error(`${what}: ${ajv.errorsText(check.errors)}: ${JSON.stringify(value)}`)
  }
  const components = closed(document.components) as object
  const closedValidators = new Map<object, ReturnType<Ajv2020['compile']>>()
  const validateClosed = (schema: object, value: unknown, what: string) => {
    const check = closedValidators.get(schema) ?? ajv.compile({ ...schema, components })
    closedValidators.set(schema, check)
    if (!check(value)) {
      const detail = ajv.errorsText(check.errors)
      const extra = check.errors?.find(({ params }) => 'additionalProperty' in params)?.params
      throw new Error(
        `${what}: more than the document says: ${extra?.additionalProperty}: ${detail}`,
      )
    }
  }
  return ({ method, path, asked, status, contentType, answered }) => {
    const name = path.split('?')[0]!
    const found = templates.find(({ pattern }) => pattern.test(name))
    const operation = found?.operations[method.toLowerCase()]
    // What the document has no operation for is answered 405, 404 or as a preflight.
    if (!found || !operation) return
    const what = `${method} ${found.template} ${status}`
    const response = operation.responses[status]
    if (!response) throw new Error(`${what}: the document has no such answer`)
    const type = contentType.split(';')[0]!
    const content = response.content?.[type]
    if (answered !== '' && !content) throw new Error(`${what}: the document has no ${type}`)
    if (content?.schema) validate(content.schema, answered, what)
    if (content?.schema && status < 300) validateClosed(content.schema, answered, what)
    const body = operation.requestBody?.content['application/json']?.schema
    if (body && (status === 200 || status === 201) && !Array.isArray(asked)) {
      validate(body, asked, `${what}, its request`)
    }
  }
}
