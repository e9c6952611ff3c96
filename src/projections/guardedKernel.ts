// Opens a kernel of which every failure to run is a loss.

import { cellCount } from '../domain/grid/lattice.ts'
import {
  type Kernel,
  KernelLost,
  type OpenKernel,
  type Pieces,
  StateRefused,
  type WorldSettings,
} from '../domain/ports/kernel.ts'

/** Planets of so many cells take long enough to make that somebody wonders. */
const CELLS_TOLD = 200_000

export type GuardedPorts = {
  readonly openKernel: OpenKernel
  readonly settings: WorldSettings
  readonly say: (line: string) => void
}

/**
 * At tick 0, or with `from` at a saved state (`StateRefused`). Whatever goes wrong in a run is `KernelLost`: the state can
 * not be trusted, and the ledger gives it back.
 */
export async function openGuarded(
  ports: GuardedPorts,
  signal: AbortSignal,
  from?: Pieces,
): Promise<Kernel> {
  const lost = (error: Error) => {
    const known = error instanceof KernelLost || error instanceof StateRefused
    throw known ? error : new KernelLost(error.message, { cause: error })
  }
  const { world, n } = ports.settings
  const cells = cellCount(n)
  if (cells > CELLS_TOLD) ports.say(`world ${world}: making its ${cells} cells`)
  signal.throwIfAborted()
  const opening = ports.openKernel(ports.settings, from, signal)
  const kernel = await unless(signal, opening.catch(lost))
  if (cells > CELLS_TOLD) ports.say(`world ${world}: its cells are made`)
  return {
    ...kernel,
    run: (batch, watch) => kernel.run(batch, watch).catch(lost),
    hash: () => kernel.hash().catch(lost),
  }
}

/** A kernel that is opened for nobody any more is closed as soon as it is there; nobody waits for that. */
async function unless(signal: AbortSignal, opening: Promise<Kernel>): Promise<Kernel> {
  let end: () => void = () => {}
  const ended = new Promise<never>((_, reject) => {
    end = () => reject(signal.reason)
    signal.addEventListener('abort', end, { once: true })
  })
  try {
    return await Promise.race([opening, ended])
  } catch (error) {
    opening.then(
      (kernel) => kernel.close(),
      () => {},
    )
    throw error
  } finally {
    signal.removeEventListener('abort', end)
  }
}
