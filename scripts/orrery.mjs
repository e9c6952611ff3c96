#!/usr/bin/env node
// The `orrery` command of package.json: sees that there is what it needs, then hands over to src/cli.

import { prepareNode, prepareServer } from './prepare.mjs'

await prepareNode()
const { orrery } = await import('../src/cli/main.ts')
const keep = {
  worlds: async (...asked) => (await import('./world.ts')).keepWorlds(...asked),
  players: async (...asked) => (await import('./world.ts')).keepPlayers(...asked),
}
const tools = async () => (await import('./replay.ts')).replayTools()
process.exitCode = await orrery(process.argv.slice(2), prepareServer, keep, tools)
