// A run: a maximal chain of belts, with its items as gaps, so that moving all of them costs one subtraction.
//
// Every belt cell has 8 slots; slot 0 is where items enter, the run's last slot is where they leave.
// Items keep a distance of at least 2 slots. gaps[0] is the free way of the front item; gaps[i] is the
// free way of item i behind item i - 1.

export const SLOTS_PER_CELL = 8
const DISTANCE = 2
/** How far items travel in a tick. */
const SPEED = 1

export type Run = {
  /** In order of travel. */
  readonly cells: readonly number[]
  /** Without repetition. */
  readonly chunks: readonly number[]
  /** Item codes, front first. */
  readonly items: number[]
  readonly gaps: number[]
  /** How many items at the front have no free way; follows from `gaps`. */
  stuck: number
  /** Slot of the last item; only meaningful where there are items. */
  lastSlot: number
}

export const emptyRun = (cells: readonly number[], chunks: readonly number[]): Run => ({
  cells,
  chunks,
  items: [],
  gaps: [],
  stuck: 0,
  lastSlot: 0,
})

const endSlot = (run: Run) => run.cells.length * SLOTS_PER_CELL - 1

/** The item that stands at the run's end, ready to leave; -1 for none. */
export const itemAtEnd = (run: Run): number =>
  run.items.length > 0 && run.gaps[0] === 0 ? run.items[0]! : -1

/** Moves every item that has a free way by a slot. Returns whether any moved. */
export function advance(run: Run): boolean {
  const { gaps } = run
  let left = SPEED
  let at = run.stuck
  while (left > 0 && at < gaps.length) {
    const moved = Math.max(0, Math.min(gaps[at]!, left))
    gaps[at]! -= moved
    left -= moved
    at++
  }
  run.lastSlot += SPEED - left
  skipStuck(run)
  return left < SPEED
}

function skipStuck(run: Run) {
  while (run.stuck < run.gaps.length && run.gaps[run.stuck]! <= 0) run.stuck++
}

/** Takes the front item away; there must be one. */
export function removeFront(run: Run): number {
  const item = run.items.shift()!
  const gap = run.gaps.shift()!
  if (run.gaps.length > 0) run.gaps[0]! += gap + DISTANCE
  run.stuck = 0
  skipStuck(run)
  return item
}

/** Whether an item can enter slot 0 after the next `advance`, judged before it. */
export const willHaveRoom = (run: Run): boolean =>
  run.items.length === 0 ||
  run.lastSlot >= DISTANCE ||
  (run.lastSlot === DISTANCE - SPEED && run.stuck < run.gaps.length)

/** Puts an item into slot 0; there must be room. */
export function enterRun(run: Run, item: number) {
  const ahead = run.items.length === 0 ? endSlot(run) + DISTANCE : run.lastSlot
  run.items.push(item)
  run.gaps.push(ahead - DISTANCE)
  run.lastSlot = 0
}

/** Puts an item in the middle of a belt, if nothing is within 2 slots. Returns whether it did. */
export function insertAt(run: Run, place: number, item: number): boolean {
  const slot = place * SLOTS_PER_CELL + SLOTS_PER_CELL / 2
  let index = 0
  let before = endSlot(run) + DISTANCE
  if (run.items.length > 0 && run.lastSlot > slot) {
    index = run.items.length
    before = run.lastSlot
  }
  while (index < run.items.length) {
    const next = before - DISTANCE - run.gaps[index]!
    if (next <= slot) break
    before = next
    index++
  }
  const gap = before - DISTANCE - slot
  if (gap < 0) return false
  if (index < run.items.length) {
    const behind = before - DISTANCE - run.gaps[index]!
    if (slot - behind < DISTANCE) return false
    run.gaps[index] = slot - DISTANCE - behind
  } else run.lastSlot = slot
  run.items.splice(index, 0, item)
  run.gaps.splice(index, 0, gap)
  // Nothing fits between items that are stuck, so only what comes after them may be stuck anew.
  skipStuck(run)
  return true
}

/** Lays an item at a slot behind all that were laid before: for building a run anew. */
export function layBehind(run: Run, slot: number, item: number) {
  const ahead = run.items.length === 0 ? endSlot(run) + DISTANCE : run.lastSlot
  run.items.push(item)
  run.gaps.push(ahead - DISTANCE - slot)
  run.lastSlot = slot
  skipStuck(run)
}

/** Tells each item of the run, front first: its belt's place in the run, its slot on that belt, its code. */
export function eachItem(run: Run, visit: (place: number, slot: number, item: number) => void) {
  let position = endSlot(run) + DISTANCE
  for (let index = 0; index < run.items.length; index++) {
    position -= DISTANCE + run.gaps[index]!
    visit(Math.floor(position / SLOTS_PER_CELL), position % SLOTS_PER_CELL, run.items[index]!)
  }
}
