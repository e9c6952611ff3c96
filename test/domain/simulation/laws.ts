// The laws of conservation: what is there is what came less what went, of every item, fluid and of pollution.

import type { SimulationState } from '../../../src/domain/simulation/state.ts'
import { itemsBalance, itemsHeld } from './planet.ts'

export const pollutionThere = ({ pollution }: SimulationState) =>
  pollution.reduce((sum, units) => sum + units, 0)

export const pollutionBalance = ({ balance }: SimulationState) =>
  balance.pollutionEmitted - balance.pollutionSunk - balance.pollutionAbsorbed

/** What a player made and used up is part of what the world did: never more. */
function overcounted({ players, balance }: SimulationState): string | undefined {
  for (const [name, whole] of [
    ['produced', balance.made],
    ['consumed', balance.used],
  ] as const) {
    for (const [item, count] of whole.entries()) {
      const sum = players.reduce((sum, { statistics }) => sum + statistics[name][item]!, 0)
      if (sum > count) return `item ${item}: players ${name} ${sum} of ${count}`
    }
  }
  const emitted = players.reduce((sum, { statistics }) => sum + statistics.pollution, 0)
  return emitted > balance.pollutionEmitted ? `players gave off ${emitted}` : undefined
}

/** The first law that a state breaks, with its tick; undefined when all hold. */
export function brokenLaw(state: SimulationState): string | undefined {
  const broken = firstBroken(state)
  return broken && `tick ${state.tick}: ${broken}`
}

function firstBroken(state: SimulationState): string | undefined {
  const held = itemsHeld(state)
  const balance = itemsBalance(state)
  for (const [item, count] of Object.entries(held)) {
    if (count !== balance[item]) return `${item}: ${count} held, ${balance[item]} by the ledger`
  }
  const there = pollutionThere(state)
  const expected = pollutionBalance(state)
  if (there !== expected) return `pollution: ${there} there, ${expected} by the ledger`
  for (const { cell, stock, load } of state.structures.values()) {
    const sum = stock.reduce((sum, count) => sum + count, 0)
    if (sum !== load) return `structure on cell ${cell}: holds ${sum}, its load says ${load}`
  }
  return overcounted(state)
}
