// Writes docs/handbook.md, the player's handbook: what the tables say, with the words around them.
// `npx tsx scripts/handbook.ts` writes it, `--check` only compares; a test holds the two together.

import { readFileSync, writeFileSync } from 'node:fs'
import { DUG, QUARRY_REACH } from '../src/bots/quarries.ts'
import { fluids, items } from '../src/domain/items.ts'
import { type Prototype, prototypes, starterKit } from '../src/domain/prototypes.ts'
import { type Recipe, recipes } from '../src/domain/recipes.ts'
import { CLAIM_LIMIT, type Research, researches } from '../src/domain/research.ts'
import { ECOLOGY_TICKS, MOSS_LIMIT } from '../src/domain/simulation/ecology.ts'
import { POLE_SERVES } from '../src/domain/simulation/grids.ts'
import { REACH } from '../src/domain/simulation/hand.ts'
import { lifeRules } from '../src/domain/simulation/life.ts'
import { PUMPED_AT_ONCE } from '../src/domain/simulation/machines.ts'

const page = 'docs/handbook.md'

const made = new Set(recipes.flatMap(({ outputs }) => Object.keys(outputs)))
const isResource = (item: string) => !made.has(item) || fluids.includes(item)
const amounts = (of: Readonly<Record<string, number>>) =>
  Object.entries(of)
    .map(([item, count]) => (count === 1 ? item : `${count} ${item}`))
    .join(' + ')
const unlockedBy = (list: 'recipes' | 'prototypes', name: string) =>
  researches.find((research) => research[list].includes(name))?.name ?? ''
const seconds = (ticks: number) => `${ticks / 20} s`

/** How many steps of making lie behind an item: 0 for what the planet gives. */
function depths(): ReadonlyMap<string, number> {
  const depth = new Map(items.filter(isResource).map((item) => [item, 0]))
  for (let round = 0; round < recipes.length; round++) {
    for (const { inputs, outputs } of recipes) {
      const needed = Object.keys(inputs).map((item) => depth.get(item))
      if (needed.includes(undefined)) continue
      for (const item of Object.keys(outputs)) {
        if (!depth.has(item)) depth.set(item, 1 + Math.max(...needed.map(Number)))
      }
    }
  }
  return depth
}

const resourceWords: Readonly<Record<string, string>> = {
  iron: 'a drill, or your hand, on its deposit',
  copper: 'a drill, or your hand, on its deposit',
  silica: 'a drill, or your hand, in the ring round a brine pool or on its deposit',
  coal: 'a drill, or your hand, on its deposit',
  phosphate: 'a drill, or your hand, on its deposit',
  water: 'a pump on any cell of the sea',
  brine: 'a pump on a brine pool, on land',
  gas: 'a pump on one of the twelve vents: the pentagons',
  moss: 'a harvester, or your hand, in grass, forest and tundra',
  'resin-tree': 'a harvester, or your hand, in forests',
  crystal: 'a harvester, or your hand, where brine and silica meet',
  fungus: 'a harvester, or your hand, where moss has died of pollution',
}

function resources(): string {
  const rows = Object.entries(resourceWords).map(([item, words]) => `| ${item} | ${words} |`)
  return `| resource | comes from |\n|---|---|\n${rows.join('\n')}`
}

function structures(): string {
  const rows = prototypes.map((prototype) => `| ${structureCells(prototype).join(' | ')} |`)
  return `| structure | does | costs | power | pollution | stands on | needs |
|---|---|---|---|---|---|---|
${rows.join('\n')}`
}

function structureCells(prototype: Prototype): string[] {
  const { name, description, cost, power = 0, supply = 0, pollution, stands } = prototype
  const draw = supply > 0 ? `gives ${supply}` : power > 0 ? String(power) : ''
  return [
    `**${name}**`,
    description,
    amounts(cost),
    draw,
    pollution > 0 ? String(pollution) : '',
    stands,
    unlockedBy('prototypes', name),
  ]
}

function recipeTable(): string {
  const depth = depths()
  const rank = ({ inputs }: Recipe) =>
    Math.max(...Object.keys(inputs).map((item) => depth.get(item)!))
  const rows = [...recipes]
    .sort((a, b) => rank(a) - rank(b))
    .map(({ name, inputs, outputs, machines, byHand, ticks }) =>
      [
        `| **${name}**`,
        amounts(inputs),
        amounts(outputs) || 'away from the planet',
        [...machines, ...(byHand ? ['hand'] : [])].join(', '),
        seconds(ticks),
        `${unlockedBy('recipes', name)} |`,
      ].join(' | '),
    )
  return `| recipe | takes | makes | in | time | needs |
|---|---|---|---|---|---|
${rows.join('\n')}`
}

/** The chain as a chart: an arrow for every input of every recipe. */
function chart(): string {
  const id = (item: string) => item.replace('-', '_')
  const label = (item: string) =>
    isResource(item) ? `  ${id(item)}([${item}])` : `  ${id(item)}[${item}]`
  const arrows = recipes.flatMap(({ name, inputs, outputs }) => {
    const targets = Object.keys(outputs).filter((item) => !isResource(item))
    const to = targets.length > 0 ? targets : [name]
    return Object.entries(inputs).flatMap(([item, count]) =>
      to.map((target) => `  ${id(item)} -- ${count} --> ${id(target)}`),
    )
  })
  return ['flowchart LR', ...items.map(label), '  launch{{launch}}', ...arrows].join('\n')
}

