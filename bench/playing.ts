// What a page keeps after ten minutes of play: 12,000 ticks of a world in which a bot builds, seen from all over it, with panels opened
// and closed. The world runs at 60 ticks a second, so that they pass in three and a half.

import type { Browser } from 'playwright-core'
import { openPage } from '../test/helpers/browser.ts'
import { dataFolder, removeFolder, startServer } from '../test/helpers/server.ts'
import { COUNT_BYTES, type Reading, read, rendererOf } from './flights.ts'

const UPS = 60
const TICKS = 12_000
/** A slow machine is not waited for longer than this. */
const MOST_MS = 280_000
const STAY_MS = 3_000
const DISTANCES = [20, 120, 34, 200]
/** Crafting, blueprints, research, production, alerts, leaderboard: each is opened and closed in its turn. */
const PANELS = ['i', 'f', 't', 'n', 'k', 'l']

/** Plays and prints what is kept at the start, halfway and at the end. */
export async function playing(browser: Browser): Promise<void> {
  const folder = dataFolder()
  const server = await startServer(folder, { UPS: `${UPS}` })
  try {
    const page = await openPage(browser, { width: 480, height: 300 })
    await page.addInitScript(COUNT_BYTES)
    await page.goto(`${server.url}/?quality=low`, { waitUntil: 'commit' })
    await page.waitForFunction(() => window.__orrery?.ready === true, undefined, {
      timeout: 120_000,
    })
    await page.getByRole('button', { name: 'Look round' }).click()
    const devtools = await page.context().newCDPSession(page)
    await devtools.send('Performance.enable')
    const pid = await rendererOf(page)
    const tick = () => page.evaluate(() => window.__orrery?.tick ?? 0)
    const first = await tick()
    const until = performance.now() + MOST_MS
    const readings: Reading[] = [await read(page, devtools, pid)]
    let passed = 0
    for (let stay = 0; passed < TICKS && performance.now() < until; stay++) {
      const distance = DISTANCES[stay % DISTANCES.length]!
      const cell = (stay * 15_643) % 40_000
      await page.evaluate(([at, far]) => window.__orrery?.visit(at!, far), [cell, distance])
      await page.keyboard.press(PANELS[stay % PANELS.length]!)
      await page.waitForTimeout(STAY_MS)
      await page.keyboard.press('Escape')
      passed = (await tick()) - first
      if (readings.length === 1 && passed >= TICKS / 2)
        readings.push(await read(page, devtools, pid))
    }
    readings.push(await read(page, devtools, pid))
    const row = (of: (reading: Reading) => number) =>
      readings.map((reading) => (of(reading) / 1e6).toFixed(1)).join(' → ')
    console.log(
      `play, N = 64, ${passed} ticks (12,000 are ten minutes), MB at the start, halfway, at the end: heap ${row(({ heap }) => heap)}, ` +
        `arrays on the device ${row(({ arrays }) => arrays)}, process ${row(({ residents }) => residents)}`,
    )
  } finally {
    await server.stop()
    removeFolder(folder)
  }
}
