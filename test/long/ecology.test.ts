// A hundred planets for a million ticks on the Rust kernel, some with works that pollute: the report is
// docs/reports/ecology.md. About ten minutes on one core; with ECOLOGY_KEEP=folder a run that was broken off goes on.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { cellCount } from '../../src/domain/grid/lattice.ts'
import { ECOLOGY_TICKS } from '../../src/domain/simulation/ecology.ts'
import { rulesHash } from '../../src/domain/simulation/rulesHash.generated.ts'
import { loadAddon } from '../../src/platform/kernel/rust/addon.ts'
import { built } from '../helpers/builtKernel.ts'
import { chartOf, type Series } from '../helpers/chart.ts'
import {
  type History,
  historyOf,
  type Kind,
  kinds,
  type Sample,
} from '../helpers/ecologyPlanets.ts'

const N = 32
const SEEDS = Array.from({ length: 100 }, (_, index) => index + 1)
const TICKS = Number(process.env.ECOLOGY_TICKS ?? 1_000_000)
const SAMPLES = 100
/** Every fourth planet has so many works, where it has room for them. */
const WORKED = 4
const WORKS = 4
/** Ticks of a report's sample. */
const STRIDE = TICKS / SAMPLES
/** In percent of the land: with less of a kind at the beginning, an accident may end it. */
const FEW = 0.1