function researchTable(): string {
  const rows = researches.map(
    ({ name, requires, packs, units, ticks, ...unlocks }) =>
      `| **${name}** | ${requires.join(', ')} | ${units} × (${packs.join(' + ')}) | ${seconds(ticks)} | ${unlocked(unlocks)} |`,
  )
  return `| research | after | costs | a unit | brings |\n|---|---|---|---|---|\n${rows.join('\n')}`
}

function unlocked({
  recipes,
  prototypes,
  claims,
  reach,
}: Pick<Research, 'recipes' | 'prototypes' | 'claims' | 'reach'>): string {
  return [
    ...prototypes,
    ...recipes.map((name) => `recipe ${name}`),
    ...(claims > 0 ? [`${claims} cells more`] : []),
    ...(reach > 0 ? [`${reach} steps more reach`] : []),
  ].join(', ')
}

/** The page as it should be. */
export function handbook(): string {
  const moss = lifeRules[1]!
  return `<!-- Written by scripts/handbook.ts from the tables of the game: change those. -->

# The player's handbook

You land on a planet of hexagons, with ${amounts(starterKit)} in your pockets. You claim cells, build machines on them, and
the factory runs on while you are away. The way leads from the first plate to an ark that leaves for the stars; the
leaderboard counts packs for the pollution that they cost, so the best factory is not the biggest mine.

Time is counted in ticks, 20 a second at the usual pace. How each rule works to the last unit is in [the rules](rules.md).

## The first ten minutes

1. Claim a few cells from an iron deposit onwards. The first may be anywhere, the others touch your own; ${CLAIM_LIMIT} are
   yours until research brings more.
2. Place a **drill** on the iron, **belts** in a row, a **kiln** at their end and a **depot** behind it; tell the kiln to make plate.
   Drills and kilns need no power. The first plate is there within 20 seconds.
3. Harvest moss by hand, and craft fibre of it; craft gears of plates; craft red packs of both. Your hand reaches ${REACH} steps.
4. Dig some copper and coal by hand or with drills, make ingots in a kiln and wire by hand. Build a **generator**, a **pole** and a **lab**
   (its boards are crafted of fibre and resin), feed coal to the one and red packs to the other, and select a research.
5. Put a depot beside machines that need the same things: what is in it, they take by themselves.

## Resources

${resources()}

A unit of a deposit is 256 items. The last unit of a deposit never ends, but gives eight times as slowly.

## Structures

A structure costs what its row says, taken from your inventory wherever you are; until you have it, it is a blueprint. When you remove it,
all comes back. Pollution is given off for each finished job, and power is drawn in ticks of work.

${structures()}

What gives, gives to the cell that it **faces**; a splitter also to the two cells beside that one. Depots and fluids know no front: a
depot serves every machine beside it, pipes connect on all sides. Only what a machine makes of fluid goes
to the pipe or tank **behind** it: salt leaves water. Keep lines for two fluids a cell apart. Poles serve what is within ${POLE_SERVES} steps. A pump brings up ${PUMPED_AT_ONCE} at
once. Nothing passes between the structures of two players.

## Recipes

${recipeTable()}

\`\`\`mermaid
${chart()}
\`\`\`

Depth of the chain: ${Math.max(...depths().values())} steps of making lie in an ark. Fluids (${fluids.join(', ')}) travel by pipe, and wait in tanks.

## Research

Your laboratories work at the research you select, and use one of each of its packs for every unit.

${researchTable()}

## The living planet

Every ${ECOLOGY_TICKS} ticks moss, resin-trees and crystal grow where they have some of their own kind around them and are not crowded, spread
to empty ground beside them, and shrink elsewhere. Moss wants a neighbourhood of ${moss.lo} to ${moss.hi} (each neighbour counts 1 to 3 by its mass): cut
a patch below that and it collapses. A harvester leaves the young standing. Given fertiliser it spreads that over what lives
around it, and for a while the living bear more loneliness and more crowding.

Machines give off pollution. It flows from cell to cell, sinks slowly into the ground, and moss takes it up, up to a point: above
${MOSS_LIMIT} units moss dies, and where it dies **fungus** is born, which eats pollution and starves without it. You need fungus for enzyme, so
a dirty corner with moss in it has its use: a generator at work on a mossy cell makes one.

## Land and other players

A cell belongs to whoever claims it first. On unclaimed land anybody may walk and harvest by hand; on yours, only you harvest and
build. A cell with a structure cannot be released. Who leaves keeps everything.

## The Clockmaker

A first world has a player already (unless its server was started with DEMO_BOT=off): a script that builds by the same commands as
everybody, and whose factory you may look at. It lays out mines, kilns, presses, an assembler, a laboratory and a moss farm round one
depot where all of that has room, or as many of them as have. On small planets (N of 12 and less) that is not always so: patches
of ore are as wide as on large ones, and thus few; of N = 8 nearly two planets in ten have no iron at all. There it builds a line for each ore that
it can walk to: a drill, belts, a kiln for iron and copper, a depot. Where no ${DUG} lies within ${QUARRY_REACH} steps on foot of where it can land
(every planet of N = 1, two thirds of those of N = 2, four in ten of N = 3, a quarter of N = 4, hardly one from N = 6 on), nothing can be dug, so
nothing can be built. It says so in the server's log, and rests. Where others own all the ground that it wants, it says that, and looks again
later.

## Statistics and the leaderboard

Everything that your hands and machines make and use up is counted, and so are your pollution and your launches. The
leaderboard ranks by packs for a million units of pollution.
`
}

if (import.meta.filename === process.argv[1]) {
  if (!process.argv.includes('--check')) writeFileSync(page, handbook())
  else if (readFileSync(page, 'utf8') !== handbook()) {
    console.error(`${page} is stale: run npx tsx scripts/handbook.ts`)
    process.exit(1)
  }
}
