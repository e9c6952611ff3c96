import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { UNFURNISHED_MOST_MS } from '../../client/src/game/milestones.ts'
import { planLine } from '../../src/bots/plan.ts'
import { landingCell } from '../../src/domain/generation/landing.ts'
import { generateCell, isWater } from '../../src/domain/generation/terrain.ts'
import { cellsWithin } from '../../src/domain/grid/distance.ts'
import { neighbour, neighboursOf } from '../../src/domain/grid/neighbours.ts'
import { openBrowser, openPage, visit } from '../helpers/browser.ts'
import {
  act,
  buildLine,
  claim,
  land,
  read,
  restingPlace,
  restingPlaces,
  sees,
  takeInHand,
} from '../helpers/player.ts'
import { dataFolder, removeFolder, type Server, startServer, until } from '../helpers/server.ts'

// A small planet: software rendering is what a test has.
const planet = { seed: 7, n: 16 }
const home = landingCell(planet.seed, planet.n, 1)
const line = planLine(planet, home, new Set(), new Set(), 1)!
const small = { width: 900, height: 640 }
type Finger = { readonly x: number; readonly y: number }
/** Two fingers on a phone's planet, so far from its middle. */
const pair = (far: number): Finger[] => [195 - far, 195 + far].map((x) => ({ x, y: 320 }))
/** Fingers that go down at the first places, on to the others, and up. */
async function touch(page: Page, places: readonly (readonly Finger[])[]): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  for (const [step, fingers] of places.entries()) {
    await devtools.send('Input.dispatchTouchEvent', {
      type: step === 0 ? 'touchStart' : 'touchMove',
      touchPoints: fingers.map((at, id) => ({ ...at, id })),
    })
  }
  await devtools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  await devtools.detach()
}
/** Dry cells about the line that nobody needs, nearest first: where the others land. */
const dry = cellsWithin(planet.n, line.depot, 12).filter(
  (cell) =>
    !line.claims.includes(cell) && !isWater(generateCell(planet.seed, planet.n, cell).terrain),
)
/** Four dry cells in a row of which the middle two lie in two diamonds, where nobody else builds. */
const seam = seamLine()

function seamLine(): readonly number[] {
  const { seed, n } = planet
  const diamondOf = (cell: number) => Math.floor(cell / (n * n))
  const away = new Set(cellsWithin(n, line.depot, 14))
  const fits = (cell: number) =>
    cell < 10 * n * n && !away.has(cell) && !isWater(generateCell(seed, n, cell).terrain)
  for (let cell = 0; cell < 10 * n * n; cell++) {
    for (let direction = 0; direction < 6; direction++) {
      const beyond = neighbour(n, cell, direction)
      if (!fits(cell) || !fits(beyond) || diamondOf(cell) === diamondOf(beyond)) continue
      const before = neighboursOf(n, cell).find(
        (next) => fits(next) && next !== beyond && !neighboursOf(n, beyond).includes(next),
      )
      const after = neighboursOf(n, beyond).find(
        (next) => fits(next) && next !== cell && !neighboursOf(n, cell).includes(next),
      )
      if (before !== undefined && after !== undefined) return [before, cell, beyond, after]
    }
  }
  throw new Error('this planet has no dry seam')
}

/** Has the page note on its timeline each program that it links, and the first panel. Counts no time itself. */
async function watchStart(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const { linkProgram } = WebGL2RenderingContext.prototype
    WebGL2RenderingContext.prototype.linkProgram = function (program) {
      performance.mark('test:program')
      linkProgram.call(this, program)
    }
    new MutationObserver((_, observer) => {
      if (!document.querySelector('.hud')) return
      performance.mark('test:panels')
      observer.disconnect()
    }).observe(document, { childList: true, subtree: true })
  })
}

/** When each was noted, ms. */
const notedAt = (page: Page, name: string) =>
  page.evaluate((key) => performance.getEntriesByName(key).map(({ startTime }) => startTime), name)

const probe = <Value>(page: Page, name: 'pending' | 'cursor' | 'tick') =>
  page.evaluate((key) => window.__orrery?.[key], name) as Promise<Value>

