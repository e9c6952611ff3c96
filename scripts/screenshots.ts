// The pictures of the docs, taken from the real client on a real server: npx tsx scripts/screenshots.ts [name …]
// Needs Chromium. Software rendering at high quality takes seconds a frame: all of it takes some minutes.

import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { planLine } from '../src/bots/plan.ts'
import { generateCell, isWater } from '../src/domain/generation/terrain.ts'
import { cellsWithin } from '../src/domain/grid/distance.ts'
import { positionOf } from '../src/domain/grid/position.ts'
import { openBrowser, openPage, type WatchedPage } from '../test/helpers/browser.ts'
import { buildLine, claim, land } from '../test/helpers/player.ts'
import { dataFolder, removeFolder, startServer, until } from '../test/helpers/server.ts'

const folder = resolve(import.meta.dirname, '..', 'docs', 'images')
/** Frames after which what was loaded late (models, bloom) is drawn too. */
const FRAMES = 4
const BYTES_MOST = 300_000
/** A picture of the planet has thousands; a blank canvas has one. */
const COLOURS_LEAST = 500
const planet = { seed: 7, n: 64 }
/** As the page's own day. */
const DAY_TICKS = 36_000

type Wide = { readonly width: number; readonly height: number }
const desk: Wide = { width: 1440, height: 900 }
const small: Wide = { width: 1280, height: 800 }
const phone: Wide = { width: 390, height: 844 }

/** Panels by the key that opens them, and what must be there before the picture is taken. */
const panels: readonly (readonly [name: string, key: string, wait: string])[] = [
  ['craft', 'i', '.crafts'],
  ['blueprints', 'f', '.blueprints'],
  ['research', 't', '.tree'],
  ['production', 'n', '.chart canvas'],
  ['alerts', 'k', '.drawer p'],
  ['leaderboard', 'l', '.figures'],
  ['players', 'p', '.chat'],
  ['worlds', 'j', '.worlds li'],
  ['settings', 'u', '.bindings'],
  ['help', '?', '.keys'],
]

/** Views of the factory: from how far, and how many degrees the sun is past noon. */
const hours: readonly (readonly [name: string, distance: number, angle: number])[] = [
  ['factory', 22, -52],
  ['surface', 48, -48],
  ['dusk', 34, 84],
  ['night', 24, 160],
  ['towns', 190, 118],
]

const wanted = process.argv.slice(2)
const isWanted = (name: string) => wanted.length === 0 || wanted.includes(name)

async function open(
  browser: Browser,
  url: string,
  size: Wide,
  quality: string,
  hand: { readonly touch?: boolean; readonly token?: string } = {},
) {
  const page = await openPage(browser, { ...size, ...hand })
  await page.goto(`${url}/?quality=${quality}`, { waitUntil: 'commit' })
  await page.waitForFunction(() => window.__orrery?.ready === true, undefined, { timeout: 240_000 })
  return page
}

async function settle(page: Page): Promise<void> {
  const drawn = await page.evaluate(() => window.__orrery?.frames ?? 0)
  await page.waitForFunction((frames) => (window.__orrery?.frames ?? 0) > frames, drawn + FRAMES, {
    timeout: 240_000,
  })
}

/** Takes the picture, as good as fits; a blank one, or a page with faults, ends the script. */
async function take(page: WatchedPage, name: string): Promise<void> {
  await settle(page)
  const colours = await page.evaluate(() => window.__orrery?.colours() ?? 0)
  if (colours < COLOURS_LEAST) throw new Error(`${name}: the canvas is blank (${colours} colours)`)
  if (page.faults.length > 0) throw new Error(`${name}: ${page.faults.join('; ')}`)
  const path = join(folder, `${name}.jpg`)
  for (const quality of [84, 72, 60, 48]) {
    await page.screenshot({ path, type: 'jpeg', quality, timeout: 240_000 })
    if (statSync(path).size < BYTES_MOST) break
  }
  console.log(`${path} ${Math.round(statSync(path).size / 1000)} kB, ${colours} colours`)
}

async function look(page: Page, cell: number, distance: number): Promise<void> {
  await page.evaluate(
    ([at, far]) => {
      window.__orrery?.select(at!)
      window.__orrery?.visit(at!, far)
    },
    [cell, distance],
  )
}

