// The entry of a thread that runs the Rust kernel itself. Plain JavaScript, as waiting.mjs.

import { createRequire } from 'node:module'
import { move, transferableSymbol, valueSymbol } from 'piscina'

const require = createRequire(import.meta.url)

/**
 * Piscina calls this for every call, one at a time.
 * @param {import('./rustInThread.ts').Asked} asked
 * @returns {unknown} a `Told` of rustInThread.ts
 */
export default function ask(asked) {
  try {
    const addon = require(asked.addon)
    if (asked.kind === 'open') {
      const { tables, seed, n, threads, pieces } = asked
      return { kind: 'opened', handle: addon.openWorld(tables, seed, n, threads, pieces) }
    }
    const from = performance.now()
    const bytes = addon.callWorld(asked.handle, asked.request)
    const told = { kind: 'done', bytes, busyMs: performance.now() - from }
    return move({ [transferableSymbol]: bytes.buffer, [valueSymbol]: told })
  } catch (error) {
    const { message } = /** @type {Error} */ (error)
    return { kind: message.startsWith('lost: ') ? 'lost' : 'fault', text: message }
  }
}
