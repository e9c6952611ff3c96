// A route as the doors register it: its methods, and 405 with Allow for all others.

import type { Express, Request, RequestHandler, Response } from 'express'
import { hasBody } from './body.ts'
import { badInput, Problem, sendProblem } from './problem.ts'

export type Method = 'get' | 'post' | 'delete'
type Answer = (request: Request, response: Response) => void | Promise<void>

/** `parameters`: what its query may name; a page has any. */
export function route(
  app: Express,
  path: string,
  methods: Partial<Record<Method, Answer>>,
  parameters: readonly string[] | 'any' = [],
): void {
  const allow: string[] = []
  for (const [method, answer] of Object.entries(methods)) {
    allow.push(...(method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]))
    const known = method === 'post' ? [] : [bodiless]
    if (parameters !== 'any') known.push(only(parameters))
    app[method as Method](path, ...known, answer)
  }
  app.all(path, (request, response) => {
    response.set('Allow', allow.join(', '))
    if (request.method === 'OPTIONS') {
      response.status(204).end()
      return
    }
    const detail = `${request.method} is not for ${path}: it takes ${allow.join(', ')}`
    sendProblem(response, new Problem(405, 'method-not-allowed', detail))
  })
}

/** What would be ignored is refused: whoever sends it means something by it. */
const bodiless: RequestHandler = (request, _response, next) => {
  if (!hasBody(request)) next()
  else next(badInput({ field: 'body', detail: `is nothing that ${request.method} takes` }))
}

const only =
  (parameters: readonly string[]): RequestHandler =>
  (request, _response, next) => {
    const strange = Object.keys(request.query).filter((name) => !parameters.includes(name))
    const detail =
      parameters.length > 0 ? `is none of ${parameters.join(', ')}` : 'is taken here by nobody'
    if (strange.length === 0) next()
    else
      next(
        badInput(...strange.slice(0, 10).map((field) => ({ field: field.slice(0, 64), detail }))),
      )
  }

/** A text from the path or undefined: express types a parameter as text or, with a wildcard, a list. */
export const pathText = (request: Request, name: string): string => String(request.params[name])

/** A whole number from the query. Throws a 400 `Problem` that names it; a parameter given twice is a fault too. */
export function queryNumber(
  request: Request,
  name: string,
  low: number,
  high: number,
  otherwise: number,
): number {
  const text = queryText(request, name)
  if (text === undefined) return otherwise
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (value >= low && value <= high) return value
  throw badInput({ field: name, detail: `takes a whole number from ${low} to ${high}` })
}

export function queryText(request: Request, name: string): string | undefined {
  const value = request.query[name]
  if (value === undefined || typeof value === 'string') return value
  throw badInput({ field: name, detail: 'takes one value' })
}
