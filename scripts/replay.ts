// What `orrery replay` needs: log files, and the best kernel that is there.

import type { ReplayTools } from '../src/cli/replay.ts'
import { readConfig } from '../src/config.ts'
import { chooseKernel } from '../src/platform/kernel/choose.ts'
import { builtKernel } from '../src/platform/kernel/rust/built.ts'
import { readLogFile } from '../src/platform/logFile.ts'

export function replayTools(): ReplayTools {
  const { kernel } = readConfig(process.env)
  const quiet = { say: () => {}, tell: () => {} }
  // Nothing is lost with a worker that dies: the file is read again.
  const { open } = chooseKernel({ ...kernel, checkpointMs: 0 }, quiet, builtKernel())
  return { read: readLogFile, openKernel: open }
}
