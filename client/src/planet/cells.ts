// What the client knows of the planet: one plane of numbers for each thing, filled by snapshots and changes.
// The scene drains what changed once per frame; React reads single cells a few times a second.

import { decodeCells } from '../../../src/domain/chunkCodec.ts'
import type { ChunkChanges, ChunkSnapshot, StructureView } from '../../../src/domain/chunkView.ts'
import { terrainCode } from '../../../src/domain/generation/codes.ts'
import { cellInChunk, cellsOfChunk, chunkCount, chunkOf } from '../../../src/domain/grid/chunk.ts'
import { cellCount } from '../../../src/domain/grid/lattice.ts'
import { neighbour, neighboursOf } from '../../../src/domain/grid/neighbours.ts'

import { creepTo, leftOf, type Track, trackAfter } from './beltTracks.ts'
import { JobLog } from './jobs.ts'
import { Plane } from './plane.ts'
import { queueBefore, queueBehind, takenBy } from './queues.ts'

export type CellReading = {
  readonly cell: number
  readonly terrain: number
  readonly elevation: number
  readonly deposit: number
  readonly amount: number
  readonly life: number
  readonly mass: number
  readonly pollution: number
  readonly owner: number
  readonly structure: StructureView | undefined
}

/** What changed since the last drain. */
export type Drained = {
  /** Chunks whose relief came or changed: their geometry must be built. */
  readonly relief: readonly number[]
  /** Cells that differ from before, and those of them whose owner does. */
  readonly cells: readonly number[]
  readonly owners: readonly number[]
  /** Cells whose structure came, went, or looks otherwise than before. */
  readonly structures: readonly number[]
  /** Whether any of them came, went, was turned or finished: more than that a machine began or ceased to work. */
  readonly rebuilt: boolean
  /** Belts on which something else lies than before. */
  readonly carried: readonly number[]
}

/** Items of which it is known when they left a belt: enough for a rate. */
const FLOW_KEPT = 24
const NONE: ReadonlySet<number> = new Set()
const bytes = (cells: number) => new Uint8Array(cells)
const words = (cells: number) => new Uint16Array(cells)

export class PlanetCells {
  readonly n: number
  readonly count: number
  readonly terrain: Plane
  readonly elevation: Plane
  readonly deposit: Plane
  readonly amount: Plane
  readonly life: Plane
  readonly mass: Plane
  readonly pollution: Plane
  readonly owner: Plane
  readonly structures = new Map<number, StructureView>()
  /** What its machines did lately. */
  readonly jobs = new JobLog()
  /** When items left its belts, lately. */
  readonly flows = new JobLog(FLOW_KEPT)
  /** What lies on belts, and since when. */
  readonly tracks = new Map<number, Track>()
  /** Newest tick of each chunk; -1 where the chunk is not known. */
  readonly chunkTick: Int32Array
  /** Rises when a structure comes, goes, is turned or finished, and with every change of an owner; for readers that poll. */
  version = 0
  private relief = new Set<number>()
  private changed = new Set<number>()
  private changedOwners = new Set<number>()
  private structuresChanged = new Set<number>()
  private rebuilt = false
  private carried = new Set<number>()
  /** Belt → so many items came onto it by the changes that are being applied. */
  private readonly came = new Map<number, number>()
  /** Owner → cells. */
  private readonly owned = new Map<number, Set<number>>()

  constructor(n: number) {
    this.n = n
    this.count = cellCount(n)
    this.terrain = new Plane(this.count, bytes)
    this.elevation = new Plane(this.count, bytes)
    this.deposit = new Plane(this.count, bytes)
    this.amount = new Plane(this.count, words)
    this.life = new Plane(this.count, bytes)
    this.mass = new Plane(this.count, bytes)
    this.pollution = new Plane(this.count, words)
    this.owner = new Plane(this.count, words)
    this.chunkTick = new Int32Array(chunkCount(n)).fill(-1)
  }

  knows(cell: number): boolean {
    return this.terrain.at(cell) !== terrainCode.none
  }

  /** How many chunks have come. */
  get chunksKnown(): number {
    return this.chunkTick.reduce((sum, tick) => sum + (tick >= 0 ? 1 : 0), 0)
  }

