import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createClient } from 'graphql-ws'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { openBrowser, openPage, visit } from '../helpers/browser.ts'
import { dataFolder, removeFolder, type Server, startServer, until } from '../helpers/server.ts'

const DEPOT = 17599
const project = resolve(import.meta.dirname, '..', '..')

/** The curl session, as it stands in the README. */
function session(): string {
  const readme = readFileSync(join(project, 'README.md'), 'utf8')
  const blocks = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block!)
  expect(blocks).toHaveLength(1)
  return blocks[0]!
}

/** Runs it in bash and gives what it printed, and the token that it got. */
function runSession(url: string): Promise<{ printed: string; token: string; mailbox: string }> {
  const script = `${session()}\necho "TOKEN=$TOKEN MAILBOX=$MAILBOX"`
  const bash = spawn('bash', ['-euo', 'pipefail', '-c', script], {
    env: { ...process.env, ORRERY: url },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  bash.stdout.on('data', (chunk) => {
    printed += chunk
  })
  bash.stderr.on('data', (chunk) => {
    printed += chunk
  })
  return new Promise((done, fail) => {
    bash.once('exit', (code) => {
      const [, token, mailbox] = /TOKEN=(\S+) MAILBOX=(\S+)/.exec(printed) ?? []
      if (code === 0 && token && mailbox) done({ printed, token, mailbox })
      else fail(new Error(`the session ended with ${code}:\n${printed}`))
    })
  })
}

type Item = {
  __typename: string
  structures?: { cell: number; contents: { item: string; count: number }[] | null }[]
}

/** Plates in the depot, as the subscription tells: the first count that it tells. */
async function platesBySubscription(url: string, token: string): Promise<number> {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { token },
  })
  const query = `subscription { mine(world: "first") { __typename
    ... on Contents { structures { cell contents { item count } } } } }`
  try {
    for await (const { data } of client.iterate<{ mine: Item }>({ query })) {
      const depot = data?.mine.structures?.find(({ cell }) => cell === DEPOT)
      const plates = depot?.contents?.find(({ item }) => item === 'plate')
      if (plates) return plates.count
    }
    throw new Error('the subscription ended')
  } finally {
    await client.dispose()
  }
}

/** Everything that waits in the mailbox, as text. */
async function messagesOf(url: string, mailbox: string, token: string): Promise<string> {
  const answer = await fetch(`${url}/mailbox/${mailbox}/messages`, {
    headers: { Authorization: `Bearer ${token}` },
  })
  return answer.text()
}

describe('the README', () => {
  const folder = dataFolder()
  let server: Server
  let browser: Browser

  beforeAll(async () => {
    server = await startServer(folder)
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
    removeFolder(folder)
  })

  test('its curl session makes plates within a minute, seen by mailbox, subscription and page', async () => {
    const began = performance.now()
    const { printed, token, mailbox } = await runSession(server.url)
    expect(performance.now() - began).toBeLessThan(60_000)
    expect(printed.match(/"status":"accepted"/g)).toHaveLength(5)
    expect(printed).toMatch(/"order":"StructuresPlaced","done":6,"asked":6,"reason":"Done"/)
    expect(printed).toMatch(/"inventory":\{[^}]*"plate":\d+/)

    const told = await until(
      () => messagesOf(server.url, mailbox, token),
      (messages) => /"TransferOrdered"/.test(messages) && /"contents":{"plate":/.test(messages),
    )
    expect(told).toMatch(/"order":"TransferOrdered","done":1,"asked":1,"reason":"Done"/)

    expect(await platesBySubscription(server.url, token)).toBeGreaterThan(0)

    const page = await openPage(browser, { token })
    await visit(page, server.url)
    await page.evaluate((cell) => window.__orrery?.select(cell), DEPOT)
    await page.locator('[data-testid=contents] [data-item=plate] b').waitFor({ timeout: 60_000 })
    expect(Number(await page.locator('[data-item=plate] b').first().textContent())).toBeGreaterThan(
      0,
    )
    expect(page.faults).toEqual([])
  })

  test('its playground at /graphql asks its examples and follows them, in a browser', async () => {
    const page = await openPage(browser)
    await page.goto(`${server.url}/graphql`)
    const run = async (example: string) => {
      await page.locator('.graphiql-execute-button').click()
      await page.getByRole('menuitem', { name: example, exact: true }).click()
    }
    const result = page.locator('.result-window')
    await run('Worlds')
    await result.getByText('"cellCount": 40962').waitFor()
    // Over events, as the page of the playground subscribes.
    await run('Status')
    await result.getByText('"hashTick"').waitFor()
    const tick = async () => Number(/"tick":\s(\d+)/.exec(await result.innerText())?.[1])
    const first = await tick()
    await until(tick, (later) => later > first)
    expect(page.faults).toEqual([])
  })
})
