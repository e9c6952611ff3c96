import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parse } from 'graphql'
import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, expect, test } from 'vitest'
import WebSocket from 'ws'
import { type Fake, openFake, type Player } from './fakes.ts'

let fake: Fake
let ada: Player
beforeAll(async () => {
  fake = await openFake()
  ada = await fake.join('Ada')
})
afterAll(() => fake.api.close())

const blocks = (file: string, language: string) =>
  [...readFileSync(file, 'utf8').matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gs'))].map(
    ([, block]) => block!,
  )

test('the session of docs/rest.md runs as printed', async () => {
  const session = blocks('docs/rest.md', 'sh')
  expect(session.length).toBeGreaterThan(7)
  // -f: an answer of 400 or above fails the session.
  const script = ['set -e', 'curl() { command curl -f "$@"; echo; }', ...session].join('\n')
  const cwd = mkdtempSync(join(tmpdir(), 'orrery-session-'))
  const env = { ...process.env, ORRERY: fake.url }
  const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd, env })
  expect(stdout).toContain('"landing"')
  expect(stdout).toContain('"my-first-claim","command":"ClaimMany","status":"accepted"')
  const { messages } = JSON.parse(readFileSync(join(cwd, 'messages.json'), 'utf8'))
  expect(messages).toMatchObject([{ kind: 'chat', name: 'Ada', text: 'hello' }])
  expect(stdout).toContain('orrery_world_tick{world="first"}')
})

const examples = blocks('docs/graphql.md', 'graphql').map((query) => {
  const [definition] = parse(query).definitions
  if (definition?.kind !== 'OperationDefinition') throw new Error(`no operation: ${query}`)
  return { name: definition.name!.value, kind: definition.operation, query }
})

test.each(examples)(
  'the $kind $name of docs/graphql.md runs as printed',
  async ({ query, name }) => {
    const client = createClient({
      url: `${fake.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { token: ada.token },
      retryAttempts: 0,
    })
    // A player who is in the world before the subscriptions that tell of her.
    if (name === 'Mine' || name === 'Presence') {
      await fake.graphql('mutation { enterWorld(world: "first") { __typename } }', {
        token: ada.token,
      })
    }
    const { value } = await client.iterate({ query }).next()
    expect(value.errors).toBeUndefined()
    expect(JSON.stringify(value.data)).not.toContain('faults')
    await client.dispose()
  },
)
