// What the panels are for, done by a player at a real page: worlds, blueprints, alerts, keys.

import { readFileSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Blueprint, layOut } from '../../client/src/hands/blueprint.ts'
import { readBlueprint } from '../../client/src/hands/blueprintText.ts'
import { planLine } from '../../src/bots/plan.ts'
import { landingCell } from '../../src/domain/generation/landing.ts'
import { generateCell, isWater } from '../../src/domain/generation/terrain.ts'
import { cellsWithin } from '../../src/domain/grid/distance.ts'
import { neighboursOf } from '../../src/domain/grid/neighbours.ts'
import { openBrowser, openPage, visit, type WatchedPage } from '../helpers/browser.ts'
import { act, buildLine, claim, land, read, restingPlaces, sees } from '../helpers/player.ts'
import { dataFolder, removeFolder, type Server, startServer, until } from '../helpers/server.ts'

const planet = { seed: 7, n: 8 }
const home = landingCell(planet.seed, planet.n, 1)
const line = planLine(planet, home, new Set(), new Set(), 1)!

/** Where a blueprint finds dry ground that nobody has, beside the line: its anchor. */
function placeFor(blueprint: Blueprint): number {
  const found = cellsWithin(planet.n, line.depot, 8).find((anchor) => {
    const cells = layOut(planet.n, anchor, blueprint).map(({ cell }) => cell)
    const isFree = (cell: number) =>
      !line.claims.includes(cell) && !isWater(generateCell(planet.seed, planet.n, cell).terrain)
    const touches = cells.some((cell) =>
      neighboursOf(planet.n, cell).some((near) => line.claims.includes(near)),
    )
    return cells.length === blueprint.parts.length && cells.every(isFree) && touches
  })
  if (found === undefined) throw new Error('there is no place for another line')
  return found
}

