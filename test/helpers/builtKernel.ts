// What tests of the Rust kernel need of its build; undefined where it could not be built.

import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type BuiltKernel, builtFiles, builtKernel } from '../../src/platform/kernel/rust/built.ts'

export const built: BuiltKernel | undefined = builtKernel()

/** The same addon with a worker that counts in place of a world (compute/worker/examples/counter.rs). */
export const builtCounter: BuiltKernel | undefined = counterOf(built)

function counterOf(kernel: BuiltKernel | undefined): BuiltKernel | undefined {
  if (!kernel) return undefined
  const worker = join(dirname(kernel.worker), builtFiles.counter)
  return existsSync(worker) ? { ...kernel, worker } : undefined
}
