// The tables as bytes (docs/rules.md, "The tables as bytes"), so that another kernel names no recipe in its code.

import { lives } from '../generation/codes.ts'
import { items } from '../items.ts'
import { kinds } from '../prototypes.ts'
import { CLAIM_LIMIT } from '../research.ts'
import { ByteWriter } from './bytes.ts'
import { caps, LIFE_KINDS, lifeRules } from './life.ts'
import type { Amounts } from './tables.ts'
import {
  compiledPrototypes,
  compiledRecipes,
  compiledResearches,
  dugItem,
  FERTILISER,
  isFluid,
  livingItem,
  packCodes,
  pumpedItem,
  starterAmounts,
} from './tables.ts'

const MAGIC = 0x6254
const VERSION = 3
/** How "no item" is written. */
const NO_ITEM = 0xff

const codeOrNone = (item: number) => (item < 0 ? NO_ITEM : item)

/** All tables, in codes; little-endian. */
export function tablesAsBytes(): Uint8Array {
  const out = new ByteWriter()
  out.u16(MAGIC)
  out.u8(VERSION)
  out.list(items, (item, code) => {
    out.text(item)
    out.u8(isFluid[code]!)
  })
  out.list(compiledPrototypes, (prototype) => {
    out.text(prototype.name)
    out.u8(kinds.indexOf(prototype.kind))
    out.u8(prototype.stands)
    out.u16(prototype.ticks)
    out.u16(prototype.pollution)
    out.u16(prototype.capacity)
    out.u16(prototype.power)
    out.u16(prototype.supply)
    out.u8(prototype.reach)
    out.u8(prototype.research)
    writeAmounts(out, prototype.cost)
    writeAmounts(out, prototype.burns)
  })
  out.list(compiledRecipes, (recipe) => {
    out.text(recipe.name)
    out.u16(recipe.ticks)
    out.u8(Number(recipe.byHand))
    out.u8(recipe.research)
    writeCodes(out, recipe.machines)
    writeAmounts(out, recipe.inputs)
    writeAmounts(out, recipe.outputs)
  })
  out.list(compiledResearches, (research) => {
    out.text(research.name)
    out.u16(research.units)
    out.u16(research.ticks)
    out.u16(research.claims)
    out.u8(research.reach)
    writeCodes(out, research.requires)
    writeCodes(out, research.packs)
  })
  writeCodes(out, packCodes)
  writeAmounts(out, starterAmounts)
  for (const table of [dugItem, pumpedItem, livingItem]) writeCodes(out, table.map(codeOrNone))
  out.u8(FERTILISER)
  out.u32(CLAIM_LIMIT)
  out.list(lives, (name) => out.text(name))
  writeLife(out)
  return out.bytes()
}

/** Last, so that the ecology of another kernel reads it without the rest. */
function writeLife(out: ByteWriter) {
  out.list(lifeRules, (rule) => {
    for (const value of [rule.lo, rule.hi, rule.growth, rule.shrinkage, rule.crowd]) out.u8(value)
    out.u16(rule.spread)
  })
  const terrains = Array.from({ length: caps.length / LIFE_KINDS }, (_, terrain) => terrain)
  out.list(terrains, (terrain) => {
    writeCodes(out, [...caps.subarray(terrain * LIFE_KINDS, (terrain + 1) * LIFE_KINDS)])
  })
}

function writeAmounts(out: ByteWriter, amounts: Amounts) {
  out.list(amounts, ({ item, count }) => {
    out.u8(item)
    out.u16(count)
  })
}

function writeCodes(out: ByteWriter, codes: readonly number[]) {
  out.list(codes, (code) => out.u8(code))
}
