// Chance from the operating system: the only place it enters the server.

import { randomBytes } from 'node:crypto'
import { v7 } from 'uuid'
import type { Chance } from '../domain/ports/time.ts'

export const systemChance: Chance = {
  uuid: () => v7(),
  secret: (bytes) => randomBytes(bytes).toString('base64url'),
  u32: () => randomBytes(4).readUInt32LE(),
}
