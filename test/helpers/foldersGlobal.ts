// Before any test: one folder for all that tests lay down in the system's temporary folder, gone when the run ends.

import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export default function setup(): () => void {
  const outer = process.env.TMPDIR
  // Short: the path of a Unix socket has 107 characters at most.
  const folder = mkdtempSync(join(tmpdir(), 'orrery-'))
  // As open as the system's own: servers run as other users in it.
  chmodSync(folder, 0o1777)
  process.env.TMPDIR = folder
  return () => {
    if (outer === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = outer
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
}
