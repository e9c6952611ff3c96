import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { inspect } from '../scripts/architecture.ts'

const made: string[] = []
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true })
})

/** A small tree of its own, so that the rules are seen to catch what they are there for. */
function tree(files: Record<string, string>) {
  const root = mkdtempSync(join(tmpdir(), 'orrery architecture '))
  made.push(root)
  mkdirSync(join(root, 'src'))
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), text)
  }
  return inspect(root, ['src'])
}

const value = 'export const value = 1\n'
const user = (path: string) => `import { value } from '${path}'\nexport const twice = value * 2\n`

describe('the house', () => {
  test('keeps to its table of layers', async () => {
    const { modules, faults } = await inspect(resolve(import.meta.dirname, '..'), ['src', 'client'])
    expect(faults).toEqual([])
    expect(modules).toBeGreaterThan(20)
  }, 60_000)

  test('a clean small tree passes', async () => {
    const { faults } = await tree({
      'src/domain/grid.ts': value,
      'src/commands/queue.ts': user('../domain/grid.ts'),
    })
    expect(faults).toEqual([])
  })

  test.each([
    ['domain', 'commands', 'domain-imports-domain'],
    ['commands', 'projections', 'commands-import-domain'],
    ['projections', 'commands', 'projections-import-domain'],
    ['platform', 'api', 'platform-imports-domain'],
    ['api', 'platform', 'api-imports-inward'],
    ['cli', 'platform', 'cli-asks-by-url'],
  ])('an import from %s to %s is caught', async (from, to, rule) => {
    const { faults } = await tree({
      [`src/${from}/one.ts`]: user(`../${to}/two.ts`),
      [`src/${to}/two.ts`]: value,
    })
    expect(faults.join()).toContain(rule)
  })

  test('a package or a Node module in the domain is caught', async () => {
    const { faults } = await tree({
      'src/domain/one.ts':
        "import { readFileSync } from 'node:fs'\nexport const read = readFileSync\n",
    })
    expect(faults.join()).toContain('domain-has-no-packages')
  })

  test.each([
    ['a clock', 'export const now = () => Date.now()\n', 'Date'],
    ['a random source', 'export const chance = () => Math.random()\n', 'Math.random'],
    ['the environment', 'export const seed = () => process.env.SEED\n', 'process'],
  ])('%s in the rules is caught', async (_, text, name) => {
    const { faults } = await tree({ 'src/domain/one.ts': text })
    expect(faults.join()).toContain(`determinism: src/domain/one.ts:1: ${name}`)
  })

  test('hash order in the Rust kernel is caught, a comment about it is not', async () => {
    const { faults } = await tree({
      'src/domain/one.ts': value,
      'compute/kernel/src/lib.rs': '// no HashMap here\nuse std::collections::HashMap;\n',
    })
    expect(faults.filter((fault) => fault.startsWith('determinism'))).toEqual([
      'determinism: compute/kernel/src/lib.rs:2: std::',
    ])
  })

  test('a field that bears the name of a global is none', async () => {
    const { faults } = await tree({
      'src/domain/one.ts': 'export const of = (told: { process: number }) => told.process\n',
    })
    expect(faults.join()).not.toContain('determinism')
  })

  test('a layer that the table does not know is caught', async () => {
    const { faults } = await tree({ 'src/helpers/one.ts': value })
    expect(faults.join()).toContain('unknown layer: src/helpers')
  })

  test('a circle is caught', async () => {
    const { faults } = await tree({
      'src/domain/one.ts': "import { two } from './two.ts'\nexport const one = () => two\n",
      'src/domain/two.ts': "import { one } from './one.ts'\nexport const two = () => one\n",
    })
    expect(faults.join()).toContain('no-circles')
  })

  test('a barrel is caught', async () => {
    const { faults } = await tree({
      'src/domain/one.ts': value,
      'src/domain/all.ts': "export { value } from './one.ts'\n",
    })
    expect(faults.join()).toContain('barrel: src/domain/all.ts')
  })

  test('an inspection that sees no modules fails', async () => {
    const { modules, faults } = await tree({})
    expect(modules).toBe(0)
    expect(faults.join()).toContain('no modules were seen')
  })
})
