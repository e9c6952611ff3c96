// Both kernels on the same orders: where they part first, and in what.

import type { Outcome } from '../../src/domain/outcome.ts'
import type { TickEvents } from '../../src/domain/ports/kernel.ts'
import { stateHash } from '../../src/domain/simulation/hash.ts'
import type { SimulationState } from '../../src/domain/simulation/state.ts'
import { decodeState, encodeState } from '../../src/domain/simulation/stateCodec.ts'
import { tick } from '../../src/domain/simulation/tick.ts'
import { encodeRun } from '../../src/platform/kernel/wire.ts'
import { decodeResult } from '../../src/platform/kernel/wireReplies.ts'
import { firstDifference } from '../domain/simulation/diffStates.ts'
import { askPipe, replyOf } from '../helpers/rustPipe.ts'

/** Events of a tick, and how many ticks pass from it to the next moment: 1 at least. */
export type Moment = { readonly events: TickEvents['events']; readonly ticks: number }

type Stop = {
  readonly tick: number
  readonly outcomes: readonly Outcome[]
  readonly hash?: string
}

function runTypeScript(start: Uint8Array, moments: readonly Moment[]) {
  const state = decodeState(start)
  const stops = moments.map(({ events, ticks }): Stop => {
    const outcomes = tick(state, events)
    for (let left = ticks - 1; left > 0; left--) outcomes.push(...tick(state, []))
    return { tick: state.tick, outcomes, hash: stateHash(state) }
  })
  return { stops, state }
}

/** Through a save and a load after the moments of `reloads`. */
function runRust(
  program: string,
  start: Uint8Array,
  from: number,
  moments: readonly Moment[],
): { stops: Stop[]; saved: Uint8Array } {
  let at = from
  const asked = moments.map(({ events, ticks }) => {
    const request = encodeRun({
      through: at + ticks,
      events: [{ tick: at + 1, events }],
      watch: [],
      hash: true,
      players: 'none',
    })
    at += ticks
    return { do: 'ask', request } as const
  })
  const answers = askPipe(program, [{ do: 'load', state: start }, ...asked, { do: 'save' }])
  return {
    stops: answers.slice(1, -1).map((answer) => decodeResult(replyOf(answer), 0)),
    saved: replyOf(answers.at(-1)),
  }
}

/** As it travels: an absurd order's cell may be -0, which is cell 0. */
const text = ({ tick, outcomes, hash }: Stop) => JSON.stringify({ tick, outcomes, hash })

/** "tick T: what differs", or undefined where the kernels agree in every hash, outcome and saved byte. */
export function whereTheyPart(
  program: string,
  start: SimulationState,
  moments: readonly Moment[],
): string | undefined {
  const bytes = encodeState(start)
  const ours = runTypeScript(bytes, moments)
  const theirs = runRust(program, bytes, start.tick, moments)
  const at = ours.stops.findIndex((stop, place) => text(stop) !== text(theirs.stops[place]!))
  if (at >= 0) return partedAt(program, bytes, start.tick, moments.slice(0, at + 1))
  const saved = encodeState(ours.state)
  if (Buffer.compare(saved, theirs.saved) === 0) return undefined
  const difference = firstDifference(ours.state, decodeState(theirs.saved))
  return difference ?? `tick ${ours.state.tick}: the saved bytes differ, the states do not`
}

/** The same again, tick by tick, with the states at the first that differs. */
function partedAt(
  program: string,
  start: Uint8Array,
  from: number,
  moments: readonly Moment[],
): string {
  const single = moments.flatMap(({ events, ticks }) =>
    Array.from({ length: ticks }, (_, place) => ({ events: place === 0 ? events : [], ticks: 1 })),
  )
  const ours = runTypeScript(start, single)
  const theirs = runRust(program, start, from, single)
  const at = ours.stops.findIndex((stop, place) => text(stop) !== text(theirs.stops[place]!))
  if (at < 0) return 'they part only where ticks are run together'
  const until = single.slice(0, at + 1)
  const one = runTypeScript(start, until)
  const other = runRust(program, start, from, until)
  const difference = firstDifference(one.state, decodeState(other.saved))
  if (difference) return difference
  return `outcomes: ${text(ours.stops[at]!)} and ${text(theirs.stops[at]!)}`
}
