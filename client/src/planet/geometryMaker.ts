// Who builds geometry: a worker, so that the page goes on meanwhile; or the page itself where there is none to be had.

import { type ChunkRelief, geometryOf } from './chunkRelief.ts'
import type { ChunkGeometry } from './geometry.ts'

/** One that is built and one that waits: the worker never stands idle, and what is nearest goes first. */
const AT_ONCE = 2

type Order = { readonly relief: ChunkRelief; readonly done: (geometry: ChunkGeometry) => void }

/** What of the browser's worker is used. */
type Builder = Pick<Worker, 'postMessage' | 'terminate'> & {
  onmessage: ((event: MessageEvent<ChunkGeometry>) => void) | null
  onerror: ((event: ErrorEvent) => void) | null
}

export class GeometryMaker {
  private worker: Builder | undefined
  /** With the worker, in the order in which it answers. */
  private orders: Order[] = []

  /** @param open starts the worker; where it throws, all is built here */
  constructor(open: () => Builder = openWorker) {
    try {
      this.worker = open()
    } catch {
      return
    }
    this.worker.onmessage = ({ data }) => this.orders.shift()?.done(data)
    this.worker.onerror = (event) => {
      event.preventDefault?.()
      this.goOnAlone()
    }
  }

  /** Whether `make` returns before the geometry is there. */
  get beside(): boolean {
    return this.worker !== undefined
  }

  /** Whether it takes an order now. */
  get free(): boolean {
    return this.orders.length < AT_ONCE
  }

  /** @param done called once, with what was built: before this returns, where no worker is to be had */
  make(relief: ChunkRelief, done: (geometry: ChunkGeometry) => void): void {
    if (!this.worker) {
      done(geometryOf(relief))
      return
    }
    this.orders.push({ relief, done })
    this.worker.postMessage(relief)
  }

  close(): void {
    this.worker?.terminate()
    this.worker = undefined
    this.orders = []
  }

  /** The worker could not be loaded, or failed: what it had to do is done here. */
  private goOnAlone(): void {
    const { orders } = this
    this.close()
    for (const { relief, done } of orders) done(geometryOf(relief))
  }
}

function openWorker(): Builder {
  return new Worker(new URL('./geometryWorker.ts', import.meta.url), { type: 'module' })
}
