// One visit to one world: data, planet and stage tied together, and everything that a player may do.

import { isWater } from '../../../src/domain/generation/terrain.ts'
import { neighbour } from '../../../src/domain/grid/neighbours.ts'
import { directionTo, findPath } from '../../../src/domain/grid/path.ts'
import { prototypeNamed } from '../../../src/domain/prototypes.ts'
import type {
  Answer,
  OpenWorld,
  Order,
  StatusReport,
  WorldData,
  WorldListener,
} from '../data/worldData.ts'
import type { CellReading } from '../planet/cells.ts'
import { PlanetCells } from '../planet/cells.ts'
import { createSphere, type Sphere } from '../planet/sphere.ts'
import { addChat, get, isHere, ownIndex, set, toast } from './store.ts'
import { TickClock } from './tickClock.ts'
import { outcomeWord, refusalWord } from './words.ts'

export type Session = {
  readonly data: WorldData
  readonly planet: PlanetCells
  readonly sphere: Sphere
  readonly clock: TickClock
}

const STATUS_INTERVAL_MS = 250
const WALK_MOST = 64

/** Opens a world and keeps the store told of it. What comes before the world is known waits. */
export async function openSession(open: OpenWorld): Promise<Session> {
  const early: ((session: Session) => void)[] = []
  let session: Session | undefined
  const now = (task: (session: Session) => void) => (session ? task(session) : early.push(task))
  const data = await open(createListener(now))
  const { n, ups } = data.world
  session = { data, planet: new PlanetCells(n), sphere: createSphere(n), clock: new TickClock(ups) }
  set({ world: data.world, account: data.account() })
  for (const task of early) task(session)
  return session
}

function createListener(now: (task: (session: Session) => void) => void): WorldListener {
  const status = throttled<StatusReport>(STATUS_INTERVAL_MS, (report) => set({ status: report }))
  return {
    connection: (connection) => {
      if (get().connection !== connection) set({ connection })
    },
    status: (report) => {
      status(report)
      now(({ clock }) => clock.heard(report.tick, performance.now()))
    },
    tick: (tick) => now(({ clock }) => clock.heard(tick, performance.now())),
    snapshot: (snapshot) => now(({ planet }) => planet.applySnapshot(snapshot)),
    changes: (changes) => now(({ planet }) => planet.applyChanges(changes)),
    contents: (structures) => now(({ planet }) => planet.applyContents(structures)),
    player: (player) => set({ player }),
    players: (players) => set({ players }),
    chat: addChat,
    outcome: (outcome) => {
      const word = outcomeWord(outcome)
      if (!word) return
      const good = outcome.reason === 'Done' || outcome.order === 'HarvestStarted'
      toast(good ? 'good' : 'bad', word, outcome.cell)
    },
  }
}

/** Passes on the first at once and then the latest, at most once an interval. */
function throttled<T>(intervalMs: number, take: (value: T) => void): (value: T) => void {
  let latest: T | undefined
  let resting = false
  return (value) => {
    latest = value
    if (resting) return
    take(value)
    resting = true
    latest = undefined
    setTimeout(() => {
      resting = false
      if (latest !== undefined) take(latest)
    }, intervalMs)
  }
}

async function send(session: Session, order: Order, done?: string): Promise<Answer> {
  const answer = await session.data.order(order)
  if (answer.kind === 'refused') {
    const first = answer.cells[0]
    toast('bad', refusalWord(first?.refused ?? answer.refused, answer.detail), first?.cell)
  } else if (answer.kind === 'failed') toast('bad', answer.detail)
  else if (answer.kind === 'unchanged') toast('plain', 'There was nothing to do')
  else if (done) toast('plain', done)
  return answer
}

/** Joins where need be, and lands. @returns the landing cell */
export async function land(
  session: Session,
  name: string,
  at?: number,
): Promise<number | undefined> {
  if (!session.data.account()) {
    const joined = await session.data.join(name)
    if (joined.kind !== 'accepted') {
      toast('bad', 'detail' in joined ? joined.detail : 'The server refused the name')
      return undefined
    }
    set({ account: session.data.account() })
  }
  const answer = await send(session, {
    type: 'EnterWorld',
    ...(at === undefined ? {} : { landing: at }),
  })
  return answer.kind === 'accepted' ? answer.landing : undefined
}

export function claim(session: Session, cells: readonly number[]): Promise<Answer> {
  return send(session, { type: 'ClaimMany', cells })
}

