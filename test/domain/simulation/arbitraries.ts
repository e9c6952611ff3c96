// Arbitrary events: sensible ones that build factories, and absurd ones that no door would let through.

import fc from 'fast-check'
import type { SimulationEvent } from '../../../src/domain/events.ts'
import { items } from '../../../src/domain/items.ts'
import { prototypes } from '../../../src/domain/prototypes.ts'
import { recipes } from '../../../src/domain/recipes.ts'
import { researches } from '../../../src/domain/research.ts'

const accounts = ['ann', 'bob', 'cleo']

type Ranges = {
  readonly account: fc.Arbitrary<string>
  readonly cell: fc.Arbitrary<number>
  readonly direction: fc.Arbitrary<number>
  readonly count: fc.Arbitrary<number>
  readonly item: fc.Arbitrary<string>
  readonly recipe: fc.Arbitrary<string>
  readonly prototype: fc.Arbitrary<string>
  readonly research: fc.Arbitrary<string>
}

function events(range: Ranges): fc.Arbitrary<SimulationEvent> {
  const { account, cell, direction, count, item, recipe, prototype, research } = range
  const cells = fc.array(cell, { maxLength: 6 })
  const event = <Type extends SimulationEvent['type']>(
    type: Type,
    data: fc.Arbitrary<Extract<SimulationEvent, { type: Type }>['data']>,
  ) => data.map((data) => ({ type, data }) as SimulationEvent)
  return fc.oneof(
    event('WorldEntered', fc.record({ account, landing: cell })),
    event('WorldLeft', fc.record({ account })),
    event('CellsClaimed', fc.record({ account, cells })),
    event('CellReleased', fc.record({ account, cell })),
    {
      weight: 6,
      arbitrary: event(
        'StructuresPlaced',
        fc.record({
          account,
          structures: fc.array(fc.record({ cell, prototype, direction }), { maxLength: 6 }),
        }),
      ),
    },
    event('StructuresRemoved', fc.record({ account, cells })),
    event('StructureRotated', fc.record({ account, cell, direction })),
    { weight: 3, arbitrary: event('RecipeSelected', fc.record({ account, cell, recipe })) },
    event('MoveOrdered', fc.record({ account, path: fc.array(direction, { maxLength: 80 }) })),
    { weight: 2, arbitrary: event('HarvestStarted', fc.record({ account, cell })) },
    event('ResearchSelected', fc.record({ account, research })),
    event('HarvestStopped', fc.record({ account })),
    { weight: 2, arbitrary: event('CraftOrdered', fc.record({ account, recipe, count })) },
    {
      weight: 6,
      arbitrary: event(
        'TransferOrdered',
        fc.record({
          account,
          cell,
          item,
          count,
          way: fc.constantFrom<('put' | 'take')[]>('put', 'take'),
        }),
      ),
    },
  )
}

const absurdNumber = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1, 2 ** 53, 1e308, -0),
)
const orAbsurd = <Value>(usual: fc.Arbitrary<Value>, absurd: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 5, arbitrary: usual }, { weight: 1, arbitrary: absurd })

const sensible = (cells: readonly number[]): Ranges => ({
  account: fc.constantFrom(...accounts),
  cell: fc.constantFrom(...cells),
  direction: fc.nat(5),
  count: fc.integer({ min: 1, max: 50 }),
  item: fc.constantFrom(...items),
  recipe: fc.constantFrom(...recipes.map(({ name }) => name)),
  prototype: fc.constantFrom(...prototypes.map(({ name }) => name)),
  research: fc.constantFrom(...researches.map(({ name }) => name)),
})

const recipesOf = (prototype: string) =>
  recipes.filter(({ machines }) => machines.includes(prototype)).map(({ name }) => name)
/** Belts and pipes more often than others, so that there is something between machines. */
const layoutPrototypes = [
  ...prototypes.map(({ name }) => name),
  ...Array<string>(8).fill('belt'),
  ...Array<string>(3).fill('pipe'),
  'pole',
  'generator',
  'depot',
]

/** A structure for every cell, with a recipe selected where it makes any: always a generator, a pole, and what is drawn. */
export const layouts = (account: string, cells: readonly number[]) =>
  fc
    .array(
      fc.record({
        prototype: fc.constantFrom(...layoutPrototypes),
        direction: fc.nat(5),
        recipe: fc.nat(100),
      }),
      { minLength: cells.length, maxLength: cells.length },
    )
    .map((drawn) => [
      { prototype: 'generator', direction: 0, recipe: 0 },
      { prototype: 'pole', direction: 0, recipe: 0 },
      ...drawn.slice(2),
    ])
    .map((chosen): SimulationEvent[] => [
      {
        type: 'StructuresPlaced',
        data: {
          account,
          structures: chosen.map(({ prototype, direction }, at) => ({
            cell: cells[at]!,
            prototype,
            direction,
          })),
        },
      },
      ...chosen.flatMap(({ prototype, recipe: choice }, at): SimulationEvent[] => {
        const names = recipesOf(prototype)
        const recipe = names[choice % names.length]
        return recipe
          ? [{ type: 'RecipeSelected', data: { account, cell: cells[at]!, recipe } }]
          : []
      }),
      { type: 'ResearchSelected', data: { account, research: 'surveying' } },
    ])

/** Events that a door could let through, on a few cells, so that they meet. */
export const sensibleEvents = (cells: readonly number[]) => events(sensible(cells))

/** As sensibleEvents, but any value may be absurd. */
export function absurdEvents(cells: readonly number[]) {
  const { account, cell, direction, count, item, recipe, prototype, research } = sensible(cells)
  return events({
    account: orAbsurd(account, fc.string()),
    cell: orAbsurd(cell, absurdNumber),
    direction: orAbsurd(direction, absurdNumber),
    count: orAbsurd(count, absurdNumber),
    item: orAbsurd(item, fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor'))),
    recipe: orAbsurd(recipe, fc.oneof(fc.string(), fc.constant('__proto__'))),
    prototype: orAbsurd(prototype, fc.oneof(fc.string(), fc.constant('toString'))),
    research: orAbsurd(research, fc.oneof(fc.string(), fc.constant('constructor'))),
  })
}
