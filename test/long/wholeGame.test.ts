// The whole game, played by script on two planets: the report is docs/reports/whole-game.md. About a minute.

import { mkdirSync, writeFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import {
  beginWholeGame,
  playToFirstPack,
  playToLaunch,
  type WholeGame,
} from '../../src/bots/wholeGame.ts'
import { prototypes } from '../../src/domain/prototypes.ts'
import { recipes } from '../../src/domain/recipes.ts'
import { quickPlayer } from '../helpers/quickWorld.ts'

const N = 32
const SEEDS = [1, 12]
const played = new Map<number, WholeGame>()

test.each(SEEDS)(
  'on planet %i a bot makes all there is, with every machine, and launches within 300,000 ticks',
  async (seed) => {
    const { hands } = await quickPlayer({ seed, n: N })
    const game = await beginWholeGame(hands)
    played.set(seed, game)
    await playToFirstPack(game)
    await playToLaunch(game)
    const { log, sites } = game
    expect(log.get('plate')?.firstTick).toBeLessThanOrEqual(1_200)
    expect(log.get('red-pack')?.firstTick).toBeLessThanOrEqual(6_000)
    expect(log.get('launch')?.firstTick).toBeLessThanOrEqual(300_000)
    expect(recipes.filter(({ name }) => !log.get(name)?.runs)).toEqual([])
    const { produced, launches, pollution } = (await hands.world.statistics(hands.account))!
    expect(launches).toBe(1)
    expect(pollution).toBeGreaterThan(0)
    for (const { outputs } of recipes)
      for (const item of Object.keys(outputs)) expect(produced[item], item).toBeGreaterThan(0)
    const standing = await hands.world.structures(hands.account)
    const kinds = new Set(standing.map(({ prototype }) => prototype))
    expect(prototypes.filter(({ name }) => !kinds.has(name))).toEqual([])
    // Ore came to the end of the line only by drill, belt, splitter and bridges; water only by pump, pipe and mixer.
    const ore = await hands.world.structure(sites.line.at(-1)!.cell)
    expect(ore?.contents?.iron).toBeGreaterThan(0)
    const tank = await hands.world.structure(sites.brine.tank!)
    expect(tank?.contents?.water).toBeGreaterThan(0)
    const view = await hands.world.player(hands.account)
    expect(view?.researched).toContain('arks')
    const cut = await Promise.all(
      [sites.farm.depot!, sites.farm['depot 2']!].map((cell) => hands.world.structure(cell)),
    )
    expect(cut.map((depot) => Object.keys(depot?.contents ?? {}).length)).not.toEqual([0, 0])
  },
)

afterAll(() => {
  if (played.size < SEEDS.length) return
  const text = report()
  console.log(text)
  mkdirSync('docs/reports', { recursive: true })
  writeFileSync('docs/reports/whole-game.md', text)
})

const count = (value: number | undefined) => (value ?? 0).toLocaleString('en')

function report(): string {
  const heads = SEEDS.map((seed) => ` planet ${seed}: first at | runs | ticks spent |`).join('')
  const rows = recipes.map(({ name }) => {
    const cells = SEEDS.map((seed) => {
      const entry = played.get(seed)!.log.get(name)
      return ` ${count(entry?.firstTick)} | ${count(entry?.runs)} | ${count(entry?.spentTicks)} |`
    })
    return `| ${name} |${cells.join('')}`
  })
  return `<!-- Written by test/long/wholeGame.test.ts. -->

# The whole game, played by script

A bot (\`src/bots/wholeGame.ts\`) plays alone on planets of n = ${N}, from the starter kit to the launch, by the public commands
and with what every player may read. It lands where what it needs lies near, gathers by hand, and carries between one machine
of each kind what they need. *First at* is the tick in which the first run was done (20 ticks a second; seen every 20 ticks);
*ticks spent* counts carrying and waiting for the machine, but not the gathering.

| recipe |${heads}
|---|${SEEDS.map(() => '--:|--:|--:|').join('')}
${rows.join('\n')}
`
}
