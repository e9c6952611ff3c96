// The pictures of the docs, taken from the real client on a real server: npx tsx scripts/screenshots.ts
// Needs Chromium. Software rendering at high quality takes about a minute a picture.

import { join, resolve } from 'node:path'
import type { Browser } from 'playwright-core'
import { openBrowser, openPage } from '../test/helpers/browser.ts'
import { dataFolder, removeFolder, startServer, until } from '../test/helpers/server.ts'

type Shot = { name: string; width: number; height: number; cell?: number; look: boolean }

const folder = resolve(import.meta.dirname, '..', 'docs', 'images')
/** Frames after which what was loaded late (models, bloom) is drawn too. */
const FRAMES = 6

async function take(browser: Browser, url: string, { name, width, height, cell, look }: Shot) {
  const page = await openPage(browser, { width, height })
  await page.goto(`${url}/?quality=high`, { waitUntil: 'commit' })
  await page.waitForFunction(() => window.__orrery?.ready === true, undefined, { timeout: 240_000 })
  if (look) await page.getByRole('button', { name: 'Look round' }).click()
  if (cell !== undefined) {
    await page.evaluate((at) => {
      window.__orrery?.select(at)
      window.__orrery?.visit(at)
    }, cell)
  }
  const drawn = await page.evaluate(() => window.__orrery?.frames ?? 0)
  await page.waitForFunction((frames) => (window.__orrery?.frames ?? 0) > frames, drawn + FRAMES, {
    timeout: 240_000,
  })
  const path = join(folder, `${name}.jpg`)
  await page.screenshot({ path, type: 'jpeg', quality: 82, timeout: 240_000 })
  if (page.faults.length > 0) throw new Error(`${name}: ${page.faults.join('; ')}`)
  await page.context().close()
  console.log(path)
}

/** The kilns of the demo bot, once it has built all that it builds. */
async function kilns(url: string): Promise<number[]> {
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
      ({ prototype, status }) => prototype === 'kiln' && status === 'working',
    )
  }
  const working = await until(ask, (found) => found.length >= 4, 240_000)
  return working.map(({ cell }) => cell)
}

const data = dataFolder()
const server = await startServer(data)
const browser = await openBrowser()
try {
  // The one with the others around it.
  const kiln = (await kilns(server.url)).at(-1)
  await take(browser, server.url, { name: 'planet', width: 1440, height: 900, look: false })
  const surface = { name: 'factory', width: 1440, height: 900, look: true }
  await take(browser, server.url, { ...surface, cell: kiln! })
  await take(browser, server.url, {
    ...surface,
    name: 'phone',
    width: 390,
    height: 844,
    cell: kiln!,
  })
} finally {
  await browser.close()
  await server.stop()
  removeFolder(data)
}
