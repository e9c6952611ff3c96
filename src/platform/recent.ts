// A bounded memory of what was seen last: two generations, the older one forgotten when the newer one is full.

export function recent<Value>(generationSize: number) {
  let young = new Map<string, Value>()
  let old = new Map<string, Value>()
  return {
    get: (key: string): Value | undefined => young.get(key) ?? old.get(key),
    set(key: string, value: Value): void {
      if (young.size >= generationSize) {
        old = young
        young = new Map()
      }
      young.set(key, value)
    },
    delete(key: string): void {
      young.delete(key)
      old.delete(key)
    },
    clear(): void {
      young = new Map()
      old = new Map()
    },
  }
}
