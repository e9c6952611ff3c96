// The bytes of a chunk: docs/chunk-format.md. Shared by the server and the client; little-endian.

/** One cell as it travels. `offset` is its place in the chunk (row-major 64×64; a pole has 0). */
export type CellRecord = {
  readonly offset: number
  readonly terrain: number
  readonly elevation: number
  readonly deposit: number
  /** Units of 256 items; 0xFFFF never runs out. */
  readonly amount: number
  readonly life: number
  readonly mass: number
  readonly pollution: number
  /** Player index, 0: nobody. */
  readonly owner: number
}

/** `snapshot`: every cell of the chunk. `changes`: the cells that differ from what was sent before. */
export type CellsKind = 'snapshot' | 'changes'

export type DecodedCells = {
  readonly kind: CellsKind
  readonly chunk: number
  readonly cells: readonly CellRecord[]
}

/** Bytes that are no packed cells; the message says what is wrong with them. */
export class ChunkFormatError extends Error {
  override readonly name = 'ChunkFormatError'
}

const MAGIC = 0x6b43
const VERSION = 1
const HEADER_BYTES = 12
const RECORD_BYTES = 13
const CELLS_PER_CHUNK = 4096

/**
 * Packs cells of one chunk, in the order given (ascending offset by convention).
 * Values are cut to their field's width: offset, amount, pollution and owner u16, the others u8.
 */
export function encodeCells(
  kind: CellsKind,
  chunk: number,
  cells: readonly CellRecord[],
): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + cells.length * RECORD_BYTES)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, MAGIC, true)
  view.setUint8(2, VERSION)
  view.setUint8(3, kind === 'snapshot' ? 0 : 1)
  view.setUint32(4, chunk, true)
  view.setUint32(8, cells.length, true)
  let at = HEADER_BYTES
  for (const cell of cells) {
    view.setUint16(at, cell.offset, true)
    view.setUint8(at + 2, cell.terrain)
    view.setUint8(at + 3, cell.elevation)
    view.setUint8(at + 4, cell.deposit)
    view.setUint16(at + 5, cell.amount, true)
    view.setUint8(at + 7, cell.life)
    view.setUint8(at + 8, cell.mass)
    view.setUint16(at + 9, cell.pollution, true)
    view.setUint16(at + 11, cell.owner, true)
    at += RECORD_BYTES
  }
  return bytes
}

/** Unpacks what `encodeCells` made. Throws `ChunkFormatError` for anything else. */
export function decodeCells(bytes: Uint8Array): DecodedCells {
  if (bytes.length < HEADER_BYTES) {
    throw new ChunkFormatError(`${bytes.length} bytes are less than the header's ${HEADER_BYTES}`)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint16(0, true) !== MAGIC) throw new ChunkFormatError('does not start with "Ck"')
  const version = view.getUint8(2)
  if (version !== VERSION) throw new ChunkFormatError(`version ${version}, not ${VERSION}`)
  const kindCode = view.getUint8(3)
  if (kindCode > 1) throw new ChunkFormatError(`kind ${kindCode} is neither 0 nor 1`)
  const count = view.getUint32(8, true)
  const expected = HEADER_BYTES + count * RECORD_BYTES
  if (count > CELLS_PER_CHUNK || bytes.length !== expected) {
    throw new ChunkFormatError(`${count} cells do not fill ${bytes.length} bytes`)
  }
  const cells: CellRecord[] = []
  for (let at = HEADER_BYTES; at < expected; at += RECORD_BYTES) {
    const record = decodeRecord(view, at)
    if (record.offset >= CELLS_PER_CHUNK) {
      throw new ChunkFormatError(`offset ${record.offset} is outside a chunk of 64×64`)
    }
    cells.push(record)
  }
  return {
    kind: kindCode === 0 ? 'snapshot' : 'changes',
    chunk: view.getUint32(4, true),
    cells,
  }
}

const decodeRecord = (view: DataView, at: number): CellRecord => ({
  offset: view.getUint16(at, true),
  terrain: view.getUint8(at + 2),
  elevation: view.getUint8(at + 3),
  deposit: view.getUint8(at + 4),
  amount: view.getUint16(at + 5, true),
  life: view.getUint8(at + 7),
  mass: view.getUint8(at + 8),
  pollution: view.getUint16(at + 9, true),
  owner: view.getUint16(at + 11, true),
})
