// Personal data in memory: for tests and trials.

import type { ChatMessage, PersonalData, Session } from '../../domain/ports/personalData.ts'
import { answerKey } from '../answers.ts'
import { chatKept, cursorIsAfter, parseCursor } from '../personal.ts'

type Line = ChatMessage & { readonly commandId: string }

export function memoryPersonalData(): PersonalData {
  const names = new Map<string, { nameId: string; name: string }[]>()
  const sessions = new Map<string, Session>()
  const mailboxes = new Map<string, Session>()
  const cursors = new Map<string, string>()
  const chat = new Map<string, Line[]>()
  const said = new Set<string>()
  let chatId = 0

  const forgetLines = (lines: readonly Line[]) => {
    for (const { account, commandId } of lines) said.delete(answerKey(account, commandId))
  }

  const close = ({ tokenHash, mailbox }: Session) => {
    sessions.delete(tokenHash)
    mailboxes.delete(mailbox)
    for (const key of cursors.keys()) {
      if (key === mailbox || key.startsWith(`${mailbox}:`)) cursors.delete(key)
    }
  }

  return {
    async keepName(account, nameId, name) {
      const kept = names.get(account) ?? []
      names.set(account, kept)
      if (!kept.some((one) => one.nameId === nameId)) kept.push({ nameId, name })
    },
    async names(accounts) {
      return new Map(
        accounts.flatMap((account) => {
          const newest = names.get(account)?.at(-1)
          return newest ? [[account, newest.name] as const] : []
        }),
      )
    },
    async openSession(session) {
      sessions.set(session.tokenHash, session)
      mailboxes.set(session.mailbox, session)
    },
    sessionByToken: async (tokenHash) => sessions.get(tokenHash),
    async closeSession(tokenHash) {
      const session = sessions.get(tokenHash)
      if (session) close(session)
    },
    sessionByMailbox: async (mailbox) => mailboxes.get(mailbox),

    async keepChat({ commandId, world, account, text, at }) {
      const key = answerKey(account, commandId)
      if (said.has(key)) return undefined
      said.add(key)
      const message = { id: ++chatId, world, account, text, at }
      const lines = chat.get(world) ?? []
      chat.set(world, lines)
      lines.push({ ...message, commandId })
      if (lines.length > chatKept) forgetLines(lines.splice(0, lines.length - chatKept))
      return message
    },
    async chatAfter(world, afterId, limit) {
      return (chat.get(world) ?? [])
        .filter(({ id }) => id > afterId)
        .slice(0, limit)
        .map(({ commandId: _, ...message }) => message)
    },
    chatHead: async () => chatId,
    async erase(account) {
      names.delete(account)
      for (const session of sessions.values()) if (session.account === account) close(session)
      for (const [world, lines] of chat) {
        forgetLines(lines.filter((line) => line.account === account))
        chat.set(
          world,
          lines.filter((line) => line.account !== account),
        )
      }
    },
    async acknowledge(mailbox, cursor) {
      parseCursor(cursor)
      const before = cursors.get(mailbox)
      if (before === undefined || cursorIsAfter(cursor, before)) cursors.set(mailbox, cursor)
    },
    acknowledged: async (mailbox) => cursors.get(mailbox),
  }
}
