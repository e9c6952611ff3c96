// All ways in which the Rust kernel can run a world, and worlds held to TypeScript by them.

import { stateHash } from '../../src/domain/simulation/hash.ts'
import { createState, type SimulationState } from '../../src/domain/simulation/state.ts'
import { encodeState } from '../../src/domain/simulation/stateCodec.ts'
import { prototypeOf } from '../../src/domain/simulation/tables.ts'
import { askPipe, instructionSets, replyOf } from '../helpers/rustPipe.ts'
import { diceOf } from '../simulation/dice.ts'
import { drawWorld } from './drawWorld.ts'
import { type Way, whereTheyPart } from './parity.ts'

/** Each number of threads with each instruction set of this machine. */
export function everyWay(program: string): Way[] {
  const sets = instructionSets(program)
  return [1, 2, 7].flatMap((threads) => sets.map((instructions) => ({ threads, instructions })))
}

/** What worked in the worlds that were run: "kiln working", "pipe holds", … */
export type Worked = Map<string, number>

/**
 * A world of a seed, run by each of `ways`, each saved and opened again somewhere in the middle but the first. Returns
 * where it differs from TypeScript, with the seed; tells `ran` how many ticks it has.
 */
export function partedWorld(
  program: string,
  asked: { readonly seed: number; readonly n: number; readonly ticks: number },
  ways: readonly Way[],
  worked: Worked,
  ran: (ticks: number) => void = () => {},
): string | undefined {
  const { seed, n, ticks } = asked
  const { state, moments, isNatural } = drawWorld(seed, n, ticks)
  ran(moments.reduce((sum, { ticks }) => sum + ticks, 0))
  const dice = diceOf(seed)
  const from = isNatural ? (['bytes', 'pieces'] as const) : (['bytes'] as const)
  const reopening = ways.map((way, place): Way => {
    const after = dice.below(moments.length)
    return place === 0 ? way : { ...way, reopened: { after, from: from[place % from.length]! } }
  })
  const parted = whereTheyPart(program, state, moments, reopening, (now) => note(now, worked))
  return parted && `seed ${seed}, n ${n}: ${parted}`
}

function note(state: SimulationState, worked: Worked) {
  const add = (what: string) => worked.set(what, (worked.get(what) ?? 0) + 1)
  for (const { prototype, status, load, turn } of state.structures.values()) {
    const { name } = prototypeOf(prototype)
    if (status === 'working') add(`${name} working`)
    if (load > 0) add(`${name} holds`)
    if (turn > 0) add(`${name} takes turns`)
  }
  for (const { crafts, harvest, move } of state.players) {
    if (crafts.length > 0) add('a hand crafts')
    if (harvest) add('a hand harvests')
    if (move) add('somebody walks')
  }
}

/** Where the planet of a seed differs from TypeScript's by each of `ways`. */
export function partedPlanet(
  program: string,
  { seed, n }: { readonly seed: number; readonly n: number },
  ways: readonly Way[],
): string | undefined {
  const state = createState({ seed, n })
  const ours = encodeState(state)
  for (const { threads = 1, instructions = '' } of ways) {
    const told = askPipe(program, [
      { do: 'use threads', threads },
      { do: 'use instructions', name: instructions },
      { do: 'create', seed, n },
      { do: 'save' },
    ])
    const theirs = replyOf(told.at(-1))
    const at = ours.findIndex((byte, place) => byte !== theirs[place])
    if (at < 0 && ours.length === theirs.length) continue
    const way = `${threads} threads, ${instructions}`
    return `planet ${seed}, n ${n}, ${way}: byte ${at} of the state differs (ours: ${stateHash(state)})`
  }
  return undefined
}
