// A whole state as bytes, and back: docs/rules.md, "The state as bytes". To compare kernels; snapshots are pieces (pieces.ts).

import { deposits, terrainCode } from '../generation/codes.ts'
import { isCell } from '../grid/lattice.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import { LIFE_KINDS } from './life.ts'
import { readByItem, readPlayer, writePlayer } from './playerCodec.ts'
import { ownCodes, type SavedCodes } from './savedCodes.ts'
import type { SimulationState } from './state.ts'
import { emptyState } from './state.ts'
import { readStructures, writeStructures } from './structureCodec.ts'
import { ITEM_COUNT, RESEARCH_COUNT } from './tables.ts'

const MAGIC = 0x7453
const VERSION = 2
/** Of 10·n² + 2 cells; larger planets than n = 2,048 are not founded. */
const MOST_N = 2048
const TERRAINS = Object.keys(terrainCode).length

/** Every plane, in the order of the bytes; all of them little-endian. */
const planesOf = (state: SimulationState) => [
  state.terrain,
  state.elevation,
  state.deposit,
  state.amount,
  state.life,
  state.mass,
  state.pollution,
  state.owner,
  state.fertility,
  state.crystalBed,
]

/** The state as bytes. It stays as it is. */
export function encodeState(state: SimulationState): Uint8Array {
  const out = new ByteWriter()
  out.u16(MAGIC)
  out.u8(VERSION)
  out.u8(ITEM_COUNT)
  out.u8(RESEARCH_COUNT)
  out.u32(state.seed)
  out.u16(state.n)
  out.wide(state.tick)
  for (const plane of planesOf(state)) out.plane(plane)
  writeOpened(out, state)
  writePlayers(out, state)
  writeStructures(out, state)
  writeMayBuild(out, state)
  writeBalance(out, state)
  return out.bytes()
}

/** The state that `encodeState` wrote. Throws `BytesError`, which names the field, for anything else. */
export function decodeState(bytes: Uint8Array): SimulationState {
  const from = new ByteReader(bytes)
  if (from.u16('magic') !== MAGIC) from.fail('magic', 'this is no saved state')
  const version = from.u8('version')
  if (version !== VERSION) from.fail('version', `${version} is not ${VERSION}`)
  const itemCount = from.u8('items')
  const researchCount = from.u8('researches')
  if (itemCount !== ITEM_COUNT || researchCount !== RESEARCH_COUNT) {
    from.fail('items', `saved with ${itemCount} items and ${researchCount} researches`)
  }
  const seed = from.u32('seed')
  const n = from.u16('n', MOST_N)
  if (n === 0) from.fail('n', 'a planet has a frequency of 1 at least')
  const tick = from.wide('tick')
  // Asked before the planes are made, so that a wild n costs no memory.
  from.need(10 * n * n, 'planes')
  const state = emptyState({ seed, n })
  state.tick = tick
  for (const plane of planesOf(state)) from.plane(plane, 'plane')
  checkCodes(from, 'terrain', state.terrain, TERRAINS)
  checkCodes(from, 'deposit', state.deposit, deposits.length)
  checkCodes(from, 'life', state.life, LIFE_KINDS)
  readOpened(from, state)
  readPlayers(from, state, ownCodes)
  readStructures(from, state, ownCodes)
  readMayBuild(from, state)
  readBalance(from, state, ownCodes)
  from.end()
  return state
}

/** Throws `BytesError` where a plane has a value that is no code. */
export function checkCodes(from: ByteReader, field: string, plane: Uint8Array, codes: number) {
  const wrong = plane.find((code) => code >= codes)
  if (wrong !== undefined) from.fail(field, `${wrong} is no code of a ${field}`)
}

export function writeOpened(out: ByteWriter, { opened }: SimulationState) {
  out.list(
    [...opened].sort(([a], [b]) => a - b),
    ([cell, left]) => {
      out.u32(cell)
      out.u8(left)
    },
  )
}

export function readOpened(from: ByteReader, state: SimulationState) {
  from.list('opened', () => {
    const cell = from.u32('opened.cell')
    if (!isCell(state.n, cell)) from.fail('opened.cell', `${cell} is no cell`)
    state.opened.set(cell, from.u8('left'))
  })
}

export function writePlayers(out: ByteWriter, { players }: SimulationState) {
  out.list(players, (player) => writePlayer(out, player))
}

export function readPlayers(from: ByteReader, state: SimulationState, codes: SavedCodes) {
  from.list('players', (place) => {
    const player = readPlayer(from, state.n, place + 1, codes)
    if (state.playerByAccount.has(player.account)) {
      from.fail('players.account', `${player.account} comes twice`)
    }
    state.players.push(player)
    state.playerByAccount.set(player.account, player)
    state.changedPlayers.add(player.index)
  })
  for (const owner of state.owner) {
    if (owner > state.players.length) from.fail('owner', `there is no player ${owner}`)
  }
}

export function writeMayBuild(out: ByteWriter, { mayBuild }: SimulationState) {
  out.list(
    [...mayBuild].sort((a, b) => a - b),
    (index) => out.u16(index),
  )
}

/** After the players. */
export function readMayBuild(from: ByteReader, state: SimulationState) {
  for (const index of from.list('mayBuild', () => from.u16('mayBuild', state.players.length))) {
    state.mayBuild.add(index)
  }
}

export function writeBalance(out: ByteWriter, { balance }: SimulationState) {
  for (const count of balance.made) out.wide(count)
  for (const count of balance.used) out.wide(count)
  out.wide(balance.pollutionEmitted)
  out.wide(balance.pollutionSunk)
  out.wide(balance.pollutionAbsorbed)
}

export function readBalance(from: ByteReader, { balance }: SimulationState, codes: SavedCodes) {
  readByItem(from, 'made', codes, balance.made)
  readByItem(from, 'used', codes, balance.used)
  balance.pollutionEmitted = from.wide('pollutionEmitted')
  balance.pollutionSunk = from.wide('pollutionSunk')
  balance.pollutionAbsorbed = from.wide('pollutionAbsorbed')
}
