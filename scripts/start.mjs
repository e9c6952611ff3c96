// `npm start`: sees to what a fresh checkout lacks, says what it does, then runs the server in this process.

import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
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

const newest = (path) => {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) return 0
  if (!stat.isDirectory()) return stat.mtimeMs
  return Math.max(0, ...readdirSync(path).map((entry) => newest(join(path, entry))))
}

/** The page is built when it is missing or older than what it is made of. */
function buildPage() {
  const built = newest(join(root, 'dist', 'client', 'index.html'))
  const sources = ['client', 'src/domain', 'package-lock.json'].map((path) => join(root, path))
  if (built > 0 && sources.every((path) => newest(path) <= built)) return
  process.stdout.write('Building the web client (once, a few seconds) … ')
  const began = performance.now()
  // In a process of its own: what the bundler needs of memory is given back when it is done.
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      'node_modules/vite/bin/vite.js',
      'build',
      '--config',
      'client/vite.config.ts',
      '--logLevel',
      'error',
    ],
    { cwd: root, encoding: 'utf8' },
  )
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  if (status === 0) console.log(`done in ${seconds} s`)
  else console.error(`failed; the server starts without it.\n${stderr}`)
}

buildPage()
const { register } = await import('tsx/esm/api')
register()
await import('../src/main.ts')
