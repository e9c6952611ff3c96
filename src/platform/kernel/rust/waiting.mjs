// The entry of the thread that waits for a worker's answers, so that nobody else has to. Plain JavaScript: a thread
// that needs no compiler starts at once, and leaves none behind.

import { createRequire } from 'node:module'
import { move, transferableSymbol, valueSymbol } from 'piscina'

/** The thread can be ended between two slices. */
const SLICE_MS = 50

const require = createRequire(import.meta.url)

/**
 * Piscina calls this for every request, one at a time.
 * @param {import('./addon.ts').Asked} asked
 */
export default function ask(asked) {
  const told = wait(asked)
  if (told.kind !== 'done') return told
  // The bytes go over to the other thread as they are.
  return move({ [transferableSymbol]: told.bytes.buffer, [valueSymbol]: told })
}

/**
 * @param {import('./addon.ts').Asked} asked
 * @returns {import('./addon.ts').Told}
 */
function wait({ addon: path, handle, operation, flags, payload, hangMs }) {
  const addon = require(path)
  const seq = addon.submit(handle, operation, flags, payload)
  if (seq === null) return { kind: 'lost', text: 'its process has ended' }
  let heartbeat = -1
  // Slices are counted, not time: a machine that slept is no worker that hangs.
  for (let stillMs = 0; stillMs < hangMs; stillMs += SLICE_MS) {
    const waited = addon.wait(handle, seq, SLICE_MS)
    if (waited.kind !== 'pending') return waited
    if (waited.heartbeat !== heartbeat) stillMs = 0
    heartbeat = waited.heartbeat
  }
  return { kind: 'lost', text: `it has not moved for ${hangMs} ms` }
}
