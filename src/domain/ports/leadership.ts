// Who may try to run a world. The lease only decides who tries; the ledger's expected version is the fence.

export type Lease = {
  readonly name: string
  /** Raised with every new holder. */
  readonly token: number
  /** Aborts when the lease is lost. */
  readonly lost: AbortSignal
  release(): Promise<void>
}

export type Leadership = {
  /** Waits until the lease is ours or `signal` aborts (then it rejects with the signal's reason). */
  acquire(name: string, signal: AbortSignal): Promise<Lease>
  holder(name: string): Promise<string | undefined>
}
