// One visit to one world: data, planet and stage tied together, and everything that a player may do.

import { chunkCount } from '../../../src/domain/grid/chunk.ts'
import { neighbour } from '../../../src/domain/grid/neighbours.ts'
import { CHUNKS_PER_SUBSCRIPTION } from '../data/live/interest.ts'
import type { Answer, OpenWorld, Order, StatusReport, WorldListener } from '../data/worldData.ts'
import { type Advice, adviseBuild, type Builder } from '../hands/advice.ts'
import type { PlannedPart } from '../hands/blueprint.ts'
import { PendingOrders } from '../hands/pending.ts'
import { nextDirection } from '../hands/stroke.ts'
import { UndoStack } from '../hands/undo.ts'
import type { CellReading } from '../planet/cells.ts'
import { PlanetCells } from '../planet/cells.ts'
import { createSphere } from '../planet/sphere.ts'
import { newlyKnown } from './alerts.ts'
import { Errands, WALK_MOST, WAY_MOST } from './errands.ts'
import { reached } from './milestones.ts'
import { expected, send, sendAll } from './orders.ts'
import { addChat, get, set, toast } from './store.ts'
import { TickClock } from './tickClock.ts'
import type { Session } from './visit.ts'
import { itemWord, outcomeWord, refusalWord } from './words.ts'

const STATUS_INTERVAL_MS = 250

/** Opens a world and keeps the store told of it. What comes before the world is known waits. */
export async function openSession(open: OpenWorld): Promise<Session> {
  const early: ((session: Session) => void)[] = []
  let session: Session | undefined
  const now = (task: (session: Session) => void) => (session ? task(session) : early.push(task))
  const data = await open(createListener(now))
  reached('world')
  const { n, ups } = data.world
  // A planet that is watched whole is asked for before the stage for it stands.
  if (chunkCount(n) <= CHUNKS_PER_SUBSCRIPTION) data.watch([...Array(chunkCount(n)).keys()])
  const planet = new PlanetCells(n)
  session = {
    data,
    planet,
    sphere: createSphere(n),
    clock: new TickClock(ups),
    pending: new PendingOrders(),
    undo: new UndoStack(),
    errands: new Errands(planet),
  }
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
    snapshot: (snapshot) =>
      now(({ planet }) => {
        planet.applySnapshot(snapshot)
        if (isKnown(planet)) reached('chunks')
      }),
    changes: (changes) => now(({ planet }) => planet.applyChanges(changes)),
    contents: (structures) => now(({ planet }) => planet.applyContents(structures)),
    player: (player) => {
      const before = get().player
      set({ player })
      now(({ errands }) => errands.arrived(player))
      for (const name of before ? newlyKnown(before.researched, player.researched) : []) {
        toast('good', `Researched: ${itemWord(name)}`)
      }
    },
    players: (players) => set({ players }),
    chat: addChat,
    // All that is drawn is of another history: the page begins anew, and its address says where it looked.
    replaced: () => location.reload(),
    outcome: (outcome) => {
      now(({ pending }) => pending.outcome(outcome.commandId))
      if (outcome.order === 'MoveOrdered' && outcome.reason === 'Blocked') {
        now(({ errands }) => errands.forget())
      }
      const word = outcomeWord(outcome)
      if (!word) return
      const good = outcome.reason === 'Done' || outcome.order === 'HarvestStarted'
      toast(good ? 'good' : 'bad', word, outcome.cell)
    },
  }
}

