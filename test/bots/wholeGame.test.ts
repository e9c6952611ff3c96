import { expect, test } from 'vitest'
import { beginWholeGame, playToFirstPack, playToLaunch } from '../../src/bots/wholeGame.ts'
import { recipes } from '../../src/domain/recipes.ts'
import { quickPlayer } from '../helpers/quickWorld.ts'

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
