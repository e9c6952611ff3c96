import { expect, test } from 'vitest'
import { beginWholeGame, playToFirstPack } from '../../src/bots/wholeGame.ts'
import { quickPlayer } from '../helpers/quickWorld.ts'

test.each([1, 12])(
  'from the starter kit on planet %i, a plate comes within a minute and a red pack within five',
  async (seed) => {
    const { hands } = await quickPlayer({ seed, n: 32 })
    const game = await beginWholeGame(hands)
    await playToFirstPack(game)
    expect(game.log.get('plate')?.firstTick).toBeLessThanOrEqual(1_200)
    expect(game.log.get('red-pack')?.firstTick).toBeLessThanOrEqual(6_000)
    expect((await hands.world.statistics(hands.account))?.produced).toMatchObject({ 'red-pack': 1 })
  },
)
