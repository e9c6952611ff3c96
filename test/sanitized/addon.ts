// The addon under AddressSanitizer, for scripts/sanitizers.ts: everything it offers is called, by each signal, with a worker that
// is as sanitized, and worlds by chance are run in every way. A fault of memory ends the process with a report.
// Arguments: the addon, the worker's program, the pipe.

import assert from 'node:assert/strict'
import { createState } from '../../src/domain/simulation/state.ts'
import { encodeState } from '../../src/domain/simulation/stateCodec.ts'
import { tablesAsBytes } from '../../src/domain/simulation/tableBytes.ts'
import { loadAddon, type Operation, type Told } from '../../src/platform/kernel/rust/addon.ts'
import { startWorker, type WorkerProcess } from '../../src/platform/kernel/rust/workerProcess.ts'
import {
  encodeChunk,
  encodePieces,
  encodePlain,
  encodeRun,
  encodeSaved,
} from '../../src/platform/kernel/wire.ts'
import { decodeHash, decodePieces } from '../../src/platform/kernel/wireReplies.ts'
import { everyWay, partedWorld } from '../compute/ways.ts'

const [path = '', program = '', pipe = ''] = process.argv.slice(2)
const addon = loadAddon(path)
const tables = tablesAsBytes()
const PLANET = { seed: 7, n: 8 }
/** Seed, planet, ticks. */
const WORLDS = [
  [1, 8, 400],
  [2, 1, 100],
  [6, 64, 150],
  [10, 20, 400],
] as const
const HASH = encodePlain('hash')
const SAVE = encodePlain('save')
const NONSENSE = Uint8Array.of(9, 9, 9)
const ALL_PIECES = encodePieces(Number.MAX_SAFE_INTEGER)

const run = (through: number) =>
  encodeRun({ through, events: [], watch: [0, 1, 9], hash: true, hashEvery: 1, players: 'all' })

function ask(handle: number, operation: Operation, payload: Uint8Array): Told {
  const seq = addon.submit(handle, operation, 0, payload)
  assert.ok(typeof seq === 'number', String(seq))
  for (;;) {
    const told = addon.wait(handle, seq, 50)
    if (told.kind !== 'pending') return told
  }
}

function answer(handle: number, operation: Operation, payload: Uint8Array): Uint8Array {
  const told = ask(handle, operation, payload)
  assert.ok(told.kind === 'done', told.kind === 'done' ? '' : `${told.kind}: ${told.text}`)
  return told.bytes
}

async function ready(handle: number, worker: WorkerProcess) {
  while (!addon.workerIsReady(handle)) {
    const waited = addon.wait(handle, 1, 5)
    assert.ok(waited.kind !== 'lost', worker.lastWords())
    await new Promise(setImmediate)
  }
}

/** A worker from its start to its death, in the middle of a batch. */
async function live(handle: number, open: (handle: number) => void) {
  addon.handOver(handle)
  const worker = await startWorker({ program, addon, handle, world: 'a', threads: 2 })
  await ready(handle, worker)
  const echoed = crypto.getRandomValues(new Uint8Array(60_000))
  assert.deepEqual(answer(handle, 'echo', echoed), echoed)
  open(handle)
  const { tick } = decodeHash(answer(handle, 'call', HASH), 'hash')
  answer(handle, 'call', run(tick + 40))
  answer(handle, 'call', encodeChunk(0))
  answer(handle, 'call', SAVE)
  assert.ok(decodePieces(answer(handle, 'call', ALL_PIECES)).length > 0)
  assert.equal(ask(handle, 'call', NONSENSE).kind, 'fault')
  answer(handle, 'checkpoint', new Uint8Array())
  while (addon.committed(handle)?.tick !== tick + 40) answer(handle, 'echo', new Uint8Array())
  addon.submit(handle, 'call', 0, run(tick + 10_000))
  addon.cancel(handle)
  addon.progress(handle)
  await worker.kill()
  assert.equal(addon.submit(handle, 'echo', 0, new Uint8Array(8)), 'its process has ended')
}

async function trySignal(signal: ReturnType<typeof addon.abilities>['signals'][number]) {
  const handle = addon.openRegion({
    ...PLANET,
    signal,
    spinUs: 20,
    checkpointMs: 0,
    saveMs: 5_000,
    requestBytes: 1 << 20,
    responseBytes: 1 << 22,
    slotBytes: 1 << 22,
  })
  await live(handle, () => answer(handle, 'create', tables))
  const saved = addon.committedState(handle)
  assert.equal(saved?.tick, 40)
  await live(handle, () => answer(handle, 'load', tables))
  addon.commitState(handle, encodeState(createState(PLANET)), 0)
  await live(handle, () => answer(handle, 'load', tables))
  addon.closeRegion(handle)
  assert.throws(() => addon.progress(handle), /no handle/)
}

/** A world in this thread, and once more from its pieces. */
function tryOwnWorld() {
  const world = addon.openWorld(tables, PLANET.seed, PLANET.n, 3)
  addon.callWorld(world, run(40))
  addon.callWorld(world, SAVE)
  assert.ok(addon.worldProgress(world) > 30)
  const pieces = decodePieces(addon.callWorld(world, ALL_PIECES))
  const saved = encodeSaved(new Map(pieces.map(({ name, bytes }) => [name, bytes])))
  const other = addon.openWorld(tables, PLANET.seed, PLANET.n, 2, saved)
  for (const one of [world, other]) addon.callWorld(one, run(80))
  assert.deepEqual(addon.callWorld(world, HASH), addon.callWorld(other, HASH))
  assert.throws(() => addon.callWorld(world, NONSENSE))
  assert.throws(() => addon.openWorld(new Uint8Array(9), 1, 1, 1))
  assert.throws(() => addon.openWorld(tables, 1, 8, 1, saved.slice(0, 50)))
  addon.cancelWorld(world)
  addon.endWorld(world)
  for (const one of [world, other]) addon.closeWorld(one)
}

// This process has what it was to load first; the pipe brings its own, and looks for leaks, too.
delete process.env.LD_PRELOAD
delete process.env.ASAN_OPTIONS

const { signals } = addon.abilities()
for (const signal of signals) {
  await trySignal(signal)
  console.log(`the addon by ${signal}: a worker, killed and begun again twice`)
}
tryOwnWorld()
console.log('the addon with a world in this thread: new, and from its pieces')
const ways = everyWay(pipe)
for (const [seed, n, ticks] of WORLDS) {
  assert.equal(partedWorld(pipe, { seed, n, ticks }, ways, new Map()), undefined)
  console.log(`world ${seed} (n = ${n}) in ${ways.length} ways`)
}
// The addon's threads are left to the process's end.
process.exit(0)
