// The rules that every keeper of personal data keeps.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { PersonalData, Session } from '../../src/domain/ports/personalData.ts'
import { freshId } from '../helpers/appends.ts'

export type OpenedPersonalData = { readonly data: PersonalData; close(): Promise<void> }

/** Opened with this bound on each world's chat. */
export const CHAT_KEPT = 120

export function personalDataContract(name: string, open: () => Promise<OpenedPersonalData>): void {
  describe(`personal data ${name}`, () => {
    let opened: OpenedPersonalData
    let data: PersonalData
    let account = ''
    let world = ''
    beforeAll(async () => {
      opened = await open()
      data = opened.data
    })
    afterAll(() => opened.close())
    beforeEach(() => {
      account = `account-${freshId()}`
      world = `world${freshId()}`
    })
    const at = '2026-01-01T00:00:00.000Z'
    const say = (text: string, given: { commandId?: string; account?: string } = {}) =>
      data.keepChat({ world, account, text, at, commandId: freshId(), ...given })

    it('gives the newest name of each account that has one', async () => {
      const other = `${account}-other`
      await data.keepName(account, freshId(), 'Ada')
      await data.keepName(other, freshId(), 'Bob')
      await data.keepName(account, freshId(), 'Ada Lovelace')
      const names = await data.names([account, other, 'nobody'])
      expect(Object.fromEntries(names)).toEqual({ [account]: 'Ada Lovelace', [other]: 'Bob' })
    })

    it('keeps a name once under its id', async () => {
      const nameId = freshId()
      await data.keepName(account, nameId, 'Ada')
      await data.keepName(account, freshId(), 'Countess')
      await data.keepName(account, nameId, 'Ada')
      expect((await data.names([account])).get(account)).toBe('Countess')
    })

    it('finds a session by its token and by its mailbox', async () => {
      const session = { account, tokenHash: freshId(), mailbox: freshId() }
      await data.openSession(session)
      expect(await data.sessionByToken(session.tokenHash)).toEqual(session)
      expect(await data.sessionByMailbox(session.mailbox)).toEqual(session)
      expect(await data.sessionByToken(session.mailbox)).toBeUndefined()
      expect(await data.sessionByMailbox('none')).toBeUndefined()
    })

    it('ends a session for ever, with its acknowledgements, and no other', async () => {
      const session = { account, tokenHash: freshId(), mailbox: freshId() }
      const other = { account, tokenHash: freshId(), mailbox: freshId() }
      await data.openSession(session)
      await data.openSession(other)
      await data.acknowledge(`${session.mailbox}:${world}`, '3.0')
      await data.acknowledge(`${other.mailbox}:${world}`, '3.0')
      await data.closeSession(session.tokenHash)
      await data.closeSession(session.tokenHash)
      expect(await data.sessionByToken(session.tokenHash)).toBeUndefined()
      expect(await data.sessionByMailbox(session.mailbox)).toBeUndefined()
      expect(await data.acknowledged(`${session.mailbox}:${world}`)).toBeUndefined()
      expect(await data.sessionByToken(other.tokenHash)).toEqual(other)
      expect(await data.acknowledged(`${other.mailbox}:${world}`)).toBe('3.0')
    })

    it('ends all sessions of an account, with their acknowledgements, and of no other', async () => {
      const sessions = [account, account, `${account}-other`].map((whose) => ({
        account: whose,
        tokenHash: freshId(),
        mailbox: freshId(),
      }))
      for (const session of sessions) await data.openSession(session)
      for (const { mailbox } of sessions) await data.acknowledge(`${mailbox}:${world}`, '3.0')
      expect(await data.closeSessions(account)).toBe(2)
      expect(await data.closeSessions(account)).toBe(0)
      const [one, two, other] = sessions as [Session, Session, Session]
      for (const { tokenHash, mailbox } of [one, two]) {
        expect(await data.sessionByToken(tokenHash)).toBeUndefined()
        expect(await data.acknowledged(`${mailbox}:${world}`)).toBeUndefined()
      }
      expect(await data.sessionByToken(other.tokenHash)).toEqual(other)
      expect(await data.acknowledged(`${other.mailbox}:${world}`)).toBe('3.0')
    })

    it('finds accounts by their id and by their newest name, with their sessions', async () => {
      const [name, other] = [`Ada ${account}`, `${account}-other`]
      expect(await data.find(account, 10)).toEqual([])
      await data.openSession({ account, tokenHash: freshId(), mailbox: freshId() })
      expect(await data.find(account, 10)).toEqual([{ account, name: undefined, sessions: 1 }])
      for (const whose of [account, other]) await data.keepName(whose, freshId(), name)
      const ada = { account, name, sessions: 1 }
      expect(await data.find(account, 10)).toEqual([ada])
      expect(await data.find(name, 10)).toEqual([ada, { account: other, name, sessions: 0 }])
      expect(await data.find(name, 1)).toEqual([ada])
      await data.keepName(other, freshId(), `no ${name}`)
      expect(await data.find(name, 10)).toEqual([ada])
      expect(await data.find(name.toLowerCase(), 10)).toEqual([])
    })

    it('keeps chat in order, a world at a time, in pages', async () => {
      const first = await say('one')
      const second = await say('two')
      await data.keepChat({ world: `${world}x`, account, text: 'far', at, commandId: freshId() })
      const third = await say('three')
      expect(first).toMatchObject({ world, account, text: 'one', at })
      expect(first!.id).toBeLessThan(second!.id)
      expect(await data.chatAfter(world, 0, 10)).toEqual([first, second, third])
      expect(await data.chatAfter(world, first!.id, 1)).toEqual([second])
      expect(await data.chatAfter(world, third!.id, 10)).toEqual([])
      expect(await data.chatHead()).toBeGreaterThanOrEqual(third!.id)
    })

    it('keeps a line once per account and command', async () => {
      const commandId = freshId()
      expect(await say('hello', { commandId })).toMatchObject({ text: 'hello' })
      expect(await say('hello', { commandId })).toBeUndefined()
      expect(await say('hello', { commandId, account: 'bob' })).toMatchObject({ account: 'bob' })
      expect(await data.chatAfter(world, 0, 10)).toHaveLength(2)
    })

    it('shows lines in the order of their ids, however many speak at once', async () => {
      const seen: number[] = []
      let speaking = true
      const reading = (async () => {
        while (speaking) {
          const lines = await data.chatAfter(world, seen.at(-1) ?? 0, 10)
          seen.push(...lines.map(({ id }) => id))
        }
      })()
      await Promise.all(Array.from({ length: 100 }, (_, index) => say(`line ${index}`)))
      speaking = false
      await reading
      const last = await data.chatAfter(world, seen.at(-1) ?? 0, 100)
      seen.push(...last.map(({ id }) => id))
      expect(seen).toEqual((await data.chatAfter(world, 0, 1000)).map(({ id }) => id))
      expect(seen).toHaveLength(100)
    })

    it('tells which line of a world was the newest to make room for newer ones', async () => {
      for (let count = 0; count < CHAT_KEPT; count++) await say(`line ${count}`)
      expect(await data.chatCut(world)).toBe(0)
      for (let count = 0; count < CHAT_KEPT; count++) await say(`later line ${count}`)
      const kept = await data.chatAfter(world, 0, 1_000)
      const cut = await data.chatCut(world)
      expect(kept.length).toBeLessThan(2 * CHAT_KEPT)
      expect(cut).toBeGreaterThan(0)
      expect(cut).toBeLessThan(kept[0]!.id)
      expect(await data.chatCut(`${world}x`)).toBe(0)
    })

    const refusal = (commandId: string, refused: 'CellTaken' | 'CommandIdReused' = 'CellTaken') =>
      ({
        commandId,
        command: 'ClaimMany',
        world,
        refused,
        detail: 'taken, \u0000 and \ud800',
        cells: [{ cell: 3, refused: 'CellTaken' }],
      }) as const

    const keep = (of: string, order: ReturnType<typeof refusal>) => data.keepRefusals([[of, order]])
    const openSessionOf = (of: string) =>
      data.openSession({ account: of, tokenHash: freshId(), mailbox: freshId() })
    const openBoth = async () =>
      void (await Promise.all([account, `${account}-other`].map(openSessionOf)))

    it('keeps refused orders in order, numbered from one, each of them once', async () => {
      await openBoth()
      expect(await data.refusalHead(account)).toBe(0)
      await keep(account, refusal('a'))
      await keep(account, refusal('a'))
      await keep(account, { ...refusal('a'), refused: 'CommandIdReused' })
      await keep(`${account}-other`, refusal('a'))
      await keep(account, refusal('b'))
      expect(await data.refusalsAfter(account, 0, 10)).toEqual([
        { ...refusal('a'), number: 1 },
        { ...refusal('a'), refused: 'CommandIdReused', number: 2 },
        { ...refusal('b'), number: 3 },
      ])
      expect(await data.refusalsAfter(account, 1, 1)).toMatchObject([{ number: 2 }])
      expect(await data.refusalHead(account)).toBe(3)
    })

    it('keeps the last hundred refused orders of an account, however many come at once', async () => {
      await openBoth()
      const orders = [...Array(130).keys()].flatMap((count) => [`${count}`, `${count}`])
      await Promise.all(orders.map((commandId) => keep(account, refusal(commandId))))
      await keep(account, refusal('last'))
      const kept = await data.refusalsAfter(account, 0, 1_000)
      expect(kept.map(({ number }) => number)).toEqual([...Array(100).keys()].map((at) => at + 32))
      expect(kept.at(-1)).toMatchObject({ commandId: 'last' })
      expect(await data.refusalHead(account)).toBe(131)
    })

    it('keeps a group of refused orders of many accounts at once, each of them once', async () => {
      const other = `${account}-other`
      await openBoth()
      await keep(account, refusal('0'))
      const group = [...Array(60).keys()].flatMap((count) => {
        const order = refusal(String(count))
        return [[account, order] as const, [other, order] as const, [other, order] as const]
      })
      await Promise.all([data.keepRefusals(group), data.keepRefusals(group)])
      for (const of of [account, other]) {
        const kept = await data.refusalsAfter(of, 0, 1_000)
        expect(kept.map(({ number, commandId }) => [number, commandId])).toEqual(
          [...Array(60).keys()].map((count) => [count + 1, String(count)]),
        )
        expect(await data.refusalHead(of)).toBe(60)
      }
    })

    it('erases the refused orders of one account only', async () => {
      await openBoth()
      await keep(account, refusal('a'))
      await keep(`${account}-other`, refusal('a'))
      await data.erase(account)
      expect(await data.refusalsAfter(account, 0, 10)).toEqual([])
      expect(await data.refusalHead(account)).toBe(0)
      expect(await data.refusalsAfter(`${account}-other`, 0, 10)).toHaveLength(1)
    })

    it('keeps no refused order behind the erasure of its account, however close they come', async () => {
      const accounts = [...Array(20).keys()].map((count) => `${account}-${count}`)
      await Promise.all(accounts.map(openSessionOf))
      const lasting = `${account}-other`
      await openSessionOf(lasting)
      const group = [...accounts, lasting].map((of) => [of, refusal('a')] as const)
      const late = [...accounts, lasting].map((of) => [of, refusal('b')] as const)
      await Promise.all(
        accounts.flatMap((of) => [
          data.keepRefusals(group),
          data.erase(of),
          keep(of, refusal('c')),
        ]),
      )
      await data.keepRefusals(late)
      for (const of of accounts) {
        expect(await data.refusalsAfter(of, 0, 10)).toEqual([])
        expect(await data.refusalHead(of)).toBe(0)
      }
      expect(await data.refusalsAfter(lasting, 0, 10)).toMatchObject([
        { commandId: 'a' },
        { commandId: 'b' },
      ])
    })

    it('erases names, sessions, chat and acknowledgements of one account only', async () => {
      const session = { account, tokenHash: freshId(), mailbox: freshId() }
      await data.keepName(account, freshId(), 'Ada')
      await data.openSession(session)
      await data.acknowledge(session.mailbox, '5.0')
      await data.acknowledge(`${session.mailbox}:first`, '5.0')
      await say('mine')
      await say('theirs', { account: 'bob' })
      await data.erase(account)
      expect(await data.names([account])).toEqual(new Map())
      expect(await data.sessionByToken(session.tokenHash)).toBeUndefined()
      expect(await data.sessionByMailbox(session.mailbox)).toBeUndefined()
      expect(await data.acknowledged(session.mailbox)).toBeUndefined()
      expect(await data.acknowledged(`${session.mailbox}:first`)).toBeUndefined()
      expect((await data.chatAfter(world, 0, 10)).map(({ text }) => text)).toEqual(['theirs'])
      const last = await say('last', { account: 'carol' })
      await data.erase('carol')
      // A cursor of a line that is gone stays the cursor of an earlier time.
      expect(await data.chatHead()).toBeGreaterThanOrEqual(last!.id)
    })

    it('keeps no acknowledgement behind the erasure of its account, however close they come', async () => {
      const open = async (count: number) => {
        const session = { account: `${account}-${count}`, tokenHash: freshId(), mailbox: freshId() }
        await data.openSession(session)
        return session
      }
      const sessions = await Promise.all([...Array(40).keys()].map(open))
      const lasting = await open(sessions.length)
      const acknowledge = (cursor: string) =>
        [...sessions, lasting].flatMap(({ mailbox }) =>
          [mailbox, `${mailbox}:${world}`].map((key) => data.acknowledge(key, cursor)),
        )
      const endings = sessions.map(({ account: whose, tokenHash }, count) =>
        count % 2 === 0 ? data.erase(whose) : data.closeSession(tokenHash),
      )
      await Promise.all([...acknowledge('3.0'), ...endings, ...acknowledge('4.0')])
      await Promise.all(acknowledge('5.0'))
      for (const { mailbox } of sessions) {
        expect(await data.acknowledged(mailbox)).toBeUndefined()
        expect(await data.acknowledged(`${mailbox}:${world}`)).toBeUndefined()
      }
      expect(await data.acknowledged(`${lasting.mailbox}:${world}`)).toBe('5.0')
    })

    it('moves an acknowledged cursor forward only', async () => {
      const mailbox = freshId()
      await data.openSession({ account, tokenHash: freshId(), mailbox })
      expect(await data.acknowledged(mailbox)).toBeUndefined()
      for (const [cursor, then] of [
        ['9.5', '9.5'],
        ['10.0', '10.0'],
        ['9.9', '10.0'],
        ['10.2', '10.2'],
        ['10.1', '10.2'],
      ] as const) {
        await data.acknowledge(mailbox, cursor)
        expect(await data.acknowledged(mailbox)).toBe(then)
      }
    })

    it('refuses an acknowledgement that is no cursor', async () => {
      await expect(data.acknowledge(freshId(), 'soon')).rejects.toThrow('tick.index')
    })
  })
}
