#!/usr/bin/env node
// The `orrery` command of package.json: sees that there is what it needs, then hands over to src/cli.

import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Orrery needs Node 20.19 or newer; this is Node ${process.versions.node}.`)
  process.exit(1)
}
if (!existsSync(join(root, 'node_modules', 'tsx'))) {
  console.error('The packages are not installed yet. Run: npm ci')
  process.exit(1)
}

const { register } = await import('tsx/esm/api')
register()
const { orrery } = await import('../src/cli/main.ts')
process.exitCode = await orrery(process.argv.slice(2), async () => {
  const { buildPage } = await import('./buildPage.ts')
  if (!buildPage()) console.error('The server starts without its page.')
})
