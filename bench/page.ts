// What the page costs: `npx tsx bench/page.ts`, in ten minutes. Bundle, geometry and diffs here; the rest in a real Chromium, which
// on a machine without a graphics device draws in software. PAGE_PARTS=first,working,play,flights: only these parts; PAGE_MINUTES=10: how long
// each planet is flown round; PAGE_PLANETS=64,256: which planets.

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
import { openBrowser, openPage, visit } from '../test/helpers/browser.ts'
import { dataFolder, removeFolder, startServer } from '../test/helpers/server.ts'
import { firstPlanets } from './firstPlanet.ts'
import { flights } from './flights.ts'
import { playing } from './playing.ts'
import { working } from './working.ts'

const SEED = 7
/** Of a large planet only so many chunks are built, and the rest is reckoned. */
const CHUNKS_BUILT = 16
const minutes = Number(process.env.PAGE_MINUTES ?? 0.5)
const parts = (process.env.PAGE_PARTS ?? 'node,first,working,play,flights').split(',')

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
  const isFirst = (name: string) => html.includes(name) || name.startsWith('geometryWorker')
  const first = files.filter(isFirst)
  const late = files.filter((name) => !isFirst(name))
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

async function inBrowser(): Promise<void> {
  const folder = dataFolder()
  const server = await startServer(folder)
  let browser: Browser | undefined
  try {
    await firstPlanets(server.url, 2)
    browser = await openBrowser()
    const page = await openPage(browser, { width: 900, height: 600 })
    await visit(page, server.url)
    await page.getByRole('button', { name: 'Look round' }).click()
    const devtools = await page.context().newCDPSession(page)
    await devtools.send('Performance.enable')
    const read = async () => {
      const { metrics } = await devtools.send('Performance.getMetrics')
      const metric = (name: string) => metrics.find((one) => one.name === name)?.value ?? 0
      const frames = await page.evaluate(() => window.__orrery?.frames ?? 0)
      return { frames, script: metric('ScriptDuration') * 1000 }
    }
    const start = await read()
    const turning = performance.now() + 10_000
    while (performance.now() < turning) await page.keyboard.press('d', { delay: 200 })
    const turned = await read()
    const frames = turned.frames - start.frames
    console.log(
      `turning the planet: ${ms((turned.script - start.script) / frames)} of JavaScript a frame, ${(frames / 10).toFixed(1)} frames a second`,
    )
  } finally {
    await browser?.close()
    await server.stop()
    removeFolder(folder)
  }
}

async function withBrowser(use: (browser: Browser) => Promise<void>): Promise<void> {
  const browser = await openBrowser()
  await use(browser).finally(() => browser.close())
}

if (!buildPage()) throw new Error('the page could not be built')
if (parts.includes('node')) {
  bundle()
  for (const n of [64, 128, 256]) geometry(n)
  diffs()
}
if (parts.includes('first')) await inBrowser()
if (parts.includes('working')) await withBrowser(working)
if (parts.includes('play')) await withBrowser(playing)
if (parts.includes('flights')) {
  const sizes = (process.env.PAGE_PLANETS ?? '256,2048').split(',').map(Number)
  await withBrowser((browser) => flights(browser, sizes, minutes))
}
