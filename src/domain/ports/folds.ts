// The port to folds that stand for archived events: who decides about a stream begins with one.

export type SavedFold = {
  readonly stream: string
  /** Events that are folded. */
  readonly version: number
  readonly state: unknown
}

export type SavedFolds = {
  /** undefined: the stream is all in the log. Throws `StoreUnavailable`. */
  find(stream: string): Promise<SavedFold | undefined>
}
