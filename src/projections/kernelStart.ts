// Opens a kernel where its world's run begins, and proves that it stands there.

import { RulesDiffer } from '../domain/ledger.ts'
import { type Kernel, StateRefused } from '../domain/ports/kernel.ts'
import { type GuardedPorts, openGuarded } from './guardedKernel.ts'
import type { LedgerKeeper } from './ledgerKeeper.ts'
import { findStart, type SnapshotPorts, type StartingPoint } from './startingPoint.ts'

/** Without the state, which the kernel has: it is large. */
export type BeginsAt = Omit<StartingPoint, 'state'>

export type KernelStart = {
  readonly kernel: Kernel
  /** undefined: it stands at tick 0. */
  readonly start: BeginsAt | undefined
}

/** A snapshot that no kernel can go on from is told and passed over. Rejects as `findStart` and the kernel do. */
export async function openAtStart(
  ports: GuardedPorts & { readonly keeper: LedgerKeeper; readonly snapshots?: SnapshotPorts },
  signal: AbortSignal,
): Promise<KernelStart> {
  const { keeper, say, settings, snapshots } = ports
  const { world } = settings
  const refused = new Set<number>()
  for (;;) {
    signal.throwIfAborted()
    const start = snapshots && (await findStart({ keeper, settings, snapshots, refused, say }))
    try {
      const kernel = await openGuarded(ports, signal, start?.state)
      await proveStart(kernel, start, snapshots)
      if (!start) return { kernel, start }
      const { state: _given, ...begins } = start
      say(`world ${world}: goes on from its snapshot of tick ${begins.head.tick}`)
      return { kernel, start: begins }
    } catch (error) {
      if (!start || !(error instanceof StateRefused)) throw error
      const { rulesHash, tick } = start.head
      if (start.otherRules) {
        throw new RulesDiffer(
          `world ${world} cannot be taken over from the rules ${rulesHash}: ${error.message}`,
        )
      }
      say(`world ${world}: its snapshot of tick ${tick} is passed over: ${error.message}`)
      refused.add(tick)
    }
  }
}

async function proveStart(
  kernel: Kernel,
  start: StartingPoint | undefined,
  snapshots: SnapshotPorts | undefined,
): Promise<void> {
  try {
    if (snapshots && kernel.rulesHash !== snapshots.rulesHash) {
      throw new Error(`the kernel runs the rules ${kernel.rulesHash}, not ${snapshots.rulesHash}`)
    }
    if (!start || start.otherRules) return
    const { tick, hash } = await kernel.hash()
    const { head } = start
    if (tick !== head.tick || hash !== head.stateHash) {
      throw new StateRefused(
        `it has the hash ${head.stateHash}, its state the hash ${hash} of tick ${tick}`,
      )
    }
  } catch (error) {
    await kernel.close()
    throw error
  }
}
