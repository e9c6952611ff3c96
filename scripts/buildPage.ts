// Builds the web client where it is missing or older than what it is made of, and says so.

import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

const newest = (path: string): number => {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) return 0
  if (!stat.isDirectory()) return stat.mtimeMs
  return Math.max(0, ...readdirSync(path).map((entry) => newest(join(path, entry))))
}

/** True when the page stands; false when it could not be built (it was said why). */
export function buildPage(): boolean {
  const built = newest(join(root, 'dist', 'client', 'index.html'))
  const sources = ['client', 'src/domain', 'package-lock.json'].map((path) => join(root, path))
  if (built > 0 && sources.every((path) => newest(path) <= built)) return true
  process.stdout.write('Building the web client (once, a few seconds) … ')
  const began = performance.now()
  const vite = ['node_modules/vite/bin/vite.js', 'build', '--config', 'client/vite.config.ts']
  // In a process of its own: what the bundler needs of memory is given back when it is done.
  const { status, stderr } = spawnSync(process.execPath, [...vite, '--logLevel', 'error'], {
    cwd: root,
    encoding: 'utf8',
    // Whoever builds it, tests too, builds what players get.
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  if (status === 0) console.log(`done in ${seconds} s`)
  else console.error(`failed.\n${stderr}`)
  return status === 0
}
