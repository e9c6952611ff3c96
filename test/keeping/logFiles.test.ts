// A log is carried away from a running server and run again elsewhere, by the file alone, with proof.

import { execFile } from 'node:child_process'
import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { rulesHash } from '../../src/domain/simulation/rulesHash.generated.ts'
import { archiveLog } from '../../src/keeping.ts'
import { askServer } from '../../src/operator.ts'
import { writeLogFile } from '../../src/platform/logFile.ts'
import { exportLog } from '../../src/platform/postgres/wholeLog.ts'
import { keptDatabase, played } from '../helpers/keptDatabase.ts'
import { until } from '../helpers/server.ts'

const kept = keptDatabase()
const program = resolve('scripts/orrery.mjs')

type Ran = { readonly code: number; readonly out: string; readonly err: string }
const replay = (...args: readonly string[]) =>
  new Promise<Ran>((done) => {
    const { PATH, HOME } = process.env
    const env = { PATH, HOME, KERNEL: 'typescript' }
    execFile(process.execPath, [program, 'replay', ...args], { env }, (error, out, err) =>
      done({ code: error ? Number(error.code) : 0, out, err }),
    )
  })

const linesIn = (file: string) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))

/** Takes a file apart, lets it be changed, and closes it as its writer would have: whole, and another log. */
async function forge(file: string, forged: string, change: (event: ForgedEvent) => void) {
  const lines = gunzipSync(readFileSync(file)).toString().trim().split('\n')
  async function* events() {
    for (const line of lines.slice(1, -1)) {
      const event = JSON.parse(line)
      change(event)
      yield event
    }
  }
  await writeLogFile(forged, events())
}
type ForgedEvent = { type: string; data: Record<string, unknown> }

test('the log of a running server is carried away, and gives the same states and outcomes anywhere', async () => {
  const server = await kept.start()
  const { player } = await played(server, 'ann')
  type Message = { kind: string; commandId: string; done: number; asked: number; reason: string }
  const { messages } = await until(
    () => player.get<{ messages: readonly Message[] }>(`/mailbox/${player.mailbox}/messages`),
    // Into the world, a cell, and twelve crafts too many: eight wait their turn.
    (told) => told.messages.filter(({ kind }) => kind === 'outcome').length >= 14,
  )
  const file = join(kept.folder, 'log.ndjson.gz')
  expect(await askServer(kept.folder, 'export-log', file)).toEqual([
    expect.stringMatching(/^\d+ events are in .*log\.ndjson\.gz$/),
  ])
  await player.close()
  await kept.stop()

  const [outcomes, hashes] = [join(kept.folder, 'outcomes'), join(kept.folder, 'hashes')]
  const ran = await replay(file, '--json', '--outcomes', outcomes, '--hashes', hashes)
  expect(ran).toMatchObject({ code: 0 })
  const [world] = JSON.parse(ran.out)
  expect(world).toMatchObject({ world: 'first', n: 8, ups: 20 })
  expect(world.orders).toBeGreaterThanOrEqual(14)
  expect(linesIn(outcomes)).toHaveLength(world.orders)
  for (const { kind, commandId, done, asked, reason } of messages) {
    if (kind !== 'outcome') continue
    const same = linesIn(outcomes).filter((one) => one.commandId === commandId)
    expect(same).toEqual([expect.objectContaining({ done, asked, reason })])
  }
  expect(linesIn(hashes).at(-1).tick).toBe(world.tick - (world.tick % 20))

  const half = Math.floor(world.tick / 2)
  const again = await replay(file, '--json', '--world', 'first', '--through', String(half))
  expect(JSON.parse(again.out)[0].tick).toBe(half)
  const shown = await replay(file)
  expect(shown.out).toContain(world.hash)
  expect(shown.out).toContain('✓ the log gives the states that its servers testified')
})

test('an archived log is carried away whole', async () => {
  await kept.playedToArchive(await kept.start(), 'ann')
  await kept.stop()
  const [before, after] = [join(kept.folder, 'before'), join(kept.folder, 'after')]
  const events = await exportLog(kept.pool(), before)
  expect(await archiveLog(kept.pool(), join(kept.folder, 'archives'))).toBeDefined()
  expect(await exportLog(kept.pool(), after)).toBe(events)
  expect(gunzipSync(readFileSync(after))).toEqual(gunzipSync(readFileSync(before)))
  const ran = await replay(after, '--json')
  expect(ran).toMatchObject({ code: 0 })
  // The stop testified what the world had come to.
  expect(JSON.parse(ran.out)[0].proved).toBeGreaterThan(0)
})

test('a log that was changed proves nothing, and it is said where it disagrees', async () => {
  await kept.playedToArchive(await kept.start(), 'ann')
  await kept.stop()
  const file = join(kept.folder, 'true')
  await exportLog(kept.pool(), file)
  const forged = join(kept.folder, 'forged')

  await forge(file, forged, ({ type, data }) => {
    if (type === 'CraftOrdered') data.count = 99
  })
  const more = await replay(forged)
  expect(more).toMatchObject({ code: 3 })
  expect(more.err).toMatch(/tick \d+/)

  await forge(file, forged, ({ type, data }) => {
    if (type === 'EngineStarted') data.rulesHash = '0123456789abcdef'
  })
  const ruled = await replay(forged)
  expect(ruled).toMatchObject({ code: 3 })
  expect(ruled.err).toContain(`this version has the rules ${rulesHash}`)

  const whole = readFileSync(file)
  expect(await replay(file, '--outcomes', file)).toMatchObject({ code: 2 })
  expect(readFileSync(file)).toEqual(whole)
  writeFileSync(forged, whole)
  truncateSync(forged, whole.length - 20)
  expect((await replay(forged)).err).toContain('cannot be read')
  const text = gunzipSync(whole).toString()
  writeFileSync(forged, gzipSync(text.replace('"count":7', '"count":8')))
  expect((await replay(forged)).err).toContain('is cut off or was changed')
  writeFileSync(forged, gzipSync('{"orrery":1}\n'))
  expect((await replay(forged)).err).toContain("is no log of Orrery's")
  expect(await replay(join(kept.folder, 'nowhere'))).toMatchObject({ code: 3 })
  expect(await replay(file, '--world', 'mars')).toMatchObject({
    code: 3,
    err: expect.stringContaining('the log has the worlds first'),
  })
})
