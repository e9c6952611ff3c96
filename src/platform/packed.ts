// A snapshot's pieces on their way to a disk and back: deflated off the main thread, and proved by digests.

import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { deflate, inflate } from 'node:zlib'
import type { Piece, Pieces } from '../domain/ports/kernel.ts'

const deflated = promisify(deflate)
const inflated = promisify(inflate)
/** Nearly the fastest: a state is mostly zeros and runs, and the disk is not what is short (docs/benchmarks.md). */
const LEVEL = 3
/** Threads of libuv that are given work at once. */
const AT_ONCE = 4

export type PackedPiece = {
  readonly name: string
  readonly digest: Uint8Array
  readonly deflated: Uint8Array
}

export type Packed = {
  /** Over names and digests, so that no piece can be missing. */
  readonly digest: Uint8Array
  readonly pieces: readonly PackedPiece[]
}

/** Takes pieces as they come, so that never all of them lie in memory undeflated. */
export async function pack(pieces: AsyncIterable<readonly Piece[]>): Promise<Packed> {
  const packed: PackedPiece[] = []
  for await (const some of pieces) {
    for (let from = 0; from < some.length; from += AT_ONCE) {
      packed.push(...(await Promise.all(some.slice(from, from + AT_ONCE).map(packPiece))))
    }
  }
  return { digest: digestOf(packed), pieces: packed }
}

async function packPiece({ name, bytes }: Piece): Promise<PackedPiece> {
  return { name, digest: sha256(bytes), deflated: await deflated(bytes, { level: LEVEL }) }
}

/** The pieces as they were packed; or what is wrong with them. */
export async function unpack({ digest, pieces }: Packed): Promise<Pieces | string> {
  const unpacked = await unpackSome(pieces)
  if (typeof unpacked === 'string' || digestOf(pieces).equals(digest)) return unpacked
  return 'pieces are missing'
}

/** Some of the pieces, each proved by its own digest; or what is wrong with one. */
export async function unpackSome(pieces: readonly PackedPiece[]): Promise<Pieces | string> {
  const unpacked = new Map<string, Uint8Array>()
  for (const piece of pieces) {
    const bytes = await inflated(piece.deflated).catch(() => undefined)
    if (!bytes) return `piece ${piece.name} cannot be inflated`
    if (!sha256(bytes).equals(piece.digest)) return `piece ${piece.name} has another digest`
    unpacked.set(piece.name, bytes)
  }
  return unpacked
}

export const packedBytes = (pieces: readonly { readonly deflated: Uint8Array }[]): number =>
  pieces.reduce((sum, piece) => sum + piece.deflated.length, 0)

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()

function digestOf(pieces: readonly PackedPiece[]): Buffer {
  const hash = createHash('sha256')
  const byName = [...pieces].sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const { name, digest } of byName) hash.update(`${name}\n`).update(digest)
  return hash.digest()
}
