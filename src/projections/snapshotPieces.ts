// What a snapshot holds beside the kernel's pieces: the ledger as it stood, and what came of the newest orders.

import type { Piece, Pieces } from '../domain/ports/kernel.ts'
import type { LedgerMark } from './ledgerKeeper.ts'

const LEDGER = 'ledger'
/** Pieces of what the projections remember begin so. */
const REMEMBERED = 'remembered/'
/** Pieces of folds begin so: who decides reads them by themselves (src/commands/foldPieces.ts). */
const FOLDS = 'fold/'

const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
const parsed = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes))

export const ledgerPiece = (mark: LedgerMark): Piece => ({ name: LEDGER, bytes: text(mark) })

export const rememberedPiece = (name: string, value: unknown): Piece => ({
  name: `${REMEMBERED}${name}`,
  bytes: text(value),
})

export type Parted = {
  readonly mark: LedgerMark | undefined
  /** By name. */
  readonly remembered: ReadonlyMap<string, unknown>
  /** The kernel's own. */
  readonly state: Pieces
}

/** A snapshot's pieces by their owners. Digests have proved the bytes, so that they are what was saved. */
export function partPieces(pieces: Pieces): Parted {
  const state = new Map(pieces)
  const remembered = new Map<string, unknown>()
  const mark = state.get(LEDGER)
  state.delete(LEDGER)
  for (const [name, bytes] of pieces) {
    if (name.startsWith(FOLDS)) state.delete(name)
    if (!name.startsWith(REMEMBERED)) continue
    state.delete(name)
    remembered.set(name.slice(REMEMBERED.length), parsed(bytes))
  }
  return { mark: mark && (parsed(mark) as LedgerMark), remembered, state }
}
