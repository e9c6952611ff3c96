// Parity: the table of commands is walked over each door, on a server of its own; every door answers the same.

import { afterEach, expect, test } from 'vitest'
import type { CommandName } from '../../src/domain/commands.ts'
import { connect, disposed } from '../helpers/client.ts'
import { act, type Fake, openFake, type Player } from './fakes.ts'
import { commandNames, mutationOf, sampleCommand, wrongCommand } from './samples.ts'

const opened: Fake[] = []
afterEach(async () => {
  for (const fake of opened.splice(0)) await fake.api.close()
})

type Command = ReturnType<typeof sampleCommand>
type Answer = Readonly<Record<'status' | 'refused' | 'detail' | 'cells' | 'faults', unknown>>
type Door = (fake: Fake, player: Player, command: Command) => Promise<Answer>
// biome-ignore lint/suspicious/noExplicitAny: answers of all doors
type Json = any

const told = (status: string, { refused, detail, cells, faults }: Json): Answer => ({
  status,
  refused,
  detail: refused && detail,
  // GraphQL has a list where REST leaves out what is empty.
  cells: cells?.length > 0 ? cells : undefined,
  faults,
})

const ofUnion = (data: Record<string, Json>): Answer => {
  const { __typename, ...answer } = Object.values(data)[0]!
  return told(__typename === 'Entered' ? 'accepted' : __typename.toLowerCase(), answer)
}

const doors: Readonly<Record<string, Door>> = {
  mailbox: async (fake, player, command) => {
    const { status, body } = await act(fake.call, player, command)
    return status === 400 ? told('invalid', { faults: body.errors }) : told(body.status, body)
  },
  'GraphQL over HTTP': async (fake, { token }, command) => {
    const { query, variables } = mutationOf(command)
    return ofUnion((await fake.graphql(query, { variables, token })).data)
  },
  'GraphQL over WebSocket': async (fake, { token }, command) => {
    const client = connect(fake, token)
    const { value } = await client.iterate<Record<string, Json>>(mutationOf(command)).next()
    await disposed(client)
    return ofUnion((value as Json).data)
  },
}

/** Who has left says nothing more in the world, and an erased account nothing at all: these go last. */
const last: readonly CommandName[] = ['LeaveWorld', 'EraseAccount']
const inOrder = [...commandNames.filter((name) => !last.includes(name)), ...last]

/** Of each command: in bad form, of who is not in the world, of who is, and of who stands where another has claimed. */
async function walk(door: Door): Promise<readonly (readonly [string, Answer])[]> {
  const fake = await openFake()
  opened.push(fake)
  const [ada, bob, eve] = [await fake.enter('Ada'), await fake.enter('Bob'), await fake.join('Eve')]
  const answers: [string, Answer][] = []
  const ask = async (who: string, player: Player, command: Command) =>
    answers.push([`${who}: ${command.type}`, await door(fake, player, command)])
  // It has no field that could be wrong.
  const erasing = 'EraseAccount'
  for (const name of commandNames) {
    if (name !== erasing) await ask('wrong', ada, wrongCommand(name))
  }
  for (const name of inOrder.slice(0, -1)) {
    if (name !== 'EnterWorld') await ask('elsewhere', eve, sampleCommand(name))
  }
  for (const name of inOrder.slice(0, -1)) {
    await ask('first', ada, sampleCommand(name))
    if (name !== 'LeaveWorld') await ask('second', bob, sampleCommand(name))
  }
  await ask('last', ada, sampleCommand(erasing))
  return answers
}

test('every command is answered alike by the mailbox, GraphQL over HTTP and over WebSocket, to the last field', async () => {
  const [mailbox, ...others] = await Promise.all(Object.values(doors).map(walk))
  const of = (who: string) => mailbox!.filter(([name]) => name.startsWith(`${who}:`))
  const counted = (who: string, status: string) =>
    of(who).filter(([, answer]) => answer.status === status).length
  expect(of('first').length).toBe(commandNames.length - 1)
  expect(counted('first', 'accepted')).toBeGreaterThan(5)
  expect(counted('second', 'refused')).toBeGreaterThan(1)
  expect(counted('elsewhere', 'refused')).toBeGreaterThan(10)
  expect(counted('wrong', 'invalid')).toBe(commandNames.length - 1)
  expect(mailbox!.some(([, { cells }]) => cells !== undefined)).toBe(true)
  for (const answers of others) expect(answers).toEqual(mailbox)
})
