// What the deciders of old commits wrote is read by today's: their code is fetched from /versions, run, and compared.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Decider, isRefusal } from '../../src/domain/decider.ts'
import { generateCell, isWater } from '../../src/domain/generation/terrain.ts'
import { neighboursOf } from '../../src/domain/grid/neighbours.ts'
import * as today from '../../src/domain/territory.ts'
import { upcast, type WrittenEvent } from '../../src/domain/upcasts.ts'
import { openVersions } from '../../src/platform/git/versions.ts'
import { type Fake, openFake } from '../api/fakes.ts'

/** The first deciders that wrote for a store that outlived them. */
const OLD = '3e4a5a56a04ee69410e825e9f16ba0ac65b9d5a5'

/** A copy without its history cannot tell; whoever checks for all has one that can. */
const versions = await openVersions(join(import.meta.dirname, '../..')).catch(() => undefined)
const canTell = process.env.CI === 'true' || (await versions?.commit(OLD)) !== undefined

let fake: Fake
let folder: string
beforeAll(async () => {
  fake = await openFake(versions ? { versions } : {})
  folder = mkdtempSync(join(tmpdir(), 'orrery-old-'))
})
afterAll(async () => {
  await fake.api.close()
  rmSync(folder, { recursive: true })
})

/** Lays down a folder of the code as it was. */
async function fetchCode(commit: string, path: string): Promise<void> {
  const { body } = await fake.call('GET', `/versions/${commit}/${path}`)
  const below = body.entries.map(({ name, kind }: { name: string; kind: string }) =>
    kind === 'folder' ? fetchCode(commit, `${path}/${name}`) : fetchFile(commit, `${path}/${name}`),
  )
  await Promise.all(below)
}

async function fetchFile(commit: string, path: string): Promise<void> {
  const answer = await fetch(`${fake.url}/versions/${commit}/${path}`)
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, Buffer.from(await answer.arrayBuffer()))
}

test.runIf(canTell)(
  'land that the first deciders gave is the same land to those of today',
  async () => {
    await fetchCode(OLD, 'src/domain')
    const old = (await import(/* @vite-ignore */ join(folder, 'src/domain/territory.ts'))) as {
      // biome-ignore lint/suspicious/noExplicitAny: of another program
      territory: Decider<any, WrittenEvent, unknown>
    }
    // It is the old one: that had the limit of claims with the land.
    expect(Object.keys(old)).toContain('CLAIM_LIMIT')
    expect(Object.keys(today)).not.toContain('CLAIM_LIMIT')

    const asked = { account: 'ada', at: 1000, world: 'eden', n: 24, seed: 7 }
    const dry = (cell: number) => !isWater(generateCell(asked.seed, asked.n, cell).terrain)
    const home = Array.from({ length: 5000 }, (_, cell) => cell).find((cell) =>
      [cell, ...neighboursOf(asked.n, cell)].every(dry),
    )!
    const [near = -1, other = -1] = neighboursOf(asked.n, home)
    const commands = [
      { type: 'ClaimMany', cells: [home, near, other] },
      {
        type: 'PlaceMany',
        structures: [
          { cell: home, prototype: 'kiln', direction: 0 },
          { cell: near, prototype: 'drill', direction: 1 },
        ],
      },
      { type: 'RotateStructure', cell: near, direction: 3 },
      { type: 'SelectRecipe', cell: home, recipe: 'plate' },
      { type: 'RemoveMany', cells: [near] },
      { type: 'ReleaseCell', cell: near },
    ]
    let before = old.territory.initial()
    let now = today.territory.initial()
    for (const command of commands) {
      const written = old.territory.decide({ ...asked, ...command }, before)
      if (isRefusal(written)) throw new Error(`${command.type}: ${written.detail}`)
      expect(written.length).toBeGreaterThan(0)
      // As the log would have kept and given them.
      const kept: WrittenEvent[] = JSON.parse(JSON.stringify(written))
      for (const event of kept) {
        before = old.territory.evolve(before, event)
        now = today.territory.evolve(
          now,
          upcast({ ...event, version: event.version ?? 1 }) as never,
        )
      }
    }
    expect([home, near, other].map((cell) => now.owners.get(cell))).toEqual([
      'ada',
      undefined,
      'ada',
    ])
    expect(now.claims.get('ada')).toBe(2)
    expect(now.structures.get(home)).toEqual({ prototype: 'kiln', direction: 0, recipe: 'plate' })
    expect(now.structures.get(near)).toBeUndefined()
  },
)
