// Orders on their way to the world: shown at once, undone on refusal, remembered so that they can be undone.

import type { Answer, Order } from '../data/worldData.ts'
import { inverseOf } from '../hands/undo.ts'
import { get, ownIndex, set, toast } from './store.ts'
import type { Session } from './visit.ts'
import { refusalWord } from './words.ts'

/** Gives an order that can be undone afterwards. */
export async function send(session: Session, order: Order): Promise<Answer> {
  const { planet, undo } = session
  const inverse = inverseOf(order, planet)
  return undo.underway(async () => {
    const answer = await give(session, order)
    if (answer.kind === 'accepted') undo.done(inverse)
    showSteps(session)
    return answer
  })
}

/** Takes the latest step back, or the latest step back forward again. */
export function turnBack(session: Session, way: 'undo' | 'redo'): Promise<void> {
  return session.undo.afterThose(() => turn(session, way))
}

async function turn(session: Session, way: 'undo' | 'redo'): Promise<void> {
  const { planet, undo } = session
  const orders = way === 'undo' ? undo.takeUndo() : undo.takeRedo()
  showSteps(session)
  if (!orders) {
    toast('plain', way === 'undo' ? 'There is nothing to undo' : 'There is nothing to redo')
    return
  }
  const inverses: (readonly Order[])[] = []
  for (const order of orders) {
    const inverse = inverseOf(order, planet)
    const answer = await give(session, order)
    if (answer.kind === 'accepted') inverses.unshift(inverse)
    else if (answer.kind !== 'unchanged') break
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
