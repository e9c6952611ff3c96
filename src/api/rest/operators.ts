// For operators: is it alive, is it ready, how does it do.

import type { Express } from 'express'
import type { Doors } from '../doors.ts'
import { notFound, Problem } from '../problem.ts'
import { queryText, route } from '../routes.ts'

export function operatorRoutes(app: Express, doors: Doors): void {
  route(app, '/healthz', {
    get: (_request, response) => {
      response.json({ status: 'alive' })
    },
  })
  route(
    app,
    '/readyz',
    {
      get: async (request, response) => {
        const name = queryText(request, 'world')
        const asked = name === undefined ? undefined : doors.worlds.get(name)
        if (name !== undefined && !asked)
          throw notFound(`there is no world ${JSON.stringify(name)}`)
        const { ready, reasons, kernels = [] } = await doors.ready(name)
        const worlds = doors.worlds.list().map((world) => {
          const { state, stopped } = world.status()
          const name = world.settings.world
          const by = kernels.find((kernel) => kernel.world === name)
          return {
            world: name,
            state,
            ...(stopped === undefined ? {} : { stopped }),
            ...(by ? { kernel: by.kernel, workersLost: by.workersLost } : {}),
            ...(by?.signal === undefined ? {} : { signal: by.signal }),
          }
        })
        if (!ready || (asked && asked.status().state !== 'running')) {
          const detail = reasons.join('; ') || `world ${name} is ${asked?.status().state}`
          throw new Problem(503, 'not-ready', detail, { reasons, worlds }, { 'Retry-After': '1' })
        }
        const status = reasons.length > 0 ? 'degraded' : 'ready'
        response.json({ status, ...(reasons.length > 0 ? { reasons } : {}), worlds })
      },
    },
    ['world'],
  )
  route(app, '/metrics', {
    get: async (_request, response) => {
      response.type(doors.metrics.contentType).send(await doors.metrics.text())
    },
  })
}
