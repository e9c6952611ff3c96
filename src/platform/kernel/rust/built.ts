// Where the built kernel is: scripts/buildCompute.ts puts it there.

import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rulesHash } from '../../../domain/simulation/rulesHash.generated.ts'

/** Paths of what was built. */
export type BuiltKernel = {
  /** The Node addon. */
  readonly addon: string
  /** The worker's program. */
  readonly worker: string
}

export const builtFolder = fileURLToPath(new URL('../../../../dist/compute', import.meta.url))

/** Names of the files within the folder that `built.json` names. */
export const builtFiles = {
  addon: 'orrery.node',
  worker: 'orrery-worker',
  counter: 'counter',
  pipe: 'pipe',
}

/** What only tests use, by its name among `builtFiles`; it may be missing from an older build. */
export function builtForTests(name: 'counter' | 'pipe'): string | undefined {
  const built = builtKernel()
  const file = built && join(dirname(built.worker), builtFiles[name])
  return file && existsSync(file) ? file : undefined
}

/** What `built.json` tells of the newest build. */
export type BuiltNote = {
  readonly key: string
  /** Hash of the sources. */
  readonly sources: string
  /** Of the rules that it was built of. */
  readonly rulesHash: string
}

/** The newest build, or undefined where there is none of these rules. */
export function builtKernel(): BuiltKernel | undefined {
  const note = join(builtFolder, 'built.json')
  if (!existsSync(note)) return undefined
  const { key, rulesHash: builtOf } = JSON.parse(readFileSync(note, 'utf8')) as BuiltNote
  if (builtOf !== rulesHash) return undefined
  const addon = join(builtFolder, key, builtFiles.addon)
  const worker = join(builtFolder, key, builtFiles.worker)
  return existsSync(addon) && existsSync(worker) ? { addon, worker } : undefined
}
