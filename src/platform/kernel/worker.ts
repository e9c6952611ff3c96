// The entry of a kernel's thread. The state lives here and nowhere else; it dies with the thread.

import { StateRefused } from '../../domain/ports/kernel.ts'
import { createKernelHost, type KernelHost } from './kernelHost.ts'
import type { KernelReply, KernelRequest } from './protocol.ts'

let host: KernelHost | undefined

const goOn = (watched: Float64Array) => (tick: number) => {
  watched[1] = tick
  return watched[0] === 0
}

/** Piscina calls this for every task, one at a time. */
export default function answer(request: KernelRequest): KernelReply {
  try {
    if (request.call === 'open') {
      const [settings, from] = request.asked
      host = createKernelHost(settings, () => performance.now(), from)
      return { kind: 'answer', value: host.rulesHash }
    }
    if (!host) return { kind: 'empty' }
    if (request.call === 'run') {
      const { asked, watched } = request
      return { kind: 'answer', value: host.run(asked[0], watched && goOn(watched)) }
    }
    const call = host[request.call] as (...asked: readonly unknown[]) => unknown
    return { kind: 'answer', value: call(...request.asked) }
  } catch (error) {
    if (error instanceof StateRefused) return { kind: 'refused', message: error.message }
    return { kind: 'failed', message: (error as Error).stack ?? String(error) }
  }
}
