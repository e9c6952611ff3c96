// The reference kernel in simulated time: slow, and now and then gone with all it knew.

import { type Kernel, KernelLost, type OpenKernel } from '../../src/domain/ports/kernel.ts'
import { createKernelHost, type KernelHost } from '../../src/platform/kernel/kernelHost.ts'
import type { Stage } from './stage.ts'

/** `open.count` is how many there are. */
export function faultyKernels(stage: Stage, open: { count: number }): OpenKernel {
  const { faults, scheduler } = stage
  const dice = stage.dice.fork()
  return async (settings, from) => {
    await scheduler.sleep(dice.below(4 * faults.kernelMs))
    const host = createKernelHost(settings, () => 0, from)
    open.count++
    stage.note(`a kernel opens${from ? ' from a snapshot' : ''}`)
    let closed = false
    let crashed = false
    let last: Promise<unknown> = Promise.resolve()
    const alive = () => {
      if (closed || crashed) throw new KernelLost('the kernel is gone')
    }
    const crash = (when: string) => {
      faults.kernelCrashes--
      crashed = true
      stage.note(`the kernel crashes ${when} a run`)
      throw new KernelLost('the kernel crashed')
    }
    // In the order of asking, as a thread would: each takes its time.
    const inTurn = <Value>(call: () => Value): Promise<Value> => {
      const answer = last.then(async () => {
        await scheduler.sleep(dice.below(faults.kernelMs + 1))
        alive()
        return call()
      })
      last = answer.catch(() => {})
      return stage.track('a call of the kernel', answer)
    }
    const run: Kernel['run'] = (batch) =>
      inTurn(() => {
        if (faults.kernelCrashes > 0 && dice.likely(0.5)) crash('before')
        const result = host.run(batch)
        if (faults.kernelCrashes > 0 && dice.likely(0.5)) crash('after')
        return result
      })
    return {
      ...answersOf(host, inTurn),
      run,
      async close() {
        if (!closed) open.count--
        stage.note('a kernel closes')
        closed = true
      },
    }
  }
}

/** Every call of a host as the port has it: `when` says when each is answered. */
export function answersOf(
  { rulesHash, ...calls }: KernelHost,
  when: <Value>(call: () => Value) => Promise<Value>,
): Omit<Kernel, 'close'> {
  const asked = Object.entries(calls).map(([name, call]) => [
    name,
    (...given: never[]) => when(() => (call as (...given: never[]) => unknown)(...given)),
  ])
  return { rulesHash, ...Object.fromEntries(asked) }
}
