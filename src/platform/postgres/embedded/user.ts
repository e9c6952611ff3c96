// Whose rights PostgreSQL runs with. It refuses to be root, so root lends it another user's.

import fs from 'node:fs'
import path from 'node:path'
import { StartRefused } from '../../startRefused.ts'
import { statOf } from './files.ts'
import type { Layout } from './settings.ts'

/** For `spawn`: empty means as ourselves. */
export type User = { readonly uid?: number; readonly gid?: number }

export const nobody = 65534
export const isRoot = () => process.getuid?.() === 0

/** The owner of the data or of the folder around it, else nobody: no user is created. */
export function userFor({ cluster, dataDir }: Layout): User {
  const owner = statOf(cluster)?.uid
  const own = process.getuid?.()
  if (!isRoot()) {
    if (owner !== undefined && owner !== own) {
      throw new StartRefused(
        `${cluster} belongs to uid ${owner} and you are uid ${own}. Start as that user or as root, or run: sudo chown -R ${own} '${dataDir}'`,
      )
    }
    return {}
  }
  const candidates = [owner, statOf(dataDir)?.uid, statOf(path.dirname(dataDir))?.uid]
  const uid = candidates.find((candidate) => candidate) ?? nobody
  const gid = groupOf(uid)
  if (gid === undefined && owner === undefined) return { uid: nobody, gid: nobody }
  return { uid, gid: gid ?? uid }
}

function groupOf(uid: number): number | undefined {
  const line = new RegExp(`^[^:]*:[^:]*:${uid}:(\\d+):`, 'm')
  const gid = line.exec(fs.readFileSync('/etc/passwd', 'utf8'))?.[1]
  return gid === undefined ? undefined : Number(gid)
}
