// Which kernel runs the worlds of a test run: what KERNEL says, or the best that is built. `npm test` runs the suites that it
// matters to on both (vitest.config.ts).

import type { OpenKernel } from '../../src/domain/ports/kernel.ts'
import { inThreadKernel } from '../../src/platform/kernel/inThread.ts'
import { rustInThread } from '../../src/platform/kernel/rust/rustInThread.ts'
import { built } from './builtKernel.ts'

const asked = process.env.KERNEL

/** For a server's environment. */
export const kernelEnvironment: Record<string, string> =
  asked === undefined ? {} : { KERNEL: asked }

/** Without a process or a signal in between: for worlds that run as fast as they can. */
export const quickKernel: OpenKernel = (settings, from) =>
  asked === 'typescript' || !built
    ? inThreadKernel(settings, from)
    : rustInThread({ built, threads: 1 }, settings, from)
