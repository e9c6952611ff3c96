// The entry of the thread that waits for a worker's answers, so that nobody else has to. Plain JavaScript: a thread
// that needs no compiler starts at once, and leaves none behind.

import { createRequire } from 'node:module'
import { move, transferableSymbol, valueSymbol } from 'piscina'
import { lookAt, watchLife } from './signsOfLife.mjs'

/** The thread can be ended between two slices. */
const SLICE_MS = 50
/** Nobody is woken when a worker gets ready. */
const READY_SLICE_MS = 2
/** Of a request that was never made. */
const NO_REQUEST = 1

const require = createRequire(import.meta.url)

/**
 * Piscina calls this for every request, one at a time.
 * @param {import('./addon.ts').Asked} asked
 */
export default function ask(asked) {
  const told = asked.operation === 'ready' ? untilReady(asked) : wait(asked)
  if (told.kind !== 'done') return told
  // The bytes go over to the other thread as they are.
  return move({ [transferableSymbol]: told.bytes.buffer, [valueSymbol]: told })
}

/**
 * @param {import('./addon.ts').Asked} asked
 * @returns {import('./addon.ts').Told}
 */
function untilReady({ addon: path, handle, pid, hangMs }) {
  const addon = require(path)
  const whyLost = watchLife({ sliceMs: SLICE_MS, hangMs }, () => lookAt(pid))
  for (let looks = 1; !addon.workerIsReady(handle); looks++) {
    const waited = addon.wait(handle, NO_REQUEST, READY_SLICE_MS)
    if (waited.kind !== 'pending') return waited
    const why = looks % (SLICE_MS / READY_SLICE_MS) === 0 ? whyLost(waited.heartbeat) : undefined
    if (why) return { kind: 'lost', text: `${why} before it was ready` }
  }
  return { kind: 'done', bytes: new Uint8Array(0), tick: 0, busyMs: 0 }
}

/**
 * @param {import('./addon.ts').Asked & { operation: import('./addon.ts').Operation }} asked
 * @returns {import('./addon.ts').Told}
 */
function wait({ addon: path, handle, pid, operation, flags, payload, hangMs }) {
  const addon = require(path)
  const seq = addon.submit(handle, operation, flags, payload)
  if (typeof seq === 'string') return { kind: 'lost', text: seq }
  const whyLost = watchLife({ sliceMs: SLICE_MS, hangMs }, () => lookAt(pid))
  for (;;) {
    const waited = answerOf(() => addon.wait(handle, seq, SLICE_MS))
    if (waited.kind !== 'pending') return waited
    const why = whyLost(waited.heartbeat)
    if (why) return { kind: 'lost', text: why }
  }
}

/**
 * An answer that cannot be taken is lost, and so is its worker, which stands behind it: another one gives it again.
 * @template Answer
 * @param {() => Answer} take
 * @returns {Answer | { kind: 'lost', text: string }}
 */
function answerOf(take) {
  try {
    return take()
  } catch (error) {
    return { kind: 'lost', text: `there is no memory for its answer: ${error}` }
  }
}
