// The state hash: of everything that is simulated, the same however the state was reached.
//
// Every entity (a cell, a structure, a player, …) has a digest of two u32 that begins with its id; the
// hash is their sum, so no order matters. The planes' part is cached by chunk. It finds divergence; it
// is no cryptography.

import { networkOf } from './network.ts'
import { mix32 } from './random.ts'
import { eachItem } from './run.ts'
import type { OrderRef, Player, SimulationState, Structure } from './state.ts'
import { DIRTY_HASH } from './state.ts'

const GOLDEN = 0x9e3779b1
const OTHER = 0x85ebca77

// What an entity is, as the first word of its digest.
const OPENED = 1
const STRUCTURE = 2
const PLAYER = 3
const WAITING = 4
const BALANCE = 5
const WORLD = 6
const BELT_ITEM = 7

/** Sums the digests of entities. */
class Digest {
  low = 0
  high = 0
  private a = 0
  private b = 0

  begin(kind: number, id: number) {
    this.a = mix32(kind)
    this.b = mix32(kind ^ OTHER)
    this.word(id)
  }

  word(value: number) {
    this.a = mix32(this.a ^ Math.imul(value, GOLDEN))
    this.b = mix32((Math.imul(this.b, 5) + value) | 0)
  }

  /** A whole number below 2^53. */
  wide(value: number) {
    this.word(value >>> 0)
    this.word(Math.floor(value / 0x1_0000_0000))
  }

  text(value: string) {
    this.word(value.length)
    for (let at = 0; at < value.length; at++) this.word(value.charCodeAt(at))
  }

  end() {
    this.low = (this.low + this.a) >>> 0
    this.high = (this.high + this.b) >>> 0
  }
}

/** 16 hex digits. Costs little where few chunks changed since it was asked for last. */
export function stateHash(state: SimulationState): string {
  const digest = new Digest()
  const hashes = hashChunks(state)
  for (let at = 0; at < hashes.length; at += 2) {
    digest.low = (digest.low + hashes[at]!) >>> 0
    digest.high = (digest.high + hashes[at + 1]!) >>> 0
  }
  addWorld(state, digest)
  for (const [cell, left] of state.opened) {
    digest.begin(OPENED, cell)
    digest.word(left)
    digest.end()
  }
  for (const structure of state.structures.values()) addStructure(digest, structure)
  addBelts(state, digest)
  for (const player of state.players) addPlayer(digest, player)
  addWaiting(state, digest)
  return hex(digest.high) + hex(digest.low)
}

/** Two u32 a chunk, of the planes that change; the state's own cache, brought up to date. */
export function hashChunks(state: SimulationState): Uint32Array {
  for (let chunk = 0; chunk < state.dirty.length; chunk++) {
    if (state.dirty[chunk]! & DIRTY_HASH) rehashChunk(state, chunk)
  }
  return state.chunkHashes
}

/** Two u32 of what never changes: every cell's terrain, elevation, deposit and crystal bed. */
export function hashGround(state: SimulationState): readonly [low: number, high: number] {
  const { terrain, elevation, deposit, crystalBed } = state
  let low = 0
  let high = 0
  for (let cell = 0; cell < state.cells; cell++) {
    const bed = crystalBed[cell]! << 24
    const ground = terrain[cell]! | (elevation[cell]! << 8) | (deposit[cell]! << 16) | bed
    const mixed = mix32((Math.imul(cell, GOLDEN) + ground) | 0)
    low = (low + mixed) >>> 0
    high = (high + mix32((Math.imul(mixed, OTHER) + ground) | 0)) >>> 0
  }
  return [low, high]
}

const hex = (word: number) => word.toString(16).padStart(8, '0')

/** Only what changes: terrain, elevation and deposits follow from the seed. */
function rehashChunk(state: SimulationState, chunk: number) {
  const { amount, life, mass, pollution, owner, fertility, cellsByChunk, chunkStarts } = state
  const end = chunkStarts[chunk + 1]!
  let low = 0
  let high = 0
  for (let place = chunkStarts[chunk]!; place < end; place++) {
    const cell = cellsByChunk[place]!
    const ground = amount[cell]! | (life[cell]! << 16) | (mass[cell]! << 24)
    const dirt = pollution[cell]! | (owner[cell]! << 16)
    // Two words that agree by chance for other values of one cell do not agree in both sums.
    const mixed = mix32((Math.imul(cell, GOLDEN) + ground) ^ Math.imul(fertility[cell]!, OTHER))
    low = (low + mix32(mixed ^ dirt)) | 0
    high = (high + mix32((Math.imul(mixed, OTHER) + dirt) | 0)) | 0
  }
  state.chunkHashes[2 * chunk] = low
  state.chunkHashes[2 * chunk + 1] = high
  state.dirty[chunk]! &= ~DIRTY_HASH
}

