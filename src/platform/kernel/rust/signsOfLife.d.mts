// Types of signsOfLife.mjs.

/** Of a process and its children. */
export type Look = {
  /** What they have used of the processor in all. */
  readonly cpuMs: number
  /** A thread of theirs runs, or waits for the processor. */
  readonly runs: boolean
  /** A thread of theirs waits for the disk, or for memory that lies there. */
  readonly waitsForDisk: boolean
}

/** Undefined where Linux does not tell, or there is no such process. */
export function lookAt(pid: number): Look | undefined

/**
 * Gives what is to be told the heartbeat after every slice in which no answer came: it returns why the worker is taken
 * for lost, or undefined. `hangMs`: so long a worker may be at work without a heartbeat.
 */
export function watchLife(
  options: { readonly sliceMs: number; readonly hangMs: number },
  look: () => Look | undefined,
): (heartbeat: number) => string | undefined