describe('the panels', () => {
  const folder = dataFolder()
  let server: Server
  let browser: Browser
  let page: WatchedPage
  let text = ''

  beforeAll(async () => {
    server = await startServer(folder, { WORLD_N: '8', UPS: '60', DEMO_BOT: 'off' })
    browser = await openBrowser()
    page = await openPage(browser, { width: 1000, height: 700 })
    await visit(page, server.url)
    await land(page, 'Ada', line.depot)
    await claim(page, line.claims)
    await buildLine(page, line)
    await page.keyboard.press('Escape')
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
    removeFolder(folder)
  })

  test('a rectangle selects many machines, which are kept under a name and told as text', async () => {
    await page.evaluate((cell) => window.__orrery?.visit(cell, 14), line.kiln)
    await page.getByRole('button', { name: 'Put the guide away' }).click()
    const points = await restingPlaces(
      page,
      line.structures.map(({ cell }) => cell),
    )
    const [xs, ys] = [points.map((at) => at.x), points.map((at) => at.y)]
    await page.keyboard.down('Shift')
    await page.mouse.move(Math.min(...xs) - 30, Math.min(...ys) - 40)
    await page.mouse.down()
    await page.mouse.move(Math.max(...xs) + 30, Math.max(...ys) + 30, { steps: 4 })
    await page.mouse.up()
    await page.keyboard.up('Shift')
    await page.getByText(`${line.structures.length} selected`).waitFor()
    await page.getByRole('button', { name: 'Keep', exact: true }).click()
    await page.getByLabel('Name of the blueprint').fill('Plates')
    await page.getByLabel('Blueprints').getByRole('button', { name: 'Keep' }).click()
    await page.getByText('As text').click()
    text = await page.getByLabel('“Plates” as text').inputValue()
    expect(text).toMatch(/^orrery1\./)
  })

  test('a blueprint outlasts the page, can be forgotten, and comes back from its text', async () => {
    await visit(page, server.url)
    await page.keyboard.press('f')
    await page.getByRole('button', { name: 'Forget Plates' }).click()
    await page.getByText('None kept yet').waitFor()
    await page.getByLabel('Text of a blueprint').fill(`${text.slice(0, -2)}xx`)
    await page.getByRole('button', { name: 'Read' }).click()
    await until(
      () => page.locator('#blueprint-fault').textContent(),
      (fault) => (fault ?? '').length > 5,
    )
    await page.getByLabel('Text of a blueprint').fill(text)
    await page.getByRole('button', { name: 'Read' }).click()
    await page.getByRole('button', { name: 'Take Plates in hand' }).waitFor()
    await page.keyboard.press('Escape')
  })

  test('the text of a blueprint that is pasted on the page is taken in hand and placed with its recipe', async () => {
    const read1 = readBlueprint(text)
    if (!read1.ok) throw new Error(read1.fault)
    const anchor = placeFor(read1.blueprint)
    const parts = layOut(planet.n, anchor, read1.blueprint)
    await page.evaluate((cell) => window.__orrery?.visit(cell), anchor)
    await claim(page, joined(parts.map(({ cell }) => cell)))
    await page.evaluate((pasted) => {
      const clipboardData = new DataTransfer()
      clipboardData.setData('text', pasted)
      window.dispatchEvent(new ClipboardEvent('paste', { clipboardData }))
    }, text)
    await page.getByRole('button', { name: /^Place/ }).waitFor()
    await act(page, anchor)
    for (const { cell, prototype, recipe } of parts) {
      await sees(page, cell, new RegExp(`"prototype":"${prototype}"`))
      if (recipe) await sees(page, cell, new RegExp(`"recipe":"${recipe}"`))
    }
    await page.keyboard.press('Escape')
  })

  test('a machine that stands still is an alert, and the alert leads to it', async () => {
    await page.keyboard.press('x')
    await act(page, line.structures[1]!.cell)
    await page.keyboard.press('Escape')
    await sees(page, line.structures[1]!.cell, /"owner":1}$/)
    // The drill has nowhere to give its ore to, and the kiln gets none.
    const chip = page.locator('.alert-chip')
    await chip.waitFor({ timeout: 60_000 })
    await page.keyboard.press('k')
    const row = page.getByRole('button', { name: `Show the kiln on cell ${line.kiln}` })
    await row.waitFor({ timeout: 60_000 })
    await row.click()
    await page.getByLabel('Selected cell').getByText(`cell ${line.kiln}`).waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await page.keyboard.press(' ')
    await page
      .getByLabel('Selected cell')
      .getByText(/cell \d+/)
      .waitFor()
    expect(await read(page, line.kiln)).toContain('"prototype":"kiln"')
    await page.keyboard.press('Escape')
  })

  test('a picture of the planet is saved, and a key that is set to another stays so when the page is opened again', async () => {
    await page.keyboard.press('u')
    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save a picture' }).click()
    const download = await saved
    expect(download.suggestedFilename()).toMatch(/^first-\d+\.png$/)
    const bytes = readFileSync(await download.path())
    expect(bytes.subarray(1, 4).toString()).toBe('PNG')
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([1000, 700])
    await page.getByRole('button', { name: 'Turn it: R', exact: true }).click()
    await page.keyboard.press('y')
    await page.getByRole('button', { name: 'Turn it: Y', exact: true }).waitFor()
    await visit(page, server.url)
    await page.keyboard.press('4')
    const before = await page.evaluate(() => window.__orrery?.direction)
    await page.keyboard.press('r')
    expect(await page.evaluate(() => window.__orrery?.direction)).toBe(before)
    await page.keyboard.press('y')
    expect(await page.evaluate(() => window.__orrery?.direction)).not.toBe(before)
    await page.keyboard.press('Escape')
  })

  test('a world is founded in the panel, and the panel leads there: the same player lands on it', async () => {
    await page.keyboard.press('j')
    await page.getByLabel('Its name').fill('Kepri IV')
    await page.getByRole('button', { name: 'Found it' }).click()
    await page.getByText('A name is 1 to 32 letters a to z and digits').waitFor()
    await page.getByLabel('Its name').fill('kepri')
    await page.getByRole('textbox', { name: 'Seed' }).fill('42')
    await page.getByLabel('Size').selectOption('16')
    await page.getByRole('button', { name: 'Found it' }).click()
    const row = page.locator('[data-world=kepri]')
    await row.getByText('2 562 cells · seed 42').waitFor()
    await row.getByRole('link', { name: 'Go there' }).click()
    await page.waitForURL(/world=kepri/, { waitUntil: 'commit' })
    await page.waitForFunction(() => window.__orrery?.ready === true, undefined, {
      timeout: 120_000,
    })
    expect(page.url()).toContain('quality=low')
    // Who has an account is not asked for a name again.
    await page.getByRole('button', { name: 'Land', exact: true }).click()
    await page.locator('[data-prototype=drill]').waitFor()
    await page.getByLabel('World status').getByText('Kepri').waitFor()
    const tick = await page.evaluate(() => window.__orrery?.tick ?? 0)
    await page.waitForFunction((before) => (window.__orrery?.tick ?? 0) > before, tick)
    expect(page.faults).toEqual([])
  })
})

/** Some cells in an order in which each can be claimed after the line and those before it. */
function joined(cells: readonly number[]): number[] {
  const own = new Set(line.claims)
  const left = new Set(cells)
  const order: number[] = []
  while (left.size > 0) {
    const next = [...left].find((cell) =>
      neighboursOf(planet.n, cell).some((near) => own.has(near)),
    )
    if (next === undefined) throw new Error('the cells do not hang together')
    order.push(next)
    own.add(next)
    left.delete(next)
  }
  return order
}
