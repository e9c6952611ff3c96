// Database branches: copies of the database that mirror git's branches, so that what is tried on one harms no other.

import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** How a branch is reached: another database on the same server, or another server altogether. */
export type BranchTarget = { readonly database: string } | { readonly url: string }

export type Branch = {
  /** As git calls it; `ROOT` for the database that all others come from. */
  readonly name: string
  readonly bytes?: number
}

export type Branches = {
  /** The root first, then by name. */
  list(): Promise<readonly Branch[]>
  /** A branch that holds what `from` holds now. Throws `BranchRefused` where it is there already, or `from` is in use. */
  create(name: string, from: string): Promise<BranchTarget>
  /** Throws `BranchRefused` for a branch that is not there. */
  target(name: string): Promise<BranchTarget>
  /** Throws `BranchRefused` for a branch that is not there or in use, and for the root. */
  remove(name: string): Promise<void>
}

/** The database that DATABASE_URL or DATA_DIR name by themselves. */
export const ROOT = 'root'

/** What a person can do something about. */
export class BranchRefused extends Error {
  override readonly name = 'BranchRefused'
}

export type CurrentBranch = { readonly name: string } & BranchTarget

const fileIn = (dataDir: string) => join(dataDir, 'branch.json')

/** The branch that servers on this data folder use; undefined: the root. */
export function currentBranch(dataDir: string): CurrentBranch | undefined {
  try {
    return JSON.parse(readFileSync(fileIn(dataDir), 'utf8')) as CurrentBranch
  } catch (error) {
    if (error instanceof Error && 'code' in error && /ENOENT|ENOTDIR/.test(String(error.code)))
      return undefined
    throw new BranchRefused(
      `${fileIn(dataDir)} cannot be read: switch to a branch again, or remove it`,
    )
  }
}

/** Servers that start on this data folder from now on use `branch`; undefined: the root. */
export function switchBranch(dataDir: string, branch: CurrentBranch | undefined): void {
  if (!branch) rmSync(fileIn(dataDir), { force: true })
  // It may hold a password.
  else writeFileSync(fileIn(dataDir), `${JSON.stringify(branch)}\n`, { mode: 0o600 })
}
