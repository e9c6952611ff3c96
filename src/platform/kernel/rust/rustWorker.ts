// The kernel port by Rust in a process of its own, under supervision. Where the workers are given up, the TypeScript
// kernel takes over at the same state, and whoever asked does not notice.

import {
  type Kernel,
  type KernelBatch,
  KernelLost,
  type KernelStatus,
  type Pieces,
  SaveLost,
  StateRefused,
  type WorldSettings,
} from '../../../domain/ports/kernel.ts'
import { tablesAsBytes } from '../../../domain/simulation/tableBytes.ts'
import { piscinaKernel } from '../pool.ts'
import { encodeRun, encodeSaved } from '../wire.ts'
import { decodeProof, type StateProof } from '../wireReplies.ts'
import type { Signal } from './addon.ts'
import type { BuiltKernel } from './built.ts'
import { kernelCalls, shortened } from './calls.ts'
import { withSecondKernel } from './secondKernel.ts'
import { SupervisedWorker } from './supervised.ts'
import {
  determinismBroken,
  OpenRefused,
  type Remains,
  type SupervisedOptions,
  WorkersGivenUp,
} from './supervision.ts'

export type RustOptions = {
  readonly built: BuiltKernel
  readonly threads: number
  readonly signal: Signal
  readonly spinUs: number
  readonly checkpointMs: number
  readonly hangMs: number
  readonly say: (line: string) => void
  readonly tell: (status: KernelStatus) => void
} & Pick<SupervisedOptions, 'keep' | 'pauseMs' | 'endedForMemory'>

export type RustKernel = Kernel & {
  /** The worker's process; 0 once TypeScript has taken over. */
  pid(): number
  status(): KernelStatus
}

/** Opens a worker and the world in it, as `OpenKernel` says. */
export async function rustWorker(
  options: RustOptions,
  settings: WorldSettings,
  from?: Pieces,
  stopping?: AbortSignal,
): Promise<RustKernel> {
  const { threads, signal, say, tell } = options
  const { world } = settings
  const rust: KernelStatus = { world, kernel: 'rust', signal, threads, workersLost: 0 }
  let status = rust
  const now = (changed: KernelStatus) => {
    status = changed
    tell(status)
  }
  const giveUp = (why: string, workersLost: number) => {
    say(`world ${world}: its workers are given up (${why}); TypeScript goes on, more slowly`)
    return () => now({ world, kernel: 'typescript', threads: 1, workersLost, fallback: why })
  }
  const worker = await openWorker({ ...options, stopping }, settings, from, {
    replaced(workersLost) {
      const { starved, ...others } = status
      now({ ...others, workersLost })
    },
    unsaved: (checkpointsLost) => now({ ...status, checkpointsLost }),
    starved(why) {
      const starved = `${why}; it waits for memory`
      say(`world ${world}: ${starved}, which TypeScript would need even more of`)
      now({ ...status, starved })
    },
  }).catch((error: Error) => {
    if (error instanceof WorkersGivenUp) return error
    throw error
  })
  if (worker instanceof WorkersGivenUp) {
    if (stopping?.aborted) throw new KernelLost(worker.message)
    const gaveUp = giveUp(worker.message, worker.losses)
    const kernel = await piscinaKernel(settings, from)
    gaveUp()
    return { ...kernel, pid: () => 0, status: () => status }
  }
  now({ ...status, workersLost: worker.losses })
  const goOnInTypeScript = async (why: string): Promise<Kernel> => {
    const remains = worker.remains()
    await worker.close()
    if (!remains) {
      say(`world ${world}: its workers are given up (${why}); the ledger is run again`)
      throw new KernelLost(why)
    }
    const gaveUp = giveUp(why, worker.losses)
    const kernel = await inTypeScript(remains, settings).catch((error: Error) => {
      say(`world ${world}: ${error.message}; the ledger is run again`)
      throw error
    })
    gaveUp()
    return kernel
  }
  const kernel = withSecondKernel(callsOf(worker), goOnInTypeScript, () => worker.close())
  // Whoever takes over has the state, and knows nothing of a save that was under way.
  const lives = () => worker.losses + (kernel.tookOver() ? 1 : 0)
  let savedIn = lives()
  return {
    ...kernel,
    async save() {
      const saved = await kernel.save()
      savedIn = lives()
      return saved
    },
    pieces: (bytes) =>
      kernel.pieces(bytes).catch((error: Error) => {
        if (lives() === savedIn) throw error
        throw new SaveLost('the worker that saved was lost', { cause: error })
      }),
    pid: () => (kernel.tookOver() ? 0 : worker.pid),
    status: () => status,
  }
}

const callsOf = (worker: SupervisedWorker<KernelBatch>) =>
  kernelCalls({
    call: (request) => worker.ask(request),
    callWhole: (request) => worker.askWhole(request),
    run: (request, batch, watch) => worker.run(request, keptRun(batch), watch),
  })

const keptRun = (batch: KernelBatch) => ({
  batch,
  endsWith: (tick: number) => tick === batch.through,
  shortened(tick: number) {
    const short = shortened(batch, tick)
    return { batch: short, payload: encodeRun(short) }
  },
})

/** At the state that the worker had when it was asked last. */
async function inTypeScript(
  { state, runs }: Remains<KernelBatch>,
  settings: WorldSettings,
): Promise<Kernel> {
  const kernel = await piscinaKernel(settings, state)
  for (const { batch, proof } of runs) {
    const said = proofOf(await kernel.run(batch))
    if (said === proof) continue
    await kernel.close()
    throw new KernelLost(determinismBroken(batch.through, proof, said))
  }
  return kernel
}

const proofOf = ({ tick, hash = '', hashes }: StateProof): string =>
  [`tick ${tick}`, hash, ...hashes.map(({ tick, hash }) => `${tick}: ${hash}`)]
    .filter(Boolean)
    .join(', ')

async function openWorker(
  options: RustOptions & Pick<SupervisedOptions, 'stopping'>,
  settings: WorldSettings,
  from: Pieces | undefined,
  tell: Pick<SupervisedOptions, 'replaced' | 'unsaved' | 'starved'>,
): Promise<SupervisedWorker<KernelBatch>> {
  const tables = tablesAsBytes()
  const pieces = from && { pieces: encodeSaved(from) }
  try {
    const proof = (answer: Uint8Array) => proofOf(decodeProof(answer))
    return await SupervisedWorker.open({ ...options, ...tell, settings, tables, proof }, pieces)
  } catch (error) {
    if (!(error instanceof OpenRefused)) throw error
    throw from ? new StateRefused(error.message) : new RangeError(error.message)
  }
}
