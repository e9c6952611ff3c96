// One after the other: work of one key begins when what came before it, of that key, has ended.

export type InTurn = <Value>(key: string, work: () => Promise<Value>) => Promise<Value>

/** Who waits is bounded by whoever asks: each asks for one thing at a time, and nothing is kept once it is done. */
export function inTurn(): InTurn {
  const last = new Map<string, Promise<unknown>>()
  return async (key, work) => {
    const before = last.get(key)
    // What failed before is its own affair.
    const mine = (async () => {
      await before?.catch(() => {})
      return work()
    })()
    last.set(key, mine)
    try {
      return await mine
    } finally {
      if (last.get(key) === mine) last.delete(key)
    }
  }
}
