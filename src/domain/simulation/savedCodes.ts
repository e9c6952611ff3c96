// Codes of a saved state, read by name: the tables may have grown or been put in another order since it was saved.

import { lives } from '../generation/codes.ts'
import { items } from '../items.ts'
import { prototypes } from '../prototypes.ts'
import { recipes } from '../recipes.ts'
import { researches } from '../research.ts'
import type { ByteReader, ByteWriter } from './bytes.ts'

const tables = ['items', 'prototypes', 'recipes', 'researches', 'lives'] as const
type Table = (typeof tables)[number]
type Names = Readonly<Record<Table, readonly string[]>>

const ownNames: Names = {
  items,
  prototypes: prototypes.map(({ name }) => name),
  recipes: recipes.map(({ name }) => name),
  researches: researches.map(({ name }) => name),
  lives,
}

/** Codes of these tables begin at 1; 0 is nothing. */
const fromOne: readonly Table[] = ['prototypes', 'recipes', 'researches']

export type SavedCodes = {
  /** How many names the table had when the state was saved. */
  count(table: Table): number
  /** The code that the saved one has now. Throws `BytesError` for one that no table had or that these tables lack. */
  now(from: ByteReader, field: string, table: Table, saved: number): number
}

/** The names of every table in the order of their codes: for each a list of texts. */
export function writeNames(out: ByteWriter) {
  for (const table of tables) out.list(ownNames[table], (name) => out.text(name))
}

export function readNames(from: ByteReader): SavedCodes {
  return codesOf(byTable((table) => from.list(table, () => from.text(table))))
}

const byTable = <Value>(of: (table: Table) => Value): Readonly<Record<Table, Value>> => ({
  items: of('items'),
  prototypes: of('prototypes'),
  recipes: of('recipes'),
  researches: of('researches'),
  lives: of('lives'),
})

function codesOf(names: Names): SavedCodes {
  const now = byTable((table) => {
    const own = new Map(ownNames[table].map((name, place) => [name, place]))
    return names[table].map((name) => own.get(name) ?? -1)
  })
  return {
    count: (table) => names[table].length,
    now(from, field, table, saved) {
      const first = fromOne.includes(table) ? 1 : 0
      if (saved < first) return saved
      const name = names[table][saved - first]
      if (name === undefined) from.fail(field, `${saved} is no code of ${table}`)
      const place = now[table][saved - first]!
      if (place < 0) from.fail(field, `"${name}" is not among the ${table} any more`)
      return place + first
    },
  }
}

/** Of a state that was saved with these very tables. */
export const ownCodes: SavedCodes = codesOf(ownNames)
