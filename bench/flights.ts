// What the page costs while somebody flies round planets of several sizes: JavaScript a frame, frames a second, long tasks, memory.

import { readFileSync } from 'node:fs'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { cellCount } from '../src/domain/grid/lattice.ts'
import { openPage } from '../test/helpers/browser.ts'
import { dataFolder, removeFolder, startServer } from '../test/helpers/server.ts'

const SIZE = { width: 900, height: 600 }
/** Units of the scene: from a few machines to a continent. */
const DISTANCES = [16, 40, 26, 120]
/** One stay at a place, ms; the planet is turned meanwhile. */
const STAY_MS = 4_000
const KEY_MS = 200
/** Cells between two places, as a share of the planet: far apart, and all over it in the end. */
const STRIDE = 0.381_966

/** Bytes that lie on the graphics device in arrays and textures, counted where WebGL is asked for them. */
export const COUNT_BYTES = `(() => {
  const sizes = new Map(); let bound = new Map(); let total = 0
  window.__bytes = () => total
  const set = (key, size) => { total += size - (sizes.get(key) ?? 0); sizes.set(key, size) }
  const drop = (key) => { total -= sizes.get(key) ?? 0; sizes.delete(key) }
  const of = WebGL2RenderingContext.prototype
  const wrap = (name, before) => { const plain = of[name]; of[name] = function (...all) { before.apply(this, all); return plain.apply(this, all) } }
  wrap('bindBuffer', (target, buffer) => bound.set(target, buffer))
  wrap('bindTexture', (target, texture) => bound.set(target, texture))
  wrap('bufferData', (target, data) => { const key = bound.get(target); if (key) set(key, typeof data === 'number' ? data : data?.byteLength ?? 0) })
  wrap('texImage2D', function (target, level, format, width, height) { const key = bound.get(target); if (key && level === 0 && typeof width === 'number' && typeof height === 'number') set(key, width * height * 4) })
  wrap('texStorage2D', (target, levels, format, width, height) => { const key = bound.get(target); if (key) set(key, width * height * 4) })
  wrap('deleteBuffer', drop)
  wrap('deleteTexture', drop)
})()`

const LONG_TASKS = `(() => {
  window.__tasks = []
  new PerformanceObserver((list) => window.__tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' })
})()`

export type Reading = {
  readonly atMs: number
  readonly frames: number
  readonly scriptMs: number
  readonly heap: number
  readonly residents: number
  readonly arrays: number
}

/** Flies for so long round each planet and prints a line for it. */
export async function flights(browser: Browser, sizes: readonly number[], minutes: number) {
  for (const n of sizes) {
    const folder = dataFolder()
    const server = await startServer(folder, { WORLD_N: `${n}`, DEMO_BOT: 'off' })
    try {
      const page = await openPage(browser, SIZE)
      await page.addInitScript(`${COUNT_BYTES};${LONG_TASKS}`)
      await page.goto(`${server.url}/?quality=low`, { waitUntil: 'commit' })
      const ready = () => window.__orrery?.ready === true
      await page.waitForFunction(ready, undefined, { timeout: 240_000 })
      const firstMs = await page.evaluate(
        () => performance.getEntriesByName('orrery:ready')[0]?.startTime ?? 0,
      )
      await fly(page, n, minutes, firstMs)
      await page.context().close()
    } finally {
      await server.stop()
      removeFolder(folder)
    }
  }
}

async function fly(page: Page, n: number, minutes: number, firstMs: number): Promise<void> {
  await page.getByRole('button', { name: 'Look round' }).click()
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Performance.enable')
  const pid = await rendererOf(page)
  const start = await read(page, devtools, pid)
  await page.evaluate('window.__tasks.length = 0')
  const end = performance.now() + minutes * 60_000
  let early: Reading | undefined
  for (let stay = 1; performance.now() < end; stay++) {
    const cell = Math.floor(((stay * STRIDE) % 1) * cellCount(n))
    const distance = DISTANCES[stay % DISTANCES.length]!
    await page.evaluate(([at, far]) => window.__orrery?.visit(at!, far), [cell, distance])
    const until = performance.now() + STAY_MS
    while (performance.now() < until) await page.keyboard.press('d', { delay: KEY_MS })
    // All distances were seen once.
    if (stay === DISTANCES.length) early = await read(page, devtools, pid)
  }
  const last = await read(page, devtools, pid)
  const tasks = ((await page.evaluate('window.__tasks')) as number[]).sort((a, b) => a - b)
  const frames = last.frames - start.frames
  const seconds = (last.atMs - start.atMs) / 1000
  const MB = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
  const then = (of: (reading: Reading) => number) => `${MB(of(early ?? start))} → ${MB(of(last))}`
  console.log(
    [
      `flying, N = ${n}, low, ${SIZE.width}×${SIZE.height}, ${minutes} min: ready after ${Math.round(firstMs)} ms`,
      `  ${((last.scriptMs - start.scriptMs) / frames).toFixed(1)} ms of JavaScript a frame, ${(frames / seconds).toFixed(1)} frames a second`,
      `  tasks above 50 ms: ${(tasks.length / frames).toFixed(2)} a frame, median ${Math.round(tasks[Math.floor(tasks.length / 2)] ?? 0)} ms, longest ${Math.round(tasks.at(-1) ?? 0)} ms`,
      `  after the first round → at the end: heap ${then(({ heap }) => heap)}, arrays on the device ${then(({ arrays }) => arrays)}, process ${then(({ residents }) => residents)}`,
    ].join('\n'),
  )
}

export async function read(page: Page, devtools: CDPSession, pid: number): Promise<Reading> {
  await devtools.send('HeapProfiler.collectGarbage')
  const { metrics } = await devtools.send('Performance.getMetrics')
  const metric = (name: string) => metrics.find((one) => one.name === name)?.value ?? 0
  const frames = await page.evaluate(() => window.__orrery?.frames ?? 0)
  return {
    atMs: performance.now(),
    frames,
    scriptMs: metric('ScriptDuration') * 1000,
    heap: metric('JSHeapUsedSize'),
    residents: residentsOf(pid),
    arrays: (await page.evaluate('window.__bytes()')) as number,
  }
}

/** The process in which the page runs: the largest renderer, for the browser keeps a spare one. */
export async function rendererOf(page: Page): Promise<number> {
  const devtools = await page.context().browser()!.newBrowserCDPSession()
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo')
  await devtools.detach()
  const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id)
  return renderers.sort((a, b) => residentsOf(b) - residentsOf(a))[0]!
}

/** Resident bytes of a process; 0 where the system does not tell. */
function residentsOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1000
  } catch {
    return 0
  }
}