  knownChunks(): number[] {
    return [...this.chunkTick.keys()].filter((chunk) => this.chunkTick[chunk]! >= 0)
  }

  applySnapshot(snapshot: ChunkSnapshot): void {
    const { chunk } = snapshot
    const first = this.chunkTick[chunk] === -1
    // A chunk that is new is built and painted whole: its cells need not be told one by one.
    const reliefChanged = this.write(chunk, snapshot.cells, !first)
    if (first || reliefChanged) this.relief.add(chunk)
    const present = new Set(snapshot.structures.map(({ cell }) => cell))
    for (const cell of this.structures.keys()) {
      if (chunkOf(this.n, cell) === chunk && !present.has(cell)) this.take(cell)
    }
    for (const structure of snapshot.structures) this.put(structure, snapshot.tick)
    this.came.clear()
    this.chunkTick[chunk] = snapshot.tick
    this.version++
  }

  /** Changes older than what is known already (a late packet of an old subscription) are passed over. */
  applyChanges(changes: ChunkChanges): void {
    const { chunk } = changes
    const known = this.chunkTick[chunk] ?? -1
    if (known === -1 || changes.tick < known) return
    if (changes.cells.length > 0 && this.write(chunk, changes.cells, true)) this.relief.add(chunk)
    for (const cell of changes.removed) this.take(cell)
    const begun = changes.structures.filter((structure) => this.beganAnew(structure))
    for (const structure of changes.structures) this.put(structure, changes.tick)
    for (const machine of begun) {
      this.jobs.began(machine.cell, machine.progress!.startTick)
      this.letCreep(machine, changes.tick)
    }
    // What was told of a queue itself goes before what follows from its splitter.
    for (const [cell, count] of this.came) this.creep(queueBehind(this, cell), count, changes.tick)
    this.came.clear()
    this.chunkTick[chunk] = changes.tick
  }

  /** Structures of one's own, with contents; other fields may be older than what the chunk said, contents never. */
  applyContents(structures: readonly StructureView[]): void {
    for (const structure of structures) {
      const known = this.structures.get(structure.cell)
      if (known) this.put(structure, this.chunkTick[chunkOf(this.n, structure.cell)]!)
    }
  }

  read(cell: number): CellReading {
    return {
      cell,
      terrain: this.terrain.at(cell),
      elevation: this.elevation.at(cell),
      deposit: this.deposit.at(cell),
      amount: this.amount.at(cell),
      life: this.life.at(cell),
      mass: this.mass.at(cell),
      pollution: this.pollution.at(cell),
      owner: this.owner.at(cell),
      structure: this.structures.get(cell),
    }
  }

  /** Forgets a chunk that is not watched any more; its next snapshot brings it back. */
  forget(chunk: number): void {
    if (this.chunkTick[chunk] === -1) return
    const cells = cellsOfChunk(this.n, chunk)
    for (const cell of cells) {
      this.moveOwner(cell, this.owner.at(cell), 0)
      for (const plane of this.planes) plane.set(cell, 0)
      this.take(cell)
    }
    for (const plane of this.planes) plane.trim(cells)
    this.chunkTick[chunk] = -1
    this.relief.delete(chunk)
  }

  private get planes(): readonly Plane[] {
    const { terrain, elevation, deposit, amount, life, mass, pollution, owner } = this
    return [terrain, elevation, deposit, amount, life, mass, pollution, owner]
  }

  /** The known cells of an owner. Costs their number. */
  ownedBy(owner: number): ReadonlySet<number> {
    return this.owned.get(owner) ?? NONE
  }

  drain(): Drained {
    const drained = {
      relief: [...this.relief],
      cells: [...this.changed],
      owners: [...this.changedOwners],
      structures: [...this.structuresChanged],
      rebuilt: this.rebuilt,
      carried: [...this.carried],
    }
    this.relief = new Set()
    this.changed = new Set()
    this.changedOwners = new Set()
    this.structuresChanged = new Set()
    this.rebuilt = false
    this.carried = new Set()
    return drained
  }

