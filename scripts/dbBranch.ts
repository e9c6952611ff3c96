// `npm run db:branch -- …`: database branches that mirror git's. docs/event-store.md, "Branches".

import { execFileSync } from 'node:child_process'
import { styleText } from 'node:util'
import { type Config, ConfigFaults, readConfig } from '../src/config.ts'
import {
  type Branches,
  BranchRefused,
  currentBranch,
  ROOT,
  switchBranch,
} from '../src/platform/branches/branches.ts'
import { neonBranches } from '../src/platform/branches/neonBranches.ts'
import { templateBranches } from '../src/platform/branches/templateBranches.ts'
import { startEmbeddedPostgres } from '../src/platform/postgres/embedded/launcher.ts'
import { StartRefused } from '../src/platform/startRefused.ts'

const help = `npm run db:branch -- list              all branches; * is the one that servers use
npm run db:branch -- create [name]     copies the present branch, and switches to the copy
npm run db:branch -- switch [name]     servers that start from now on use it
npm run db:branch -- delete [name]     drops it

name: that of git's branch where none is given; "${ROOT}" is the database that all branches come from (git's main, master).
Where: on Neon with NEON_API_KEY and NEON_PROJECT_ID, else on the server of DATABASE_URL, else on the embedded one of DATA_DIR.`

const gitBranch = (): string => {
  try {
    return execFileSync('git', ['symbolic-ref', '--short', 'HEAD'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    throw new BranchRefused('git is on no branch here: name one')
  }
}
const mirrored = (name: string) => (/^(main|master)$/.test(name) ? ROOT : name)

/** The branches of whatever the environment names, and the end of it. */
async function open(config: Config): Promise<{ branches: Branches; close(): Promise<void> }> {
  const { NEON_API_KEY: apiKey, NEON_PROJECT_ID: project, NEON_API_URL: api } = process.env
  const { databaseUrl, dataDir } = config
  if (apiKey && project) {
    const url = databaseUrl === undefined ? undefined : new URL(databaseUrl)
    const database = url?.pathname.slice(1) || 'neondb'
    const role = decodeURIComponent(url?.username ?? '') || 'neondb_owner'
    const asked = { apiKey, project, database, role, ...(api ? { api } : {}) }
    return { branches: neonBranches(asked), close: async () => {} }
  }
  if (databaseUrl !== undefined)
    return { branches: templateBranches({ connectionString: databaseUrl }), close: async () => {} }
  const { connection, stop } = await startEmbeddedPostgres(dataDir, (line) => console.log(line))
  return { branches: templateBranches(connection), close: stop }
}

type Asked = { readonly dataDir: string; readonly name: string; readonly current: string }

const commands: Readonly<Record<string, (branches: Branches, asked: Asked) => Promise<void>>> = {
  async list(branches, { current }) {
    for (const branch of await branches.list()) {
      const size = branch.bytes === undefined ? '' : `  ${(branch.bytes / 2 ** 20).toFixed(1)} MB`
      const mark = branch.name === current ? styleText('green', '*') : ' '
      console.log(`${mark} ${branch.name}${size}`)
    }
  },
  async create(branches, { dataDir, name, current }) {
    if (name === ROOT) throw new BranchRefused(`${ROOT} is there already: name a branch`)
    switchBranch(dataDir, { name, ...(await branches.create(name, current)) })
    console.log(`made ${name} from ${current}; servers that start now use it`)
  },
  async switch(branches, { dataDir, name }) {
    const target = await branches.target(name)
    switchBranch(dataDir, name === ROOT ? undefined : { name, ...target })
    console.log(`servers that start now use ${name}`)
  },
  async delete(branches, { dataDir, name, current }) {
    await branches.remove(name)
    if (name === current) switchBranch(dataDir, undefined)
    console.log(`deleted ${name}${name === current ? `; servers that start now use ${ROOT}` : ''}`)
  },
}

async function main([what = 'help', given]: readonly string[]): Promise<void> {
  const command = commands[what]
  if (!command) return console.log(help)
  const config = readConfig(process.env)
  const { dataDir } = config
  const name = what === 'list' ? '' : mirrored(given ?? gitBranch())
  const { branches, close } = await open(config)
  try {
    await command(branches, { dataDir, name, current: currentBranch(dataDir)?.name ?? ROOT })
  } finally {
    await close()
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const isTold =
    error instanceof BranchRefused || error instanceof StartRefused || error instanceof ConfigFaults
  console.error(isTold ? styleText('red', error.message) : error)
  process.exitCode = isTold ? 3 : 1
})
