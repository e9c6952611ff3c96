// One tick of a world: what the orders say, then what the world does by itself, always in this order.

import type { Outcome } from '../outcome.ts'
import type { TickEvents } from '../ports/kernel.ts'
import { runBelts } from './belts.ts'
import { ECOLOGY_TICKS, runEcology } from './ecology.ts'
import { runFluids } from './fluids.ts'
import { runHands } from './hand.ts'
import { runMachines } from './machines.ts'
import { networkOf } from './network.ts'
import { applyEvent } from './orders.ts'
import { buildBlueprints } from './placing.ts'
import { runServing } from './serving.ts'
import type { SimulationState } from './state.ts'

/**
 * Runs the next tick: `state.tick` rises by one, the events apply in their order, the world moves on.
 * Total: any event on any state; what cannot be done is clamped and told. Returns the tick's outcomes.
 */
export function tick(state: SimulationState, events: TickEvents['events']): Outcome[] {
  state.tick++
  state.outcomes = []
  for (const { commandId, event } of events) applyEvent(state, commandId, event)
  runHands(state)
  buildBlueprints(state)
  runMachines(state)
  runFluids(state, networkOf(state))
  runBelts(state)
  runServing(state, networkOf(state))
  if (state.tick % ECOLOGY_TICKS === 0) runEcology(state)
  const { outcomes } = state
  state.outcomes = []
  return outcomes
}
