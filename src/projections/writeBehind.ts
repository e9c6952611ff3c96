// Writes what has changed to a table, in batches, behind the running world. A key is dirty until its row was saved: only
// keys are kept, so nothing dirty can be evicted, and a database that is away costs a set of keys.

import type { Clock, Scheduler } from '../domain/ports/time.ts'

const LONGEST_PAUSE_MS = 30_000

export type WriteBehindOptions<Key, Row> = {
  /** What is written, for messages. */
  readonly name: string
  /** The row as it stands now; undefined where there is none any more. */
  readonly read: (key: Key) => Promise<Row | undefined>
  /** All or nothing; rejects while the database is away. */
  readonly save: (rows: readonly Row[]) => Promise<void>
  /** Rows in a batch at most. */
  readonly batch: number
  readonly everyMs: number
  readonly clock: Pick<Clock, 'monotonic'>
  readonly scheduler: Scheduler
  readonly say: (line: string) => void
}

export type WriteBehindStatus = {
  /** Keys whose newest row is not saved. */
  readonly dirty: number
  /** Since when saving fails, in milliseconds of `clock.monotonic`, and why. */
  readonly failing?: { readonly sinceMs: number; readonly reason: string }
}

export type WriteBehind<Key> = {
  mark(key: Key): void
  /** Write-through: resolves true once the row is saved, false where it stays dirty. */
  saveNow(key: Key): Promise<boolean>
  status(): WriteBehindStatus
  /** Saves what is dirty; false where some of it stays so. */
  flush(): Promise<boolean>
  /** Flushes again and again until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>
}

export function writeBehind<Key, Row>(options: WriteBehindOptions<Key, Row>): WriteBehind<Key> {
  const { name, read, save, batch, everyMs, clock, scheduler, say } = options
  const dirty = new Set<Key>()
  let failing: WriteBehindStatus['failing']

  const failed = (error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error)
    if (!failing) say(`${name} are not saved for now: ${reason}`)
    failing = { sinceMs: failing?.sinceMs ?? clock.monotonic(), reason }
  }
  /** True if all of them are saved. What is marked again meanwhile is dirty again. */
  const saveKeys = async (keys: readonly Key[]): Promise<boolean> => {
    for (const key of keys) dirty.delete(key)
    try {
      const rows = (await Promise.all(keys.map(read))).filter((row) => row !== undefined)
      if (rows.length > 0) await save(rows)
    } catch (error) {
      for (const key of keys) dirty.add(key)
      failed(error)
      return false
    }
    if (failing) say(`${name} are saved again`)
    failing = undefined
    return true
  }
  const flush = async (): Promise<boolean> => {
    const keys = [...dirty]
    for (let from = 0; from < keys.length; from += batch) {
      if (!(await saveKeys(keys.slice(from, from + batch)))) return false
    }
    return true
  }
  return {
    mark: (key) => {
      dirty.add(key)
    },
    saveNow: (key) => saveKeys([key]),
    flush,
    status: () => ({ dirty: dirty.size, ...(failing && { failing }) }),
    async run(signal) {
      for (let pauseMs = everyMs; !signal.aborted; ) {
        await scheduler.sleep(pauseMs, signal)
        if (signal.aborted) return
        pauseMs = (await flush()) ? everyMs : Math.min(LONGEST_PAUSE_MS, pauseMs * 2)
      }
    },
  }
}
