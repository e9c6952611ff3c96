// The only import of Emmett in src: our deciders in Emmett's shape, for its given/when/then specifications.
// Emmett's decide returns events or throws, so a refusal becomes an error that carries it.

import {
  type Command,
  DeciderSpecification,
  type Decider as EmmettDecider,
  type Event,
} from '@event-driven-io/emmett'
import { type Decider, isRefusal, type Refusal } from '../domain/decider.ts'

/** A refusal on its way through Emmett. (Its own errors reset the prototype of whatever extends them.) */
export class Refused extends Error {
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(`${refusal.refused}: ${refusal.detail}`)
    this.refusal = refusal
  }
}

type Shape = { readonly type: string }
type AsCommand<C extends Shape> = C & Command<C['type']>
type AsEvent<E extends Shape> = E & Event<E['type']>

/** The decider as Emmett knows one: `decide` throws Refused where ours returns a refusal. */
function asEmmettDecider<C extends Shape, E extends Shape, State>(
  decider: Decider<C, E, State>,
): EmmettDecider<State, AsCommand<C>, AsEvent<E>> {
  return {
    initialState: () => decider.initial(),
    evolve: (state, event) => decider.evolve(state, event),
    decide: (command, state) => {
      const decision = decider.decide(command, state)
      if (isRefusal(decision)) throw new Refused(decision)
      return [...decision] as AsEvent<E>[]
    },
  }
}

/** Emmett's given/when/then over one of our deciders. */
export const specificationFor = <C extends Shape, E extends Shape, State>(
  decider: Decider<C, E, State>,
) => DeciderSpecification.for(asEmmettDecider(decider))
