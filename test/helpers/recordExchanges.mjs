// Imported before the program of a server that a test spawns: writes down every REST exchange, for the test's process to judge.
// Each is on disk before its client has the answer, so that no kill of the server hides one.

import { appendFileSync } from 'node:fs'
import { hearExchanges } from './exchanges.mjs'

const file = process.env.ORRERY_TEST_EXCHANGES
if (file !== undefined) {
  hearExchanges((exchange) => appendFileSync(file, `${JSON.stringify(exchange)}\n`))
}
