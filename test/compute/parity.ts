// Both kernels on the same orders: where they part first, and in what.

import type { Hashed } from '../../src/domain/ledger.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import type { TickEvents } from '../../src/domain/ports/kernel.ts'
import { stateHash } from '../../src/domain/simulation/hash.ts'
import type { SimulationState } from '../../src/domain/simulation/state.ts'
import { decodeState, encodeState } from '../../src/domain/simulation/stateCodec.ts'
import { tick } from '../../src/domain/simulation/tick.ts'
import { encodeRun } from '../../src/platform/kernel/wire.ts'
import { decodeResult } from '../../src/platform/kernel/wireReplies.ts'
import { firstDifference } from '../domain/simulation/diffStates.ts'
import { askPipe, type Command, replyOf } from '../helpers/rustPipe.ts'

/** Events of a tick, and how many ticks pass from it to the next moment: 1 at least. */
export type Moment = { readonly events: TickEvents['events']; readonly ticks: number }

/** How the Rust kernel runs. */
export type Way = {
  /** 1 where nothing is said. */
  readonly threads?: number
  /** The best of the machine where nothing is said. */
  readonly instructions?: string
  /** Saved, and opened from that, after so many moments. */
  readonly reopened?: { readonly after: number; readonly from: 'bytes' | 'pieces' }
}

type Stop = {
  readonly tick: number
  readonly outcomes: readonly Outcome[]
  readonly hash?: string
  readonly hashes: readonly Hashed[]
}

/** Every tick is hashed, of large planets every eleventh. */
const hashEvery = (n: number) => (n <= 64 ? 1 : 11)

/** `looked` sees the state after every moment. */
function runTypeScript(
  start: Uint8Array,
  moments: readonly Moment[],
  looked: (state: SimulationState) => void = () => {},
) {
  const state = decodeState(start)
  const every = hashEvery(state.n)
  const stops = moments.map(({ events, ticks }): Stop => {
    const outcomes: Outcome[] = []
    const hashes: Hashed[] = []
    for (let ran = 0; ran < ticks; ran++) {
      outcomes.push(...tick(state, ran === 0 ? events : []))
      if (state.tick % every === 0) hashes.push({ tick: state.tick, hash: stateHash(state) })
    }
    looked(state)
    return { tick: state.tick, outcomes, hash: stateHash(state), hashes }
  })
  return { stops, state, saved: encodeState(state) }
}

function runRust(
  program: string,
  start: Start,
  moments: readonly Moment[],
  { threads = 1, instructions, reopened }: Way = {},
): { stops: Stop[]; saved: Uint8Array } {
  let at = start.tick
  const asked = moments.flatMap(({ events, ticks }, place): Command[] => {
    const through = at + ticks
    const asks = { watch: [], hash: true, hashEvery: hashEvery(start.n), players: 'none' } as const
    const request = encodeRun({ ...asks, through, events: [{ tick: at + 1, events }] })
    at = through
    const run: Command = { do: 'ask', request }
    return place === reopened?.after ? [reopening(reopened.from, start), run] : [run]
  })
  const opened: Command[] = [
    { do: 'use threads', threads },
    ...(instructions ? [{ do: 'use instructions', name: instructions } as const] : []),
    { do: 'load', state: start.bytes },
  ]
  const answers = askPipe(program, [...opened, ...asked, { do: 'save' }])
  const replies = answers.map(replyOf)
  const isRun = (place: number) => asked[place]!.do === 'ask'
  return {
    stops: replies
      .slice(opened.length, -1)
      .filter((_, place) => isRun(place))
      .map((reply) => decodeResult(reply, 0)),
    saved: replies.at(-1)!,
  }
}

const reopening = (from: 'bytes' | 'pieces', { seed, n }: Start): Command =>
  from === 'bytes' ? { do: 'reopen from bytes' } : { do: 'reopen from pieces', seed, n }

/** As it travels: an absurd order's cell may be -0, which is cell 0. */
const text = ({ tick, outcomes, hash, hashes }: Stop) =>
  JSON.stringify({ tick, outcomes, hash, hashes })

type Start = Pick<SimulationState, 'seed' | 'n' | 'tick'> & { readonly bytes: Uint8Array }

const startOf = (state: SimulationState): Start => {
  const { seed, n, tick } = state
  return { seed, n, tick, bytes: encodeState(state) }
}

/**
 * "which way, tick T: what differs", or undefined where the kernels agree in every hash, outcome and saved byte, by each
 * of `ways`. `looked` sees the state after every moment.
 */
export function whereTheyPart(
  program: string,
  state: SimulationState,
  moments: readonly Moment[],
  ways: readonly Way[] = [{}],
  looked?: (state: SimulationState) => void,
): string | undefined {
  const start = startOf(state)
  const ours = runTypeScript(start.bytes, moments, looked)
  for (const way of ways) {
    const parted = partedBy(program, start, moments, way, ours)
    if (parted) return `${JSON.stringify(way)}, ${parted}`
  }
  return undefined
}

function partedBy(
  program: string,
  start: Start,
  moments: readonly Moment[],
  way: Way,
  ours: ReturnType<typeof runTypeScript>,
): string | undefined {
  const theirs = runRust(program, start, moments, way)
  const at = ours.stops.findIndex((stop, place) => text(stop) !== text(theirs.stops[place]!))
  if (at >= 0) return partedAt(program, start, moments.slice(0, at + 1), way)
  if (Buffer.compare(ours.saved, theirs.saved) === 0) return undefined
  const difference = firstDifference(ours.state, decodeState(theirs.saved))
  return difference ?? `tick ${ours.state.tick}: the saved bytes differ, the states do not`
}

/** The same again, tick by tick, with the states at the first that differs. */
function partedAt(program: string, start: Start, moments: readonly Moment[], way: Way): string {
  const single = moments.flatMap(({ events, ticks }) =>
    Array.from({ length: ticks }, (_, place) => ({ events: place === 0 ? events : [], ticks: 1 })),
  )
  const { reopened, ...rest } = way
  const before = moments.slice(0, reopened?.after).reduce((sum, { ticks }) => sum + ticks, 0)
  const slow = reopened ? { ...rest, reopened: { ...reopened, after: before } } : rest
  const ours = runTypeScript(start.bytes, single)
  const theirs = runRust(program, start, single, slow)
  const at = ours.stops.findIndex((stop, place) => text(stop) !== text(theirs.stops[place]!))
  if (at < 0) return 'they part only where ticks are run together'
  const until = single.slice(0, at + 1)
  const one = runTypeScript(start.bytes, until)
  const other = runRust(program, start, until, slow)
  const difference = firstDifference(one.state, decodeState(other.saved))
  if (difference) return difference
  return `outcomes: ${text(ours.stops[at]!)} and ${text(theirs.stops[at]!)}`
}
