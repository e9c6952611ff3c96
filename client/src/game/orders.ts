// Orders on their way to the world: shown at once, undone on refusal, remembered so that they can be undone.

import type { Answer, Order } from '../data/worldData.ts'
import type { SeenPlanet } from '../hands/advice.ts'
import { inverseOf } from '../hands/undo.ts'
import { get, ownIndex, set, toast } from './store.ts'
import type { Session } from './visit.ts'
import { refusalWord } from './words.ts'

/** Gives an order that can be undone afterwards. */
export async function send(session: Session, order: Order): Promise<Answer> {
  const [answer] = await sendAll(session, [order])
  return answer!
}

/**
 * Gives orders one after another that are one step to undo.
 * @returns an answer for each that was given: none is given after one that was not taken
 */
export async function sendAll(session: Session, orders: readonly Order[]): Promise<Answer[]> {
  return session.undo.underway(async () => {
    const inverses: (readonly Order[])[] = []
    const answers: Answer[] = []
    for (const order of orders) {
      const inverse = inverseOf(order, expected(session))
      const answer = await give(session, order)
      answers.push(answer)
      if (answer.kind === 'accepted') inverses.unshift(inverse)
      else if (answer.kind !== 'unchanged') break
    }
    session.undo.done(inverses.flat())
    showSteps(session)
    return answers
  })
}

/** The planet as one's orders will have made it. */
export function expected({ pending, planet }: Session): SeenPlanet {
  return pending.expected(planet, ownIndex(get()))
}

/** Takes the latest step back, or the latest step back forward again. */
export function turnBack(session: Session, way: 'undo' | 'redo'): Promise<void> {
  return session.undo.afterThose(() => turn(session, way))
}

async function turn(session: Session, way: 'undo' | 'redo'): Promise<void> {
  const { undo } = session
  const orders = way === 'undo' ? undo.takeUndo() : undo.takeRedo()
  showSteps(session)
  if (!orders) {
    toast('plain', way === 'undo' ? 'There is nothing to undo' : 'There is nothing to redo')
    return
  }
  const inverses: (readonly Order[])[] = []
  for (const [place, order] of orders.entries()) {
    const inverse = inverseOf(order, expected(session))
    const answer = await give(session, order)
    if (answer.kind === 'accepted') inverses.unshift(inverse)
    else if (answer.kind !== 'unchanged') {
      // Nobody said no: what is left of the step can be tried again.
      if (answer.kind === 'failed') undo.putBack(way, orders.slice(place))
      break
    }
  }
  undo.turned(way, joined(inverses.flat()))
  showSteps(session)
}

/** Cell by cell releases of a step back become one claim again. */
function joined(orders: readonly Order[]): Order[] {
  const claimed = orders.flatMap((order) => (order.type === 'ClaimMany' ? order.cells : []))
  const others = orders.filter(({ type }) => type !== 'ClaimMany')
  return claimed.length > 0 ? [{ type: 'ClaimMany', cells: claimed }, ...others] : others
}

async function give(session: Session, order: Order): Promise<Answer> {
  const { data, pending, clock } = session
  const id = pending.add(order, clock.latest)
  const answer = await data.order(order)
  if (answer.kind === 'accepted') pending.accepted(id, answer.commandId)
  else pending.drop(id)
  if (answer.kind === 'refused') {
    const first = answer.cells[0]
    toast('bad', refusalWord(first?.refused ?? answer.refused, answer.detail), first?.cell)
  } else if (answer.kind === 'failed') toast('bad', answer.detail)
  else if (answer.kind === 'unchanged') toast('plain', 'There was nothing to do')
  pending.settle(session.planet, ownIndex(get()), clock.latest)
  return answer
}

function showSteps({ undo }: Session): void {
  set({ steps: { back: undo.canUndo, forward: undo.canRedo } })
}
