// @vitest-environment jsdom
// How fast a newcomer comes along on a hundred planets: the report is docs/reports/newcomer.md.

import { mkdirSync, writeFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { guideSteps } from '../../client/src/game/guide.ts'
import { CLICK_S, DRAG_S, NOTICE_S, type Pace, playByGuide } from '../helpers/newcomer.ts'

const N = 32
const SEEDS = Array.from({ length: 100 }, (_, index) => index + 1)
const PLATE_S = 60
const PACK_S = 300

const paces: Pace[] = []
let first: Pace

beforeAll(async () => {
  for (const seed of SEEDS) paces.push(await playByGuide({ seed, n: N }))
  // The world that a server founds first.
  first = await playByGuide({ seed: 7, n: 64 })
}, 3_600_000)

test('on each of a hundred planets the first plate is there within a minute', () => {
  for (const { seed, plateS } of [...paces, first]) {
    expect(plateS, `seed ${seed}`).toBeLessThanOrEqual(PLATE_S)
  }
})

test('on each of a hundred planets the first red pack is there within five minutes', () => {
  for (const { seed, packS } of [...paces, first]) {
    expect(packS, `seed ${seed}`).toBeLessThanOrEqual(PACK_S)
  }
})

test('the report is written', () => {
  mkdirSync('docs/reports', { recursive: true })
  writeFileSync('docs/reports/newcomer.md', report())
  expect(paces).toHaveLength(SEEDS.length)
})

const quantile = (values: readonly number[], at: number) =>
  [...values].sort((a, b) => a - b)[Math.round(at * (values.length - 1))]!

function report(): string {
  const row = (name: string, of: (pace: Pace) => number) => {
    const all = paces.map(of)
    const cells = [0, 0.5, 0.9, 1].map((at) => `${Math.round(quantile(all, at))} s`)
    return `| ${name} | ${cells.join(' | ')} | ${Math.round(of(first))} s |`
  }
  // What is done by the time that it would be next is never shown.
  const shown = guideSteps.slice(1).filter(({ id }) => paces.every(({ steps }) => steps.has(id)))
  const steps = shown.map(({ id, title }) =>
    row(
      id === 'pack' ? '**the first plate is there**' : `next: ${title}`,
      ({ steps }) => steps.get(id)!,
    ),
  )
  return `<!-- Written by test/long/newcomer.test.ts. -->

# A newcomer's first minutes

A newcomer who knows nothing lands on a hundred planets (seeds 1 to 100, n = ${N}) and on the world that a server founds first (seed 7,
n = 64), and does what the page's guide points at: its marked cells, its marked buttons, nothing else. It is the page's own code
(guide, hints, errands, orders) over the game's own rules at 20 ticks a second, at a human pace: ${CLICK_S} s for each click or key, ${DRAG_S} s
more for a drag, ${NOTICE_S} s to take in each new step of the guide. Seconds since the landing, of the hundred planets and of the first world:

| | least | median | 90 % | most | first world |
|---|---|---|---|---|---|
${steps.join('\n')}
${row('**the first red pack is there**', ({ packS }) => packS)}

The test that wrote this holds that every plate is there within ${PLATE_S} s and every red pack within ${PACK_S} s:
\`npm run test:long -- test/long/newcomer.test.ts\`; the ordinary suite does the same on eight planets
(\`test/client/newcomer.test.ts\`). What it can not tell is how long a person looks for a button; the guide draws a ring around it.
`
}
