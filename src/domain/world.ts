// A world is founded once, and what it was founded with holds for ever: the planet is made of it.

import type { WorldCommand } from './commands.ts'
import { type Decider, refuse } from './decider.ts'
import type { WorldEvent } from './events.ts'

/** What the world was founded with; undefined while it is not. */
export type World = WorldEvent['data'] | undefined

export const world: Decider<WorldCommand, WorldEvent, World> = {
  initial: () => undefined,
  fork: (state) => state,

  evolve(_state, event) {
    switch (event.type) {
      case 'WorldFounded':
        return event.data
    }
  },

  decide(command, state) {
    const { world, seed, n, ups } = command
    if (state === undefined) return [{ type: 'WorldFounded', data: { world, seed, n, ups } }]
    if (state.seed === seed && state.n === n && state.ups === ups) return []
    const founded = `seed ${state.seed}, n ${state.n}, ${state.ups} ups`
    return refuse('AlreadyFounded', `${world} was founded with ${founded}`)
  },
}
