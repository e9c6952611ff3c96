// Scripted players: they build, carry, walk and talk by chance, ask nonsense, ask again, and keep every answer.

import { planLine } from '../../src/bots/plan.ts'
import type { Submitted } from '../../src/commands/submit.ts'
import { cellCount } from '../../src/domain/grid/lattice.ts'
import { neighboursOf } from '../../src/domain/grid/neighbours.ts'
import { type Answer, StoreUnavailable } from '../../src/domain/ports/eventStore.ts'
import type { Dice } from './dice.ts'
import { type Planet, type Server, WORLD } from './servers.ts'
import type { Stage } from './stage.ts'

export type Order = {
  readonly type: string
  readonly input: Record<string, unknown>
  readonly commandId: string
  readonly world: string
}

export type Acknowledged = { readonly order: Order; readonly answer: Answer }

export type SimulatedPlayer = {
  readonly account: string
  /** By command id, in order of their answers. */
  readonly acknowledged: ReadonlyMap<string, Acknowledged>
  /** Ids of orders of which the player never learned what came. */
  readonly givenUp: ReadonlySet<string>
  /** Erased by its own wish. */
  readonly erased: () => boolean
}

const TRIES = 40

/** Joins, plays until the stage is calm, and leaves the world. */
export async function play(
  stage: Stage,
  planet: Planet,
  server: () => Server,
  joined: (player: SimulatedPlayer) => void,
): Promise<void> {
  const { scheduler } = stage
  const dice = stage.dice.fork()
  const acknowledged = new Map<string, Acknowledged>()
  const givenUp = new Set<string>()
  let account = ''
  let orders = 0
  let erased = false
  let lastPosition = 0

  const pause = (mostMs: number) => scheduler.sleep(dice.below(mostMs))
  const ask = async (order: Order, who = account): Promise<Answer | 'invalid' | undefined> => {
    try {
      const submitted = await server().submit({ account: who, ...order })
      return 'faults' in submitted ? 'invalid' : submitted.answer
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) stage.fault(`${order.type} threw ${error}`)
      return undefined
    }
  }
  /** Asks until there is an answer that is remembered; undefined where the player has had enough of it. */
  const insist = async (order: Order): Promise<Answer | 'invalid' | undefined> => {
    for (let tries = 1; ; tries++) {
      const answer = await ask(order)
      if (answer !== undefined && !isPassing(answer)) return answer
      if (stage.calm ? tries > TRIES : dice.likely(0.05)) return undefined
      await pause(400)
    }
  }
  const keep = (order: Order, answer: Answer) => {
    stage.note(`${account.slice(-4)} ${order.type} ${order.commandId}: ${JSON.stringify(answer)}`)
    acknowledged.set(order.commandId, { order, answer })
    if (answer.status !== 'accepted' || answer.events === 0) return
    if (answer.position <= lastPosition)
      stage.fault(`${order.type} ${order.commandId} stands before what was asked before it`)
    lastPosition = answer.position
  }
  const act = async (type: string, input: Record<string, unknown>, world = WORLD) => {
    const order = { type, input, world, commandId: `${account.slice(-4)}-${++orders}` }
    const answer = await insist(order)
    if (answer === 'invalid') stage.fault(`${type} is invalid: ${JSON.stringify(input)}`)
    else if (answer) keep(order, answer)
    else givenUp.add(order.commandId)
    return answer === 'invalid' ? undefined : answer
  }

  const again = async ({ order, answer }: Acknowledged) => {
    const retried = await insist(order)
    if (retried === undefined || same(retried, answer)) return
    stage.fault(
      `${order.type} ${order.commandId} was answered ${JSON.stringify(answer)}, and again ${JSON.stringify(retried)}`,
    )
  }
  /** The same id, asked for something else: it must be told apart, and its first answer stays. */
  const reuse = async (earlier: Acknowledged) => {
    const { order } = earlier
    const other = { ...order, input: {}, type: 'LeaveWorld' }
    // What is asked of no world is not remembered.
    if (order.type === 'LeaveWorld' || order.world !== WORLD) return
    const answer = await insist(other)
    if (answer === undefined) return
    if (answer === 'invalid' || answer.status !== 'refused' || answer.refused !== 'CommandIdReused')
      stage.fault(`${order.commandId} was used twice: ${JSON.stringify(answer)}`)
    await again(earlier)
  }
  /** Two doors at once: both must say the same. */
  const twiceAtOnce = async (type: string, input: Record<string, unknown>) => {
    const order = { type, input, world: WORLD, commandId: `${account.slice(-4)}-${++orders}` }
    const [one, other] = await Promise.all([insist(order), insist(order)])
    if (one && other && !same(one, other))
      stage.fault(`${type} ${order.commandId} twice at once: ${JSON.stringify([one, other])}`)
    const answer = one ?? other
    if (answer && answer !== 'invalid') keep(order, answer)
    else givenUp.add(order.commandId)
  }
  const nonsense = async () => {
    const { type, input } = dice.pick(badInputs(planet))
    const answer = await ask({ type, input, world: WORLD, commandId: `bad-${++orders}` })
    if (answer !== undefined && answer !== 'invalid' && !isPassing(answer))
      stage.fault(`${type} ${JSON.stringify(input)} was taken: ${JSON.stringify(answer)}`)
  }
  const stranger = async () => {
    const order = { type: 'EnterWorld', input: {}, world: WORLD, commandId: `who-${++orders}` }
    const answer = await ask(order, 'nobody')
    if (answer && answer !== 'invalid' && answer.status !== 'refused')
      stage.fault(`nobody entered: ${JSON.stringify(answer)}`)
  }

  account = await join(stage, dice, server)
  joined({ account, acknowledged, givenUp, erased: () => erased })
  const entered = await act('EnterWorld', {})
  if (entered?.status !== 'accepted') return
  const script = await settleDown(dice, planet, act)
  while (!stage.calm) {
    await pause(250)
    const luck = dice.share()
    const earlier = [...acknowledged.values()].slice(-30)
    if (luck < 0.08) await again(dice.pick(earlier))
    else if (luck < 0.11) await reuse(dice.pick(earlier))
    else if (luck < 0.15) await twiceAtOnce('Craft', { recipe: 'gear', count: 1 })
    else if (luck < 0.19) await nonsense()
    else if (luck < 0.2) await stranger()
    else if (luck < 0.2015) {
      erased = true
      await act('EraseAccount', {})
      break
    } else await script()
  }
  for (const known of dice.likely(0.3) ? acknowledged.values() : []) await again(known)
  await act('LeaveWorld', {})
}