/** Turns the sun to an hour over a cell. @param angle of the sun past noon there, degrees */
async function turnSun(page: Page, cell: number, angle: number): Promise<void> {
  const [x, , z] = positionOf(planet.n, cell)
  const noon = (Math.atan2(-z, x) / (2 * Math.PI)) * DAY_TICKS
  const wished = noon + (angle / 360) * DAY_TICKS
  await page.evaluate((at) => {
    const probe = window.__orrery
    probe?.shiftDay(at - probe.tick)
  }, wished)
}

/** An assembler of the demo bot, once it has built the works around it. */
async function assembler(url: string): Promise<number> {
  const query =
    '{ world(id: "first") { chunks(ids: [0,1,2,3,4,5,6,7,8,9]) { structures { cell prototype status } } } }'
  type Answer = {
    data: {
      world: { chunks: { structures: { cell: number; prototype: string; status: string }[] }[] }
    }
  }
  const ask = async () => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ query }),
    })
    const { data } = (await response.json()) as Answer
    const structures = data.world.chunks.flatMap((chunk) => chunk.structures)
    return structures.filter(
      ({ prototype, status }) => prototype === 'assembler' && status !== 'blueprint',
    )
  }
  const [built] = await until(ask, (found) => found.length > 0, 480_000)
  return built!.cell
}

async function views(browser: Browser, url: string, middle: number): Promise<void> {
  if (isWanted('planet')) {
    const page = await open(browser, url, desk, 'high')
    await take(page, 'planet')
    await page.context().close()
  }
  if (hours.some(([name]) => isWanted(name))) {
    const page = await open(browser, url, desk, 'high')
    await page.getByRole('button', { name: 'Look round' }).click()
    for (const [name, distance, angle] of hours) {
      if (!isWanted(name)) continue
      await look(page, middle, distance)
      if (name !== 'factory') await page.evaluate(() => window.__orrery?.select(-1))
      await turnSun(page, middle, angle)
      await take(page, name)
    }
    await page.context().close()
  }
}

/** A player beside the bot: builds a line of its own, so that the panels have something to tell. */
async function play(browser: Browser, url: string, middle: number): Promise<void> {
  const page = await open(browser, url, small, 'low')
  const near = cellsWithin(planet.n, middle, 30).findLast(
    (cell) => !isWater(generateCell(planet.seed, planet.n, cell).terrain),
  )!
  await land(page, 'Ada', near)
  const { cell } = JSON.parse(
    await page.evaluate(() => JSON.stringify(window.__orrery?.player)),
  ) as { cell: number }
  const line = planLine(planet, cell, new Set(), new Set(), 2)
  if (!line) throw new Error('there is no place for a line near the landing')
  await claim(page, line.claims, 2)
  await buildLine(page, line)
  await page.keyboard.press('Escape')
  await page.evaluate((at) => window.__orrery?.visit(at, 17), line.kiln)
  if (isWanted('game')) {
    await page.evaluate((at) => window.__orrery?.select(at), line.kiln)
    await take(page, 'game')
    await page.keyboard.press('Escape')
  }
  for (const [name, key, wait] of panels) {
    if (!isWanted(name)) continue
    await page.keyboard.press(key)
    await page.locator(wait).first().waitFor({ timeout: 60_000 })
    await take(page, name)
    await page.keyboard.press('Escape')
  }
  const token = await page.evaluate(
    () => localStorage.getItem(`orrery.token.${location.origin}`) ?? '',
  )
  await page.context().close()
  if (isWanted('phone-game')) {
    const held = await open(browser, url, phone, 'low', { touch: true, token })
    await held.evaluate((at) => window.__orrery?.visit(at, 17), line.kiln)
    await held.locator('[data-prototype=drill]').tap()
    await take(held, 'phone-game')
    await held.context().close()
  }
}

async function onPhone(browser: Browser, url: string, middle: number): Promise<void> {
  const page = await open(browser, url, phone, 'medium', { touch: true })
  await page.getByRole('button', { name: 'Look round' }).click()
  await look(page, middle, 24)
  await take(page, 'phone')
  await page.context().close()
}

const data = dataFolder()
const server = await startServer(data)
const browser = await openBrowser()
try {
  const middle = await assembler(server.url)
  await views(browser, server.url, middle)
  if (isWanted('game') || isWanted('phone-game') || panels.some(([name]) => isWanted(name))) {
    await play(browser, server.url, middle)
  }
  if (isWanted('phone')) await onPhone(browser, server.url, middle)
} finally {
  await browser.close()
  await server.stop()
  removeFolder(data)
}
