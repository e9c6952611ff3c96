// A depot of one's own, in a world that really runs.

import type { Player } from './client.ts'

type Near = { readonly cell: number; readonly near: readonly { readonly cell: number }[] }
type Messages = {
  readonly messages: readonly { kind: string; commandId: string; done: number; reason: string }[]
}

/** The outcome of a command, if it waits in the player's mailbox. */
export async function outcomeOf(player: Player, commandId: string | undefined) {
  const { messages } = await player.get<Messages>(`/mailbox/${player.mailbox}/messages`)
  return messages.find((message) => message.commandId === commandId)
}

/** Builds one where it can stand: something may grow or lie at the landing itself. Gives its cell. */
export async function standingDepot(player: Player, landing: number): Promise<number> {
  const { near } = await player.get<Near>(`/worlds/first/cells/${landing}?reach=2`)
  for (const cell of [landing, ...near.map((one) => one.cell)]) {
    if ((await player.act('ClaimMany', { cells: [cell] })).status !== 'accepted') continue
    const structures = [{ cell, prototype: 'depot', direction: 0 }]
    const placed = await player.act('PlaceMany', { structures })
    if (placed.status !== 'accepted') continue
    let outcome = await outcomeOf(player, placed.commandId)
    while (!outcome) outcome = await outcomeOf(player, placed.commandId)
    if (outcome.done === 1) return cell
  }
  throw new Error(`no depot can stand within two cells of ${landing}`)
}
