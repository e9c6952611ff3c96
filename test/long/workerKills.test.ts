// A hundred losses of a worker under load, by every signal, at random moments: no tick is lost, no answer differs from that of
// a kernel which nobody disturbs. The report is docs/reports/worker-kills.md. ORRERY_SEED says which moments and orders,
// ORRERY_KILLS how many (100).

import { mkdirSync, writeFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { built } from '../helpers/builtKernel.ts'
import { seedOf } from '../helpers/killReport.ts'
import { type Killing, killWorkers } from '../helpers/workerKills.ts'

const KILLS = Number(process.env.ORRERY_KILLS ?? 100)
const signals = ['futex', 'eventfd', 'signal'] as const
const seed = seedOf(process.env.ORRERY_SEED)
const done: Killing[] = []

describe.skipIf(!built)('a worker that is killed or stopped again and again under load', () => {
  it.each(signals)(
    'woken by %s, loses no tick and gives no other answer',
    async (signal) => {
      const killing = await killWorkers(signal, KILLS, seed, console.log)
      expect(killing.kills + killing.stops).toBeGreaterThanOrEqual(KILLS)
      done.push(killing)
    },
    900_000,
  )

  afterAll(() => {
    if (done.length < signals.length) return
    mkdirSync('docs/reports', { recursive: true })
    writeFileSync('docs/reports/worker-kills.md', report())
  })
})

function spread(samples: readonly number[]): string {
  const sorted = [...samples].sort((a, b) => a - b)
  const [low, middle, high] = [0, Math.floor(sorted.length / 2), sorted.length - 1].map((place) =>
    (sorted[place] ?? Number.NaN).toFixed(1),
  )
  return `${low} / ${middle} / ${high}`
}

function report(): string {
  const rows = done.map(
    ({ signal, kills, stops, losses, ticks, orders, outcomes, ...times }) =>
      `| ${signal} | ${losses} | ${kills} | ${stops} | ${ticks} | ${orders} | ${outcomes} | ${spread(times.undisturbedMs)} | ${spread(times.disturbedMs)} |`,
  )
  return `# Worker kills

What a Rust worker goes through in \`test/long/workerKills.test.ts\`, and what came of one run. Written by the test itself.

\`\`\`sh
ORRERY_SEED=${seed} npm run test:long -- test/long/workerKills.test.ts
\`\`\`

A world of 23,042 cells (N 48), two threads, checkpoints after every 5 ms of work, taken for hanging after 150 ms. Batches of 1 to 40
ticks, four orders in each tick. At moments by chance each worker is killed (SIGKILL, four of five) or stopped (SIGSTOP): before,
in and after a batch, in a checkpoint, while its predecessor's batches are run again. Every hash and every outcome, and the
leaderboard in the end, are those of the TypeScript rules in the test's own thread, which nobody disturbs; the workers are never
given up.

| woken by | workers lost | killed | stopped | ticks | orders | outcomes | ms for a batch (least / median / most) | ms with a loss in it |
|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}

No tick was lost, no hash and no outcome differed. The times are of a machine that did other work, too.
\`npm test\` has the same with ten losses (\`test/platform/rust/rustKernel.test.ts\`).
`
}
