// The whole game, played by what the page has: its orders, and its own picture of the planet, from which alone the bot
// reads. The world is the page's own (?offline=…), so that its ticks need not be waited for. About two minutes.

import { expect, test } from 'vitest'
import { openOfflineWorld } from '../../client/src/data/offline/offlineWorld.ts'
import type { Order, WorldListener } from '../../client/src/data/worldData.ts'
import { PlanetCells } from '../../client/src/planet/cells.ts'
import type { CountingHands } from '../../src/bots/wholeGame.ts'
import { beginWholeGame, playToFirstPack, playToLaunch } from '../../src/bots/wholeGame.ts'
import type { Submitted } from '../../src/commands/submit.ts'
import { encodeCells } from '../../src/domain/chunkCodec.ts'
import type { PlayerView } from '../../src/domain/chunkView.ts'
import { cellsOfChunk, chunkCount, offsetInChunk } from '../../src/domain/grid/chunk.ts'
import { recipes } from '../../src/domain/recipes.ts'

const SEED = 1
const N = 32
/** Contents of one's structures come once a second. */
const CONTENTS_TICKS = 20

async function pageHands(): Promise<CountingHands> {
  const planet = new PlanetCells(N)
  const seen: { player?: PlayerView; tick: number } = { tick: 0 }
  const listener: WorldListener = {
    connection: () => {},
    status: () => {},
    tick: (tick) => {
      seen.tick = tick
    },
    snapshot: (snapshot) => planet.applySnapshot(snapshot),
    changes: (changes) => planet.applyChanges(changes),
    player: (player) => {
      seen.player = player
    },
    contents: (structures) => planet.applyContents(structures),
    outcome: () => {},
    players: () => {},
    chat: () => {},
    replaced: () => {},
  }
  const data = openOfflineWorld({ seed: SEED, n: N }, listener, false)
  data.watch(Array.from({ length: chunkCount(N) }, (_, chunk) => chunk))
  await data.join('Ada')
  const wait = async (ticks: number) => {
    for (let left = ticks; left > 0; left--) data.runTick()
    planet.drain()
  }
  return {
    account: 'you',
    wait,
    async submit({ type, input }) {
      const answer = await data.order({ type, ...(input as object) } as Order)
      if (answer.kind === 'failed') throw new Error(answer.detail)
      await wait(CONTENTS_TICKS)
      const { kind, ...rest } = answer
      return { commandId: 'order', command: type, answer: { status: kind, ...rest } } as Submitted
    },
    world: {
      settings: { world: 'offline', ...data.world },
      async chunk(chunk) {
        const cells = cellsOfChunk(N, chunk).map((cell) => ({
          ...planet.read(cell),
          offset: offsetInChunk(N, cell),
        }))
        const structures = [...planet.structures.values()]
        return { chunk, tick: seen.tick, cells: encodeCells('snapshot', chunk, cells), structures }
      },
      player: async () => seen.player && { ...seen.player, tick: seen.tick },
      structure: async (cell) => planet.read(cell).structure,
      structures: async () => [...planet.structures.values()],
      async statistics() {
        const { rows, own } = (await data.standings())!
        const row = rows.find(({ account }) => account === 'you')
        return row && own && { ...row, ...own, packs: {} }
      },
    },
  }
}

test('with the orders of the page and with what it shows, a bot makes all there is and launches', async () => {
  const hands = await pageHands()
  const game = await beginWholeGame(hands)
  await playToFirstPack(game)
  await playToLaunch(game)
  expect(recipes.filter(({ name }) => !game.log.get(name)?.runs)).toEqual([])
  expect(game.log.get('launch')?.firstTick).toBeLessThanOrEqual(300_000)
  expect((await hands.world.statistics(hands.account))?.launches).toBe(1)
})
