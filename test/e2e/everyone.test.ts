// For everyone: what axe (WCAG 2 A and AA) finds on every panel of the real page.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cellsWithin } from '../../src/domain/grid/distance.ts'
import { openBrowser, openPage, visit, type WatchedPage } from '../helpers/browser.ts'
import { followGuide } from '../helpers/guided.ts'
import { restingPlace } from '../helpers/player.ts'
import { dataFolder, removeFolder, type Server, startServer, until } from '../helpers/server.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const N = 16
/** The quickest pace of a world: who waits for a plate waits less. */
const UPS = 60

/** The cell of a machine about another. */
const structureNear = async (page: Page, prototype: string, from: number) => {
  const near = cellsWithin(N, from, 12)
  const read = await page.evaluate(
    (cells) => cells.map((cell) => JSON.stringify(window.__orrery?.read(cell))),
    near,
  )
  return near[read.findIndex((text) => text.includes(`"prototype":"${prototype}"`))]
}

/** What axe finds that is serious or worse, in words. */
async function faultsOf(page: Page): Promise<string[]> {
  const { violations } = (await page.evaluate(
    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] })",
  )) as AxeResults
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
}

/** Windows, tablets and phones, either way: width and height, and what one points with. */
const SIZES = [
  [1280, 720, 'mouse'],
  [1440, 900, 'mouse'],
  // As a window of 1280 × 720 that is enlarged twice.
  [640, 360, 'mouse'],
  [1180, 820, 'finger'],
  [1024, 768, 'finger'],
  [820, 1180, 'finger'],
  [768, 1024, 'finger'],
  [932, 430, 'finger'],
  [844, 390, 'finger'],
  [640, 360, 'finger'],
  [390, 844, 'finger'],
  [360, 640, 'finger'],
  // As a window of 1280 pixels that is enlarged four times.
  [320, 568, 'finger'],
] as const
type Pointer = (typeof SIZES)[number][2]
/** What may be pressed is so wide and high at least, pixels: by WCAG 2.5.8 (AA), and for fingers 2.5.5 (AAA). */
const TARGET_LEAST = { mouse: 24, finger: 44 } as const

/** What one presses and is smaller than that. A radio button is as large as its label. */
const small = (page: Page, pointer: Pointer): Promise<string[]> =>
  page.evaluate(
    (least) =>
      [...document.querySelectorAll('.hud :is(button, select, input, textarea, summary, a)')]
        .filter((element) => element.checkVisibility({ visibilityProperty: true }))
        .map((element) => ({
          name: element.getAttribute('aria-label') ?? element.textContent,
          box: (element.closest('label:has([type=radio])') ?? element).getBoundingClientRect(),
        }))
        .filter(({ box }) => box.width > 0 && Math.min(box.width, box.height) < least - 0.5)
        .map(({ name, box }) => `${name} is ${box.width} × ${box.height}`),
    TARGET_LEAST[pointer],
  )

/** What lies over something else, or reaches out of the page. What scrolls in a row may, and so may a notice that goes again. */
const crowded = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const shown = [
      ...document.querySelectorAll('.hud .panel:not(.toast), .hud .hotbar, .hud .groups'),
    ]
      .map((element) => ({
        element,
        name: element.getAttribute('aria-label') ?? element.className,
        box: element.getBoundingClientRect(),
      }))
      .filter(({ element, box }) => {
        const isSeen = getComputedStyle(element).visibility === 'visible'
        return isSeen && box.width > 0 && !element.parentElement?.closest('.panel')
      })
    const outside = shown
      .filter(({ element }) => !element.matches('.tools, .hotbar'))
      .filter(({ box }) => box.left < 0 || box.top < 0 || box.right > innerWidth + 1)
      .map(({ name }) => `${name} reaches out`)
    const over = shown.flatMap((one, place) =>
      shown
        .slice(place + 1)
        .filter(({ box }) => {
          const width = Math.min(one.box.right, box.right) - Math.max(one.box.left, box.left)
          const height = Math.min(one.box.bottom, box.bottom) - Math.max(one.box.top, box.top)
          return width > 1 && height > 1
        })
        .map(({ name }) => `${one.name} over ${name}`),
    )
    return [...outside, ...over]
  })

