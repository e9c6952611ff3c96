// How soon the planet is seen, by the page's own marks, on a server that is warm: in a browser that has just been installed, in the same
// when it is started again (what it loaded is in its cache), and in its second page.

import type { BrowserContext } from 'playwright-core'
import { openProfile } from '../test/helpers/browser.ts'
import { dataFolder, removeFolder } from '../test/helpers/server.ts'

const SIZE = { width: 900, height: 600 }

/** Prints a line for each visit. @param url of a server @param times how many browsers are installed */
export async function firstPlanets(url: string, times: number): Promise<void> {
  // The server has answered before.
  await fetch(url)
  for (let time = 0; time < times; time++) {
    const folder = dataFolder()
    try {
      const fresh = await openProfile(folder, SIZE)
      await visit(fresh, url, 'a new browser’s first page')
      await fresh.close()
      const again = await openProfile(folder, SIZE)
      await visit(again, url, 'the same, started again')
      await visit(again, url, 'its second page')
      await again.close()
    } finally {
      removeFolder(folder)
    }
  }
}

async function visit(browser: BrowserContext, url: string, who: string): Promise<void> {
  const page = await browser.newPage()
  await page.goto(`${url}/?quality=low`, { waitUntil: 'commit' })
  await page.waitForFunction(() => window.__orrery?.ready === true, undefined, { timeout: 120_000 })
  const steps = await page.evaluate(() =>
    performance
      .getEntriesByType('mark')
      .filter(({ name }) => name.startsWith('orrery:'))
      .map(({ name, startTime }) => `${name.slice(7)} ${Math.round(startTime)}`),
  )
  console.log(`first planet, N = 64, low, 900×600, ${who}, ms: ${steps.join(', ')}`)
  await page.close()
}
