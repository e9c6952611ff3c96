// What the page costs: `npx tsx bench/page.ts`. Bundle, geometry and diffs here; the rest in a real Chromium, which
// on a machine without a graphics device draws in software. PAGE_MINUTES=10: how long the memory is watched, and each
// planet flown round; PAGE_PLANETS=64,256: which planets; PAGE_PARTS=flights: the flights alone.

import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Browser } from 'playwright-core'
import { PlanetCells } from '../client/src/planet/cells.ts'
import { geometryOf, readRelief } from '../client/src/planet/chunkRelief.ts'
import { writeHuman, writeNature } from '../client/src/planet/marks.ts'
import { createSphere } from '../client/src/planet/sphere.ts'
import { buildPage } from '../scripts/buildPage.ts'
import { encodeCells } from '../src/domain/chunkCodec.ts'
import { generateCell } from '../src/domain/generation/terrain.ts'
import {
  CHUNK_CELLS,
  cellsOfChunk,
  chunkCount,
  chunkOf,
  offsetInChunk,
} from '../src/domain/grid/chunk.ts'
import { openBrowser, openPage } from '../test/helpers/browser.ts'
import { dataFolder, removeFolder, startServer } from '../test/helpers/server.ts'
import { flights } from './flights.ts'

const SEED = 7
/** Of a large planet only so many chunks are built, and the rest is reckoned. */
const CHUNKS_BUILT = 16
const minutes = Number(process.env.PAGE_MINUTES ?? 1)

const ms = (value: number) => `${value < 10 ? value.toFixed(2) : Math.round(value)} ms`
const kB = (bytes: number) => `${Math.round(bytes / 1000)} kB`
const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!

function bundle(): void {
  const folder = resolve(import.meta.dirname, '..', 'dist', 'client')
  const html = readFileSync(join(folder, 'index.html'), 'utf8')
  const files = readdirSync(join(folder, 'assets')).filter((name) => /\.(js|css)$/.test(name))
  const sizeOf = (names: string[]) =>
    names.reduce(
      (sum, name) => sum + gzipSync(readFileSync(join(folder, 'assets', name))).length,
      0,
    )
  const first = files.filter((name) => html.includes(name))
  const late = files.filter((name) => !html.includes(name))
  console.log(`bundle, gzip: ${kB(sizeOf(first))} at first, ${kB(sizeOf(late))} when it is opened`)
}

/** The planet as it is generated, where `chunks` are. */
function planetOf(n: number, chunks: readonly number[]): PlanetCells {
  const planet = new PlanetCells(n)
  for (const chunk of chunks) {
    const cells = cellsOfChunk(n, chunk).map((cell) => ({
      offset: offsetInChunk(n, cell),
      ...generateCell(SEED, n, cell),
      pollution: 0,
      owner: 0,
    }))
    const packed = encodeCells('snapshot', chunk, cells)
    planet.applySnapshot({ chunk, tick: 1, cells: packed, structures: [] })
  }
  return planet
}

function geometry(n: number): void {
  const all = chunkCount(n)
  const chunks = Array.from({ length: Math.min(all, CHUNKS_BUILT) }, (_, chunk) => chunk)
  const planet = planetOf(n, chunks)
  let cells = 0
  let first = 0
  const began = performance.now()
  for (const chunk of chunks) {
    const relief = readRelief(planet, chunk)
    cells += relief.patch.own
    geometryOf(relief)
    first ||= performance.now() - began
  }
  const took = performance.now() - began
  const whole = (took / cells) * (10 * n * n + 2)
  console.log(
    `geometry, N = ${n}: ${ms((took / cells) * CHUNK_CELLS)} a full chunk, ${ms(whole)} the whole planet; the first chunk ${ms(first)}`,
  )
}