describe('for everyone, axe finds nothing serious', () => {
  const folder = dataFolder()
  let server: Server
  let browser: Browser
  let page: WatchedPage
  let devtools: CDPSession

  const pointWith = (pointer: Pointer) =>
    devtools.send('Emulation.setTouchEmulationEnabled', { enabled: pointer === 'finger' })

  beforeAll(async () => {
    server = await startServer(folder, { WORLD_N: `${N}`, UPS: `${UPS}`, DEMO_BOT: 'off' })
    browser = await openBrowser()
    page = await openPage(browser, { width: 1100, height: 720 })
    await visit(page, server.url)
    await page.evaluate(axe)
    devtools = await page.context().newCDPSession(page)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
    removeFolder(folder)
  })

  test('on the card of the start', async () => {
    expect(await faultsOf(page)).toEqual([])
  })

  test('a newcomer who does what the guide points at has a plate after a few steps, and a red pack in five minutes', async () => {
    await page.getByLabel('Your name').fill('Ada')
    await page.getByRole('button', { name: 'Land', exact: true }).click()
    await page.locator('.guide').waitFor()
    expect(await faultsOf(page)).toEqual([])
    const { plateTicks, plateSteps, packTicks } = await followGuide(page)
    console.log(
      `the first plate after ${plateTicks / UPS} s of the world, a pack after ${packTicks / UPS} s`,
    )
    expect(plateTicks).toBeGreaterThan(0)
    // The page draws in software here: what counts is that so few steps lead there, at five seconds for each.
    expect(plateSteps).toBeLessThanOrEqual(9)
    expect(packTicks).toBeLessThanOrEqual(300 * UPS)
  })

  test('in the game, with a machine selected and one in hand', async () => {
    const { cell } = await page.evaluate(() => window.__orrery!.player!)
    const kiln = await until(
      () => structureNear(page, 'kiln', cell),
      (found) => found !== undefined,
    )
    await page.evaluate((at) => window.__orrery?.select(at), kiln!)
    await page.getByLabel('Recipe').waitFor()
    expect(await faultsOf(page)).toEqual([])
    await page.keyboard.press('1')
    expect(await faultsOf(page)).toEqual([])
    await page.keyboard.press('Escape')
  })

  test('on every screen, nothing lies over anything else and all can be pressed, with a machine selected, one in hand and neither', async () => {
    const found: string[] = []
    const look = async () => {
      for (const [width, height, pointer] of SIZES) {
        await pointWith(pointer)
        await page.setViewportSize({ width, height })
        const faults = [...(await crowded(page)), ...(await small(page, pointer))]
        found.push(...faults.map((fault) => `${width} × ${height}, ${pointer}: ${fault}`))
      }
    }
    const { cell } = await page.evaluate(() => window.__orrery!.player!)
    await page.evaluate((at) => window.__orrery?.select(at), cell)
    await look()
    await page.evaluate(() => window.__orrery?.select(-1))
    await look()
    await page.keyboard.press('1')
    await look()
    await page.keyboard.press('Escape')
    await pointWith('mouse')
    await page.setViewportSize({ width: 1100, height: 720 })
    expect(found).toEqual([])
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
    expect(await small(page, 'mouse')).toEqual([])
    await pointWith('finger')
    expect(await small(page, 'finger')).toEqual([])
    await pointWith('mouse')
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
  })

  test('with a goal pinned, machines selected together, a copy of them in hand, and a glance at one', async () => {
    await page.keyboard.press('t')
    await page.getByRole('button', { name: 'Pin as a goal' }).click()
    await page.keyboard.press('Escape')
    const { cell } = await page.evaluate(() => window.__orrery!.player!)
    const kiln = await structureNear(page, 'kiln', cell)
    await page.keyboard.press('b')
    await page.evaluate((at) => window.__orrery?.act(at), kiln!)
    await page.getByText('1 selected').waitFor()
    expect(await faultsOf(page)).toEqual([])
    await page.getByRole('button', { name: 'Place a copy' }).click()
    await page.getByRole('button', { name: /^Place/ }).waitFor()
    expect(await faultsOf(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.evaluate((at) => window.__orrery?.visit(at), kiln!)
    const place = await restingPlace(page, kiln!)
    await page.mouse.move(place.x, place.y)
    await page.getByTestId('glance').waitFor()
    expect(await faultsOf(page)).toEqual([])
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
