// Places in buffers for things that come and go one by one: always the first ones, without gaps.

import type { BufferAttribute, InterleavedBuffer } from 'three'

export class Slots<Key> {
  private readonly places = new Map<Key, number>()
  private readonly keys: Key[] = []

  get size(): number {
    return this.keys.length
  }

  /** Its place, or -1. */
  of(key: Key): number {
    return this.places.get(key) ?? -1
  }

  /** Its place: the next one where it has none. */
  take(key: Key): number {
    const known = this.places.get(key)
    if (known !== undefined) return known
    const place = this.keys.length
    this.places.set(key, place)
    this.keys.push(key)
    return place
  }

  /**
   * Gives its place up; the last one moves there.
   * @param move copies what lies at one place to another
   */
  leave(key: Key, move: (from: number, to: number) => void): void {
    const place = this.places.get(key)
    if (place === undefined) return
    this.places.delete(key)
    const last = this.keys.pop()!
    if (last === key) return
    move(this.keys.length, place)
    this.keys[place] = last
    this.places.set(last, place)
  }

  clear(): void {
    this.places.clear()
    this.keys.length = 0
  }
}

/** More than so many pieces are sent as one. */
const PIECES_MOST = 96

/** Tells the graphics device that some of a buffer's numbers are new: only those are sent, and a bounded number of pieces. */
export function touched(
  buffer: BufferAttribute | InterleavedBuffer,
  start: number,
  count: number,
): void {
  buffer.needsUpdate = true
  const { updateRanges } = buffer
  const last = updateRanges.at(-1)
  if (last && last.start <= start && start + count <= last.start + last.count) return
  if (updateRanges.length < PIECES_MOST) {
    buffer.addUpdateRange(start, count)
    return
  }
  const from = Math.min(start, ...updateRanges.map((range) => range.start))
  const to = Math.max(start + count, ...updateRanges.map((range) => range.start + range.count))
  buffer.clearUpdateRanges()
  buffer.addUpdateRange(from, to - from)
}
