// `npm start`: sees to what a fresh checkout lacks, says what it does, then runs the server in this process.

import { prepareNode, prepareServer } from './prepare.mjs'

await prepareNode()
await prepareServer()
await import('../src/main.ts')
