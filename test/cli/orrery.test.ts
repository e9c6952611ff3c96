// The `orrery` command, as a person or a script runs it: against a server in this process, by its exit codes and what it prints.

import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect } from '../helpers/client.ts'
import { composedServers, memoryStorage } from '../helpers/composed.ts'

const program = resolve('scripts/orrery.mjs')

let servers: ReturnType<typeof composedServers>
let url: string
const said: string[] = []
beforeAll(async () => {
  servers = composedServers({}, memoryStorage(), { say: (line) => said.push(line) })
  url = await servers.start()
})
afterAll(() => servers.stop())

type Ran = { readonly code: number; readonly out: string; readonly err: string }

/** Runs it in a process of its own, in which no variable of ours steers it. */
const orrery = (args: readonly string[], environment: Record<string, string> = {}) =>
  new Promise<Ran>((done) => {
    const { PATH, HOME } = process.env
    const env = { PATH, HOME, ...environment }
    execFile(process.execPath, [program, ...args], { env }, (error, out, err) => {
      done({ code: error ? Number(error.code) : 0, out, err })
    })
  })

const joined = async (name: string) =>
  JSON.parse((await orrery(['players', 'join', name, '--url', url, '--json'])).out) as {
    account: string
    token: string
    mailbox: string
  }

describe('orrery', () => {
  test('tells what there is, and of each command how it is used', async () => {
    const { code, out } = await orrery(['--help'])
    expect(code).toBe(0)
    for (const name of ['serve', 'worlds', 'players', 'bots', 'bench', 'world', 'replay']) {
      expect(out).toContain(name)
      const help = await orrery([name, '--help'])
      expect(help.code).toBe(0)
      expect(help.out).toMatch(new RegExp(`Usage\\n  orrery ${name}`))
    }
    // No colours where there is no terminal.
    expect(out).not.toContain('\u001b')
  })

  test.each([
    [[], 'Commands'],
    [['wolrds'], 'wolrds'],
    [['worlds', '--nonsense'], '--nonsense'],
    [['worlds', 'destroy'], 'destroy'],
    [['worlds', '--url', 'localhost'], '--url'],
    [['worlds', 'found', 'mars', '--n', 'many'], '--n'],
    [['worlds', 'found'], 'name'],
    [['players', 'join'], 'name'],
    [['players', 'revoke'], '--token'],
    [['bots', '--count', '0'], '--count'],
    [['bench', '--only', 'everything'], '--only'],
    [['serve', 'now'], 'now'],
    [['world', 'burn'], 'burn'],
    [['world', 'backup'], 'file'],
    [['world', 'sizes', 'more'], 'nothing'],
    [['replay'], 'one file'],
    [['replay', 'log', '--through', 'soon'], '--through'],
    [['replay', 'log', '--hashes', '/nowhere/at/all'], '/nowhere/at/all'],
    [['serve', '--ups', '7'], 'UPS'],
  ])('%j is wrong usage, said in words', async (args, named) => {
    const { code, out, err } = await orrery(args)
    expect(code).toBe(2)
    expect(out + err).toContain(named)
    expect(err).not.toMatch(/\n\s+at /)
  })

  test('says where no server answers', async () => {
    const { code, err } = await orrery(['worlds', '--url', 'http://127.0.0.1:9'])
    expect(code).toBe(4)
    expect(err).toContain('http://127.0.0.1:9')
  })
})

describe('worlds', () => {
  test('are listed for people and for programs', async () => {
    const { code, out } = await orrery(['worlds', '--url', url])
    expect(code).toBe(0)
    expect(out).toMatch(/^world +state/)
    expect(out).toMatch(/first +running/)
    const json = await orrery(['worlds', 'list', '--json'], { ORRERY_URL: url })
    expect(JSON.parse(json.out)).toMatchObject([{ world: 'first', state: 'running', n: 8 }])
  })

  test('are founded by a player, and refused with the game’s own words', async () => {
    const { token } = await joined('Ada')
    const found = ['worlds', 'found', 'mars', '--n', '2', '--seed', '9', '--url', url]
    expect(await orrery(found)).toMatchObject({ code: 3, err: expect.stringContaining('401') })
    expect(await orrery(found, { ORRERY_TOKEN: token })).toMatchObject({
      code: 0,
      out: 'world mars is founded\n',
    })
    const again = ['worlds', 'found', 'mars', '--n', '3', '--url', url, '--token', token]
    expect(await orrery(again)).toMatchObject({
      code: 3,
      err: expect.stringContaining('AlreadyFounded'),
    })
    const tooLarge = ['worlds', 'found', 'huge', '--n', '1024', '--url', url, '--token', token]
    expect(await orrery(tooLarge)).toMatchObject({ code: 3, err: expect.stringContaining('n') })
  })
})