/** Whether all has come that is asked for at first. */
export function isKnown({ chunksKnown, chunkTick }: PlanetCells): boolean {
  return chunksKnown >= Math.min(chunkTick.length, CHUNKS_PER_SUBSCRIPTION)
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

/**
 * Builds what may stand there and leaves out what may not, saying why; recipes are chosen once it is accepted.
 */
export async function build(session: Session, parts: readonly PlannedPart[]): Promise<void> {
  const advice = adviceFor(session, parts)
  const refused = advice.find(({ level }) => level === 'refused')
  const allowed = parts.filter((_, place) => advice[place]?.level !== 'refused')
  const reason = refused ? refusalWord(refused.reason ?? '', '') : ''
  if (allowed.length === 0) {
    if (refused) toast('bad', reason, refused.cell)
    return
  }
  if (refused) {
    toast('bad', `${allowed.length} of ${parts.length} can stand: ${reason}`, refused.cell)
  }
  const turned = allowed.filter(({ turns }) => turns)
  const placed = allowed.filter(({ turns }) => !turns)
  const structures = placed.map(({ cell, prototype, direction }) => ({
    cell,
    prototype,
    direction,
  }))
  const recipes = placed.flatMap(({ cell, recipe }): Order[] =>
    recipe ? [{ type: 'SelectRecipe', cell, recipe }] : [],
  )
  await sendAll(session, [
    ...(structures.length > 0 ? [{ type: 'PlaceMany' as const, structures }] : []),
    ...turned.map(({ cell, direction }): Order => ({ type: 'RotateStructure', cell, direction })),
    ...recipes,
  ])
}

/** Who builds, as advice asks for it. */
function builder(): Builder {
  const { player } = get()
  return {
    index: player?.here ? player.index : 0,
    claims: player?.claims ?? 0,
    claimLimit: player?.claimLimit ?? 0,
    inventory: player?.inventory ?? {},
    researched: player?.researched ?? [],
  }
}

export function adviceFor(session: Session, parts: readonly PlannedPart[]): Advice[] {
  return adviseBuild(expected(session), session.data.world.seed, builder(), parts)
}

export function remove(session: Session, cells: readonly number[]): Promise<Answer> {
  return send(session, { type: 'RemoveMany', cells })
}

/** @param by 1 counter-clockwise, -1 back */
export function turn(session: Session, cell: number, by = 1): void {
  // As it will stand: who presses twice before the first turn is seen turns it twice.
  const structure = expected(session).structures.get(cell)
  if (!structure) return
  const direction = nextDirection(session.planet.n, cell, structure.direction, by)
  void send(session, { type: 'RotateStructure', cell, direction })
}

export function selectRecipe(session: Session, cell: number, recipe: string): void {
  void send(session, { type: 'SelectRecipe', cell, recipe })
}

/** Harvests a cell; from farther off than the hand reaches, the player walks there first. */
export function harvest(session: Session, cell: number): void {
  nearby(session, cell, () => void send(session, { type: 'StartHarvest', cell }))
}

function nearby(session: Session, cell: number, deed: () => void): void {
  const { player } = get()
  if (!player?.here) return
  const way = session.errands.begin(player, cell, deed)
  if (!way) toast('bad', 'It is too far to walk there')
  else if (way.length > 0) {
    toast('plain', 'You walk there first')
    void send(session, { type: 'MovePlayer', path: way })
  }
}

export function stopHarvest(session: Session): void {
  void send(session, { type: 'StopHarvest' })
}

export function craft(session: Session, recipe: string, count: number): Promise<Answer> {
  return send(session, { type: 'Craft', recipe, count })
}

export function transfer(
  session: Session,
  cell: number,
  item: string,
  count: number,
  way: 'put' | 'take',
): void {
  nearby(session, cell, () => void send(session, { type: 'Transfer', cell, item, count, way }))
}

export function selectResearch(session: Session, research: string): void {
  void send(session, { type: 'SelectResearch', research })
}

export function say(session: Session, text: string): Promise<Answer> {
  return send(session, { type: 'Say', text })
}

export function leave(session: Session): void {
  void send(session, { type: 'LeaveWorld' })
}

/** Walks to a cell; a way that is too long for one order is walked by several. */
export function walkTo(session: Session, cell: number): void {
  const { player } = get()
  if (!player?.here) return
  const { errands, planet } = session
  errands.forget()
  const way = errands.wayTo(player.cell, cell)
  if (!way) toast('bad', `There is no way on foot within ${WAY_MOST} steps`)
  else if (way.length > 0) {
    const path = way.slice(0, WALK_MOST)
    const end = path.reduce((at, direction) => neighbour(planet.n, at, direction), player.cell)
    if (end !== cell) errands.later(end, () => walkTo(session, cell))
    void send(session, { type: 'MovePlayer', path })
  }
}

export function readCell(session: Session, cell: number): CellReading | undefined {
  return cell >= 0 && session.planet.knows(cell) ? session.planet.read(cell) : undefined
}
