// One at a time for whatever shares a key, in order of arrival.

/** Runs `work` once nobody else holds any of `keys`. */
export type TakeTurn = <Result>(
  keys: readonly string[],
  work: () => Promise<Result>,
) => Promise<Result>

export function turns(): TakeTurn {
  const held = new Map<string, Promise<unknown>>()
  return async (keys, work) => {
    // All keys are asked for at once, so that nobody holds one while waiting for another.
    const before = Promise.allSettled(keys.map((key) => held.get(key)))
    const mine = before.then(work)
    const done = mine.catch(() => {})
    for (const key of keys) held.set(key, done)
    try {
      return await mine
    } finally {
      for (const key of keys) if (held.get(key) === done) held.delete(key)
    }
  }
}

/** Lets `most` run at once; the others wait in order of arrival. */
export function gate(most: number) {
  let running = 0
  const waiting: (() => void)[] = []
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve))
    else running++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