export function release(session: Session, cell: number): Promise<Answer> {
  return send(session, { type: 'ReleaseCell', cell })
}

export type Plan = { readonly cell: number; readonly prototype: string; readonly direction: number }

export function build(session: Session, structures: readonly Plan[]): Promise<Answer> {
  return send(session, { type: 'PlaceMany', structures })
}

export function remove(session: Session, cells: readonly number[]): Promise<Answer> {
  return send(session, { type: 'RemoveMany', cells })
}

export function turn(session: Session, cell: number): void {
  const structure = session.planet.structures.get(cell)
  if (!structure) return
  const direction = nextDirection(session, cell, structure.direction)
  void send(session, { type: 'RotateStructure', cell, direction })
}

export function selectRecipe(session: Session, cell: number, recipe: string): void {
  void send(session, { type: 'SelectRecipe', cell, recipe })
}

export function harvest(session: Session, cell: number): void {
  void send(session, { type: 'StartHarvest', cell })
}

export function stopHarvest(session: Session): void {
  void send(session, { type: 'StopHarvest' })
}

export function craft(session: Session, recipe: string, count: number): void {
  void send(session, { type: 'Craft', recipe, count })
}

export function transfer(
  session: Session,
  cell: number,
  item: string,
  count: number,
  way: 'put' | 'take',
): void {
  void send(session, { type: 'Transfer', cell, item, count, way })
}

export function selectResearch(session: Session, research: string): void {
  void send(session, { type: 'SelectResearch', research })
}

export function say(session: Session, text: string): void {
  void send(session, { type: 'Say', text })
}

export function leave(session: Session): void {
  void send(session, { type: 'LeaveWorld' })
}

/** Walks towards a cell, as far as one order goes. */
export function walkTo(session: Session, cell: number): void {
  const { player } = get()
  if (!player?.here) return
  const { planet } = session
  const open = (at: number) => !planet.knows(at) || !isWater(planet.terrain[at]!)
  const path = findPath(planet.n, player.cell, cell, open, WALK_MOST * 2)
  if (!path) toast('bad', 'There is no way on foot')
  else if (path.length > 0) {
    void send(session, { type: 'MovePlayer', path: path.slice(0, WALK_MOST) })
    if (path.length > WALK_MOST) toast('plain', `The first ${WALK_MOST} steps of ${path.length}`)
  }
}

/** The next direction that the cell has: a pentagon lacks one. */
export function nextDirection(session: Session, cell: number, direction: number): number {
  for (let turns = 1; turns <= 6; turns++) {
    const next = (direction + turns) % 6
    if (neighbour(session.planet.n, cell, next) >= 0) return next
  }
  return direction
}

/** Plans for a stroke of cells: each belt of a line leads to the next one. */
export function plansOf(
  session: Session,
  cells: readonly number[],
  prototype: string,
  direction: number,
): Plan[] {
  const { n } = session.planet
  return cells.map((cell, place) => {
    const next = cells[place + 1]
    const before = cells[place - 1]
    const ahead = next === undefined ? -1 : directionTo(n, cell, next)
    if (cells.length > 1 && ahead >= 0) return { cell, prototype, direction: ahead }
    // The last one goes on the way that led to it, as well as its frame allows.
    const onward = before === undefined ? direction : directionTo(n, before, cell)
    const fits = neighbour(n, cell, onward) >= 0
    return { cell, prototype, direction: fits ? onward : nextDirection(session, cell, onward) }
  })
}

/** Why a prototype would be refused on a cell, as far as the client can tell; advice, the world decides. */
export function whyNot(session: Session, cell: number, prototype: string): string | undefined {
  const reading = session.planet.read(cell)
  const kind = prototypeNamed(prototype)
  if (!kind || reading.terrain === 0) return 'Unknown ground'
  if (reading.structure) return refusalWord('CellHasStructure', '')
  if (reading.owner !== ownIndex(get()) || !isHere(get())) return refusalWord('NotOwner', '')
  const water = isWater(reading.terrain)
  if (kind.stands === 'land' && water) return 'That needs land'
  if (kind.stands === 'water' && !water) return 'That needs water'
  return undefined
}

export function readCell(session: Session, cell: number): CellReading | undefined {
  return cell >= 0 && session.planet.knows(cell) ? session.planet.read(cell) : undefined
}