function addWorld(state: SimulationState, digest: Digest) {
  digest.begin(WORLD, state.seed)
  digest.word(state.n)
  digest.wide(state.tick)
  digest.end()
  const { balance } = state
  digest.begin(BALANCE, 0)
  for (const count of balance.made) digest.wide(count)
  for (const count of balance.used) digest.wide(count)
  digest.wide(balance.pollutionEmitted)
  digest.wide(balance.pollutionSunk)
  digest.wide(balance.pollutionAbsorbed)
  digest.end()
}

function addStructure(digest: Digest, structure: Structure) {
  digest.begin(STRUCTURE, structure.cell)
  digest.word(structure.prototype | (structure.owner << 8) | (structure.direction << 24))
  digest.word(structure.blueprint ? 1 : 0)
  digest.word(structure.recipe)
  digest.word(structure.workLeft)
  digest.wide(structure.startTick)
  digest.word(structure.duration)
  digest.word(structure.turn)
  addCounts(digest, structure.stock)
  digest.end()
}

function addCounts(digest: Digest, counts: Uint32Array) {
  for (let item = 0; item < counts.length; item++) {
    if (counts[item] === 0) continue
    digest.word(item)
    digest.word(counts[item]!)
  }
}

/** Items by belt and slot, so that no cut into runs matters. */
function addBelts(state: SimulationState, digest: Digest) {
  for (const run of networkOf(state).runs) {
    eachItem(run, (place, slot, item) => {
      digest.begin(BELT_ITEM, run.cells[place]!)
      digest.word(slot)
      digest.word(item)
      digest.end()
    })
  }
}

function addRef(digest: Digest, { account, commandId, order }: OrderRef) {
  digest.text(account)
  digest.text(commandId)
  digest.text(order)
}

function addPlayer(digest: Digest, player: Player) {
  digest.begin(PLAYER, player.index)
  digest.text(player.account)
  digest.word((player.entered ? 1 : 0) | (player.here ? 2 : 0))
  digest.word(player.cell)
  digest.word(player.claims)
  digest.wide(player.nextStepTick)
  addCounts(digest, player.inventory)
  addHand(digest, player)
  addLearning(digest, player)
  digest.end()
}

function addHand(digest: Digest, { move, harvest, crafts }: Player) {
  digest.word(move ? 1 : 0)
  if (move) {
    addRef(digest, move.ref)
    for (const direction of move.path) digest.word(direction)
    digest.wide(move.asked)
    digest.word(move.done)
  }
  digest.word(harvest ? 1 : 0)
  if (harvest) {
    addRef(digest, harvest.ref)
    digest.word(harvest.cell)
    digest.wide(harvest.done)
    digest.wide(harvest.nextTick)
  }
  digest.word(crafts.length)
  for (const craft of crafts) {
    addRef(digest, craft.ref)
    digest.word(craft.recipe)
    digest.wide(craft.asked)
    digest.word(craft.count)
    digest.word(craft.done)
    digest.word(craft.ticksLeft)
  }
}

function addLearning(digest: Digest, { research, units, statistics }: Player) {
  digest.word(research)
  for (const count of units) digest.word(count)
  for (const count of statistics.produced) digest.wide(count)
  for (const count of statistics.consumed) digest.wide(count)
  digest.wide(statistics.pollution)
  digest.wide(statistics.launches)
}

/** Blueprints by their place in the queue, each with the order that waits for it. */
function addWaiting(state: SimulationState, digest: Digest) {
  state.waiting.forEach(({ cell, blueprint }, place) => {
    digest.begin(WAITING, place)
    digest.word(cell)
    if (blueprint) {
      addRef(digest, blueprint.ref)
      digest.word(blueprint.asked)
      digest.word(blueprint.done)
      digest.word(blueprint.open)
      digest.word(blueprint.told ? 1 : 0)
    }
    digest.end()
  })
}
