// Parity: the table of commands is walked over each door, on a server of its own; every door answers the same.

import { createClient } from 'graphql-ws'
import { afterEach, expect, test } from 'vitest'
import WebSocket from 'ws'
import type { CommandName } from '../../src/domain/commands.ts'
import { act, type Fake, openFake, type Player } from './fakes.ts'
import { commandNames, sampleCommand, sampleMutation } from './samples.ts'

const opened: Fake[] = []
afterEach(async () => {
  for (const fake of opened.splice(0)) await fake.api.close()
})

type Answer = { readonly status: string; readonly refused?: string | undefined }
type Door = (fake: Fake, player: Player, name: CommandName) => Promise<Answer>
type Union = { readonly __typename: string; readonly refused?: string }

const ofUnion = (data: Record<string, Union>): Answer => {
  const { __typename, refused } = Object.values(data)[0]!
  const status = __typename === 'Entered' ? 'accepted' : __typename.toLowerCase()
  return { status, refused }
}

const doors: Readonly<Record<string, Door>> = {
  mailbox: async (fake, player, name) => {
    const { status, refused } = (await act(fake.call, player, sampleCommand(name))).body
    return { status, refused }
  },
  'GraphQL over HTTP': async (fake, { token }, name) => {
    const { query, variables } = sampleMutation(name)
    return ofUnion((await fake.graphql(query, { variables, token })).data)
  },
  'GraphQL over WebSocket': async (fake, { token }, name) => {
    const client = createClient({
      url: `${fake.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { token },
    })
    const { value } = await client.iterate<Record<string, Union>>(sampleMutation(name)).next()
    await client.dispose()
    return ofUnion(value.data)
  },
}

/** Who has left says nothing more in the world, and an erased account nothing at all: these go last. */
const last: readonly CommandName[] = ['LeaveWorld', 'EraseAccount']
const inOrder = [...commandNames.filter((name) => !last.includes(name)), ...last]

async function walk(door: Door): Promise<readonly (readonly [CommandName, Answer])[]> {
  const fake = await openFake()
  opened.push(fake)
  const ada = await fake.enter('Ada')
  const answers: [CommandName, Answer][] = []
  for (const name of inOrder) answers.push([name, await door(fake, ada, name)])
  return answers
}

test('every command is answered alike by the mailbox, GraphQL over HTTP and over WebSocket', async () => {
  const [mailbox, ...others] = await Promise.all(Object.values(doors).map(walk))
  expect(mailbox!.map(([name]) => name)).toEqual(inOrder)
  expect(mailbox!.filter(([, { status }]) => status === 'accepted').length).toBeGreaterThan(5)
  for (const answers of others) expect(answers).toEqual(mailbox)
})
