// Which kernel a server takes: what is asked for by name, or the best that is there; and what it says.

import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { KernelStatus } from '../../../src/domain/ports/kernel.ts'
import { chooseKernel, type KernelChoice } from '../../../src/platform/kernel/choose.ts'
import type { BuiltKernel } from '../../../src/platform/kernel/rust/built.ts'
import { StartRefused } from '../../../src/platform/startRefused.ts'
import { contractWorld } from '../../contracts/kernel.ts'
import { built } from '../../helpers/builtKernel.ts'

const unasked: KernelChoice = {
  kind: undefined,
  threads: 1,
  signal: undefined,
  spinUs: 0,
  checkpointMs: 250,
  hangMs: 10_000,
}

function choose(choice: Partial<KernelChoice>, from: BuiltKernel | undefined) {
  const said: string[] = []
  const told: KernelStatus[] = []
  const ports = {
    say: (line: string) => said.push(line),
    tell: (now: KernelStatus) => told.push(now),
  }
  return { said, told, kernels: chooseKernel({ ...unasked, ...choice }, ports, from) }
}

/** A build whose addon is no such thing. */
function broken(): BuiltKernel {
  const addon = join(mkdtempSync(join(tmpdir(), 'orrery-broken-')), 'orrery.node')
  writeFileSync(addon, 'nothing')
  return { addon, worker: '/nowhere/orrery-worker' }
}

/** What told of a world that was opened and closed. */
async function opened({ told, kernels }: ReturnType<typeof choose>) {
  const kernel = await kernels.open(contractWorld)
  await kernel.close()
  return told
}

describe('a server without the Rust kernel', () => {
  it('takes TypeScript and says so', async () => {
    const chosen = choose({}, undefined)
    expect(chosen.said).toEqual(['kernel: TypeScript, in a thread for each world'])
    expect(await opened(chosen)).toEqual([
      { world: 'earth', kernel: 'typescript', threads: 1, workersLost: 0 },
    ])
    expect(chosen.kernels.fallbacks()).toEqual([])
  })
  it('refuses to start where Rust was asked for by name', () => {
    expect(() => choose({ kind: 'rust' }, undefined)).toThrow(/KERNEL is rust, but .* not built/)
  })
  it('takes TypeScript where what was built cannot be loaded, unless Rust was asked for', () => {
    expect(choose({}, broken()).said[0]).toMatch(/^The Rust kernel cannot be used/)
    expect(() => choose({ kind: 'rust-in-thread' }, broken())).toThrow(/cannot be used/)
  })
})

describe.skipIf(!built)('a server with the Rust kernel', () => {
  it.each([
    ['/nowhere/orrery-worker', /ENOENT/],
    ['/etc/passwd', /EACCES/],
    ['/bin/false', /code 1/],
  ])('takes TypeScript where %s is no worker, unless Rust was asked for', async (worker, why) => {
    const chosen = choose({}, { ...built!, worker })
    expect(chosen.said[0]).toMatch(why)
    expect((await opened(chosen))[0]?.kernel).toBe('typescript')
    expect(() => choose({ kind: 'rust' }, { ...built!, worker })).toThrow(StartRefused)
  })
  it('takes the worker, and says how it is woken', async () => {
    const chosen = choose({ threads: 2 }, built)
    expect(chosen.said).toEqual([
      'kernel: Rust, a worker process for each world (2 threads, woken by futex)',
    ])
    expect(await opened(chosen)).toEqual([
      { world: 'earth', kernel: 'rust', signal: 'futex', threads: 2, workersLost: 0 },
    ])
  })
  it('takes the signal, the thread or the TypeScript that was asked for', async () => {
    expect(choose({ signal: 'eventfd' }, built).said[0]).toContain('woken by eventfd')
    expect((await opened(choose({ kind: 'rust-in-thread' }, built)))[0]?.kernel).toBe(
      'rust-in-thread',
    )
    expect((await opened(choose({ kind: 'typescript' }, built)))[0]?.kernel).toBe('typescript')
  })
})
