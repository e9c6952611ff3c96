// The codes that cells carry in their planes. A code is part of the log's meaning: append, never renumber.

/** Terrain name → code. 0 is the padding of a chunk, never a cell. */
export const terrainCode = {
  none: 0,
  deepSea: 1,
  sea: 2,
  shallows: 3,
  beach: 4,
  grass: 5,
  forest: 6,
  desert: 7,
  tundra: 8,
  rock: 9,
  snow: 10,
} as const

/**
 * Deposit name → code. Iron to phosphate are finite; water is what every sea cell holds, brine lies in
 * pools on land, a vent is a pentagon: those three never run dry (amount INEXHAUSTIBLE).
 */
export const depositCode = {
  none: 0,
  iron: 1,
  copper: 2,
  silica: 3,
  coal: 4,
  phosphate: 5,
  water: 6,
  brine: 7,
  vent: 8,
} as const

/** Life name → code. Fungus is born of pollution and never generated. */
export const lifeCode = {
  none: 0,
  moss: 1,
  'resin-tree': 2,
  crystal: 3,
  fungus: 4,
} as const

/** Names of deposits by code. */
export const deposits: readonly string[] = Object.keys(depositCode)
/** Names of kinds of life by code. */
export const lives: readonly string[] = Object.keys(lifeCode)

/** The amount of a deposit that never runs dry; other amounts count units of 256 items. */
export const INEXHAUSTIBLE = 0xffff
