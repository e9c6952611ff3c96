// For operators: is it alive, is it ready, how does it do.

import type { Express } from 'express'
import type { Doors } from '../doors.ts'
import { Problem } from '../problem.ts'
import { route } from '../routes.ts'

export function operatorRoutes(app: Express, doors: Doors): void {
  route(app, '/healthz', {
    get: (_request, response) => {
      response.json({ status: 'alive' })
    },
  })
  route(app, '/readyz', {
    get: async (_request, response) => {
      const { ready, reasons } = await doors.ready()
      if (!ready) {
        throw new Problem(503, 'not-ready', reasons.join('; '), { reasons }, { 'Retry-After': '1' })
      }
      response.json({ status: 'ready', ...(reasons.length > 0 ? { reasons } : {}) })
    },
  })
  route(app, '/metrics', {
    get: async (_request, response) => {
      response.type(doors.metrics.contentType).send(await doors.metrics.text())
    },
  })
}
