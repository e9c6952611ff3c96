// The port to folds that were kept: who decides about a stream begins with one, and reads only what came after.

export type SavedFold = {
  readonly stream: string
  /** Events that are folded. */
  readonly version: number
  readonly state: unknown
  /** Of the last folded event, where the log may be asked whether it has it: the fold may be of another log. */
  readonly eventId?: string
}

export type SavedFolds = {
  /** undefined: the stream has to be read from its start. Throws `StoreUnavailable`, `LogBroken`. */
  find(stream: string): Promise<SavedFold | undefined>
  /** What stands for events that left the log, where `find` may give another: for whoever met the gap. */
  archived?(stream: string): Promise<SavedFold | undefined>
}
