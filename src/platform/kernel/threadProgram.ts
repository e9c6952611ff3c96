// The program of a kernel's thread as plain JavaScript, made once in a process: a thread that brings a compiler of its own is
// slow to start, and the compiler's process stays behind as a zombie when the thread ends.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const entry = fileURLToPath(new URL('./worker.ts', import.meta.url))

let made: Promise<string> | undefined

/** Calls `use` with the address of the program, which is gone once that has settled: a thread has loaded it by then. */
export async function withThreadProgram<Value>(
  use: (address: string) => Promise<Value>,
): Promise<Value> {
  made ??= bundle()
  const folder = await mkdtemp(join(tmpdir(), 'orrery-kernel-'))
  try {
    const file = join(folder, 'worker.mjs')
    await writeFile(file, await made)
    return await use(pathToFileURL(file).href)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function bundle(): Promise<string> {
  // Loaded where it is needed: a server whose worlds are run by Rust has no use for it.
  const { build } = await import('vite')
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: { ssr: entry, write: false, target: 'node20' },
  })
  const program = 'output' in built ? built.output[0].code : undefined
  if (program === undefined) throw new Error("the kernel's thread could not be compiled")
  return program
}