async function join(stage: Stage, dice: Dice, server: () => Server): Promise<string> {
  for (;;) {
    await stage.scheduler.sleep(dice.below(300))
    const asked = { account: undefined, type: 'JoinPlayer', input: { name: `P${dice.below(99)}` } }
    const submitted = await server()
      .submit(asked)
      .catch((): Submitted | undefined => undefined)
    if (submitted && 'joined' in submitted && submitted.joined) return submitted.joined.account
  }
}

type Act = (
  type: string,
  input: Record<string, unknown>,
  world?: string,
) => Promise<Answer | undefined>

/** Claims and builds a first line, if there is room; gives what the player does from then on. */
async function settleDown(dice: Dice, planet: Planet, act: Act) {
  const cells = cellCount(planet.n)
  const home = dice.below(cells)
  const line = planLine(planet, home, new Set(), new Set(), 2)
  const own = [...(line?.claims ?? [home])]
  await act('ClaimMany', { cells: [...own] })
  if (line) {
    await act('PlaceMany', { structures: line.structures })
    await act('SelectRecipe', { cell: line.kiln, recipe: line.recipe })
  }
  const mine = () => dice.pick(own)
  const anywhere = () => dice.below(cells)
  const count = () => dice.between(1, 9)
  const prototype = () => dice.pick(['belt', 'belt', 'drill', 'depot', 'kiln', 'pole', 'generator'])
  const orders: readonly (() => Promise<unknown>)[] = [
    () => act('Transfer', { cell: mine(), item: 'plate', count: count(), way: 'put' }),
    () => act('Transfer', { cell: mine(), item: 'plate', count: count(), way: 'take' }),
    () => act('Transfer', { cell: anywhere(), item: 'iron', count: count(), way: 'take' }),
    () => act('MovePlayer', { path: Array.from({ length: count() }, () => dice.below(6)) }),
    () => act('Say', { text: `so says ${dice.below(1_000)}` }),
    () => act('Craft', { recipe: dice.pick(['gear', 'wire', 'no-such']), count: count() }),
    () => act('StartHarvest', { cell: dice.likely(0.5) ? mine() : anywhere() }),
    () => act('StopHarvest', {}),
    () => act('SelectResearch', { research: dice.pick(['smelting', 'logistics', 'no-such']) }),
    () => act('RotateStructure', { cell: mine(), direction: dice.below(6) }),
    () => act('SelectRecipe', { cell: mine(), recipe: dice.pick(['plate', 'glass', 'no-such']) }),
    () => act('RemoveMany', { cells: [mine()] }),
    () => act('ReleaseCell', { cell: mine() }),
    () => act('RenamePlayer', { name: `N${dice.below(99)}` }),
    () => act('StartHarvest', { cell: 0 }, 'nowhere'),
    async () => {
      await act('LeaveWorld', {})
      await act('EnterWorld', {})
    },
    () =>
      act('PlaceMany', {
        structures: [{ cell: mine(), prototype: prototype(), direction: dice.below(6) }],
      }),
    async () => {
      const cell = dice.pick(neighboursOf(planet.n, mine()))
      const answer = await act('ClaimMany', { cells: [cell] })
      if (answer?.status === 'accepted') own.push(cell)
    },
    () => act('ClaimMany', { cells: [anywhere(), anywhere()] }),
  ]
  return () => dice.pick(orders)()
}

const badInputs = ({ n }: Planet): readonly Pick<Order, 'type' | 'input'>[] => [
  { type: 'ClaimMany', input: { cells: [] } },
  { type: 'ClaimMany', input: { cells: [cellCount(n)] } },
  { type: 'ClaimMany', input: { cells: [0.5] } },
  { type: 'PlaceMany', input: { structures: [{ cell: 0, prototype: 'palace' }] } },
  { type: 'MovePlayer', input: { path: [6] } },
  { type: 'Craft', input: { recipe: 'gear', count: 0 } },
  { type: 'Transfer', input: { cell: 0, item: 'plate', count: 1, way: 'steal' } },
  { type: 'Say', input: { text: '' } },
  { type: 'Say', input: { text: 'a', loud: true } },
  { type: 'Conquer', input: {} },
]

/** Told and not remembered: asking again later is right. */
const isPassing = (answer: Answer | 'invalid') =>
  answer !== 'invalid' &&
  answer.status === 'refused' &&
  (answer.refused === 'TooBusy' || answer.detail === `there is no world ${WORLD}`)

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
