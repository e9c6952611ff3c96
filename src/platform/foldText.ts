// A fold as JSON and back: plain data, with maps told apart.

const MAP = '$map'

/** Throws a TypeError for what JSON cannot say. */
export const foldText = (state: unknown): string =>
  JSON.stringify({ state }, (_key, value: unknown) => {
    if (value instanceof Map) return { [MAP]: [...value] }
    if (value instanceof Set || typeof value === 'function' || typeof value === 'bigint') {
      throw new TypeError(`a fold holds plain data and maps only, not ${String(value)}`)
    }
    return value
  })

export const foldOf = (text: string): unknown =>
  (
    JSON.parse(text, (_key, value: unknown) =>
      value !== null && typeof value === 'object' && MAP in value
        ? new Map(value[MAP] as [unknown, unknown][])
        : value,
    ) as { state?: unknown }
  ).state
