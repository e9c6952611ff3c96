// A hundred planets left to themselves: the report is docs/reports/ecology.md. Single-threaded, a few minutes.

import { mkdirSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { lifeCode } from '../../src/domain/generation/codes.ts'
import { isWater } from '../../src/domain/generation/terrain.ts'
import { ECOLOGY_TICKS, runEcology } from '../../src/domain/simulation/ecology.ts'
import { createState, type SimulationState } from '../../src/domain/simulation/state.ts'
import { chartOf, type Series } from '../helpers/chart.ts'

const N = 16
const SEEDS = Array.from({ length: 100 }, (_, index) => index + 1)
const STEPS = Number(process.env.ECOLOGY_STEPS ?? 30_000)
const SAMPLES = 120
const kinds = ['moss', 'resin-tree', 'crystal'] as const
type Kind = (typeof kinds)[number]
/** The share of each kind, and the mass of all that lives. */
type Sample = Readonly<Record<Kind, number>> & { readonly mass: number }

/** Of the land, in percent: where each kind lives. */
function sample(state: SimulationState, land: readonly number[]): Sample {
  const share = (kind: Kind) =>
    (100 * land.filter((cell) => state.life[cell] === lifeCode[kind]).length) / land.length
  const mass = state.mass.reduce((sum, mass) => sum + mass, 0)
  return { moss: share('moss'), 'resin-tree': share('resin-tree'), crystal: share('crystal'), mass }
}

/** One planet's shares at each sample, the first before anything grew. */
function history(seed: number): Sample[] {
  const state = createState({ seed, n: N })
  const land = Array.from(state.terrain.keys()).filter((cell) => !isWater(state.terrain[cell]!))
  const samples = [sample(state, land)]
  for (let step = 1; step <= STEPS; step++) {
    state.tick += ECOLOGY_TICKS
    runEcology(state)
    if (step % Math.floor(STEPS / SAMPLES) === 0) samples.push(sample(state, land))
  }
  return samples
}

const planets = SEEDS.map(history)
const quantile = (values: readonly number[], at: number) =>
  [...values].sort((a, b) => a - b)[Math.round(at * (values.length - 1))]!
const ofKind = (kind: Kind) => planets.map((samples) => samples.map((sample) => sample[kind]))

describe(`a hundred planets of n = ${N}, ${STEPS} ecology steps each`, () => {
  // A planet without brine has no crystal, and one without forest few trees: what was never there cannot die out.
  test.each(kinds)('%s neither dies out nor covers everything', (kind) => {
    for (const [index, shares] of ofKind(kind).entries()) {
      const name = `seed ${SEEDS[index]}`
      if (shares[0]! > 0.5) expect(Math.min(...shares), name).toBeGreaterThan(0)
      expect(Math.max(...shares), name).toBeLessThan(60)
    }
  })

  test('every planet has moss and trees, always', () => {
    for (const kind of ['moss', 'resin-tree'] as const) {
      for (const shares of ofKind(kind)) expect(Math.min(...shares)).toBeGreaterThan(0)
    }
  })

  test('no planet comes to rest: in the second half its mass goes on changing', () => {
    for (const samples of planets) {
      const later = samples.slice(samples.length / 2).map(({ mass }) => mass)
      expect(new Set(later).size).toBeGreaterThan(later.length / 2)
    }
  })

  test('the report is written', () => {
    mkdirSync('docs/reports', { recursive: true })
    writeFileSync('docs/reports/ecology.svg', chart())
    writeFileSync('docs/reports/ecology.md', report())
    expect(planets).toHaveLength(SEEDS.length)
  })
})

function chart(): string {
  const colours: Record<Kind, string> = {
    moss: '#5b8c3e',
    'resin-tree': '#b07a2a',
    crystal: '#5a7fb8',
  }
  const series = kinds.map((kind): Series => {
    const bySample = ofKind(kind)[0]!.map((_, at) => ofKind(kind).map((shares) => shares[at]!))
    return {
      name: kind,
      colour: colours[kind],
      low: bySample.map((values) => quantile(values, 0.1)),
      middle: bySample.map((values) => quantile(values, 0.5)),
      high: bySample.map((values) => quantile(values, 0.9)),
    }
  })
  return chartOf(series, {
    title: `Where life stands: 100 planets of n = ${N}`,
    x: { label: 'ticks', most: STEPS * ECOLOGY_TICKS },
    y: { label: '% of the land' },
  })
}

function report(): string {
  const percent = (value: number) => value.toFixed(1)
  const rows = kinds.map((kind) => {
    const all = ofKind(kind)
    const first = all.map((shares) => shares[0]!)
    const last = all.map((shares) => shares.at(-1)!)
    const extremes = [Math.min(...all.flat()), Math.max(...all.flat())]
    const without = all.filter((shares) => Math.max(...shares) === 0).length
    const three = (values: readonly number[]) =>
      [0, 0.5, 1].map((at) => percent(quantile(values, at))).join(' / ')
    return `| ${kind} | ${three(first)} | ${three(last)} | ${extremes.map(percent).join(' to ')} | ${without} |`
  })
  return `<!-- Written by test/long/ecology.test.ts. -->

# Ecology: does life last?

A hundred planets (seeds 1 to 100, n = ${N}, ${10 * N * N + 2} cells), each left to itself for ${(STEPS * ECOLOGY_TICKS).toLocaleString('en')} ticks: ${STEPS.toLocaleString('en')} ecology steps,
${((STEPS * ECOLOGY_TICKS) / 20 / 3600).toFixed(1)} hours at 20 ticks a second. In percent of each planet's land; least / median / most of the planets.

| kind | at the beginning | at the end | extremes of all samples | planets that never had any |
|---|---|---|---|---|
${rows.join('\n')}

![Median, and the middle eighty of a hundred planets](ecology.svg)

The lines are medians, the bands the middle eighty planets. The test that wrote this also holds that no kind that was
there dies out or covers 60 % of any planet, and that no planet comes to rest. Fungus is missing because nothing pollutes.
`
}
