// A bounded map in memory for read models. Values are handed out as they are, never cloned.

export type Cache<Value> = {
  get(key: string): Value | undefined
  set(key: string, value: Value): void
  delete(key: string): void
  keys(): readonly string[]
  clear(): void
}

/** `capacity`: entries; the least recently used one goes first, and `evicted` is told of it. */
export type OpenCache = <Value>(
  name: string,
  capacity: number,
  evicted?: (key: string, value: Value) => void,
) => Cache<Value>
