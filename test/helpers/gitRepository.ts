// A small repository of git in a folder of its own.

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const who = {
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
  GIT_CONFIG_GLOBAL: '/dev/null',
}

export type GitRepository = {
  readonly folder: string
  git(...args: string[]): string
  /** Writes files (undefined: takes them away) and commits all; gives the whole name of the commit. */
  commit(subject: string, files: Readonly<Record<string, string | Buffer | undefined>>): string
  remove(): void
}

export function gitRepository(): GitRepository {
  const folder = mkdtempSync(join(tmpdir(), 'orrery git '))
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: folder, encoding: 'utf8', env: { ...process.env, ...who } })
  git('init', '-q')
  return {
    folder,
    git,
    commit(subject, files) {
      for (const [path, contents] of Object.entries(files)) {
        const file = join(folder, path)
        mkdirSync(dirname(file), { recursive: true })
        if (contents === undefined) rmSync(file)
        else writeFileSync(file, contents)
      }
      git('add', '-A')
      git('commit', '-q', '-m', subject)
      return git('rev-parse', 'HEAD').trim()
    },
    remove: () => rmSync(folder, { recursive: true }),
  }
}
