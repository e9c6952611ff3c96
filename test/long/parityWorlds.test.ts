// `npm run test:long`: TypeScript = Rust on many worlds by chance, for thousands of ticks, by every number of threads with every
// instruction set. PARITY_WORLDS says how many (100), ORRERY_SEED the first, PARITY_N (`1,2,256`) which sizes they take in turn
// where none are to be drawn. What long runs came to: docs/reports/parity.md.

import { expect, test } from 'vitest'
import { builtForTests } from '../../src/platform/kernel/rust/built.ts'
import { everyWay, partedPlanet, partedWorld, type Worked } from '../compute/ways.ts'
import { seedOf } from '../helpers/killReport.ts'
import { diceOf } from '../simulation/dice.ts'

const program = builtForTests('pipe')
const first = seedOf(process.env.ORRERY_SEED)
const count = Number(process.env.PARITY_WORLDS ?? 100)
const sizesAsked = process.env.PARITY_N?.split(',').map(Number) ?? []

/** Any planet from 1 to 256, most of them small; the large ones are run for less long. */
function drawSize(seed: number) {
  const dice = diceOf(seed)
  const drawn = dice.likely(0.7) ? dice.between(1, 48) : dice.between(49, 256)
  const n = sizesAsked[(seed - first) % sizesAsked.length] ?? drawn
  return { n, ticks: Math.max(200, Math.min(4_000, Math.floor(8_000_000 / (10 * n * n)))) }
}

test.skipIf(!program)(
  `${count} worlds and planets are the same on both kernels (seeds from ${first})`,
  { timeout: 3_600_000 },
  () => {
    const ways = everyWay(program!)
    const worked: Worked = new Map()
    const parted: string[] = []
    const sizes: number[] = []
    let ticks = 0
    for (let seed = first; seed < first + count; seed++) {
      const size = drawSize(seed)
      sizes.push(size.n)
      const found = [
        partedWorld(program!, { seed, ...size }, ways, worked, (ran) => {
          ticks += ran
        }),
        partedPlanet(program!, { seed, n: size.n }, ways.slice(seed % 3, (seed % 3) + 2)),
      ].filter((one) => one !== undefined)
      for (const one of found) console.log(one)
      parted.push(...found)
    }
    sizes.sort((a, b) => a - b)
    const last = first + count - 1
    console.log(
      [
        `seeds ${first} to ${last}: ${count} worlds, ${parted.length} differ`,
        `N ${sizes[0]} to ${sizes.at(-1)}, the middle one ${sizes[count >> 1]}`,
        `${ticks} ticks, each by ${ways.length} ways: ${ways.map(({ threads, instructions }) => `${threads} ${instructions}`).join(', ')}`,
        `at work: ${[...worked.keys()].sort().join(', ')}`,
      ].join('\n'),
    )
    expect(parted).toEqual([])
  },
)
