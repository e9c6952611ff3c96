// What a checkout does to have its Rust kernel: with a cargo that works, one that fails, and none. The cargo here is a shell script.

import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'

const root = process.cwd()
const folder = mkdtempSync(join(tmpdir(), 'orrery-build-'))
const checkout = join(folder, 'checkout')
const tools = join(folder, 'bin')
const note = join(checkout, 'dist', 'compute', 'built.json')
const release = join(checkout, 'compute', 'target', 'release')

/** What the builder reads, and two sources in place of the real ones. */
const parts = [
  'scripts/buildCompute.ts',
  'package.json',
  'src/platform/kernel/rust/built.ts',
  'src/domain/simulation/rulesHash.generated.ts',
]

const tool = (name: string, ...lines: string[]) => {
  const path = join(tools, name)
  writeFileSync(path, ['#!/bin/sh', ...lines].join('\n'))
  chmodSync(path, 0o755)
}
const cargoThat = (...lines: string[]) => {
  tool('rustc', 'echo rustc 1.0')
  tool('cargo', ...lines)
}
const makes = [
  `/bin/mkdir -p ${release}`,
  `cd ${release}`,
  ': > liborrery_node.so',
  ': > orrery-worker',
]
const source = (text: string) => writeFileSync(join(checkout, 'compute', 'kernel.rs'), text)

/** What is said on the way to a server. */
function prepare(): string {
  const program = `
    import { register } from ${JSON.stringify(join(root, 'node_modules/tsx/dist/esm/api/index.mjs'))}
    register()
    const { buildCompute } = await import(${JSON.stringify(join(checkout, 'scripts/buildCompute.ts'))})
    console.log(JSON.stringify(await buildCompute()))`
  return execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    env: { PATH: tools },
  })
}

beforeEach(() => {
  rmSync(checkout, { recursive: true, force: true })
  rmSync(tools, { recursive: true, force: true })
  for (const folder of [tools, join(checkout, 'compute')]) mkdirSync(folder, { recursive: true })
  for (const part of parts) {
    mkdirSync(dirname(join(checkout, part)), { recursive: true })
    cpSync(join(root, part), join(checkout, part))
  }
  source('// one')
})
afterAll(() => rmSync(folder, { recursive: true }))

test('where there is cargo the kernel is built once for each state of its sources, and stays of use without cargo', () => {
  cargoThat(...makes)
  expect(prepare()).toMatch(/^Building the Rust kernel .*done in [\d.]+ s\n\{"built":true\}\n$/)
  expect(prepare()).toBe('{"built":true}\n')
  rmSync(join(tools, 'rustc'))
  expect(prepare()).toBe('{"built":true}\n')
  source('// two')
  expect(prepare()).toBe('{"built":false,"missing":"there is no cargo (https://rustup.rs)"}\n')
  expect(existsSync(note)).toBe(false)
})

test('a build that fails says why in one line, and no older build is taken for it', () => {
  cargoThat(...makes)
  prepare()
  source('// two')
  cargoThat('echo "error: no matching package" >&2', 'echo "download of x failed" >&2', 'exit 101')
  const said = prepare()
  expect(said).toMatch(/failed after [\d.]+ s\n/)
  expect(said).toContain(
    '"missing":"cargo says: error: no matching package (are the packages within reach?)"',
  )
  expect(existsSync(note)).toBe(false)
})
