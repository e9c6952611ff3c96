// What a worker ran since the last checkpoint, to be run again by the next one if it is lost; within bounds.

type KeptRun<Batch> = {
  readonly payload: Uint8Array
  readonly batch: Batch
  /** The tick that it came to. */
  readonly through: number
  /** What it said of the state: the same is said whenever it is run again. */
  readonly proof: string
}

/** Beyond them a checkpoint is asked for, and at `BEYOND` times as much all is dropped. */
export type KeptBounds = { readonly bytes: number; readonly runs: number }

const BEYOND = 8
const BOUNDS: KeptBounds = { bytes: 16 << 20, runs: 5_000 }

export class KeptBatches<Batch> {
  readonly #bounds: KeptBounds
  #kept: KeptRun<Batch>[] = []
  #bytes = 0
  /** There were runs up to here, which neither a checkpoint holds nor this. */
  #droppedTick: number | undefined

  constructor(bounds: KeptBounds = BOUNDS) {
    this.#bounds = bounds
  }

  /** Ascending. */
  get runs(): readonly KeptRun<Batch>[] {
    return this.#kept
  }

  /** Some were dropped and are in no checkpoint yet: a worker that is lost now cannot be replaced. */
  get isTorn(): boolean {
    return this.#droppedTick !== undefined
  }

  get wantsCheckpoint(): boolean {
    const { bytes, runs } = this.#bounds
    return this.isTorn || this.#bytes > bytes || this.#kept.length > runs
  }

  /** Drops all where it gets too much, and goes on keeping what comes then. */
  keep(run: KeptRun<Batch>): void {
    this.#kept.push(run)
    this.#bytes += run.payload.length
    const { bytes, runs } = this.#bounds
    if (this.#bytes < BEYOND * bytes && this.#kept.length < BEYOND * runs) return
    this.#droppedTick = run.through
    this.#kept = []
    this.#bytes = 0
  }

  /** What a checkpoint of `tick` holds need not be kept. */
  forgetThrough(tick: number): void {
    if (this.#droppedTick !== undefined && this.#droppedTick <= tick) this.#droppedTick = undefined
    const after = this.#kept.findIndex(({ through }) => through > tick)
    const gone = this.#kept.splice(0, after < 0 ? this.#kept.length : after)
    for (const { payload } of gone) this.#bytes -= payload.length
  }
}
