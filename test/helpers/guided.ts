// A newcomer at a real page who does only what the guide points at, with mouse or finger: its rings, its marked cells, its words.

import type { Page } from 'playwright-core'
import type { Hint } from '../../client/src/game/hint.ts'
import { until } from './server.ts'

type Point = { readonly x: number; readonly y: number }
/** Ticks since the landing, and what was done by then. */
type Pace = { readonly plateTicks: number; readonly packTicks: number; readonly plateSteps: number }

/** After which a jump of the camera is drawn. */
const FRAMES = 3
/** Rounds after which the guide has led nowhere. */
const ROUNDS_MOST = 60
/** How long a round is given to come to something, ms. */
const PATIENCE_MS = 15_000

const hintOf = (page: Page) => page.evaluate(() => window.__orrery?.hint)
const tickOf = (page: Page) => page.evaluate(() => window.__orrery?.tick ?? 0)
const packsOf = (page: Page) =>
  page.evaluate(() => window.__orrery?.player?.inventory['red-pack'] ?? 0)

/** Plays from the landing to the first red pack. Throws where the guide leads nowhere. */
export async function followGuide(page: Page): Promise<Pace> {
  const landed = await tickOf(page)
  let [plateTicks, plateSteps, steps] = [0, 0, 0]
  for (let round = 0; round < ROUNDS_MOST; round++) {
    if ((await packsOf(page)) > 0) {
      return { plateTicks, plateSteps, packTicks: (await tickOf(page)) - landed }
    }
    const step = await stepOf(page)
    if (step === 'A red pack to learn from' && plateTicks === 0) {
      plateTicks = (await tickOf(page)) - landed
      plateSteps = steps
    }
    const hint = await hintOf(page)
    if (!hint) {
      // It says to watch: the guide looks once a second.
      await changed(page, hint)
      continue
    }
    steps++
    await follow(page, hint)
    await changed(page, hint)
  }
  throw new Error(`the guide led nowhere: it still says “${await stepOf(page)}”`)
}

const stepOf = (page: Page) => page.locator('.guide h2').textContent()

/** Waits until the guide points at something else, or until patience is at an end: then the same is tried again. */
async function changed(page: Page, before: Hint | undefined): Promise<void> {
  const told = JSON.stringify(before)
  const has = async () => JSON.stringify(await hintOf(page)) !== told || (await packsOf(page)) > 0
  const end = Date.now() + PATIENCE_MS
  while (Date.now() < end && !(await has())) await page.waitForTimeout(100)
}

async function follow(page: Page, { tool, cells, plans }: Hint): Promise<void> {
  const [cell] = [...cells, ...plans.map((plan) => plan.cell)]
  if (tool === 'craft') {
    await page.locator('nav button.hinted').click()
    await page.locator('.crafts button.hinted').click()
    await page.getByRole('button', { name: 'Close' }).click()
    return
  }
  if (cell === undefined) return
  if (tool === undefined) {
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Show me where' }).click()
    const chooses = page.locator('select.hinted')
    const harvests = page.getByRole('button', { name: 'Harvest', exact: true })
    await chooses.or(harvests).first().waitFor()
    if (await chooses.count()) await chooses.selectOption('plate')
    else await harvests.click()
    await page.getByRole('button', { name: 'Let go of the cell' }).click()
    return
  }
  // What is in hand already has no ring.
  const ringed = page.locator('button.hinted')
  if (await ringed.count()) await ringed.click()
  const points = await placesOf(page, cells.length > 0 ? cells : [cell])
  await page.mouse.move(points[0]!.x, points[0]!.y)
  await page.mouse.down()
  for (const { x, y } of points.slice(1)) await page.mouse.move(x, y, { steps: 3 })
  await page.mouse.up()
}

/** Has the cells shown, and tells where they are on the page once each is seen there and nothing hides it. */
async function placesOf(page: Page, cells: readonly number[]): Promise<readonly Point[]> {
  const frames = () => page.evaluate(() => window.__orrery?.frames ?? 0)
  const seen = async () => {
    await page.getByRole('button', { name: 'Show me where' }).click()
    const drawn = await frames()
    await until(frames, (now) => now >= drawn + FRAMES)
    return page.evaluate(
      (all) =>
        all.map((cell) => {
          const at = window.__orrery?.project(cell)
          if (!at || document.elementFromPoint(at.x, at.y)?.className !== 'planet') return undefined
          return window.__orrery?.pick(at.x, at.y) === cell ? at : undefined
        }),
      [...cells],
    )
  }
  // What a panel covers is marked again when the rest is done.
  const points = await until(seen, (found) => found.some((point) => point))
  return points.filter((point): point is Point => point !== undefined && point !== null)
}
