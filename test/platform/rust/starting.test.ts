// Workers that die, stop or get stuck while they start, at every stage of it; and workers that are merely slow.

import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { type Look, lookAt, watchLife } from '../../../src/platform/kernel/rust/signsOfLife.mjs'
import type { From } from '../../../src/platform/kernel/rust/supervision.ts'
import { builtCounter } from '../../helpers/builtKernel.ts'
import { countingWorkers, runThrough } from '../../helpers/countingWorker.ts'

/** Whose limits are far beyond what a test lasts. */
const patient = { hangMs: 600_000 }
/** More than Linux gives. */
const NO_PROCESS = 0x7fff_ffff

const folder = mkdtempSync(join(tmpdir(), 'orrery-starting-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Shell commands of what may happen before the worker's program runs. */
const inShell = {
  kill: 'kill -KILL $$',
  stop: 'kill -STOP $$',
  sleep: 'sleep 1000000',
  work: 'n=0; while [ $n -lt 1000000 ]; do n=$((n+1)); done',
}

type Act = keyof typeof inShell

/** At first it goes through an ordeal; whatever is started after that is the worker. */
function programWith(act: Act, once: string): string {
  const path = `${once}.sh`
  const lines = ['#!/bin/sh', `if /bin/rm ${once} 2>/dev/null; then ${inShell[act]}; fi`]
  writeFileSync(path, [...lines, `exec ${builtCounter!.worker} "$@"`].join('\n'))
  chmodSync(path, 0o755)
  return path
}

let ordeals = 0
/** A file that lets one thing happen once. */
function once(): string {
  const path = join(folder, `${ordeals++}`)
  writeFileSync(path, '')
  return path
}

/** What a worker has to begin with: tick 100, a digest, ballast. */
const saved = () => {
  const state = Buffer.alloc(16 + 16 * 1_024)
  state.writeBigUInt64LE(100n)
  return state
}

type Started = {
  readonly digest: string
  readonly losses: number
  readonly said: readonly string[]
  /** How it was begun. */
  readonly from?: From | undefined
  readonly about?: string
}

/** A worker that goes through `act` at a stage of its start. */
const stages = {
  'before its program runs': (act: Act) =>
    start({ built: { ...builtCounter!, worker: programWith(act, once()) } }),
  'while it makes the world': (act: Act) =>
    start({ tables: Buffer.from(`create:${act}:${once()}`) }),
  'while it takes up pieces': (act: Act) =>
    start({ tables: Buffer.from(`resume:${act}:${once()}`) }, { pieces: saved() }),
  'while it loads the state': (act: Act) =>
    start({ tables: Buffer.from(`load:${act}:${once()}`) }, { state: saved(), tick: 100 }),
  async 'while it runs again what came since'(act: Act) {
    const path = once()
    rmSync(path)
    const about = `run:${act}:${path}`
    const workers = countingWorkers()
    const worker = await workers.open({ ...patient, checkpointMs: 0 })
    await runThrough(worker, 500, about)
    writeFileSync(path, '')
    process.kill(worker.pid, 'SIGKILL')
    const digest = await runThrough(worker, 1_000)
    await workers.close()
    // The loss that gave it something to run again is not counted.
    return { digest, losses: worker.losses - 1, said: workers.said.slice(1), about }
  },
} satisfies Record<string, (act: Act) => Promise<Started>>

async function start(
  changed: Parameters<ReturnType<typeof countingWorkers>['open']>[0],
  from?: From,
): Promise<Started> {
  const workers = countingWorkers()
  const worker = await workers.open({ ...patient, ...changed }, from)
  const digest = await runThrough(worker, 1_000)
  await workers.close()
  return { digest, losses: worker.losses, said: workers.said, from }
}

async function undisturbed({ from, about }: Started) {
  const workers = countingWorkers()
  const worker = await workers.open({}, from)
  if (about !== undefined) await runThrough(worker, 500, about)
  const digest = await runThrough(worker, 1_000)
  await workers.close()
  return digest
}

const each = (Object.keys(stages) as (keyof typeof stages)[]).map((stage) => [stage] as const)

describe.skipIf(!builtCounter)('a worker that starts', { concurrent: true }, () => {
  it.each(each)('and is killed %s is replaced', async (stage) => {
    const started = await stages[stage]('kill')
    expect(started).toMatchObject({ losses: 1, digest: await undisturbed(started) })
    expect(started.said[0]).toMatch(/SIGKILL/)
  })

  it.each(each)('and is stopped %s is found to stand still, and replaced', async (stage) => {
    const started = await stages[stage]('stop')
    expect(started).toMatchObject({ losses: 1, digest: await undisturbed(started) })
    expect(started.said[0]).toMatch(/it has stood still for 500 ms/)
  })

  it('and waits for what will not come is found to stand still, and replaced', async () => {
    const { losses, said } = await stages['while it makes the world']('sleep')
    expect(losses).toBe(1)
    expect(said[0]).toMatch(/it has stood still for 500 ms/)
  })

  it.each(each)('and takes its time %s is let be', async (stage) => {
    const started = await stages[stage]('work')
    expect(started).toMatchObject({ losses: 0, said: [], digest: await undisturbed(started) })
  })
})

/** After how many milliseconds, by slices of 50, it is told; undefined where it is not within a minute. */
function lostAfterMs(look: () => Look | undefined, hangMs = 5_000): number | undefined {
  const whyLost = watchLife({ sliceMs: 50, hangMs }, look)
  for (let ms = 0; ms <= 60_000; ms += 50) if (whyLost(7)) return ms
  return undefined
}

describe('of a worker without a heartbeat', () => {
  const nothing: Look = { cpuMs: 10, runs: false, waitsForDisk: false }
  const computing = (usedMs: number, state: Partial<Look> = { runs: true }) => {
    let cpuMs = 0
    return () => {
      cpuMs += usedMs
      return { ...nothing, cpuMs, ...state }
    }
  }
  it('is known that it is lost as soon as it neither computes nor wants to', () => {
    // It takes two slices to see that nothing changes.
    expect(lostAfterMs(() => nothing)).toBe(550)
  })
  it('is not said that it is lost as long as it waits for the processor', () => {
    expect(lostAfterMs(() => ({ ...nothing, runs: true }))).toBeUndefined()
  })
  it('counts what it computes and not how long that takes', () => {
    expect(lostAfterMs(computing(50))).toBe(5_000)
    expect(lostAfterMs(computing(5))).toBeGreaterThan(45_000)
  })
  it('counts all of the time while it waits for the disk or sleeps between', () => {
    expect(lostAfterMs(() => ({ ...nothing, waitsForDisk: true }))).toBe(5_000)
    expect(lostAfterMs(computing(1, {}))).toBe(5_000)
  })
  it('counts all of the time where Linux tells nothing of it', () => {
    expect(lostAfterMs(() => undefined)).toBe(5_000)
  })
  it('is seen what its process and its children do', async () => {
    const program = '(while :; do :; done) & wait'
    const { pid = 0 } = spawn('/bin/sh', ['-c', program], { detached: true, stdio: 'ignore' })
    const { cpuMs } = await vi.waitFor(() => {
      const look = lookAt(pid)!
      expect(look).toMatchObject({ runs: true, waitsForDisk: false })
      return look
    })
    await vi.waitFor(() => expect(lookAt(pid)!.cpuMs).toBeGreaterThan(cpuMs))
    process.kill(-pid, 'SIGSTOP')
    await vi.waitFor(() => expect(lookAt(pid)!.runs).toBe(false))
    process.kill(-pid, 'SIGKILL')
    expect(lookAt(NO_PROCESS)).toBeUndefined()
  })
})
