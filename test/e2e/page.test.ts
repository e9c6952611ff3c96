import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { planLine } from '../../src/bots/plan.ts'
import { landingCell } from '../../src/domain/generation/landing.ts'
import { openBrowser, openPage, visit } from '../helpers/browser.ts'
import { dataFolder, removeFolder, type Server, startServer, until } from '../helpers/server.ts'

// A small planet: software rendering is what a test has.
const planet = { seed: 7, n: 16 }
const home = landingCell(planet.seed, planet.n, 1)
const line = planLine(planet, home, new Set(), new Set(), 1)!

const tool = (page: Page, key: string) => page.keyboard.press(key)
const act = (page: Page, cell: number) => page.evaluate((at) => window.__orrery?.act(at), cell)
const read = (page: Page, cell: number) =>
  page.evaluate((at) => JSON.stringify(window.__orrery?.read(at)), cell)

/** Waits until the page knows that of a cell: it comes by the feed, never from what the page hopes. */
const sees = (page: Page, cell: number, what: RegExp) =>
  until(
    () => read(page, cell),
    (reading) => what.test(reading ?? ''),
  )

describe('the page', () => {
  const folder = dataFolder()
  let server: Server
  let browser: Browser

  beforeAll(async () => {
    server = await startServer(folder, { WORLD_N: '16', DEMO_BOT: 'off' })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
    removeFolder(folder)
  })

  // A page that is left open goes on drawing, at the cost of the next one.
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close()
  })

  test('a newcomer joins, claims, builds a line, chooses plates and sees them in the depot', async () => {
    const page = await openPage(browser)
    await visit(page, server.url)
    await page.evaluate((cell) => window.__orrery?.select(cell), line.depot)
    await page.getByLabel('Your name').fill('Ada')
    await page.getByRole('button', { name: 'Land', exact: true }).click()
    await page.locator('[data-prototype=drill]').waitFor()

    await page.evaluate((cell) => window.__orrery?.visit(cell), line.depot)
    await tool(page, 'c')
    for (const cell of line.claims) {
      await act(page, cell)
      await sees(page, cell, /"owner":1/)
    }
    await tool(page, 'Escape')

    const order = ['drill', 'belt', 'kiln', 'depot']
    for (const { cell, prototype, direction } of line.structures) {
      await tool(page, String(order.indexOf(prototype) + 1))
      for (let turns = 0; turns < direction; turns++) await tool(page, 'r')
      await act(page, cell)
      await tool(page, 'Escape')
      await sees(page, cell, new RegExp(`"prototype":"${prototype}"`))
    }
    for (const { cell, direction } of line.structures) {
      expect(await read(page, cell)).toContain(`"direction":${direction}`)
    }

    await page.evaluate((cell) => window.__orrery?.select(cell), line.kiln)
    await page.getByLabel('Recipe').selectOption(line.recipe)
    await page.evaluate((cell) => window.__orrery?.select(cell), line.depot)
    await page
      .locator(`[data-testid=contents] [data-item=${line.recipe}]`)
      .waitFor({ timeout: 90_000 })
    expect(page.faults).toEqual([])
  })

  test('a click on the planet selects the cell under it', async () => {
    const page = await openPage(browser)
    await visit(page, server.url)
    await page.evaluate((cell) => window.__orrery?.visit(cell), line.depot)
    const at = await until(
      () => page.evaluate((cell) => window.__orrery?.project(cell), line.depot),
      (point) => point !== undefined,
    )
    const picked = await page.evaluate(({ x, y }) => window.__orrery?.pick(x, y), at!)
    await page.mouse.click(at!.x, at!.y)
    await page.getByLabel('Selected cell').getByText(`cell ${picked}`).waitFor()
    // The address is written a few times a second.
    await page.waitForFunction((cell) => location.hash.includes(`s=${cell}`), picked)
  })

  test('a server that was killed is waited for, and the page goes on where it is', async () => {
    const page = await openPage(browser)
    await visit(page, server.url)
    const seen = await page.evaluate(() => window.__orrery?.tick ?? 0)
    await server.kill()
    await page.getByText('reconnecting').first().waitFor()
    server = await startServer(folder, { DEMO_BOT: 'off', PORT: new URL(server.url).port })
    await page.getByText('live').first().waitFor({ timeout: 60_000 })
    await until(
      () => page.evaluate(() => window.__orrery?.tick ?? 0),
      (tick) => tick > seen,
    )
    await sees(page, line.depot, /"prototype":"depot"/)
  })
})
