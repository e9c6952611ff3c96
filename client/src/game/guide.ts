// The first minutes: what to do next, judged by what stands, so that who does it another way is not held up.

import type { StructureView } from '../../../src/domain/chunkView.ts'
import { depositCode } from '../../../src/domain/generation/codes.ts'
import type { PlanetCells } from '../planet/cells.ts'

export type GuideFacts = {
  readonly here: boolean
  /** Own cells with ore in them. */
  readonly oreClaimed: boolean
  readonly built: Readonly<Record<string, number>>
  /** A kiln has a recipe. */
  readonly recipeChosen: boolean
  /** Plates that machines have made lie in own structures. */
  readonly platesMade: boolean
  readonly inventory: Readonly<Record<string, number>>
}

export type GuideStep = {
  readonly id: string
  readonly title: string
  readonly text: string
  done(facts: GuideFacts): boolean
}

const has = ({ built }: GuideFacts, prototype: string) => (built[prototype] ?? 0) > 0

export const guideSteps: readonly GuideStep[] = [
  {
    id: 'ore',
    title: 'Claim some iron',
    text: 'Take the flag and drag over the marked cells: blue-grey rocks, and room for a line of machines.',
    done: (facts) => facts.oreClaimed || has(facts, 'drill'),
  },
  {
    id: 'drill',
    title: 'Set a drill on the ore',
    text: 'Take the drill from the bar and set it on the marked ore. It gives the ore to the cell that it faces.',
    done: (facts) => has(facts, 'drill'),
  },
  {
    id: 'belt',
    title: 'Lead the ore away',
    text: 'Set a belt on the cell that the drill faces. Drag to lay a whole line.',
    done: (facts) => has(facts, 'belt'),
  },
  {
    id: 'kiln',
    title: 'Put a kiln at the end',
    text: 'Set a kiln where the belt ends, facing on. The turn button, or R, turns what is in hand.',
    done: (facts) => has(facts, 'kiln'),
  },
  {
    id: 'recipe',
    title: 'Tell it to make plates',
    text: 'Put the tool away, select the kiln, and choose Plate.',
    done: (facts) => facts.recipeChosen,
  },
  {
    id: 'depot',
    title: 'A depot keeps the plates',
    text: 'Set a depot on the cell that the kiln faces.',
    done: (facts) => has(facts, 'depot'),
  },
  {
    id: 'plate',
    title: 'Your first plate',
    text: 'Watch the ore travel. When a machine stands still, a sign over it says so: select it to read why.',
    done: (facts) => facts.platesMade,
  },
  {
    id: 'pack',
    title: 'A red pack to learn from',
    text: 'Select the marked moss and harvest it: two are enough. Then open Craft and make a red pack; what it takes is crafted first.',
    done: ({ inventory }) => (inventory['red-pack'] ?? 0) > 0,
  },
]

/** The first step that is not done; as many as there are steps when all are. */
export function currentStep(facts: GuideFacts): number {
  const open = guideSteps.findIndex((step) => !step.done(facts))
  return open < 0 ? guideSteps.length : open
}

export function factsOf(
  planet: Pick<PlanetCells, 'structures' | 'deposit'>,
  owned: Iterable<number>,
  own: number,
  here: boolean,
  inventory: Readonly<Record<string, number>>,
): GuideFacts {
  const mine: StructureView[] = []
  for (const one of planet.structures.values()) if (one.owner === own && own > 0) mine.push(one)
  const built: Record<string, number> = {}
  for (const { prototype } of mine) built[prototype] = (built[prototype] ?? 0) + 1
  let oreClaimed = false
  for (const cell of owned) oreClaimed ||= planet.deposit.at(cell) === depositCode.iron
  return {
    here,
    built,
    inventory,
    oreClaimed,
    recipeChosen: mine.some(({ prototype, recipe }) => prototype === 'kiln' && recipe),
    platesMade: mine.some(({ prototype, contents }) => prototype !== 'belt' && plates(contents)),
  }
}

const plates = (contents: StructureView['contents']) =>
  Object.entries(contents ?? {}).some(([item, count]) => item === 'plate' && count > 0)
