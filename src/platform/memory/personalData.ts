// Personal data in memory: for tests and trials.

import type { PersonalData, Session } from '../../domain/ports/personalData.ts'
import { chatKept, cursorIsAfter, type PersonalBounds, parseCursor } from '../personal.ts'
import { memoryChat } from './chat.ts'
import { memoryRefusals } from './refusals.ts'

export function memoryPersonalData(bounds: PersonalBounds = {}): PersonalData {
  const names = new Map<string, { nameId: string; name: string }[]>()
  const sessions = new Map<string, Session>()
  const mailboxes = new Map<string, Session>()
  const cursors = new Map<string, string>()
  const chat = memoryChat(bounds.chatKept ?? chatKept)

  const close = ({ tokenHash, mailbox }: Session) => {
    sessions.delete(tokenHash)
    mailboxes.delete(mailbox)
    for (const key of cursors.keys()) {
      if (key === mailbox || key.startsWith(`${mailbox}:`)) cursors.delete(key)
    }
  }

  const sessionsOf = (account: string) =>
    [...sessions.values()].filter((session) => session.account === account)

  const refusals = memoryRefusals((account) => sessionsOf(account).length > 0)

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
    async closeSessions(account) {
      const open = sessionsOf(account)
      for (const session of open) close(session)
      return open.length
    },
    async find(nameOrId, limit) {
      const known = new Set([...names.keys(), ...sessionsOf(nameOrId).map((one) => one.account)])
      return [...known]
        .map((account) => {
          const name = names.get(account)?.at(-1)?.name
          return { account, name, sessions: sessionsOf(account).length }
        })
        .filter(({ account, name }) => account === nameOrId || name === nameOrId)
        .sort((a, b) => (a.account < b.account ? -1 : 1))
        .slice(0, limit)
    },
    ...chat.kept,
    ...refusals.kept,
    async erase(account) {
      names.delete(account)
      refusals.erase(account)
      for (const session of sessionsOf(account)) close(session)
      chat.erase(account)
    },
    async acknowledge(mailbox, cursor) {
      parseCursor(cursor)
      if (!mailboxes.has(mailbox.split(':')[0]!)) return
      const before = cursors.get(mailbox)
      if (before === undefined || cursorIsAfter(cursor, before)) cursors.set(mailbox, cursor)
    },
    acknowledged: async (mailbox) => cursors.get(mailbox),
  }
}