  /** A public view has no contents: those that came by the private way stay. */
  private put(structure: StructureView, tick: number): void {
    const { cell, items } = structure
    const known = this.structures.get(cell)
    const keep = known?.contents && !structure.contents && known.prototype === structure.prototype
    this.structures.set(cell, keep ? { ...structure, contents: known.contents } : structure)
    if (items) this.follow(structure, tick)
    if (known && looksAlike(known, structure)) return
    this.structuresChanged.add(cell)
    if (known && standsAlike(known, structure)) return
    this.rebuilt = true
    this.version++
  }

  private take(cell: number): void {
    if (!this.structures.delete(cell)) return
    this.tracks.delete(cell)
    this.jobs.forget(cell)
    this.flows.forget(cell)
    this.structuresChanged.add(cell)
    this.rebuilt = true
    this.version++
  }

  private follow({ cell, items = [] }: StructureView, tick: number): void {
    const before = this.tracks.get(cell)
    const same =
      before?.items.length === items.length &&
      before.items.every((item, place) => item === items[place])
    if (same) return
    const left = before ? leftOf(before.items, items) : 0
    if (left > 0) this.flows.began(cell, tick)
    this.tracks.set(cell, trackAfter(before, items, tick, this.isFedByMachine(cell)))
    this.carried.add(cell)
    const came = before ? items.length - (before.items.length - left) : 0
    if (came > 0) this.came.set(cell, came)
  }

  private beganAnew({ cell, progress }: StructureView): boolean {
    return (
      progress !== undefined &&
      this.structures.get(cell)?.progress?.startTick !== progress.startTick
    )
  }

  /** A machine has taken what it needs: the queue before it moves on, though its lists may stay the same. */
  private letCreep(machine: StructureView, tick: number): void {
    for (const queue of queueBefore(this, machine)) {
      this.creep(queue, takenBy(machine, this.tracks.get(queue[0]!)!.items[0]!), tick)
    }
  }

  private creep(queue: readonly number[], count: number, tick: number): void {
    for (const cell of queue) {
      const track = this.tracks.get(cell)!
      if (count === 0 || track.told >= tick) continue
      this.tracks.set(cell, creepTo(track, count, tick))
      this.carried.add(cell)
      this.flows.began(cell, tick)
    }
  }

  private isFedByMachine(cell: number): boolean {
    return neighboursOf(this.n, cell).some((next) => {
      const other = this.structures.get(next)
      if (!other || other.prototype === 'belt') return false
      return neighbour(this.n, next, other.direction) === cell
    })
  }

  private moveOwner(cell: number, from: number, to: number): void {
    this.owned.get(from)?.delete(cell)
    if (to === 0) return
    const cells = this.owned.get(to) ?? new Set()
    this.owned.set(to, cells.add(cell))
  }

  /** @param tell whether what is drawn of these cells must be drawn anew @returns whether terrain or elevation of any changed */
  private write(chunk: number, packed: Uint8Array, tell: boolean): boolean {
    let reliefChanged = false
    for (const record of decodeCells(packed).cells) {
      const cell = cellInChunk(this.n, chunk, record.offset)
      if (cell < 0) continue
      reliefChanged ||=
        this.terrain.at(cell) !== record.terrain || this.elevation.at(cell) !== record.elevation
      this.terrain.set(cell, record.terrain)
      this.elevation.set(cell, record.elevation)
      this.deposit.set(cell, record.deposit)
      this.amount.set(cell, record.amount)
      this.life.set(cell, record.life)
      this.mass.set(cell, record.mass)
      this.pollution.set(cell, record.pollution)
      if (tell) this.changed.add(cell)
      if (this.owner.at(cell) === record.owner) continue
      this.moveOwner(cell, this.owner.at(cell), record.owner)
      this.owner.set(cell, record.owner)
      this.changedOwners.add(cell)
      this.version++
    }
    return reliefChanged
  }
}

/** Whether two views of one structure are drawn alike, but for what lies on them and how far their job is. */
function looksAlike(a: StructureView, b: StructureView): boolean {
  return standsAlike(a, b) && a.status === b.status
}

/** Whether at most how it works differs. */
export function standsAlike(a: StructureView, b: StructureView): boolean {
  return (
    a.prototype === b.prototype &&
    a.direction === b.direction &&
    a.owner === b.owner &&
    (a.status === 'blueprint') === (b.status === 'blueprint')
  )
}
