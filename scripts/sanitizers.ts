// `npm run test:sanitizers`: the unsafe parts of the Rust kernel under AddressSanitizer, ThreadSanitizer and Miri, the addon in Node
// too. `npm run test:sanitizers -- miri addon` runs only those. Each part needs the nightly toolchain; one that lacks something
// says what, and counts as a fault only where it was asked for by name. Too long for CI: docs/testing.md.

import { spawn, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const compute = join(root, 'compute')
/** Sanitizers need it named, so that build scripts and macros are built without them. */
const TARGET = 'x86_64-unknown-linux-gnu'
/** Of a part's last output, told where it failed. */
const LINES_KEPT = 200

type Step = {
  readonly does: string
  readonly command: readonly [string, ...string[]]
  readonly env?: Readonly<Record<string, string>>
  /** Besides cargo's lines about tests, these are told. */
  readonly tells?: RegExp
}

type Part = {
  readonly about: string
  /** What this machine lacks, and how to get it. */
  missing(): string | undefined
  steps(): readonly Step[]
}

const folderOf = (name: string) => join(compute, 'target', name)
const sanitized = (sanitizer: string) => ({ RUSTFLAGS: `-Zsanitizer=${sanitizer}` })

/** cargo with nightly, in a target folder of its own, so that no build throws away another's. */
const cargo = (name: string, ...rest: string[]): Step['command'] => [
  'cargo',
  '+nightly',
  ...rest,
  '--target-dir',
  folderOf(name),
]
const crates = ['-p', 'orrery-kernel', '-p', 'orrery-worker']

function succeeds(program: string, ...rest: string[]): boolean {
  return spawnSync(program, rest, { cwd: compute, stdio: 'ignore' }).status === 0
}

function output(program: string, ...rest: string[]): string {
  return spawnSync(program, rest, { cwd: compute, encoding: 'utf8' }).stdout?.trim() ?? ''
}

const needNightly = () =>
  succeeds('cargo', '+nightly', '--version')
    ? undefined
    : 'the nightly toolchain (rustup toolchain install nightly)'

function needComponent(name: string, file: string) {
  const path = () => join(output('rustc', '+nightly', '--print', 'sysroot'), file)
  return () =>
    needNightly() ??
    (existsSync(path()) ? undefined : `${name} (rustup +nightly component add ${name})`)
}

/** Where gcc keeps its AddressSanitizer, which Node loads before anything else; a library brings none. */
const libasan = () => output('gcc', '-print-file-name=libasan.so')

const addon = join(folderOf('address'), 'orrery.node')
const built = (file: string) => join(folderOf('address'), TARGET, 'debug', file)

const parts: Readonly<Record<string, Part>> = {
  address: {
    about:
      "AddressSanitizer: the kernel's tests by every instruction set, the worker's with kills and forks",
    missing: needNightly,
    steps: () => [
      {
        does: 'tests of kernel and worker',
        command: cargo('address', 'test', ...crates, '--target', TARGET),
        env: sanitized('address'),
      },
    ],
  },
  addon: {
    about:
      'AddressSanitizer: the addon in Node and its worker by each signal, worlds by chance in every way',
    missing: () =>
      needNightly() ??
      (libasan().startsWith('/') ? undefined : "gcc's libasan.so (the package of gcc has it)"),
    steps: () => [
      {
        does: 'build addon, worker and pipe',
        command: cargo(
          'address',
          ...['build', '-p', 'orrery-node', '-p', 'orrery-worker', '--lib', '--bins'],
          ...['--example', 'pipe', '--target', TARGET, '--config', 'profile.dev.opt-level=3'],
        ),
        env: sanitized('address'),
      },
      {
        does: 'everything that the addon offers, and worlds by chance',
        command: [
          process.execPath,
          ...['--import', 'tsx', 'test/sanitized/addon.ts', addon],
          ...[built('orrery-worker'), built('examples/pipe')],
        ],
        // What Node itself leaves to the end of its process is no fault of the addon.
        env: { LD_PRELOAD: libasan(), ASAN_OPTIONS: 'detect_leaks=0' },
        tells: /./,
      },
    ],
  },
  thread: {
    about:
      "ThreadSanitizer: parts of a planet and of its hash on threads, the worker's threads and rings",
    missing: needComponent('rust-src', 'lib/rustlib/src/rust/library'),
    // The standard library is built with it, or its locks would be taken for races.
    steps: () => [
      {
        does: 'build the worker that the tests start',
        command: [
          ...cargo('thread', 'build', '-p', 'orrery-worker', '-Zbuild-std', '--target', TARGET),
          ...['--example', 'counter'],
        ],
        env: sanitized('thread'),
      },
      {
        does: 'tests of kernel and worker, but for the goldens, which take too long so',
        command: [
          ...cargo('thread', 'test', ...crates, '-Zbuild-std', '--target', TARGET, '--lib'),
          ...['--test', 'sleep', '--test', 'small', '--test', 'process'],
        ],
        env: sanitized('thread'),
      },
    ],
  },
  miri: {
    about:
      'Miri: the smallest planets on threads by every instruction set, rules, sums, entries, arenas',
    missing: needComponent('miri', 'bin/cargo-miri'),
    steps: () => [
      {
        does: 'the kernel',
        command: [
          ...cargo('miri', 'miri', 'test', '-p', 'orrery-kernel', '--lib', '--test', 'small'),
          // Ticks of all rules would take hours.
          ...['--', '--skip', 'any_orders', '--skip', 'rules::laws'],
        ],
        env: {
          MIRIFLAGS: '-Zmiri-disable-isolation',
          PROPTEST_CASES: '2',
          RUSTFLAGS:
            '-Ctarget-feature=+avx2,+bmi1,+bmi2,+popcnt,+avx512f,+avx512bw,+avx512dq,+avx512vl',
        },
      },
      {
        does: 'the worker without shared memory and processes, which Miri has not',
        command: [
          ...cargo('miri', 'miri', 'test', '-p', 'orrery-worker', '--lib'),
          ...['--', 'crc::', 'ring::', 'threads::', '--skip', 'any_bit', '--skip', 'any_flipped'],
        ],
        env: { MIRIFLAGS: '-Zmiri-disable-isolation' },
      },
    ],
  },
}

const colour = process.stdout.isTTY
  ? (code: number, text: string) => `\u001b[${code}m${text}\u001b[0m`
  : (_: number, text: string) => text

/** Tells of tests as they end, and of builds by their crates; all of it where the step failed. */
async function run({ command: [program, ...rest], env, tells }: Step): Promise<boolean> {
  const kept: string[] = []
  let crates = 0
  const child = spawn(program, rest, {
    cwd: program === 'cargo' ? compute : root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const isTerminal = process.stdout.isTTY
  const look = (line: string) => {
    kept.push(line)
    if (kept.length > LINES_KEPT) kept.shift()
    if (/^\s*Compiling /.test(line)) {
      crates++
      if (isTerminal) process.stdout.write(`\r\x1b[K  building: ${crates} crates`)
      return
    }
    const isResult = /^\s+Running |^test .*(ok|FAILED|ignored)$|^test result/.test(line)
    if (!isResult && !tells?.test(line)) return
    console.log(`${isTerminal ? '\r\x1b[K' : ''}  ${line.trim()}`)
  }
  for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', look)
  const status = await new Promise<number | null>((resolve) => {
    child.once('error', ({ message }) => {
      look(message)
      resolve(null)
    })
    child.once('close', resolve)
  })
  if (status !== 0 && !tells) console.log(kept.map((line) => `  ${line}`).join('\n'))
  return status === 0
}

async function runPart(name: string, { about, missing, steps }: Part): Promise<Result> {
  console.log(`\n── ${name} ── ${about}`)
  const lacking =
    process.platform === 'linux' && process.arch === 'x64' ? missing() : 'Linux on x64'
  if (lacking) {
    console.log(colour(33, `– not run: it needs ${lacking}`))
    return 'not run'
  }
  const began = performance.now()
  for (const step of steps()) {
    console.log(`  ${step.does} …`)
    if (name === 'addon' && step.command[0] !== 'cargo')
      copyFileSync(built('liborrery_node.so'), addon)
    if (await run(step)) continue
    console.log(colour(31, `✗ ${name}: a fault, told above`))
    return 'fault'
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(0)
  console.log(colour(32, `✓ ${name}: clean (${seconds} s)`))
  return 'clean'
}

type Result = 'clean' | 'fault' | 'not run'

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !(name in parts))
if (unknown.length > 0) {
  console.error(
    `there is no part ${unknown.join(', ')}; there are: ${Object.keys(parts).join(', ')}`,
  )
  process.exit(2)
}
const results: [string, Result][] = []
for (const [name, part] of Object.entries(parts)) {
  if (asked.length === 0 || asked.includes(name)) results.push([name, await runPart(name, part)])
}
console.log(`\n${results.map(([name, result]) => `${name}: ${result}`).join(', ')}`)
const isFault = ([name, result]: [string, Result]) =>
  result === 'fault' || (result === 'not run' && asked.includes(name))
process.exitCode = results.some(isFault) ? 1 : 0
