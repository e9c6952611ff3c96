// The reference rules: npx vitest bench bench/simulation.bench.ts --run

import { bench, describe } from 'vitest'
import { cellCount } from '../src/domain/grid/lattice.ts'
import { runEcology } from '../src/domain/simulation/ecology.ts'
import { stateHash } from '../src/domain/simulation/hash.ts'
import { createState } from '../src/domain/simulation/state.ts'
import { tick } from '../src/domain/simulation/tick.ts'
import { factories } from './factories.ts'

const SECONDS = { time: 2_000 }

describe.each([64, 128])('n = %i, life everywhere awake', (n) => {
  const state = createState({ seed: 1, n })
  bench(
    `one ecology step of ${cellCount(n)} cells`,
    () => {
      state.tick += 8
      runEcology(state)
    },
    SECONDS,
  )
  bench(
    'the state hash after an ecology step, and the step',
    () => {
      state.tick += 8
      runEcology(state)
      stateHash(state)
    },
    SECONDS,
  )
})

describe('n = 64, a planet full of factories', () => {
  const { state, structures } = factories(64, 400)
  bench(
    `eight ticks (one with ecology) of ${structures} structures`,
    () => {
      for (let count = 0; count < 8; count++) tick(state, [])
    },
    SECONDS,
  )
  bench(
    `a tick without ecology of ${structures} structures`,
    () => {
      if (state.tick % 8 === 7) state.tick++
      tick(state, [])
    },
    SECONDS,
  )
})
