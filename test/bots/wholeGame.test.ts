import { expect, test } from 'vitest'
import { beginWholeGame, playToFirstPack, playToLaunch } from '../../src/bots/wholeGame.ts'
import { recipes } from '../../src/domain/recipes.ts'
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

// The long tests play on more planets; one is played here, so that no change of a rule breaks the game unseen.
test('from the first pack on planet 1 to the launch, everything that can be made is made', {
  timeout: 300_000,
}, async () => {
  const { hands } = await quickPlayer({ seed: 1, n: 32 })
  const game = await beginWholeGame(hands)
  await playToFirstPack(game)
  await playToLaunch(game)
  expect(recipes.filter(({ name }) => !game.log.get(name)?.runs)).toEqual([])
  expect((await hands.world.statistics(hands.account))?.launches).toBe(1)
})
