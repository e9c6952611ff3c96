// Memory that is really not given: to a worker, for a question, for an answer. Nothing that was told is lost, no world is given to
// TypeScript, which needs more, and it goes on as soon as there is memory.

import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { tellsOfMemory } from '../../../src/platform/kernel/rust/wantOfMemory.ts'
import { builtCounter } from '../../helpers/builtKernel.ts'
import { countingWorkers, runThrough } from '../../helpers/countingWorker.ts'

const { said, open, close } = countingWorkers()
const folder = mkdtempSync(join(tmpdir(), 'orrery-memory-'))
/** As long as there is this file, there is too little memory. */
const scarce = join(folder, 'scarce')
/** A worker of N = 16 maps 321 MiB that it shares; so much is left for the rest. */
const WORKER_KIB = (321 + 40) * 1_024
const LARGE = 32 << 20

beforeEach(() => writeFileSync(scarce, ''))
afterEach(async () => {
  await close()
  said.length = 0
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Workers that get no more than so much, as long as it is scarce. */
function boundedWorker(): string {
  const path = join(folder, 'worker.sh')
  const lines = ['#!/bin/sh', `if [ -e ${scarce} ]; then ulimit -v ${WORKER_KIB}; fi`]
  writeFileSync(path, [...lines, `exec ${builtCounter!.worker} "$@"`].join('\n'))
  chmodSync(path, 0o755)
  return path
}

/** The addon, but for one of its calls. */
function addonWith(name: string, call: string): string {
  const path = join(folder, `${name}.cjs`)
  const lines = [`const real = require('${builtCounter!.addon}')`, `const fs = require('node:fs')`]
  const isScarce = `const isScarce = () => fs.existsSync('${scarce}')`
  writeFileSync(path, [...lines, isScarce, `module.exports = { ...real, ${call} }`].join('\n'))
  return path
}

const plenty = () => rmSync(scarce, { force: true })

const undisturbed = async (...ticks: number[]) => {
  const worker = await open()
  const digests: string[] = []
  for (const tick of ticks) digests.push(await runThrough(worker, tick))
  return digests
}

describe.skipIf(!builtCounter)('for want of memory', () => {
  it('a worker that gets none ends, is tried again and again, and goes on at the same tick once there is some', async () => {
    const starved: string[] = []
    const worker = await open({
      built: { ...builtCounter!, worker: boundedWorker() },
      pauseMs: 1,
      starved(why) {
        starved.push(why)
        plenty()
      },
    })
    const first = await runThrough(worker, 500)
    const large = new Uint8Array(LARGE).fill(7)
    expect((await worker.echo(large)).bytes.length).toBe(LARGE)
    expect(worker.losses).toBe(6)
    expect(starved).toHaveLength(1)
    expect(starved[0]).toContain(`memory allocation of ${LARGE} bytes failed`)
    expect([first, await runThrough(worker, 1_000)]).toEqual(await undisturbed(500, 1_000))
  })

  it('a question that cannot be shared ends no server, and is asked once it can', async () => {
    const submit =
      'submit: (...asked) => asked[1] === "call" && isScarce() ? "there is no memory for a request of 9 bytes" : real.submit(...asked)'
    plenty()
    const starved: string[] = []
    const worker = await open({
      built: { ...builtCounter!, addon: addonWith('submit', submit) },
      pauseMs: 1,
      starved(why) {
        starved.push(why)
        plenty()
      },
    })
    await worker.checkpoint()
    writeFileSync(scarce, '')
    const digests = [await runThrough(worker, 500), await runThrough(worker, 1_000)]
    expect(starved).toHaveLength(1)
    expect(starved[0]).toMatch(/6 times in a row .*no memory for a request/)
    expect(digests).toEqual(await undisturbed(500, 1_000))
  })

  it('an answer that cannot be taken is given again by another worker, for the world behind it has moved', async () => {
    const wait = `wait(...asked) {
      const waited = real.wait(...asked)
      if (waited.kind !== 'done' || !isScarce()) return waited
      fs.rmSync('${scarce}')
      throw new Error('Failed to allocate it')
    }`
    plenty()
    const worker = await open({ built: { ...builtCounter!, addon: addonWith('wait', wait) } })
    const first = await runThrough(worker, 500)
    writeFileSync(scarce, '')
    const digests = [first, await runThrough(worker, 1_000), await runThrough(worker, 1_500)]
    expect(existsSync(scarce)).toBe(false)
    expect(worker.losses).toBe(1)
    expect(said[0]).toMatch(/no memory for its answer.*Failed to allocate it/)
    expect(digests).toEqual(await undisturbed(500, 1_000, 1_500))
  })
})

describe('that a worker was lost for want of memory', () => {
  it.each([
    'its process has ended: memory allocation of 31457280 bytes failed',
    'its process has ended: it was ended by SIGBUS',
    'there is no memory for the committed state',
    'it ended with code 1: Cannot allocate memory (os error 12)',
  ])('is told by: %s', (words) => expect(tellsOfMemory(words)).toBe(true))
  it.each([
    'its process has ended: it was ended by SIGKILL',
    'it cannot be started: spawn /nowhere ENOENT',
    'panicked at src/world.rs: no such cell (os error 120)',
  ])('is not told by: %s', (words) => expect(tellsOfMemory(words)).toBe(false))
})
