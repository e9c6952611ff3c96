// The project's history, read with git from the checkout that the server runs from.

import { execFile } from 'node:child_process'
import { realpath } from 'node:fs/promises'
import { type FolderEntry, type Versions, VersionsBusy } from '../../domain/ports/versions.ts'

/** Programs of git that run at once, and requests that may wait for one. */
const AT_ONCE = 2
const WAITING_MOST = 200
/** Whoever has waited so long for a turn is told to come again. */
const TURN_TIMEOUT_MS = 5_000
const GIT_TIMEOUT_MS = 10_000
const KEPT_COMMITS = 1000
const LIST_BYTES_MAX = 4 * 1024 * 1024

/** Why there is no history to read. */
export class NoVersions extends Error {
  override readonly name = 'NoVersions'
}

type Git = (args: readonly string[], input?: string, bytesMax?: number) => Promise<Buffer>

/**
 * Opens the history of the checkout at `root`. Rejects with `NoVersions` where there is none, or no git. `turnTimeoutMs`: how long
 * a request waits for a program of git at most.
 */
export async function openVersions(
  root: string,
  turnTimeoutMs = TURN_TIMEOUT_MS,
): Promise<Versions> {
  const git = inTurns(gitIn(root), turnTimeoutMs)
  const top = await git(['rev-parse', '--show-toplevel', '--verify', 'HEAD'])
    .then((told) => told.toString().split('\n')[0]!)
    .catch(() => undefined)
  // A folder inside another project's checkout has a history that is not ours.
  if (top === undefined || (await realpath(top)) !== (await realpath(root)))
    throw new NoVersions('the server does not run from a git checkout of its own')

  const commits = new Map<string, string>()

  async function find(digits: string): Promise<string | undefined> {
    const named = await git(['rev-parse', '--verify', '--quiet', `${digits}^{commit}`]).catch(none)
    const commit = named?.toString().trim()
    if (!commit?.startsWith(digits)) return undefined
    // Objects lie about that were never part of this code: of other branches, stashed, or taken back.
    const led = await git(['merge-base', '--is-ancestor', commit, 'HEAD']).catch(none)
    return led && commit
  }

  return {
    async list(most, path) {
      const of = path === undefined ? [] : ['--', `:(top,literal)${path}`]
      const text = await git(['log', `-${most}`, '--format=%H%x00%cI%x00%s', ...of])
      return lines(text).map((line) => {
        const [commit = '', at = '', subject = ''] = line.split('\0')
        return { commit, at, subject }
      })
    },
    async commit(digits) {
      const known = commits.get(digits)
      if (known !== undefined) return known
      const commit = await find(digits)
      if (commit === undefined) return undefined
      if (commits.size >= KEPT_COMMITS) commits.delete(commits.keys().next().value!)
      commits.set(digits, commit)
      return commit
    },
    async at(commit, path) {
      const told = (await git(['cat-file', '--batch-check'], `${commit}:${path}\n`)).toString()
      const [, digest = '', type, size] = /^([0-9a-f]{40,64}) (\w+) (\d+)\n$/.exec(told) ?? []
      if (type === 'blob') {
        const bytes = Number(size)
        // The most that git may say is one byte more than what it should.
        const read = () => git(['cat-file', 'blob', digest], undefined, bytes + 1)
        return { kind: 'file', commit, digest, bytes, read }
      }
      if (type !== 'tree') return undefined
      return {
        kind: 'folder',
        commit,
        digest,
        read: async () => namesOf(await git(['ls-tree', '-z', digest])),
      }
    },
  }
}

/** What `ls-tree -z` prints: `mode type digest TAB name NUL`. Modules of other projects are left out. */
function namesOf(listed: Buffer): FolderEntry[] {
  return listed
    .toString()
    .split('\0')
    .flatMap((entry): FolderEntry[] => {
      const [, type = '', name = ''] = /^\d+ (\w+) \S+\t([\s\S]+)$/.exec(entry) ?? []
      const kind = kinds[type]
      return kind ? [{ name, kind }] : []
    })
}

const kinds: Readonly<Record<string, FolderEntry['kind']>> = { blob: 'file', tree: 'folder' }

const lines = (text: Buffer) => text.toString().split('\n').filter(Boolean)

/** Git says by its exit code that there is no such thing; that it could not be asked is another matter. */
function none(error: unknown): undefined {
  const { code } = error as { code?: unknown }
  if (typeof code !== 'number') throw error
}

const gitIn =
  (root: string): Git =>
  (args, input, bytesMax = LIST_BYTES_MAX) =>
    new Promise((resolve, reject) => {
      const options = {
        cwd: root,
        encoding: 'buffer' as const,
        timeout: GIT_TIMEOUT_MS,
        maxBuffer: bytesMax,
        // Nothing is fetched, asked for, locked or replaced; and no variable leads to another repository.
        env: {
          PATH: process.env.PATH,
          HOME: process.env.HOME,
          GIT_TERMINAL_PROMPT: '0',
          GIT_NO_LAZY_FETCH: '1',
          GIT_NO_REPLACE_OBJECTS: '1',
          GIT_OPTIONAL_LOCKS: '0',
          LC_ALL: 'C',
        },
      }
      const child = execFile('git', args, options, (error, out) => {
        if (!error) resolve(out)
        // It took too long: of a machine that has much to do.
        else reject(error.killed ? new VersionsBusy() : error)
      })
      // It may end before it has read what it does not need.
      child.stdin?.on('error', () => {})
      child.stdin?.end(input)
    })

/** A few at once; who comes when too many wait, or has waited for too long, is told so. */
function inTurns(git: Git, timeoutMs: number): Git {
  let running = 0
  const waiting = new Set<() => void>()
  const turn = () =>
    new Promise<void>((resolve, reject) => {
      const begin = () => {
        clearTimeout(timer)
        waiting.delete(begin)
        resolve()
      }
      const timer = setTimeout(() => {
        waiting.delete(begin)
        reject(new VersionsBusy())
      }, timeoutMs)
      waiting.add(begin)
    })
  return async (...asked) => {
    if (running >= AT_ONCE) {
      if (waiting.size >= WAITING_MOST) throw new VersionsBusy()
      await turn()
    } else running++
    try {
      return await git(...asked)
    } finally {
      const [next] = waiting
      if (next) next()
      else running--
    }
  }
}