/** A planet's history: run now, or taken from the folder of a run that was broken off. */
function planetOf(seed: number): History {
  const folder = process.env.ECOLOGY_KEEP
  const works = seed % WORKED === 0 ? WORKS : 0
  const file = folder && join(folder, `${rulesHash}-${N}-${TICKS}-${works}-${seed}.json`)
  if (file && existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as History
  const addon = loadAddon(built!.addon)
  const history = historyOf(addon, { seed, n: N }, { ticks: TICKS, samples: SAMPLES, works })
  if (file) writeFileSync(file, JSON.stringify(history))
  return history
}

const quantile = (values: readonly number[], at: number) =>
  [...values].sort((a, b) => a - b)[Math.round(at * (values.length - 1))]!
const least = (values: readonly number[]) => Math.min(...values)
const most = (values: readonly number[]) => Math.max(...values)
const of = (key: keyof Sample, { samples }: History) => samples.map((sample) => sample[key])
const laterHalf = <Value>(values: readonly Value[]) => values.slice(values.length / 2)

describe.skipIf(!built)(`a hundred planets of n = ${N}, ${TICKS} ticks each`, () => {
  const planets: History[] = []
  const wild: History[] = []
  const worked: History[] = []

  beforeAll(() => {
    for (const seed of SEEDS) planets.push(planetOf(seed))
    wild.push(...planets.filter(({ works }) => works === 0))
    worked.push(...planets.filter(({ works }) => works > 0))
  }, 3_600_000)

  test('every planet has moss and trees, always', () => {
    for (const planet of planets) {
      expect(least(of('moss', planet)), `seed ${planet.seed}`).toBeGreaterThan(0)
      expect(least(of('resin-tree', planet)), `seed ${planet.seed}`).toBeGreaterThan(0)
    }
  })

  test('crystal lives on wherever there was more than a handful of it', () => {
    for (const planet of planets) {
      const shares = of('crystal', planet)
      if (shares[0]! > FEW) expect(least(shares), `seed ${planet.seed}`).toBeGreaterThan(0)
    }
  })

  test.each(kinds)('%s never covers half of a planet', (kind) => {
    for (const planet of planets) {
      expect(most(of(kind, planet)), `seed ${planet.seed}`).toBeLessThan(50)
    }
  })

  test('no planet comes to rest: in the second half its mass goes on changing', () => {
    for (const planet of planets) {
      const later = laterHalf(of('mass', planet))
      expect(new Set(later).size, `seed ${planet.seed}`).toBeGreaterThan(later.length * 0.9)
    }
  })

  test('without works there is neither pollution nor fungus', () => {
    for (const planet of wild) {
      expect(most(of('pollution', planet))).toBe(0)
      expect(most(of('fungus', planet))).toBe(0)
    }
  })

  test('with works fungus comes, and is there still at the end', () => {
    expect(worked).toHaveLength(SEEDS.length / WORKED)
    for (const planet of worked) {
      expect(least(laterHalf(of('fungus', planet))), `seed ${planet.seed}`).toBeGreaterThan(0)
    }
  })

  test('pollution is bounded: what is given off is taken up, and no second half is dirtier than the first', () => {
    for (const planet of worked) {
      const all = of('pollution', planet)
      const before = most(all.slice(0, all.length / 2))
      expect(most(laterHalf(all)), `seed ${planet.seed}`).toBeLessThan(1.25 * before)
      // 65,535 is what a cell can hold; what lies about works stays far below.
      expect(most(of('dirtiest', planet)), `seed ${planet.seed}`).toBeLessThan(1_000)
    }
  })

  test('works cost their planet some of its life, and not all of it', () => {
    const atEnd = (some: readonly History[]) =>
      quantile(
        some.map((planet) => of('mass', planet).at(-1)! / of('mass', planet)[0]!),
        0.5,
      )
    expect(atEnd(worked)).toBeGreaterThan(0.5 * atEnd(wild))
  })

  test('the report is written', () => {
    mkdirSync('docs/reports', { recursive: true })
    writeFileSync('docs/reports/ecology.svg', chart(wild, 'wild'))
    writeFileSync('docs/reports/ecology-works.svg', chart(worked, 'with works'))
    writeFileSync('docs/reports/ecology.md', report(wild, worked))
    expect(planets).toHaveLength(SEEDS.length)
  })
})

const colours: Readonly<Record<Kind, string>> = {
  moss: '#5b8c3e',
  'resin-tree': '#b07a2a',
  crystal: '#5a7fb8',
  fungus: '#b2483a',
}

/** The kinds that a planet of these ever had. */
const kindsOf = (planets: readonly History[]) =>
  kinds.filter((kind) => planets.some((planet) => most(of(kind, planet)) > 0))

function chart(planets: readonly History[], what: string): string {
  const series = kindsOf(planets).map((kind): Series => {
    const all = planets.map((planet) => of(kind, planet))
    const bySample = all[0]!.map((_, at) => all.map((shares) => shares[at]!))
    return {
      name: kind,
      colour: colours[kind],
      low: bySample.map((values) => quantile(values, 0.1)),
      middle: bySample.map((values) => quantile(values, 0.5)),
      high: bySample.map((values) => quantile(values, 0.9)),
    }
  })
  return chartOf(series, {
    title: `Where life stands: ${planets.length} planets of n = ${N}, ${what}`,
    x: { label: 'ticks', most: TICKS },
    y: { label: '% of the land' },
  })
}

const three = (values: readonly number[], digits: number) =>
  [0, 0.5, 1].map((at) => quantile(values, at).toFixed(digits)).join(' / ')

function rowsOf(planets: readonly History[]): string {
  return kindsOf(planets)
    .map((kind) => {
      const all = planets.map((planet) => of(kind, planet))
      const digits = kind === 'fungus' ? 2 : 1
      const first = all.map((shares) => shares[0]!)
      const last = all.map((shares) => shares.at(-1)!)
      const ends = [least(all.flat()), most(all.flat())].map((value) => value.toFixed(digits))
      const without = all.filter((shares) => most(shares) === 0).length
      return `| ${kind} | ${three(first, digits)} | ${three(last, digits)} | ${ends.join(' to ')} | ${without} |`
    })
    .join('\n')
}

const HEAD = `| kind | at the beginning | at the end | extremes of all samples | planets that never had any |
|---|---|---|---|---|`

function report(wild: readonly History[], worked: readonly History[]): string {
  const figure = (value: number) => Math.round(value).toLocaleString('en')
  const later = worked.map((planet) => quantile(laterHalf(of('pollution', planet)), 0.5))
  const dirtiest = worked.map((planet) => most(of('dirtiest', planet)))
  const sites = worked.map(({ works }) => works)
  return `<!-- Written by test/long/ecology.test.ts. -->

# Ecology: does life last?

A hundred planets (seeds 1 to 100, n = ${N}, ${figure(cellCount(N))} cells), each run for ${figure(TICKS)} ticks by the Rust kernel:
${figure(TICKS / ECOLOGY_TICKS)} ecology steps, ${(TICKS / 20 / 3600).toFixed(1)} hours at 20 ticks a second, looked at every ${figure(STRIDE)} ticks. In percent of each
planet's land; least / median / most of the planets. To run it again (about ten minutes):
\`npm run test:long -- test/long/ecology.test.ts\`.

## ${wild.length} planets left to themselves

${HEAD}
${rowsOf(wild)}

![Median, and the middle eighty percent of the planets that were left to themselves](ecology.svg)

## ${worked.length} planets with works

Every fourth planet carries ${least(sites) === most(sites) ? most(sites) : `${least(sites)} to ${most(sites)}`} works, which are in order from the first tick to the last: five presses that never want
for plates, five harvesters that cut whatever grows around them, and a generator on moss. Keepers empty and fill their
depots every 200 seconds.

${HEAD}
${rowsOf(worked)}

![Median, and the middle eighty percent of the planets with works](ecology-works.svg)

Pollution on a whole planet, median of the second half: ${three(later, 0)} units (least / median / most of the planets). The
dirtiest cell ever seen had ${figure(most(dirtiest))}; moss dies above 96, a cell can hold 65,535.

## What the test holds

Moss and trees live on every planet at every look, crystal wherever it covered more than ${FEW} % of the land at the beginning;
nothing ever covers half of a planet, and no planet comes to rest. Where nothing pollutes there is no fungus; where
works pollute it comes and stays, the pollution of the second half is bounded by that of the first, and the planet keeps at
least half of the life that it would have had. The lines are medians, the bands the middle eighty percent of the planets.

Beds of crystal lie where brine meets silica, and patches are as large on every planet: of a hundred planets of n = 16 (2,562
cells) 28 have no such place, of these none is without. A planet to live on should have n = 32 or more.
`
}
