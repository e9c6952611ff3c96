// What the Rust kernel must reproduce, worked out by the TypeScript rules: `npx tsx scripts/goldens.ts` writes
// compute/goldens, `--check` only compares.
//
// A line is a case and what came out of it. Checksums are chains of mix32, so that any engine can make them.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { chunkOf, offsetInChunk } from '../src/domain/grid/chunk.ts'
import { cellsWithin } from '../src/domain/grid/distance.ts'
import { cellCount } from '../src/domain/grid/lattice.ts'
import { DIRECTIONS, neighbour } from '../src/domain/grid/neighbours.ts'
import { step, turnBack } from '../src/domain/grid/step.ts'
import { ECOLOGY_TICKS, runEcology } from '../src/domain/simulation/ecology.ts'
import { stateHash } from '../src/domain/simulation/hash.ts'
import { mix32, tickKey, wordOf } from '../src/domain/simulation/random.ts'
import { createState, type SimulationState } from '../src/domain/simulation/state.ts'
import { tablesAsBytes } from '../src/domain/simulation/tableBytes.ts'

const folder = fileURLToPath(new URL('../compute/goldens', import.meta.url))

/** Planets of every shape: one chunk a diamond and several, chunks cut by a diamond's edge and whole ones. */
const frequencies = [1, 2, 3, 4, 5, 8, 16, 24, 32, 63, 64, 65, 70, 128]

/** A checksum in which the order counts. */
class Chain {
  private sum = 0

  add(value: number) {
    this.sum = mix32(Math.imul(this.sum, 5) + value)
  }

  hex() {
    return this.sum.toString(16).padStart(8, '0')
  }
}

/** Where each step leads, and in which chunk each cell lies. */
function gridLine(n: number): string {
  const chain = new Chain()
  for (let cell = 0; cell < cellCount(n); cell++) {
    chain.add(chunkOf(n, cell))
    chain.add(offsetInChunk(n, cell))
    for (let direction = 0; direction < DIRECTIONS; direction++) {
      const next = neighbour(n, cell, direction)
      chain.add(next)
      if (next < 0) continue
      const heading = step(n, cell, direction)
      chain.add(heading!.direction)
      chain.add(turnBack(n, heading!.cell, heading!.direction))
    }
  }
  return `grid n=${n} ${chain.hex()}`
}

/** Which cells lie near some cells, in their order. */
function nearLine(n: number): string {
  const chain = new Chain()
  for (let cell = 0; cell < cellCount(n); cell += 61) {
    for (const near of cellsWithin(n, cell, 1 + (cell % 5))) chain.add(near)
  }
  return `near n=${n} ${chain.hex()}`
}

function planetLine(seed: number, n: number): string {
  const chain = new Chain()
  const state = createState({ seed, n })
  const { terrain, elevation, deposit, amount, life, mass, crystalBed } = state
  for (let cell = 0; cell < state.cells; cell++) {
    for (const plane of [terrain, elevation, deposit, amount, life, mass, crystalBed]) {
      chain.add(plane[cell]!)
    }
  }
  return `planet seed=${seed} n=${n} ${chain.hex()}`
}

/** Pollution, fertiliser and life of every kind, thick and thin, on cells that chance picks. */
function stir(state: SimulationState) {
  const key = tickKey(state.seed, 0)
  for (let cell = 0; cell < state.cells; cell++) {
    const word = wordOf(key, cell)
    const high = word >>> 16
    if ((word & 7) === 0) state.pollution[cell] = word & 0x300 ? high & 255 : high
    if ((word & 0x78) === 0) state.fertility[cell] = high & 15
    if ((word & 0xf80) !== 0) continue
    state.life[cell] = 1 + (high & 3)
    state.mass[cell] = 1 + (high >> 8)
  }
}

/** The planes' part of the state hash, and what was taken out of the world. */
function ecologyLine(seed: number, n: number, steps: number, stirred: boolean): string {
  const state = createState({ seed, n })
  if (stirred) stir(state)
  for (let done = 0; done < steps; done++) {
    state.tick += ECOLOGY_TICKS
    runEcology(state)
  }
  state.dirty.fill(0xff)
  stateHash(state)
  const sums = [0, 0]
  state.chunkHashes.forEach((word, at) => {
    sums[at & 1] = (sums[at & 1]! + word) >>> 0
  })
  const { pollutionSunk, pollutionAbsorbed } = state.balance
  const hash = sums.map((sum) => sum.toString(16).padStart(8, '0')).join(' ')
  return `ecology seed=${seed} n=${n} steps=${steps} stirred=${Number(stirred)} ${hash} ${pollutionSunk} ${pollutionAbsorbed}`
}

function goldenLines(): string[] {
  return [
    ...frequencies.map(gridLine),
    ...frequencies.map(nearLine),
    ...frequencies.flatMap((n) => [planetLine(1, n), planetLine(0xffff_ffff, n)]),
    ...[2, 3, 4, 5].map((seed) => planetLine(seed, 20)),
    ...frequencies.map((n) => ecologyLine(n, n, 1, true)),
    ...frequencies.map((n) => ecologyLine(n, n, 12, true)),
    ecologyLine(9, 70, 8, false),
    ecologyLine(3, 12, 3_000, true),
  ]
}

/** True where compute/goldens is what the rules make. */
export function isFresh(): boolean {
  const bytes = readFileSync(`${folder}/tables.bin`)
  const lines = readFileSync(`${folder}/planes.txt`, 'utf8')
  return bytes.equals(tablesAsBytes()) && lines === `${goldenLines().join('\n')}\n`
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (process.argv.includes('--check')) {
    if (!isFresh()) {
      console.error('compute/goldens is stale: run npx tsx scripts/goldens.ts')
      process.exit(1)
    }
  } else {
    mkdirSync(folder, { recursive: true })
    writeFileSync(`${folder}/tables.bin`, tablesAsBytes())
    writeFileSync(`${folder}/planes.txt`, `${goldenLines().join('\n')}\n`)
  }
}
