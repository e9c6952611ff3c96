// Opens a kernel of which every failure to run is a loss.

import {
  type Kernel,
  KernelLost,
  type OpenKernel,
  type WorldSettings,
} from '../domain/ports/kernel.ts'

/** Whatever goes wrong in a run is `KernelLost`: the state can not be trusted, and the ledger gives it back. */
export async function openGuarded(ports: {
  readonly openKernel: OpenKernel
  readonly settings: WorldSettings
}): Promise<Kernel> {
  const lost = (error: Error) => {
    throw error instanceof KernelLost ? error : new KernelLost(error.message, { cause: error })
  }
  const kernel = await ports.openKernel(ports.settings).catch(lost)
  return {
    ...kernel,
    run: (batch) => kernel.run(batch).catch(lost),
    hash: () => kernel.hash().catch(lost),
  }
}