function diffs(): void {
  const n = 64
  const planet = planetOf(n, [0])
  const sphere = createSphere(n)
  const cells = cellsOfChunk(n, 0).slice(0, 1000)
  const nature = new Uint8Array(CHUNK_CELLS * 4)
  const human = new Uint8Array(CHUNK_CELLS * 4)
  const applied: number[] = []
  const painted: number[] = []
  for (let round = 0; round < 60; round++) {
    const records = cells.map((cell) => ({
      offset: offsetInChunk(n, cell),
      ...generateCell(SEED, n, cell),
      mass: round,
      pollution: round,
      owner: 0,
    }))
    const packed = encodeCells('changes', 0, records)
    const began = performance.now()
    planet.applyChanges({
      chunk: chunkOf(n, cells[0]!),
      tick: 2 + round,
      cells: packed,
      structures: [],
      removed: [],
    })
    const read = performance.now()
    for (const [place, cell] of planet.drain().cells.entries()) {
      writeNature(planet, cell, place, nature)
      writeHuman(sphere, planet, cell, place, human)
    }
    applied.push(read - began)
    painted.push(performance.now() - read)
  }
  console.log(`1,000-cell diff: ${ms(median(applied))} to read, ${ms(median(painted))} to paint`)
}

/** Opens the page and tells when each step to its first planet was reached, by the page's own marks. */
async function firstPlanet(browser: Browser, url: string, size: { width: number; height: number }) {
  for (const context of browser.contexts()) await context.close()
  const page = await openPage(browser, size)
  await page.goto(`${url}/?quality=low`, { waitUntil: 'commit' })
  await page.waitForFunction(() => window.__orrery?.ready === true, undefined, { timeout: 120_000 })
  const steps = await page.evaluate(() =>
    performance
      .getEntriesByType('mark')
      .filter(({ name }) => name.startsWith('orrery:'))
      .map(({ name, startTime }) => `${name.slice(7)} ${Math.round(startTime)}`),
  )
  console.log(`first planet, N = 64, low, ${size.width}×${size.height}, ms: ${steps.join(', ')}`)
  return page
}

async function inBrowser(): Promise<void> {
  const folder = dataFolder()
  const server = await startServer(folder)
  const browser = await openBrowser()
  try {
    // Warm: the server has answered before, and the browser runs; what each page loads it has not seen.
    await fetch(server.url)
    await firstPlanet(browser, server.url, { width: 480, height: 300 })
    await firstPlanet(browser, server.url, { width: 480, height: 300 })
    const page = await firstPlanet(browser, server.url, { width: 900, height: 600 })
    await page.getByRole('button', { name: 'Look round' }).click()
    const devtools = await page.context().newCDPSession(page)
    await devtools.send('Performance.enable')
    const read = async () => {
      const { metrics } = await devtools.send('Performance.getMetrics')
      const metric = (name: string) => metrics.find((one) => one.name === name)?.value ?? 0
      const frames = await page.evaluate(() => window.__orrery?.frames ?? 0)
      return { frames, script: metric('ScriptDuration') * 1000, heap: metric('JSHeapUsedSize') }
    }
    const start = await read()
    const turning = performance.now() + 10_000
    while (performance.now() < turning) await page.keyboard.press('d', { delay: 200 })
    const turned = await read()
    const frames = turned.frames - start.frames
    console.log(
      `turning the planet: ${ms((turned.script - start.script) / frames)} of JavaScript a frame, ${(frames / 10).toFixed(1)} frames a second`,
    )
    await devtools.send('HeapProfiler.collectGarbage')
    const before = (await read()).heap
    await page.waitForTimeout(minutes * 60_000)
    await devtools.send('HeapProfiler.collectGarbage')
    const after = (await read()).heap
    console.log(
      `JavaScript heap: ${(before / 1e6).toFixed(1)} MB, after ${minutes} minutes ${(after / 1e6).toFixed(1)} MB`,
    )
  } finally {
    await browser.close()
    await server.stop()
    removeFolder(folder)
  }
}

async function flying(): Promise<void> {
  const sizes = (process.env.PAGE_PLANETS ?? '64,256,2048').split(',').map(Number)
  const browser = await openBrowser()
  await flights(browser, sizes, minutes).finally(() => browser.close())
}

if (!buildPage()) throw new Error('the page could not be built')
if (process.env.PAGE_PARTS !== 'flights') {
  bundle()
  for (const n of [64, 128, 256]) geometry(n)
  diffs()
  await inBrowser()
}
await flying()
