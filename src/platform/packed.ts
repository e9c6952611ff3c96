// A snapshot's parts on their way to a disk and back: deflated off the main thread, and proved by digests.

import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { deflate, inflate } from 'node:zlib'

const deflated = promisify(deflate)
const inflated = promisify(inflate)
/** The fastest: a state is mostly zeros and runs, and the disk is not what is short. */
const LEVEL = 1

export type PackedPart = {
  readonly name: string
  readonly digest: Uint8Array
  readonly deflated: Uint8Array
}

export type Packed = {
  /** Over names and digests, so that no part can be missing. */
  readonly digest: Uint8Array
  readonly parts: readonly PackedPart[]
}

export async function pack(parts: ReadonlyMap<string, Uint8Array>): Promise<Packed> {
  const packed: PackedPart[] = []
  for (const [name, bytes] of parts) {
    packed.push({ name, digest: sha256(bytes), deflated: await deflated(bytes, { level: LEVEL }) })
  }
  return { digest: digestOf(packed), parts: packed }
}

/** The parts as they were packed; or what is wrong with them. */
export async function unpack({
  digest,
  parts,
}: Packed): Promise<ReadonlyMap<string, Uint8Array> | string> {
  const unpacked = new Map<string, Uint8Array>()
  for (const part of parts) {
    const bytes = await inflated(part.deflated).catch(() => undefined)
    if (!bytes) return `part ${part.name} cannot be inflated`
    if (!sha256(bytes).equals(part.digest)) return `part ${part.name} has another digest`
    unpacked.set(part.name, bytes)
  }
  return digestOf(parts).equals(digest) ? unpacked : 'parts are missing'
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()

function digestOf(parts: readonly PackedPart[]): Buffer {
  const hash = createHash('sha256')
  const byName = [...parts].sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const { name, digest } of byName) hash.update(`${name}\n`).update(digest)
  return hash.digest()
}