describe('players', () => {
  test('join, are listed with their presence, and lose their token for ever when it is revoked', async () => {
    const { account, token, mailbox } = await joined('Grace')
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const body = JSON.stringify({ type: 'EnterWorld', world: 'first' })
    await fetch(`${url}/mailbox/${mailbox}/actions`, { method: 'POST', headers, body })
    await expect
      .poll(async () => JSON.parse((await orrery(['players', '--url', url, '--json'])).out))
      .toEqual(
        expect.arrayContaining([
          expect.objectContaining({ account, name: 'Grace', state: 'connected' }),
        ]),
      )
    expect((await orrery(['players', '--url', url])).out).toContain('Grace')
    expect((await orrery(['players', 'revoke', '--url', url, '--token', token])).code).toBe(0)
    expect((await fetch(`${url}/me`, { headers })).status).toBe(401)
    expect((await orrery(['players', 'revoke', '--url', url, '--token', token])).code).toBe(3)
  })

  test('are shown to an operator, who ends a token without having it, at once also where it holds something open', async () => {
    const folder = ['--data-dir', servers.folder]
    const eve = await joined('Eve')
    const headers = { authorization: `Bearer ${eve.token}`, 'content-type': 'application/json' }
    const body = JSON.stringify({ type: 'EnterWorld', world: 'first' })
    await fetch(`${url}/mailbox/${eve.mailbox}/actions`, { method: 'POST', headers, body })
    const client = connect({ url }, eve.token)
    const stream = client.iterate({ query: 'subscription { mine(world: "first") { __typename } }' })
    await stream.next()
    // Neither a poll nor a stream outlasts the token.
    const { cursor } = await (
      await fetch(`${url}/mailbox/${eve.mailbox}/messages`, { headers })
    ).json()
    const polling = fetch(`${url}/poll/${eve.mailbox}?after=${cursor}`, { headers })
    const shown = await orrery(['players', 'show', 'Eve', ...folder])
    expect(shown.out).toContain(`Eve (${eve.account}): 1 token`)
    expect(shown.out).toMatch(/world first: connected, at cell \d+/)

    const revoked = await orrery(['players', 'revoke', 'Eve', ...folder])
    expect(revoked).toMatchObject({ code: 0, out: expect.stringContaining(eve.account) })
    expect((await fetch(`${url}/me`, { headers })).status).toBe(401)
    while (!(await stream.next()).done);
    expect([200, 204]).toContain((await polling).status)
    expect(said.filter((line) => line.startsWith('An operator ended a token'))).toEqual([
      expect.stringContaining(eve.account),
    ])
    expect((await orrery(['players', 'revoke', eve.account, ...folder])).out).toContain('had no')
    await client.dispose()
  })

  test('of whom more than one, or none, has a name are told by their ids, and nobody loses a token', async () => {
    const folder = ['--data-dir', servers.folder]
    const twins = [await joined('Twin'), await joined('Twin')]
    const { code, err } = await orrery(['players', 'revoke', 'Twin', ...folder])
    expect(code).toBe(3)
    for (const { account } of twins) expect(err).toContain(account)
    const nobody = await orrery(['players', 'revoke', 'Nobody', ...folder])
    expect(nobody).toMatchObject({ code: 3, err: expect.stringContaining('there is no player') })
    const both = ['players', 'revoke', 'Twin', '--token', twins[0]!.token]
    expect((await orrery([...both, ...folder])).code).toBe(2)
    for (const { token } of twins) {
      const headers = { authorization: `Bearer ${token}` }
      expect((await fetch(`${url}/me`, { headers })).status).toBe(200)
    }
  })

  test('of a world that is not there are refused', async () => {
    const { code, err } = await orrery(['players', '--world', 'nowhere', '--url', url])
    expect(code).toBe(3)
    expect(err).toContain('there is no world')
  })
})

describe('bots', () => {
  test('join a running world by its URL and build in it', async () => {
    const { PATH, HOME } = process.env
    // Their works want room, and iron and copper near each other.
    const { token } = await joined('Grace')
    const large = ['worlds', 'found', 'venus', '--n', '24', '--url', url, '--token', token]
    expect(await orrery(large)).toMatchObject({ code: 0 })
    const args = [program, 'bots', '--count', '2', '--world', 'venus', '--url', url]
    const playing = execFile(process.execPath, args, { env: { PATH, HOME } })
    let [out, err] = ['', '']
    playing.stdout?.on('data', (part) => {
      out += part
    })
    playing.stderr?.on('data', (part) => {
      err += part
    })
    const ended = new Promise<number | null>((resolve) => playing.once('close', resolve))
    const has = async (wanted: string) =>
      (await servers.storage.store.readAll(0, 10_000)).some(({ type }) => type === wanted)
    await expect.poll(() => has('CellsClaimed'), { timeout: 50_000 }).toBe(true)
    playing.kill('SIGINT')
    const code = await ended
    expect(err).toBe('')
    expect(code).toBe(0)
    expect(out).toContain('2 bots have stopped')
    const listed = JSON.parse(
      (await orrery(['players', '--world', 'venus', '--url', url, '--json'])).out,
    )
    const names = listed.map(({ name }: { name: string }) => name)
    expect(names).toEqual(expect.arrayContaining(['Bot 1', 'Bot 2']))
  }, 60_000)
})

describe('bench', () => {
  test('drives players against a running server, and reports for people and programs', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'orrery-report-'))
    const file = join(folder, 'report.json')
    const small = ['--seconds', '1', '--players', '2', '--subscribers', '4', '--joins', '6']
    const { code, out, err } = await orrery(['bench', '--url', url, ...small, '--out', file])
    expect(code).toBe(0)
    expect(err).toContain('websocket: 2 players act')
    expect(out).toMatch(/join storm: 6 players/)
    const { report } = JSON.parse(readFileSync(file, 'utf8')) as {
      report: { scenario: string; lines: { what: string; figures: Record<string, number> }[] }[]
    }
    rmSync(folder, { recursive: true })
    expect(report.map(({ scenario }) => scenario)).toEqual([
      'websocket',
      'mailbox',
      'commands',
      'subscribers',
      'joins',
    ])
    const figures = report.flatMap(({ lines }) => lines.map((line) => line.figures))
    for (const each of figures) expect(Object.values(each).every(Number.isFinite)).toBe(true)
    const joins = report.at(-1)!.lines[0]!
    expect(joins.figures).toMatchObject({ failed: 0 })
    const held = report[3]!.lines[0]!.figures
    expect(held.items).toBeGreaterThan(0)
  }, 60_000)
})
