// Takes snapshots of one world beside its ticks: the kernel copies its state between two of them, and the pieces are
// fetched, deflated and written while the world runs on. Kept is only what no crash can take back.

import { type Kernel, type Piece, SaveLost, type WorldSettings } from '../domain/ports/kernel.ts'
import type { SnapshotHead } from '../domain/ports/snapshots.ts'
import { type Deferred, deferred } from './deferred.ts'
import type { LedgerKeeper, LedgerMark } from './ledgerKeeper.ts'
import type { Publication } from './publication.ts'
import { ledgerPiece } from './snapshotPieces.ts'
import type { SnapshotPorts } from './startingPoint.ts'

export type SnapshotTakerPorts = {
  readonly settings: WorldSettings
  readonly snapshots: SnapshotPorts
  readonly keeper: LedgerKeeper
  readonly publication: Publication
  /** What the projections want to remember of all ticks through this one. */
  readonly remembered: (through: number) => Iterable<Piece>
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

export type SnapshotStatus = {
  /** Of the newest one that this engine took or began with; 0: none. */
  readonly tick: number
  /** Why the last try failed; undefined when it did not. */
  readonly failed?: string
}

type Request = Deferred<SnapshotHead> & { readonly pinned: boolean }

/** A slice of pieces costs the kernel's thread about a millisecond: no tick waits for longer. */
const SLICE_BYTES = 1 << 18
/** After a failure the next try comes so many seconds of ticks later. */
const AGAIN_S = 60

export class SnapshotTaker {
  readonly #ports: SnapshotTakerPorts
  #newest = 0
  #notBefore = 0
  #failed: string | undefined
  #saving: Promise<void> | undefined
  #requests: Request[] = []
  /** The last try ended with `SaveLost`, and is not yet made once more. */
  #again = false

  constructor(ports: SnapshotTakerPorts) {
    this.#ports = ports
  }

  status(): SnapshotStatus {
    return { tick: this.#newest, ...(this.#failed !== undefined && { failed: this.#failed }) }
  }

  /** A snapshot of this tick is there. */
  began(tick: number): void {
    this.#newest = Math.max(this.#newest, tick)
  }

  /** Of the next tick at which one can be taken, within a second or two. Rejects where that fails. */
  request(pinned: boolean): Promise<SnapshotHead> {
    const request = { ...deferred<SnapshotHead>(), pinned }
    this.#requests.push(request)
    return request.promise
  }

  /** To be called after each run, before the next: at a hashed tick a snapshot may begin. */
  ran(kernel: Kernel, tick: number): void {
    const { everyTicks } = this.#ports.snapshots
    const isDue = everyTicks > 0 && tick >= Math.max(this.#newest + everyTicks, this.#notBefore)
    if (this.#saving || (!isDue && this.#requests.length === 0)) return
    // Before any other batch: calls are answered in their order.
    const begun = kernel.save()
    this.#saving = this.#take(kernel, tick, begun, true).finally(() => {
      this.#saving = undefined
    })
  }

  /** The last one, of a kernel that runs no further, and of a tick that the ledger has settled. */
  async last(kernel: Kernel, tick: number): Promise<void> {
    await this.#saving
    if (tick <= this.#newest) return
    this.#again = false
    do await this.#take(kernel, tick, kernel.save(), false)
    while (this.#again)
  }

  /** Nobody is left waiting. */
  end(reason: Error): void {
    for (const { reject } of this.#requests.splice(0)) reject(reason)
  }

  async #take(
    kernel: Kernel,
    tick: number,
    begun: ReturnType<Kernel['save']>,
    unsettled: boolean,
  ): Promise<void> {
    const { settings, keeper, publication, signal, say } = this.#ports
    const requests = this.#requests.splice(0)
    const mark = keeper.markAt(tick)
    try {
      const { hash } = await begun
      // Once it may be shown, whoever takes over runs these very ticks.
      if (unsettled) await publication.through(tick, signal)
      if (!mark) throw new Error(`the ledger of tick ${tick} is not known any more`)
      const pinned = requests.some((request) => request.pinned)
      const head = this.#head(tick, hash, mark, pinned)
      await this.#ports.snapshots.store.save(head, this.#pieces(kernel, tick, mark))
      if (this.#failed !== undefined) say(`world ${settings.world}: snapshots are taken again`)
      this.#newest = tick
      this.#failed = undefined
      this.#again = false
      for (const { resolve } of requests) resolve(head)
    } catch (error) {
      // The world goes on: the next tick that can be saved will do, or this one again where it was the last.
      this.#again = error instanceof SaveLost && !this.#again
      if (this.#again) {
        this.#requests.unshift(...requests)
        return
      }
      this.#notBefore = tick + AGAIN_S * settings.ups
      for (const { reject } of requests) reject(error)
      if (signal.aborted && unsettled) return
      const reason = error instanceof Error ? error.message : String(error)
      if (this.#failed === undefined) {
        say(`world ${settings.world}: no snapshot of tick ${tick}: ${reason}`)
      }
      this.#failed = reason
    }
  }

  #head(tick: number, stateHash: string, mark: LedgerMark, pinned: boolean): SnapshotHead {
    const { version, upto } = mark.ledger
    const { settings, snapshots } = this.#ports
    const applied = { ledgerVersion: version, position: upto }
    return {
      world: settings.world,
      tick,
      rulesHash: snapshots.rulesHash,
      stateHash,
      ...applied,
      pinned,
    }
  }

  async *#pieces(
    kernel: Kernel,
    tick: number,
    mark: LedgerMark,
  ): AsyncGenerator<readonly Piece[], void, void> {
    yield [ledgerPiece(mark)]
    for (const piece of this.#ports.remembered(tick)) yield [piece]
    const { settings, snapshots } = this.#ports
    if (snapshots.folds) yield* snapshots.folds(settings.world)
    for (;;) {
      const some = await kernel.pieces(SLICE_BYTES)
      if (some.length === 0) return
      yield some
    }
  }
}
