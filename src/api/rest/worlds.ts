// GET /worlds and what is in them, in readable JSON: for curl and scripts. And GET /rules.

import type { Express, Request } from 'express'
import { chunkCount } from '../../domain/grid/chunk.ts'
import { cellsWithin } from '../../domain/grid/distance.ts'
import { cellCount, isCell } from '../../domain/grid/lattice.ts'
import type { WorldReader } from '../../projections/worldReader.ts'
import type { Doors } from '../doors.ts'
import { badInput, notFound, unauthenticated } from '../problem.ts'
import { pathText, queryNumber, route } from '../routes.ts'
import {
  base64,
  CHAT_LINES,
  CHAT_LINES_MAX,
  cellViews,
  publicStructure,
  rules,
  statusOf,
  withNames,
  withPlayerNames,
} from '../views.ts'

export function worldRoutes(app: Express, doors: Doors): void {
  ownRoutes(app, doors)
  route(app, '/rules', {
    get: (_request, response) => {
      response.json(rules)
    },
  })
  route(app, '/worlds', {
    get: async (_request, response) => {
      response.json({ worlds: await Promise.all(doors.worlds.list().map(worldBody)) })
    },
  })
  route(app, '/worlds/:world', {
    get: async (request, response) => {
      response.json(await worldBody(worldOf(doors, request)))
    },
  })
  route(
    app,
    '/worlds/:world/cells/:cell',
    {
      get: async (request, response) => {
        response.json(await cellBody(doors, worldOf(doors, request), request))
      },
    },
    ['reach'],
  )
  route(app, '/worlds/:world/chunks/:chunk', {
    get: async (request, response) => {
      const world = worldOf(doors, request)
      const count = chunkCount(world.settings.n)
      const chunk = pathNumber(request, 'chunk', count)
      const { tick, cells, structures } = await world.chunk(chunk)
      response.set('Vary', 'Accept')
      response.set('Orrery-Tick', String(tick))
      if (request.accepts(['json', 'application/octet-stream']) === 'application/octet-stream') {
        response.type('application/octet-stream').send(Buffer.from(cells))
        return
      }
      response.json({
        world: world.settings.world,
        chunk,
        tick,
        cells: base64(cells),
        structures: structures.map(publicStructure),
      })
    },
  })
  route(app, '/worlds/:world/leaderboard', {
    get: async (request, response) => {
      const world = worldOf(doors, request)
      const rows = await world.leaderboard()
      response.json({ leaderboard: await withPlayerNames(rows, doors) })
    },
  })
  route(app, '/worlds/:world/players', {
    get: async (request, response) => {
      const players = await withPlayerNames(worldOf(doors, request).players(), doors)
      response.json({ players })
    },
  })
  route(app, '/worlds/:world/presence', {
    get: (request, response) => {
      response.json({ presence: worldOf(doors, request).presence() })
    },
  })
  route(
    app,
    '/worlds/:world/chat',
    {
      get: async (request, response) => {
        const { world } = worldOf(doors, request).settings
        const after = queryNumber(request, 'after', 0, Number.MAX_SAFE_INTEGER, 0)
        const limit = queryNumber(request, 'limit', 1, CHAT_LINES_MAX, CHAT_LINES)
        const lines = await doors.personalData.chatAfter(world, after, limit)
        response.json({ chat: await withNames(lines, doors) })
      },
    },
    ['after', 'limit'],
  )
}

/** What is told of the token's player alone. */
function ownRoutes(app: Express, doors: Doors): void {
  route(app, '/worlds/:world/me', {
    get: async (request, response) => {
      const world = worldOf(doors, request)
      const { account } = await sessionOf(doors, request)
      const player = await world.player(account)
      if (!player) throw notFound(`you have not entered ${world.settings.world}`)
      response.json(player)
    },
  })
  route(app, '/worlds/:world/me/statistics', {
    get: async (request, response) => {
      const world = worldOf(doors, request)
      const { account } = await sessionOf(doors, request)
      const statistics = await world.statistics(account)
      if (!statistics) throw notFound(`you have not entered ${world.settings.world}`)
      response.json(statistics)
    },
  })
  route(app, '/worlds/:world/structures', {
    get: async (request, response) => {
      const world = worldOf(doors, request)
      const { account } = await sessionOf(doors, request)
      response.json({ structures: await world.structures(account) })
    },
  })
}

function worldOf(doors: Doors, request: Request): WorldReader {
  const name = pathText(request, 'world')
  const world = doors.worlds.get(name)
  if (!world) throw notFound(`there is no world ${JSON.stringify(name)}: GET /worlds lists them`)
  return world
}

async function sessionOf(doors: Doors, request: Request) {
  const session = await doors.sessions.byHeader(
    request.headers.authorization,
    doors.addresses.of(request),
  )
  if (session) return session
  throw unauthenticated('this needs the token of POST /players: Authorization: Bearer …')
}

/** A whole number in the path, below `count`. */
function pathNumber(request: Request, name: string, count: number): number {
  const text = pathText(request, name)
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
  if (value < count) return value
  throw badInput({ field: name, detail: `takes a whole number from 0 to ${count - 1}` })
}

async function worldBody(world: WorldReader) {
  const { settings, ...status } = await statusOf(world)
  const counts = { cellCount: cellCount(settings.n), chunkCount: chunkCount(settings.n) }
  return { ...settings, ...counts, ...status }
}

async function cellBody(doors: Doors, world: WorldReader, request: Request) {
  const { n } = world.settings
  const cell = pathNumber(request, 'cell', cellCount(n))
  if (!isCell(n, cell)) throw notFound(`there is no cell ${cell}`)
  const reach = queryNumber(request, 'reach', 0, doors.limits.reachMax, 1)
  const [view, ...near] = await cellViews(world, cellsWithin(n, cell, reach), doors.personalData)
  return { world: world.settings.world, ...view, near }
}
