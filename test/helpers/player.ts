// A player at a real page: what tests do over and over with hands and eyes.

import type { Page } from 'playwright-core'
import type { Line } from '../../src/bots/plan.ts'
import { until } from './server.ts'

const ORDER = ['drill', 'belt', 'kiln', 'depot']

export const act = (page: Page, cell: number) =>
  page.evaluate((at) => window.__orrery?.act(at), cell)

export const read = (page: Page, cell: number) =>
  page.evaluate((at) => JSON.stringify(window.__orrery?.read(at)), cell)

/** Waits until the page knows that of a cell: it comes by the feed, never from what the page hopes. */
export const sees = (page: Page, cell: number, what: RegExp) =>
  until(
    () => read(page, cell),
    (reading) => what.test(reading ?? ''),
  )

/** Lands near a cell under a name. */
export async function land(page: Page, name: string, near: number): Promise<void> {
  await page.evaluate((cell) => window.__orrery?.select(cell), near)
  await page.getByLabel('Your name').fill(name)
  await page.getByRole('button', { name: 'Land', exact: true }).click()
  await page.locator('[data-prototype=drill]').waitFor()
  await page.evaluate((cell) => window.__orrery?.visit(cell), near)
}

export async function claim(page: Page, cells: readonly number[], index = 1): Promise<void> {
  await page.keyboard.press('c')
  for (const cell of cells) {
    await act(page, cell)
    await sees(page, cell, new RegExp(`"owner":${index}`))
  }
  await page.keyboard.press('Escape')
}

/** Takes a machine of the first group in hand and turns it until it will stand as wished. */
export async function takeInHand(page: Page, prototype: string, direction: number): Promise<void> {
  await page.keyboard.press(String(ORDER.indexOf(prototype) + 1))
  for (let turns = 0; turns < 6; turns++) {
    if ((await page.evaluate(() => window.__orrery?.direction)) === direction) return
    await page.keyboard.press('r')
  }
}

/** Builds a line from drill to depot, and sets its kiln to its recipe. */
export async function buildLine(page: Page, line: Line): Promise<void> {
  for (const { cell, prototype, direction } of line.structures) {
    await takeInHand(page, prototype, direction)
    await act(page, cell)
    await page.keyboard.press('Escape')
    await sees(page, cell, new RegExp(`"prototype":"${prototype}"`))
  }
  await page.evaluate((cell) => window.__orrery?.select(cell), line.kiln)
  await page.getByLabel('Recipe').selectOption(line.recipe)
}

/** Where cells are on the screen, in CSS pixels, once the camera has stopped: where they were seen on its way nobody hits them. */
export const restingPlaces = (page: Page, cells: readonly number[]) =>
  page.evaluate(async (asked) => {
    const frame = () => new Promise((next) => requestAnimationFrame(next))
    for (let before = ''; ; ) {
      for (let frames = 0; frames < 3; frames += 1) await frame()
      const places = asked.flatMap((cell) => window.__orrery?.project(cell) ?? [])
      const now = JSON.stringify(places)
      if (places.length === asked.length && now === before) return places
      before = now
    }
  }, cells)

export const restingPlace = async (page: Page, cell: number) =>
  (await restingPlaces(page, [cell]))[0]!
