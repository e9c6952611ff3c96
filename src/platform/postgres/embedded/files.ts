// Small things about files that more than one part of the launcher needs.

import fs from 'node:fs'
import { StartRefused } from '../../startRefused.ts'

export const statOf = (file: string) => fs.statSync(file, { throwIfNoEntry: false })

export const messageOf = (error: unknown) =>
  error instanceof Error ? error.message : String(error)

export const codeOf = (error: unknown) =>
  error instanceof Error && 'code' in error ? String(error.code) : undefined

/** `error`, or what to tell a person if it means that the disk of `folder` is full. */
export function explained(error: unknown, folder: string): unknown {
  const full = /No space left|ENOSPC|EDQUOT|quota exceeded/.test(
    `${codeOf(error)} ${messageOf(error)}`,
  )
  if (!full) return error
  const { bavail, bsize } = fs.statfsSync(folder)
  const free = Math.round((bavail * bsize) / 2 ** 20)
  return new StartRefused(
    `The disk is full: PostgreSQL needs about 120 MB for a first start, and the disk of ${folder} has ${free} MB left.`,
  )
}
