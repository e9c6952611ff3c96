// What `npm start` and the `orrery` command see to before any TypeScript runs, and before a server starts.

import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Ends the process, saying why, where Node is too old or the packages are missing; then TypeScript can be imported. */
export async function prepareNode() {
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
}

/** Builds what a fresh checkout lacks. Without one or the other a server starts all the same, and it is said. */
export async function prepareServer() {
  const { buildPage } = await import('./buildPage.ts')
  if (!buildPage()) console.error('The server starts without its page.')
  if (process.env.KERNEL === 'typescript') return
  const { buildCompute } = await import('./buildCompute.ts')
  const compute = await buildCompute()
  if (compute.built) return
  console.error(
    `The Rust kernel is not built: ${compute.missing}. TypeScript runs the rules: many times slower, which large planets notice.`,
  )
}
