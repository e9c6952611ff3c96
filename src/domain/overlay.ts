// A table that can be changed tentatively: an overlay keeps its changes to itself and reads through to the rest.

/** What a fold needs of a Map. */
export type Table<Key, Value> = {
  get(key: Key): Value | undefined
  set(key: Key, value: Value): unknown
  delete(key: Key): unknown
}

/** A view of `base` whose changes never reach it. Costs the changes, not the size of `base`. */
export function overlay<Key, Value>(base: Table<Key, Value>): Table<Key, Value> {
  const changed = new Map<Key, Value | undefined>()
  return {
    get: (key) => (changed.has(key) ? changed.get(key) : base.get(key)),
    set: (key, value) => changed.set(key, value),
    delete: (key) => changed.set(key, undefined),
  }
}
