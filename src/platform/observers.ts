// Several who measure, told as one.

import type { Observer } from '../domain/ports/observer.ts'

export function observers(all: readonly Observer[]): Observer {
  const every = (tell: (each: Observer) => void) => {
    for (const each of all) tell(each)
  }
  return {
    appended: (append) => every((each) => each.appended(append)),
    sealed: (seal) => every((each) => each.sealed(seal)),
    ran: (batch) => every((each) => each.ran(batch)),
    judged: (world, outcome) => every((each) => each.judged(world, outcome)),
    told: (world, kind, subscribers) => every((each) => each.told(world, kind, subscribers)),
    cut: (world, dropped) => every((each) => each.cut(world, dropped)),
    kernelLost: (world) => every((each) => each.kernelLost(world)),
    kernelIs: (status) => every((each) => each.kernelIs(status)),
  }
}
