// A whole game, from the starter kit to the launch, on both kernels.

import { expect, test } from 'vitest'
import { beginWholeGame, playToFirstPack, playToLaunch } from '../../src/bots/wholeGame.ts'
import { createState } from '../../src/domain/simulation/state.ts'
import { builtForTests } from '../../src/platform/kernel/rust/built.ts'
import { type Moment, whereTheyPart } from '../compute/parity.ts'
import { quickPlayer } from '../helpers/quickWorld.ts'

const program = builtForTests('pipe')
/** Ticks from one comparison to the next, at most. */
const STRIDE = 1_000

test.skipIf(!program)(
  'the whole game by a script ends in the same state on both kernels',
  {
    timeout: 1_800_000,
  },
  async () => {
    const planet = { seed: 1, n: 32 }
    const { kernel, moments, hands } = await quickPlayer(planet)
    const game = await beginWholeGame(hands)
    await playToFirstPack(game)
    await playToLaunch(game)
    const ended = await kernel.hash()
    const script: Moment[] = []
    let tick = 0
    const pass = (until: number, events: Moment['events']) => {
      if (until === tick) return
      let first = events
      while (tick < until) {
        const ticks = Math.min(STRIDE, until - tick)
        script.push({ events: first, ticks })
        first = []
        tick += ticks
      }
    }
    // Each moment lasts until the one after it begins.
    pass((moments[0]?.tick ?? 1) - 1, [])
    moments.forEach(({ events }, at) => {
      pass((moments[at + 1]?.tick ?? ended.tick + 1) - 1, events)
    })
    expect(tick).toBe(ended.tick)
    expect(whereTheyPart(program!, createState(planet), script)).toBeUndefined()
    expect(ended.hash).toMatch(/^[0-9a-f]{16}$/)
  },
)
