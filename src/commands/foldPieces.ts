// A fold as pieces of a snapshot, and back: plain data, and maps in slices, so that no slice holds up the loop for long.

import { foldsHash } from '../domain/foldsHash.generated.ts'
import type { SavedFold } from '../domain/ports/folds.ts'
import type { Piece, Pieces } from '../domain/ports/kernel.ts'

/** Pieces of folds begin so, then comes the stream. */
export const FOLDS = 'fold/'
export const piecesBeginOf = (stream: string) => `${FOLDS}${stream}/`
/** The stream of a fold's piece. */
export const streamOfPiece = (name: string) =>
  name.slice(FOLDS.length, name.indexOf('/', FOLDS.length))

const HEAD = 'head'
/** About a hundred kilobytes of text: a millisecond. */
const SLICE_ENTRIES = 2_048

type Head = {
  /** Other deciders, other events or other upcasts fold to something else. */
  readonly foldsHash: string
  readonly version: number
  readonly eventId: string
  /** The state without its maps, and how many slices each of those has. */
  readonly state: object
  readonly maps: Readonly<Record<string, number>>
}

const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
const parsed = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes))

/** The pieces of a fold whose state stands still until the last of them is taken. */
export function* foldPieces({ stream, version, state, eventId = '' }: SavedFold): Generator<Piece> {
  const begin = piecesBeginOf(stream)
  const maps: Record<string, number> = {}
  const plain: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(state as object)) {
    if (value instanceof Map) maps[name] = Math.ceil(value.size / SLICE_ENTRIES)
    else plain[name] = value
  }
  const head: Head = { foldsHash, version, eventId, state: plain, maps }
  yield { name: `${begin}${HEAD}`, bytes: bytesOf(head) }
  for (const [name, count] of Object.entries(maps)) {
    const map = (state as Record<string, unknown>)[name] as Map<unknown, unknown>
    const entries = map.entries()
    for (let slice = 0; slice < count; slice++) {
      yield { name: `${begin}${name}/${slice}`, bytes: bytesOf(taken(entries, SLICE_ENTRIES)) }
    }
  }
}

/** The fold of a stream; undefined where a piece is missing, or other deciders made it. */
export function foldFrom(stream: string, pieces: Pieces): SavedFold | undefined {
  const begin = piecesBeginOf(stream)
  const headBytes = pieces.get(`${begin}${HEAD}`)
  if (!headBytes) return undefined
  const head = parsed(headBytes) as Head
  if (head.foldsHash !== foldsHash) return undefined
  const state: Record<string, unknown> = { ...head.state }
  for (const [name, count] of Object.entries(head.maps)) {
    const map = new Map<unknown, unknown>()
    for (let slice = 0; slice < count; slice++) {
      const bytes = pieces.get(`${begin}${name}/${slice}`)
      if (!bytes) return undefined
      for (const [key, value] of parsed(bytes) as [unknown, unknown][]) map.set(key, value)
    }
    state[name] = map
  }
  const { version, eventId } = head
  return { stream, version, state, eventId }
}

function taken<Value>(from: Iterator<Value>, count: number): Value[] {
  const some: Value[] = []
  for (let next = from.next(); !next.done; next = from.next()) {
    some.push(next.value)
    if (some.length === count) break
  }
  return some
}
