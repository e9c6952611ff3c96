// Where the built kernel is: scripts/buildCompute.ts puts it there.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Paths of what was built. */
export type BuiltKernel = {
  /** The Node addon. */
  readonly addon: string
  /** The worker's program. */
  readonly worker: string
}

export const builtFolder = fileURLToPath(new URL('../../../../dist/compute', import.meta.url))

/** Names of the files within the folder that `built.json` names. */
export const builtFiles = { addon: 'orrery.node', worker: 'orrery-worker', counter: 'counter' }

/** The newest build, or undefined where there is none. */
export function builtKernel(): BuiltKernel | undefined {
  const note = join(builtFolder, 'built.json')
  if (!existsSync(note)) return undefined
  const { key } = JSON.parse(readFileSync(note, 'utf8')) as { key: string }
  const addon = join(builtFolder, key, builtFiles.addon)
  const worker = join(builtFolder, key, builtFiles.worker)
  return existsSync(addon) && existsSync(worker) ? { addon, worker } : undefined
}
