// A newcomer who knows nothing: does what the page's guide points at, by the page's own code, at a human pace.

import { type OfflineWorld, openOfflineWorld } from '../../client/src/data/offline/offlineWorld.ts'
import { chainOf } from '../../client/src/game/chain.ts'
import { canStand, planFirstLine } from '../../client/src/game/firstLine.ts'
import { currentStep, factsOf, guideSteps } from '../../client/src/game/guide.ts'
import { type Hint, hintFor } from '../../client/src/game/hint.ts'
import * as session from '../../client/src/game/session.ts'
import { get, ownIndex, useGame } from '../../client/src/game/store.ts'
import type { Session } from '../../client/src/game/visit.ts'
import type { Plan } from '../../client/src/hands/blueprint.ts'
import { chunkCount } from '../../src/domain/grid/chunk.ts'
import { recipeNamed } from '../../src/domain/recipes.ts'

/** Ticks a second. */
const UPS = 20
/** Seconds for a click or a key, and more for a drag and for a new step of the guide to be taken in. */
export const CLICK_S = 1
export const DRAG_S = 3
export const NOTICE_S = 3
/** Given up after this. */
const LIMIT_S = 900

/** Seconds since the landing at which the first plate and the first red pack were there. */
export type Pace = {
  readonly seed: number
  readonly plateS: number
  readonly packS: number
  /** Step of the guide → the seconds at which it was next. */
  readonly steps: ReadonlyMap<string, number>
}

const blank = useGame.getState()

/** Lands on a planet and plays by the guide to the first red pack. Throws where it leads nowhere. */
export async function playByGuide({ seed, n }: { seed: number; n: number }): Promise<Pace> {
  useGame.setState(blank, true)
  let world: OfflineWorld | undefined
  const visit = await session.openSession(async (listener) => {
    world = openOfflineWorld({ seed, n, ups: UPS }, listener, false)
    return world
  })
  const newcomer = new Newcomer(visit, world!)
  visit.data.watch(Array.from({ length: chunkCount(n) }, (_, chunk) => chunk))
  await session.land(visit, 'Newcomer')
  return { seed, ...(await newcomer.play()) }
}

class Newcomer {
  private readonly visit: Session
  private readonly world: OfflineWorld
  private ticks = 0
  private line: readonly Plan[] | undefined
  private noticed = ''
  private readonly steps = new Map<string, number>()

  constructor(visit: Session, world: OfflineWorld) {
    this.visit = visit
    this.world = world
  }

  async play(): Promise<Omit<Pace, 'seed'>> {
    await this.pass(CLICK_S)
    while (this.ticks < LIMIT_S * UPS) {
      const { step, hint } = this.guide()
      const { steps } = this
      if (step === undefined) {
        return { plateS: steps.get('pack')!, packS: this.ticks / UPS, steps }
      }
      if (step !== this.noticed) {
        this.noticed = step
        steps.set(step, this.ticks / UPS)
        await this.pass(NOTICE_S)
      } else if (hint) await this.follow(hint)
      else await this.pass(CLICK_S)
    }
    throw new Error(`after ${LIMIT_S} s the guide still wants: ${this.noticed}`)
  }

  /** What the page shows: as it finds it out once a second. */
  private guide(): { step: string | undefined; hint: Hint | undefined } {
    const { planet } = this.visit
    const player = get().player!
    const own = ownIndex(get())
    const { cell: from, inventory: carried } = player
    const facts = factsOf(planet, planet.ownedBy(own), own, player.here, carried)
    const step = guideSteps[currentStep(facts)]?.id
    if (!this.line || !canStand(planet, this.line, own)) {
      this.line = planFirstLine(planet, from, own)
    }
    return { step, hint: hintFor(step, planet, this.line, { own, from, carried }) }
  }

  private async follow({ tool, cells, plans }: Hint): Promise<void> {
    const [cell] = cells
    if (tool === 'claim') {
      await this.pass(CLICK_S + DRAG_S)
      await session.claim(this.visit, cells)
    } else if (plans.length > 0) {
      await this.pass(2 * CLICK_S)
      await session.build(this.visit, plans)
    } else if (tool === 'craft') await this.craft()
    else if (cell !== undefined && this.visit.planet.structures.has(cell)) {
      // Esc, the kiln, the list, plate.
      await this.pass(4 * CLICK_S)
      session.selectRecipe(this.visit, cell, 'plate')
    } else if (cell !== undefined) await this.harvest(cell)
    await this.pass(CLICK_S)
  }

  /** Shows the moss, selects it, presses Harvest, and waits until the guide says what comes next. */
  private async harvest(cell: number): Promise<void> {
    await this.pass(3 * CLICK_S)
    session.harvest(this.visit, cell)
    for (let waited = 0; waited < 60 && this.guide().hint?.tool !== 'craft'; waited++) {
      await this.pass(CLICK_S)
    }
  }

  private async craft(): Promise<void> {
    await this.pass(2 * CLICK_S)
    const { inventory, researched } = get().player!
    const { steps } = chainOf(recipeNamed('red-pack')!, 1, inventory, researched)
    for (const { recipe, times } of steps) await session.craft(this.visit, recipe, times)
    for (let waited = 0; waited < 30 && this.guide().step !== undefined; waited++) {
      await this.pass(CLICK_S)
    }
  }

  private async pass(seconds: number): Promise<void> {
    for (let tick = 0; tick < seconds * UPS; tick++, this.ticks++) this.world.runTick()
    // Answers of the world come by promises.
    await new Promise((next) => setImmediate(next))
  }
}
