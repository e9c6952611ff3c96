// Builds the Rust kernel once for each state of its sources and its toolchain, and says how far it is.

import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { rulesHash } from '../src/domain/simulation/rulesHash.generated.ts'
import { type BuiltNote, builtFiles, builtFolder } from '../src/platform/kernel/rust/built.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const sources = join(root, 'compute')
const note = join(builtFolder, 'built.json')
/** What a server that still runs was started from stays beside the newest. */
const BUILDS_KEPT = 3
/** What only tests use. */
const testFiles: readonly string[] = [builtFiles.counter, builtFiles.pipe]
const EXTENSIONS = /\.(rs|toml|lock)$/

/** How the kernel stands: built, or why not, and what that costs. */
export type ComputeBuild =
  | { readonly built: true }
  | { readonly built: false; readonly missing: string }

/**
 * Sees to it that the newest kernel stands in dist/compute, by cargo where that is needed; `tests` also builds what
 * only tests use. Never throws.
 */
export async function buildCompute({ tests = false } = {}): Promise<ComputeBuild> {
  try {
    return await build(tests)
  } catch (error) {
    return { built: false, missing: (error as Error).message }
  }
}

async function build(tests: boolean): Promise<ComputeBuild> {
  if (process.platform !== 'linux') return { built: false, missing: 'it runs on Linux only' }
  const hash = hashOf(sources)
  const toolchain = spawnSync('rustc', ['-vV'], { cwd: sources, encoding: 'utf8' })
  const last = existsSync(note) ? (JSON.parse(readFileSync(note, 'utf8')) as BuiltNote) : undefined
  const has = (key: string) =>
    Object.entries(builtFiles).every(
      ([name, file]) =>
        (testFiles.includes(name) && !tests) || existsSync(join(builtFolder, key, file)),
    )
  if (toolchain.error || toolchain.status !== 0) {
    // What was built here before is as good as ever, if it is of these sources.
    if (last?.sources === hash && last.rulesHash === rulesHash && has(last.key))
      return { built: true }
    rmSync(note, { force: true })
    return { built: false, missing: 'there is no cargo (https://rustup.rs)' }
  }
  const flags = process.env.RUSTFLAGS ?? ''
  const key = createHash('sha256')
    .update(hash + toolchain.stdout + flags)
    .digest('hex')
    .slice(0, 16)
  if (!has(key)) {
    const failure = await cargo(tests)
    if (failure) {
      // An older build is of other rules: it must not be taken for this one.
      rmSync(note, { force: true })
      return { built: false, missing: failure }
    }
    install(key, tests)
  }
  writeAtomically(note, JSON.stringify({ key, sources: hash, rulesHash } satisfies BuiltNote))
  forgetOld(key)
  return { built: true }
}

/** Of every source's name and content; what tests and benchmarks add makes no other kernel. */
function hashOf(folder: string): string {
  const hash = createHash('sha256')
  const walk = (path: string) => {
    for (const entry of readdirSync(path).sort()) {
      const file = join(path, entry)
      if (statSync(file).isDirectory()) {
        if (!['target', 'tests', 'benches', 'goldens'].includes(entry)) walk(file)
      } else if (EXTENSIONS.test(entry)) {
        hash
          .update(`${relative(folder, file)}\0`)
          .update(readFileSync(file))
          .update('\0')
      }
    }
  }
  walk(folder)
  return hash.digest('hex')
}

/** Undefined, or the line that says why not. */
async function cargo(tests: boolean): Promise<string | undefined> {
  const packages = ['-p', 'orrery-node', '-p', 'orrery-worker']
  const what = tests ? ['--lib', '--bins', '--examples'] : ['--lib', '--bins']
  const began = performance.now()
  const isTerminal = process.stdout.isTTY
  process.stdout.write('Building the Rust kernel (once, about a minute) … ')
  const child = spawn('cargo', ['build', '--release', '--locked', ...packages, ...what], {
    cwd: sources,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const lines: string[] = []
  let crates = 0
  createInterface({ input: child.stderr }).on('line', (line) => {
    lines.push(line)
    const compiling = /^\s*Compiling (\S+)/.exec(line)
    if (!compiling) return
    crates++
    if (isTerminal)
      process.stdout.write(`\r\x1b[KBuilding the Rust kernel … ${crates}: ${compiling[1]}`)
  })
  const status = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null))
    child.once('close', resolve)
  })
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  const erase = isTerminal ? '\r\x1b[KBuilding the Rust kernel … ' : ''
  if (status === 0) {
    console.log(`${erase}done in ${seconds} s`)
    return undefined
  }
  console.log(`${erase}failed after ${seconds} s`)
  const error =
    lines.find((line) => /^error/.test(line)) ?? lines.at(-1) ?? 'it could not be started'
  const offline = lines.some((line) => /download|network|resolve host|registry/i.test(line))
  return `cargo says: ${error.trim()}${offline ? ' (are the packages within reach?)' : ''}`
}

/** A build appears whole or not at all. */
function install(key: string, tests: boolean): void {
  const made = join(sources, 'target', 'release')
  const fresh = join(builtFolder, `.${key}-${process.pid}`)
  mkdirSync(fresh, { recursive: true })
  copyFileSync(join(made, 'liborrery_node.so'), join(fresh, builtFiles.addon))
  copyFileSync(join(made, 'orrery-worker'), join(fresh, builtFiles.worker))
  for (const file of tests ? testFiles : []) {
    copyFileSync(join(made, 'examples', file), join(fresh, file))
  }
  const place = join(builtFolder, key)
  // One without what tests need makes way; a file that somebody has open lives on.
  rmSync(place, { recursive: true, force: true })
  renameSync(fresh, place)
}

function writeAtomically(path: string, text: string): void {
  const fresh = `${path}.${process.pid}`
  writeFileSync(fresh, text)
  renameSync(fresh, path)
}

function forgetOld(key: string): void {
  const age = (name: string) => statSync(join(builtFolder, name)).mtimeMs
  const others = readdirSync(builtFolder)
    .filter((name) => /^[0-9a-f]{16}$/.test(name) && name !== key)
    .sort((a, b) => age(b) - age(a))
  for (const name of others.slice(BUILDS_KEPT - 1)) {
    rmSync(join(builtFolder, name), { recursive: true, force: true })
  }
}
