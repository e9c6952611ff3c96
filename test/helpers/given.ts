// Given what happened, when somebody asks, then this is decided: Emmett's specification, made exact.
// (Emmett's own `then` takes subsets in any order, so the events are compared once more.)

import { expect } from 'vitest'
import {
  type Decider,
  isRefusal,
  type Refusal,
  type RefusalName,
} from '../../src/domain/decider.ts'
import { Refused, specificationFor } from '../../src/platform/emmett.ts'

type Shape = { readonly type: string }

/** `const given = specification(territory)`, then `given(...events).when(command).decides(...events)`. */
export const specification =
  <C extends Shape, E extends Shape, State>(decider: Decider<C, E, State>) =>
  (...past: E[]) => ({
    when(command: C) {
      const fold = (events: readonly E[]) =>
        events.reduce((state, event) => decider.evolve(state, event), decider.initial())
      // The domain's types hold what Emmett's want; only the names of its own shapes are missing.
      type Spec = ReturnType<typeof specificationFor<C, E, State>>
      const asked = specificationFor(decider)(past as Parameters<Spec>[0]).when(
        command as Parameters<ReturnType<Spec>['when']>[0],
      )
      return {
        /** Exactly these events, in this order. */
        decides(...events: E[]) {
          asked.then(events as Parameters<typeof asked.then>[0])
          expect(decider.decide(command, fold(past))).toEqual(events)
        },
        /** This refusal and, where given, exactly these cells. */
        refuses(name: RefusalName, cells?: Refusal['cells']) {
          asked.thenThrows(
            (error: Error) => error instanceof Refused && error.refusal.refused === name,
          )
          const decision = decider.decide(command, fold(past))
          expect(decision).toMatchObject({ refused: name, ...(cells ? { cells } : {}) })
        },
        /** Nothing to do. */
        isNothingToDo() {
          asked.thenNothingHappened()
        },
        /** It is accepted, and asking once more is nothing to do. */
        settles() {
          const decision = decider.decide(command, fold(past))
          if (isRefusal(decision)) expect.fail(`refused: ${decision.refused}, ${decision.detail}`)
          expect(decider.decide(command, fold([...past, ...decision]))).toEqual([])
        },
      }
    },
  })
