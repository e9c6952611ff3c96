// A state in named pieces, as snapshots keep it: every chunk that is not as the seed made it, players, structures, and
// the rest. docs/rules.md, "The state in pieces". Saving copies the planes at once and cuts them up at leisure, so that
// all pieces are of one tick and no tick waits for them.

import type { Piece, Pieces } from '../ports/kernel.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import { hashChunks, hashGround, stateHash } from './hash.ts'
import { readNames, type SavedCodes, writeNames } from './savedCodes.ts'
import { DIRTY_FEED, DIRTY_HASH, type SimulationState } from './state.ts'
import {
  checkCodes,
  readBalance,
  readMayBuild,
  readOpened,
  readPlayers,
  writeBalance,
  writeMayBuild,
  writeOpened,
  writePlayers,
} from './stateCodec.ts'
import { readStructures, writeStructures } from './structureCodec.ts'

const MAGIC = 0x7057
const VERSION = 2

/** The planes that change, in the order of a chunk's bytes; all of them little-endian. */
const CHANGING = ['amount', 'life', 'mass', 'pollution', 'owner', 'fertility'] as const
type Changing = Pick<SimulationState, (typeof CHANGING)[number]>

/** What the seed made, to tell what has changed since. */
export type Generated = {
  /** As `hashChunks` of the state at tick 0. */
  readonly chunks: Uint32Array
  /** As `hashGround`, and the sum of `chunks`: other rules make another planet of the same seed. */
  readonly planet: readonly number[]
}

/** Of a state at tick 0, before anything happened to it. */
export function generatedOf(state: SimulationState): Generated {
  const chunks = hashChunks(state).slice()
  let low = 0
  let high = 0
  for (let at = 0; at < chunks.length; at += 2) {
    low = (low + chunks[at]!) >>> 0
    high = (high + chunks[at + 1]!) >>> 0
  }
  return { chunks, planet: [...hashGround(state), low, high] }
}

/** A save under way: what is still to be told of the state as it stood. */
export type Saving = {
  readonly tick: number
  readonly hash: string
  readonly pieces: IterableIterator<Piece>
}

/** Saves the state as it stands. Costs a copy of the planes; the chunks are cut from that as they are asked for. */
export function beginSaving(state: SimulationState, generated: Generated): Saving {
  const hash = stateHash(state)
  const changed = changedChunks(state, generated)
  const rest = [
    piece('world', (out) => writeWorld(out, state, generated, changed)),
    piece('players', (out) => writePlayers(out, state)),
    piece('structures', (out) => {
      writeStructures(out, state)
      writeMayBuild(out, state)
    }),
  ]
  const planes = Object.fromEntries(CHANGING.map((name) => [name, state[name].slice()]))
  return { tick: state.tick, hash, pieces: cut(state, planes as Changing, rest, changed) }
}

function* cut(
  { cellsByChunk, chunkStarts }: Pick<SimulationState, 'cellsByChunk' | 'chunkStarts'>,
  planes: Changing,
  rest: readonly Piece[],
  chunks: readonly number[],
): Generator<Piece, void, void> {
  yield* rest
  for (const chunk of chunks) {
    const cells = cellsByChunk.subarray(chunkStarts[chunk], chunkStarts[chunk + 1])
    yield { name: `chunk/${chunk}`, bytes: chunkBytes(planes, cells) }
  }
}

/** By hand and not by a ByteWriter: there are millions of cells. */
function chunkBytes(planes: Changing, cells: Int32Array): Uint8Array {
  const width = CHANGING.reduce((sum, name) => sum + planes[name].BYTES_PER_ELEMENT, 0)
  const bytes = new Uint8Array(width * cells.length)
  let at = 0
  for (const name of CHANGING) {
    const plane = planes[name]
    const isWide = plane.BYTES_PER_ELEMENT === 2
    for (let place = 0; place < cells.length; place++) {
      const value = plane[cells[place]!]!
      bytes[at++] = value
      if (isWide) bytes[at++] = value >>> 8
    }
  }
  return bytes
}

function piece(name: string, write: (out: ByteWriter) => void): Piece {
  const out = new ByteWriter()
  write(out)
  return { name, bytes: out.bytes() }
}

