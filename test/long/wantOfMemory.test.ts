// Linux really ends a worker for want of memory, in a container with little of it: root only, as control groups are root's.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { builtCounter } from '../helpers/builtKernel.ts'
import type { ScarceServerTold } from '../helpers/scarceServer.ts'

const program = new URL('../helpers/scarceServer.ts', import.meta.url).pathname

it.skipIf(!builtCounter)(
  'a worker that Linux ends again and again goes on at the same tick once there is memory, and its server lives',
  async () => {
    const server = fork(program, { execArgv: ['--import', 'tsx'] })
    const ended = once(server, 'exit')
    const told = await Promise.race([once(server, 'message'), ended.then(() => undefined)])
    expect(told, 'the server was ended in place of its worker').toBeDefined()
    await ended
    const [came] = told as [ScarceServerTold]
    if ('skipped' in came) return console.log(`skipped: ${came.skipped}`)
    expect(came.losses).toBeGreaterThanOrEqual(6)
    expect(came.said[0]).toMatch(/ended by SIGKILL: Linux ends processes for want of memory/)
    expect(came.starved[0]).toMatch(/^its worker was lost 6 times in a row/)
    expect(came.digests).toEqual(came.undisturbed)
  },
  120_000,
)
