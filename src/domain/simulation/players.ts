// Who is in the world: entering, leaving, and the record that each account has here.

import type { AccountId, PlayerEvent } from '../events.ts'
import { isCell } from '../grid/lattice.ts'
import { giveUpHand } from './hand.ts'
import { earn } from './inventory.ts'
import { tell } from './outcomes.ts'
import type { OrderRef, Player, SimulationState } from './state.ts'
import { markPlayer } from './state.ts'
import { ITEM_COUNT, RESEARCH_COUNT, starterAmounts } from './tables.ts'

/** Owners are u16 in the planes. */
const MOST_PLAYERS = 0xffff

/** The account's player, made where there is none; undefined when the world is full. */
export function playerFor(state: SimulationState, account: AccountId): Player | undefined {
  const known = state.playerByAccount.get(account)
  if (known || state.players.length >= MOST_PLAYERS) return known
  const player: Player = {
    account,
    index: state.players.length + 1,
    entered: false,
    here: false,
    cell: 0,
    claims: 0,
    inventory: new Uint32Array(ITEM_COUNT),
    nextStepTick: 0,
    move: undefined,
    harvest: undefined,
    crafts: [],
    research: 0,
    units: new Uint16Array(RESEARCH_COUNT),
    statistics: {
      produced: new Float64Array(ITEM_COUNT),
      consumed: new Float64Array(ITEM_COUNT),
      pollution: 0,
      launches: 0,
    },
  }
  state.players.push(player)
  state.playerByAccount.set(account, player)
  markPlayer(state, player)
  return player
}

type Data<Type extends PlayerEvent['type']> = Extract<PlayerEvent, { type: Type }>['data']

/** The first time at the landing cell with the starter kit, later where the player was. */
export function enterWorld(state: SimulationState, ref: OrderRef, data: Data<'WorldEntered'>) {
  const player = playerFor(state, data.account)
  if (!player) return tell(state, ref, 0, 1, 'NoRoom')
  if (!player.entered) {
    player.entered = true
    player.cell = isCell(state.n, data.landing) ? data.landing : 0
    earn(state, player, starterAmounts)
  }
  player.here = true
  markPlayer(state, player)
  tell(state, ref, 1, 1, 'Done', player.cell)
}

/** The body stays where it is; what the hand was doing ends. */
export function leaveWorld(state: SimulationState, ref: OrderRef, data: Data<'WorldLeft'>) {
  const player = state.playerByAccount.get(data.account)
  if (!player?.here) return tell(state, ref, 0, 1, 'NotEntered')
  giveUpHand(state, player)
  player.here = false
  markPlayer(state, player)
  tell(state, ref, 1, 1, 'Done', player.cell)
}
