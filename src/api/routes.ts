// A route as the doors register it: its methods, and 405 with Allow for all others.

import type { Express, Request, RequestHandler, Response } from 'express'
import { badInput, Problem, sendProblem } from './problem.ts'

export type Method = 'get' | 'post' | 'delete'
type Answer = (request: Request, response: Response) => void | Promise<void>

export function route(
  app: Express,
  path: string,
  methods: Partial<Record<Method, Answer | readonly [...RequestHandler[], Answer]>>,
): void {
  const allow: string[] = []
  for (const [method, handlers] of Object.entries(methods)) {
    allow.push(...(method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]))
    app[method as Method](path, ...[handlers].flat())
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
