// What the page costs on a planet full of machines at work: the processor's ms a frame by whose code it is, and what it leaves to be
// collected. PAGE_NAMES=40 tells the functions that cost most, too.

import type { Browser, CDPSession, Page } from 'playwright-core'
import { planLine } from '../src/bots/plan.ts'
import { landingCell } from '../src/domain/generation/landing.ts'
import { openPage } from '../test/helpers/browser.ts'
import { joinPlayer } from '../test/helpers/client.ts'
import { dataFolder, removeFolder, startServer } from '../test/helpers/server.ts'

const PLANET = { seed: 7, n: 64 }
const PLAYERS = 32
const LINES_EACH = 5
const BELTS = 9
/** Until the queues before the kilns have filled. */
const FILLING_MS = 40_000
const ROUNDS = 2
const MEASURED_MS = 10_000
const SIZE = { width: 900, height: 600 }
/**
 * The graphics device is told everything but to draw: without hardware a frame would wait for its picture, and so many ticks would come
 * between two frames that the figures said nothing of a page with a graphics device.
 */
const UNDRAWN = `for (const name of ['drawArrays', 'drawElements', 'drawArraysInstanced', 'drawElementsInstanced'])
  WebGL2RenderingContext.prototype[name] = () => {}`
const DISTANCE = 26

/** Builds many lines by many players. @returns where the first of them stands, and how many structures there are */
async function populate(url: string): Promise<{ middle: number; count: number }> {
  const taken = new Set<number>()
  let middle = -1
  let count = 0
  for (let index = 0; index < PLAYERS; index++) {
    const player = await joinPlayer({ url }, `Builder ${index}`)
    const home = landingCell(PLANET.seed, PLANET.n, index)
    await player.act('EnterWorld', { landing: home })
    const own = new Set<number>()
    for (let made = 0; made < LINES_EACH; made++) {
      const line = planLine(PLANET, home, own, taken, BELTS)
      if (!line) break
      const claimed = await player.act('ClaimMany', { cells: line.claims })
      for (const cell of line.claims) taken.add(cell)
      if (claimed.status !== 'accepted') continue
      for (const cell of line.claims) own.add(cell)
      await player.act('PlaceMany', { structures: line.structures })
      await player.act('SelectRecipe', { cell: line.kiln, recipe: line.recipe })
      if (middle < 0) middle = line.kiln
      count += line.structures.length
    }
    await player.close()
  }
  return { middle, count }
}

/** Measures some pages, one after the other. */
export async function working(browser: Browser): Promise<void> {
  const folder = dataFolder()
  const server = await startServer(folder, { DEMO_BOT: 'off', WORLD_SEED: `${PLANET.seed}` })
  try {
    const { middle, count } = await populate(server.url)
    await new Promise((resolve) => setTimeout(resolve, FILLING_MS))
    console.log(
      `${count} structures at work, nothing painted, ${SIZE.width}×${SIZE.height}, low, the view turning:`,
    )
    for (let round = 0; round < ROUNDS; round++) {
      await measured(browser, server.url, middle)
    }
  } finally {
    await server.stop()
    removeFolder(folder)
  }
}

async function measured(browser: Browser, url: string, at: number): Promise<void> {
  const page = await openPage(browser, SIZE)
  try {
    await page.addInitScript(UNDRAWN)
    await page.goto(`${url}/?quality=low`, { waitUntil: 'commit' })
    await page.waitForFunction(() => window.__orrery?.ready === true, undefined, {
      timeout: 120_000,
    })
    await page.getByRole('button', { name: 'Look round' }).click()
    await page.evaluate(([cell, far]) => window.__orrery?.visit(cell!, far), [at, DISTANCE])
    await page.waitForTimeout(3_000)
    const devtools = await page.context().newCDPSession(page)
    const profile = await profiled(page, devtools)
    const garbage = await collected(page, devtools)
    console.log(`  ${profile}; ${garbage}`)
  } finally {
    await page.context().close()
  }
}

/** The functions that cost most, for whoever looks for what to mend: PAGE_NAMES says how many. */
function mostOf(byName: ReadonlyMap<string, number>, word: (cost: number) => string): string {
  const top = [...byName].sort((a, b) => b[1] - a[1]).slice(0, Number(process.env.PAGE_NAMES))
  return top.map(([name, cost]) => `    ${word(cost)} ${name}`).join('\n')
}

const framesOf = (page: Page) => page.evaluate(() => window.__orrery?.frames ?? 0)

async function turning(page: Page): Promise<void> {
  const until = performance.now() + MEASURED_MS
  while (performance.now() < until) await page.keyboard.press('d', { delay: 200 })
}

type Node = {
  readonly id: number
  readonly callFrame: { readonly functionName: string; readonly url: string }
}

/** Where the processor's time of the page's thread goes, ms a frame. */
async function profiled(page: Page, devtools: CDPSession): Promise<string> {
  await devtools.send('Profiler.enable')
  await devtools.send('Profiler.setSamplingInterval', { interval: 400 })
  await devtools.send('Profiler.start')
  const start = await framesOf(page)
  await turning(page)
  const frames = (await framesOf(page)) - start
  const { profile } = await devtools.send('Profiler.stop')
  const nodes = new Map((profile.nodes as Node[]).map((node) => [node.id, node]))
  const byName = new Map<string, number>()
  const sums = { script: 0, garbage: 0, graphics: 0 }
  const { samples = [], timeDeltas = [] } = profile
  samples.forEach((id, place) => {
    const { functionName, url } = nodes.get(id)!.callFrame
    const ms = timeDeltas[place]! / 1000
    if (functionName === '(idle)' || functionName === '(program)' || functionName === '(root)')
      return
    if (functionName === '(garbage collector)') sums.garbage += ms
    // What is no script's own is the browser's: for the most part it waits for the graphics.
    else if (url === '') sums.graphics += ms
    else sums.script += ms
    byName.set(functionName, (byName.get(functionName) ?? 0) + ms)
  })
  const each = (sum: number) => `${(sum / frames).toFixed(2)} ms`
  if (process.env.PAGE_NAMES) {
    console.log(mostOf(byName, each))
  }
  return `${(frames / (MEASURED_MS / 1000)).toFixed(1)} frames a second; a frame: script ${each(sums.script)}, collecting garbage ${each(sums.garbage)}, the browser's own calls ${each(sums.graphics)}`
}

type Sampled = {
  readonly selfSize: number
  readonly children: readonly Sampled[]
  readonly callFrame: { readonly functionName: string }
}
const sizeOf = ({ selfSize, children }: Sampled): number =>
  children.reduce((sum, child) => sum + sizeOf(child), selfSize)

/** What is allocated, kB a frame. */
async function collected(page: Page, devtools: CDPSession): Promise<string> {
  await devtools.send('HeapProfiler.enable')
  await devtools.send('HeapProfiler.startSampling', {
    samplingInterval: 16_384,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  })
  const start = await framesOf(page)
  await turning(page)
  const frames = (await framesOf(page)) - start
  const { profile } = await devtools.send('HeapProfiler.stopSampling')
  if (process.env.PAGE_NAMES) {
    const byName = new Map<string, number>()
    const walk = ({ selfSize, children, callFrame }: Sampled) => {
      byName.set(callFrame.functionName, (byName.get(callFrame.functionName) ?? 0) + selfSize)
      children.forEach(walk)
    }
    walk(profile.head)
    console.log(mostOf(byName, (bytes) => `${Math.round(bytes / 1000 / frames)} kB`))
  }
  return `${Math.round(sizeOf(profile.head) / 1000 / frames)} kB allocated`
}