function changedChunks(state: SimulationState, { chunks }: Generated): number[] {
  const now = hashChunks(state)
  const changed: number[] = []
  for (let chunk = 0; chunk < state.dirty.length; chunk++) {
    const isSame =
      now[2 * chunk] === chunks[2 * chunk] && now[2 * chunk + 1] === chunks[2 * chunk + 1]
    if (!isSame) changed.push(chunk)
  }
  return changed
}

function writeWorld(
  out: ByteWriter,
  state: SimulationState,
  { planet }: Generated,
  chunks: readonly number[],
) {
  out.u16(MAGIC)
  out.u8(VERSION)
  out.u32(state.seed)
  out.u16(state.n)
  out.wide(state.tick)
  for (const word of planet) out.u32(word)
  writeNames(out)
  out.list(chunks, (chunk) => out.u32(chunk))
  writeOpened(out, state)
  writeBalance(out, state)
}

/**
 * Puts pieces into `state`, a fresh one at tick 0, of which `generated` tells; it then goes on as the saved one would
 * have. Codes are read by name, so tables may have grown since. Throws `BytesError`, which names the field, for anything
 * that is no state of this planet, or that these tables cannot say; `state` is of no use then.
 */
export function takePieces(state: SimulationState, generated: Generated, pieces: Pieces): void {
  const world = readerOf(pieces, 'world')
  const { codes, chunks } = readHeader(world, state, generated)
  for (const chunk of chunks) takeChunk(state, readerOf(pieces, `chunk/${chunk}`), chunk, codes)
  readOpened(world, state)
  readBalance(world, state, codes)
  world.end()
  const players = readerOf(pieces, 'players')
  readPlayers(players, state, codes)
  players.end()
  const structures = readerOf(pieces, 'structures')
  readStructures(structures, state, codes)
  readMayBuild(structures, state)
  structures.end()
}

function readerOf(pieces: Pieces, name: string): ByteReader {
  const bytes = pieces.get(name)
  return bytes ? new ByteReader(bytes) : new ByteReader(new Uint8Array(0)).fail(name, 'is missing')
}

function readHeader(from: ByteReader, state: SimulationState, { planet }: Generated) {
  if (from.u16('magic') !== MAGIC) from.fail('magic', 'this is no saved world')
  const version = from.u8('version')
  if (version !== VERSION) from.fail('version', `${version} is not ${VERSION}`)
  const seed = from.u32('seed')
  if (seed !== state.seed) from.fail('seed', `${seed} is not ${state.seed}`)
  const n = from.u16('n')
  if (n !== state.n) from.fail('n', `${n} is not ${state.n}`)
  state.tick = from.wide('tick')
  const saved = planet.map(() => from.u32('planet'))
  if (saved.some((word, at) => word !== planet[at])) {
    from.fail('planet', 'these rules make another planet of this seed')
  }
  const codes = readNames(from)
  const count = state.dirty.length
  const chunks = from.list('chunks', () => from.u32('chunks', count - 1))
  return { codes, chunks }
}

function takeChunk(state: SimulationState, from: ByteReader, chunk: number, codes: SavedCodes) {
  const { cellsByChunk, chunkStarts } = state
  const cells = cellsByChunk.subarray(chunkStarts[chunk], chunkStarts[chunk + 1])
  for (const name of CHANGING) {
    const plane = state[name]
    const wide = plane instanceof Uint16Array
    const values = wide ? new Uint16Array(cells.length) : new Uint8Array(cells.length)
    from.plane(values, name)
    if (values instanceof Uint8Array && name === 'life') readLives(from, values, codes)
    for (let place = 0; place < cells.length; place++) plane[cells[place]!] = values[place]!
  }
  from.end()
  state.dirty[chunk]! |= DIRTY_HASH | DIRTY_FEED
}

function readLives(from: ByteReader, lives: Uint8Array, codes: SavedCodes) {
  checkCodes(from, 'life', lives, codes.count('lives'))
  const now = Uint8Array.from({ length: codes.count('lives') }, (_, saved) =>
    lives.includes(saved) ? codes.now(from, 'life', 'lives', saved) : 0,
  )
  for (let place = 0; place < lives.length; place++) lives[place] = now[lives[place]!]!
}
