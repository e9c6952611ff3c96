// A server of the benchmark's own, in a process and a data folder of its own, that bears what one address sends.

import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export type OwnServer = { readonly url: string; stop(): Promise<void> }

const program = fileURLToPath(new URL('../../main.ts', import.meta.url))
const project = resolve(fileURLToPath(new URL('../../..', import.meta.url)))

/** The limits guard a public server from one address; here all players come from one. */
const unlimited = {
  JOINS_PER_MINUTE: '1000000',
  COMMANDS_PER_MINUTE: '100000000',
  REQUESTS_PER_MINUTE: '100000000',
  CONNECTIONS_PER_ADDRESS: '100000',
}

/** Resolves once the first world runs; rejects with what the server said where it does not. */
export async function startOwnServer(settings: {
  readonly ups: number
  readonly n: number
  /** A folder for a CPU profile of the server, written when it stops. */
  readonly profile?: string
}): Promise<OwnServer> {
  const folder = mkdtempSync(join(tmpdir(), 'orrery-bench-'))
  const { profile } = settings
  const profiled = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(profile)}`]
  const child = spawn(process.execPath, [...profiled, '--import', 'tsx', program], {
    cwd: project,
    env: {
      ...process.env,
      ...unlimited,
      PORT: '0',
      HOST: '127.0.0.1',
      DATA_DIR: folder,
      DEMO_BOT: 'off',
      LOG: 'pretty',
      NO_COLOR: '1',
      UPS: String(settings.ups),
      WORLD_N: String(settings.n),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = new Promise<void>((gone) => child.once('exit', () => gone()))
  const stop = async () => {
    child.kill('SIGINT')
    await exited
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
  let said = ''
  const up = new Promise<string>((found) => {
    const hear = (data: Buffer) => {
      // Once it is up, nobody reads it any more.
      if (said.length < 100_000) said += String(data)
      const [, url] = /page\s+(http:\S+)/.exec(said) ?? []
      if (url !== undefined) found(url)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
  })
  const url = await Promise.race([up, exited])
  if (url !== undefined) return { url, stop }
  await stop()
  throw new Error(`the server of the benchmark did not start:\n${said}`)
}
