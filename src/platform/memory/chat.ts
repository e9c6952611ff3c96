// The lines of each world's chat in memory: the newest are kept.

import type { AccountId } from '../../domain/events.ts'
import type { ChatMessage, PersonalData } from '../../domain/ports/personalData.ts'
import { answerKey } from '../answers.ts'

type Line = ChatMessage & { readonly commandId: string }
type Kept = Pick<PersonalData, 'keepChat' | 'chatAfter' | 'chatHead' | 'chatCut'>

export function memoryChat(linesMax: number) {
  const chat = new Map<string, Line[]>()
  const said = new Set<string>()
  const cuts = new Map<string, number>()
  let chatId = 0
  const forgetLines = (lines: readonly Line[]) => {
    for (const { account, commandId } of lines) said.delete(answerKey(account, commandId))
  }

  const kept: Kept = {
    async keepChat({ commandId, world, account, text, at }) {
      const key = answerKey(account, commandId)
      if (said.has(key)) return undefined
      said.add(key)
      const message = { id: ++chatId, world, account, text, at }
      const lines = chat.get(world) ?? []
      chat.set(world, lines)
      lines.push({ ...message, commandId })
      if (lines.length > linesMax) {
        const cut = lines.splice(0, lines.length - linesMax)
        cuts.set(world, cut.at(-1)!.id)
        forgetLines(cut)
      }
      return message
    },
    async chatAfter(world, afterId, limit) {
      return (chat.get(world) ?? [])
        .filter(({ id }) => id > afterId)
        .slice(0, limit)
        .map(({ commandId: _, ...message }) => message)
    },
    chatHead: async () => chatId,
    chatCut: async (world) => cuts.get(world) ?? 0,
  }
  return {
    kept,
    erase(account: AccountId): void {
      for (const [world, lines] of chat) {
        forgetLines(lines.filter((line) => line.account === account))
        chat.set(
          world,
          lines.filter((line) => line.account !== account),
        )
      }
    },
  }
}
