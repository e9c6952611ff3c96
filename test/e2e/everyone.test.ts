// For everyone: what axe (WCAG 2 A and AA) finds on every panel of the real page.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { planLine } from '../../src/bots/plan.ts'
import { landingCell } from '../../src/domain/generation/landing.ts'
import { openBrowser, openPage, visit, type WatchedPage } from '../helpers/browser.ts'
import { buildLine, claim, land } from '../helpers/player.ts'
import { dataFolder, removeFolder, type Server, startServer } from '../helpers/server.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const planet = { seed: 7, n: 8 }
const home = landingCell(planet.seed, planet.n, 1)
const line = planLine(planet, home, new Set(), new Set(), 1)!

/** What axe finds that is serious or worse, in words. */
async function faultsOf(page: Page): Promise<string[]> {
  const { violations } = (await page.evaluate(
    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] })",
  )) as AxeResults
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
}

describe('for everyone, axe finds nothing serious', () => {
  const folder = dataFolder()
  let server: Server
  let browser: Browser
  let page: WatchedPage

  beforeAll(async () => {
    server = await startServer(folder, { WORLD_N: '8', DEMO_BOT: 'off' })
    browser = await openBrowser()
    page = await openPage(browser)
    await visit(page, server.url)
    await page.evaluate(axe)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
    removeFolder(folder)
  })

  test('on the card of the start', async () => {
    expect(await faultsOf(page)).toEqual([])
  })

  test('in the game, with a machine selected and one in hand', async () => {
    await land(page, 'Ada', line.depot)
    expect(await faultsOf(page)).toEqual([])
    await claim(page, line.claims)
    await buildLine(page, line)
    expect(await faultsOf(page)).toEqual([])
    await page.keyboard.press('1')
    expect(await faultsOf(page)).toEqual([])
    await page.keyboard.press('Escape')
  })

  test.each([
    ['i', 'Craft by hand'],
    ['f', 'Blueprints'],
    ['t', 'Research'],
    ['n', 'Production'],
    ['k', 'Alerts'],
    ['l', 'Leaderboard'],
    ['p', 'Players'],
    ['j', 'Worlds'],
    ['u', 'Settings'],
    ['?', 'Help'],
  ])('with %s: %s', async (key, title) => {
    await page.keyboard.press(key)
    const panel = page.getByRole('region', { name: title, exact: true })
    await panel.waitFor()
    await panel.getByText('Opening…').waitFor({ state: 'detached' })
    expect(await faultsOf(page)).toEqual([])
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
  })

  test('with each overlay and its legend', async () => {
    for (const overlay of ['power', 'pollution', 'owner', 'deposit', 'none']) {
      await page.getByRole('combobox', { name: /Overlay/ }).selectOption(overlay)
      expect(await faultsOf(page)).toEqual([])
    }
  })

  test('without a picture: nothing was thrown or logged as an error', () => {
    expect(page.faults).toEqual([])
  })
})
