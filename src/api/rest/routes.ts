// All of REST: every route that the OpenAPI document (openapi.ts) has to tell of.

import type { Express } from 'express'
import type { Doors } from '../doors.ts'
import { mailboxRoutes } from './mailbox.ts'
import { openApiRoutes } from './openapi.ts'
import { operatorRoutes } from './operators.ts'
import { playerRoutes } from './players.ts'
import { versionRoutes } from './versions.ts'
import { worldRoutes } from './worlds.ts'

export function restRoutes(app: Express, doors: Doors): void {
  // First, since they are asked most.
  mailboxRoutes(app, doors)
  operatorRoutes(app, doors)
  openApiRoutes(app)
  playerRoutes(app, doors)
  worldRoutes(app, doors)
  versionRoutes(app, doors)
}