describe('the page', () => {
  const folder = dataFolder()
  let server: Server
  let browser: Browser

  beforeAll(async () => {
    server = await startServer(folder, { WORLD_N: '16', UPS: '60', DEMO_BOT: 'off' })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
    removeFolder(folder)
  })

  // A page that is left open goes on drawing, at the cost of the next one.
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close()
  })

  test('a newcomer joins, claims, builds a line, chooses plates and sees them in the depot', async () => {
    const page = await openPage(browser)
    await watchStart(page)
    await visit(page, server.url)
    // The ground comes first, unless it is long in coming: no panel before it, and no shader but its own, the ball's and the sky's three.
    const [world, planet] = [
      ...(await notedAt(page, 'orrery:world')),
      ...(await notedAt(page, 'orrery:planet')),
    ]
    const first = Math.min(planet!, world! + UNFURNISHED_MOST_MS)
    expect(await notedAt(page, 'test:panels')).toEqual([expect.toSatisfy((at) => at > first)])
    const programs = await notedAt(page, 'test:program')
    expect(programs.filter((at) => at < first)).toHaveLength(5)
    await land(page, 'Ada', line.depot)
    await claim(page, line.claims)
    await buildLine(page, line)
    for (const { cell, direction } of line.structures) {
      expect(await read(page, cell)).toContain(`"direction":${direction}`)
    }
    await page.evaluate((cell) => window.__orrery?.select(cell), line.depot)
    await page
      .locator(`[data-testid=contents] [data-item=${line.recipe}]`)
      .waitFor({ timeout: 90_000 })
    expect(page.faults).toEqual([])
  })

  test('an order is drawn at once, and taken back with the reason when it is refused', async () => {
    const page = await openPage(browser, small)
    await visit(page, server.url)
    await land(page, 'Bea', dry[40]!)
    // The world takes its time to answer, so that what is drawn before can be seen.
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    await page.route('**/graphql', async (route) => {
      if (route.request().postData()?.includes('mutation Claim')) await held
      await route.continue()
    })
    const { cell } = JSON.parse(
      await page.evaluate(() => JSON.stringify(window.__orrery?.player)),
    ) as { cell: number }
    await page.keyboard.press('c')
    await act(page, cell)
    expect(await probe(page, 'pending')).toBe(1)
    expect(await read(page, cell)).not.toContain('"owner":2')
    release()
    await sees(page, cell, /"owner":2/)
    await until(
      () => probe(page, 'pending'),
      (pending) => pending === 0,
    )
    // Ada's land: the server says no.
    await act(page, line.depot)
    await page.getByText('Somebody else has that cell').waitFor()
    expect(await probe(page, 'pending')).toBe(0)
    // What the page knows to be refused is not even asked for.
    await takeInHand(page, 'belt', 0)
    await act(page, line.depot)
    await page.getByText('That cell is not yours: claim it first').first().waitFor()
    expect(await read(page, line.depot)).toContain('"prototype":"depot"')
    expect(page.faults).toEqual([])
  })

  test('two browsers see each other’s work', async () => {
    const [ada, bob] = [await openPage(browser, small), await openPage(browser, small)]
    await visit(ada, server.url)
    await visit(bob, server.url)
    await land(bob, 'Bob', dry[80]!)
    const { cell, index } = JSON.parse(
      await bob.evaluate(() => JSON.stringify(window.__orrery?.player)),
    ) as { cell: number; index: number }
    await claim(bob, [cell], index)
    await takeInHand(bob, 'depot', 2)
    await act(bob, cell)
    await sees(ada, cell, /"prototype":"depot","direction":2/)
    await sees(ada, cell, new RegExp(`"owner":${index}`))
    await bob.keyboard.press('Escape')
    await bob.keyboard.press('Control+z')
    await sees(ada, cell, /"owner":\d+}$/)
    await bob.keyboard.press('p')
    await bob.getByLabel('Say something').fill('Is this seat taken?')
    await bob.keyboard.press('Enter')
    // What was said is shown once the world has told it.
    await bob.getByLabel('Chat').getByText('Bob Is this seat taken?').waitFor()
  })

  test('the keyboard alone lands, claims, builds, takes back and reads what it does', async () => {
    const page = await openPage(browser, small)
    await visit(page, server.url)
    const unseen: string[] = []
    for (let presses = 0; presses < 30; presses++) {
      await page.keyboard.press('Tab')
      const [name, outline] = await page.evaluate(() => {
        const focused = document.activeElement ?? document.body
        return [focused.tagName, getComputedStyle(focused).outlineStyle]
      })
      // Wherever the focus is, it is seen; on the page as a whole it is nowhere.
      if (outline === 'none' && name !== 'BODY') unseen.push(name!)
      if (name === 'INPUT') break
    }
    expect(unseen).toEqual([])
    await page.keyboard.type('Kim')
    await page.keyboard.press('Enter')
    await page.locator('[data-prototype=drill]').waitFor()
    const said = page.getByTestId('announcement')
    const { cell: at, index } = JSON.parse(
      await page.evaluate(() => JSON.stringify(window.__orrery?.player)),
    ) as { cell: number; index: number }
    await page.keyboard.press('h')
    await page.keyboard.press('c')
    await page.keyboard.press('ArrowUp')
    const start = await probe<number>(page, 'cursor')
    expect(start).toBe(at)
    await page.keyboard.press('Enter')
    await sees(page, at, new RegExp(`"owner":${index}`))
    await page.keyboard.press('v')
    await until(
      () => said.textContent(),
      (text) => text?.includes('yours') ?? false,
    )
    // From cell to cell and back: the arrows go where they point.
    await page.keyboard.press('ArrowUp')
    expect(await probe(page, 'cursor')).not.toBe(start)
    await page.keyboard.press('ArrowDown')
    expect(await probe(page, 'cursor')).toBe(start)
    await page.keyboard.press('4')
    await page.keyboard.press('v')
    await until(
      () => said.textContent(),
      (text) => text?.includes('Depot: can stand here') ?? false,
    )
    await page.keyboard.press('Enter')
    await sees(page, at, /"prototype":"depot"/)
    await page.keyboard.press('Escape')
    await page.keyboard.press('q')
    await page.getByText('Depot: 6 Plate').waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+z')
    await until(
      () => read(page, at),
      (reading) => !reading?.includes('depot'),
    )
    expect(page.faults).toEqual([])
  })

  test('a phone lands, claims and builds by taps, comes near by two fingers and turns by one', async () => {
    const page = await openPage(browser, { width: 390, height: 780, touch: true })
    await visit(page, server.url)
    await page.getByLabel('Your name').fill('Pia')
    await page.getByRole('button', { name: 'Land', exact: true }).tap()
    await page.locator('[data-prototype=drill]').waitFor()
    const { cell, index } = JSON.parse(
      await page.evaluate(() => JSON.stringify(window.__orrery?.player)),
    ) as { cell: number; index: number }
    await page.evaluate((at) => window.__orrery?.visit(at), cell)
    await page.getByRole('button', { name: 'Put the guide away' }).tap()
    const tap = async () => {
      const at = await restingPlace(page, cell)
      await page.touchscreen.tap(at.x, at.y)
    }
    await page.getByRole('button', { name: 'Claim cells' }).tap()
    await tap()
    await sees(page, cell, new RegExp(`"owner":${index}`))
    await page.locator('[data-prototype=depot]').tap()
    await tap()
    await sees(page, cell, /"prototype":"depot"/)
    const beside = neighbour(planet.n, cell, 0)
    const apart = async () => {
      const [one, other] = await restingPlaces(page, [cell, beside])
      return Math.hypot(other!.x - one!.x, other!.y - one!.y)
    }
    const before = await apart()
    // Two fingers come near and build nothing, though a depot is in hand; then one turns the planet.
    await touch(page, [pair(40), pair(60), pair(80), pair(100)])
    expect(await apart()).toBeGreaterThan(before * 1.5)
    await touch(page, [pair(100), pair(80), pair(60), pair(40)])
    expect((await apart()) / before).toBeCloseTo(1, 0)
    await page.getByRole('button', { name: 'Put away' }).tap()
    const [from] = await restingPlaces(page, [cell])
    await touch(
      page,
      [0, 20, 40, 60].map((x) => [{ x: 160 + x, y: 300 }]),
    )
    const [to] = await restingPlaces(page, [cell])
    expect(to!.x).toBeGreaterThan(from!.x + 30)
    const built = await page.evaluate(
      (cells) =>
        cells.filter((at) => JSON.stringify(window.__orrery?.read(at)).includes('prototype')),
      cellsWithin(planet.n, cell, 3),
    )
    expect(built).toEqual([cell])
    // Nothing reaches beyond the screen's width.
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    expect(page.faults).toEqual([])
  })

  test('a click on the planet selects the cell under it', async () => {
    const page = await openPage(browser, small)
    await visit(page, server.url)
    await page.getByRole('button', { name: 'Look round' }).click()
    await page.evaluate((cell) => window.__orrery?.visit(cell), line.depot)
    const at = await restingPlace(page, line.depot)
    const picked = await page.evaluate(({ x, y }) => window.__orrery?.pick(x, y), at)
    // Before the click it is told at a glance what stands there.
    await page.mouse.move(at.x, at.y)
    await page.getByTestId('glance').getByText('Depot').waitFor()
    await page.mouse.click(at.x, at.y)
    await page.getByLabel('Selected cell').getByText(`cell ${picked}`).waitFor()
    // The address is written a few times a second.
    await page.waitForFunction((cell) => location.hash.includes(`s=${cell}`), picked)
  })

  test('a line of belts is drawn with the mouse across a seam, taken in hand again by the pipette, and undone', async () => {
    const page = await openPage(browser, small)
    await visit(page, server.url)
    await land(page, 'Sia', seam[1]!)
    const { index } = JSON.parse(
      await page.evaluate(() => JSON.stringify(window.__orrery?.player)),
    ) as { index: number }
    await claim(page, seam, index)
    await page.getByRole('button', { name: 'Put the guide away' }).click()
    await takeInHand(page, 'belt', 0)
    // The guide flew to where it wanted the flag: back, and until nothing moves.
    await page.evaluate((cell) => window.__orrery?.visit(cell), seam[1]!)
    const points = await restingPlaces(page, seam)
    await page.mouse.move(points[0]!.x, points[0]!.y)
    await page.mouse.down()
    for (const { x, y } of points) await page.mouse.move(x, y, { steps: 4 })
    await page.mouse.up()
    for (const [place, cell] of seam.entries()) {
      await sees(page, cell, /"prototype":"belt"/)
      const { structure } = JSON.parse((await read(page, cell))!)
      const next = seam[place + 1]
      if (next !== undefined) expect(neighbour(planet.n, cell, structure.direction)).toBe(next)
    }
    await page.keyboard.press('Escape')
    await page.mouse.move(points[1]!.x, points[1]!.y)
    await page.keyboard.press('q')
    await page.locator('[data-prototype=belt][aria-pressed=true]').waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+z')
    for (const cell of seam) {
      await until(
        () => read(page, cell),
        (reading) => !reading?.includes('belt'),
      )
    }
    expect(page.faults).toEqual([])
  })

  test('picking by arithmetic agrees with what the graphics device draws, on 10,000 random rays', async () => {
    const page = await openPage(browser, { width: 480, height: 360 })
    await visit(page, server.url)
    await page.getByRole('button', { name: 'Look round' }).click()
    const around = cellsWithin(planet.n, home, 30)
    let agreed = 0
    for (let view = 0; view < 10; view++) {
      const cell = around[(view * 271) % around.length]!
      await page.evaluate(
        async ([at, distance]) => {
          const before = window.__orrery!.frames
          window.__orrery!.visit(at!, distance)
          while (window.__orrery!.frames < before + 2) await new Promise(requestAnimationFrame)
        },
        [cell, 12 + view * 7],
      )
      agreed += await page.evaluate(async () => {
        const { width, height, cells } = await window.__orrery!.scan()
        const box = document.querySelector('canvas.planet')!.getBoundingClientRect()
        const drawnAt = (x: number, y: number) => cells[(height - 1 - y) * width + x]
        let same = 0
        for (let ray = 0; ray < 1000; ray++) {
          const x = 1 + Math.floor(Math.random() * (width - 2))
          const y = 1 + Math.floor(Math.random() * (height - 2))
          const picked = window.__orrery!.pick(box.left + x + 0.5, box.top + y + 0.5)
          // On a border the pixel beside may have the cell: to a pixel is what a hand can tell.
          const near = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => drawnAt(x + dx, y + dy)))
          if (near.includes(picked)) same++
        }
        return same
      })
    }
    // What is left grazes an edge, nearer to it than one step of the march.
    expect(agreed).toBeGreaterThanOrEqual(9975)
  })

  test('a server that was killed is waited for, and the page goes on where it is', async () => {
    const page = await openPage(browser, small)
    await visit(page, server.url)
    const seen = await probe<number>(page, 'tick')
    await server.kill()
    await page.getByText('reconnecting').first().waitFor()
    await page.getByText(/The world is about \d+ ticks ahead/).waitFor()
    server = await startServer(folder, { DEMO_BOT: 'off', PORT: new URL(server.url).port })
    await page.getByText('live').first().waitFor({ timeout: 60_000 })
    await until(
      () => probe<number>(page, 'tick'),
      (tick) => tick > seen,
    )
    await sees(page, line.depot, /"prototype":"depot"/)
  })
})
