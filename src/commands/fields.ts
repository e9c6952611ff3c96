// The fields that commands are made of, with their bounds. Bad input never reaches a decider.

import { z } from 'zod'
import { isCell } from '../domain/grid/lattice.ts'
import { items } from '../domain/items.ts'
import { prototypeNamed } from '../domain/prototypes.ts'

/** PostgreSQL takes neither U+0000 nor half a surrogate pair, and one would fail a whole group of commands. */
const isPrintable = (text: string) => !/[\p{Cc}\p{Surrogate}]/u.test(text)

/** Text for people: trimmed, 1 to `max` UTF-16 code units. */
export const text = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine(isPrintable, 'has a control character or half a surrogate pair')
    .describe(`text of 1 to ${max} characters, without control characters`)

/** What is none is not looked up either. */
const identifier = z.string().regex(/^[a-z0-9-]{1,32}$/, {
  error: 'is 1 to 32 characters of a-z, 0-9 and -',
  abort: true,
})

export const recipeName = identifier.describe('the name of a recipe')

export const researchName = identifier.describe('the name of a research')

export const itemName = identifier
  .refine((name) => items.includes(name), 'is no item')
  .describe('the name of an item')

export const prototypeName = identifier
  .refine((name) => prototypeNamed(name) !== undefined, 'is no prototype')
  .describe('the name of a prototype')

/** Minus zero is zero, so that the log never has both. */
const withoutMinusZero = (value: number) => value + 0

/** A cell of a planet of frequency n. */
export const cellOf = (n: number) =>
  z
    .int()
    .overwrite(withoutMinusZero)
    .refine((cell) => isCell(n, cell), `is no cell of this planet (0 to ${10 * n * n + 1})`)
    .describe('a cell of the planet')

export const direction = z
  .int()
  .overwrite(withoutMinusZero)
  .min(0)
  .max(5)
  .describe('a direction, 0 to 5')

export const itemCount = z.int().min(1).max(10_000)

export const u32 = z.int().overwrite(withoutMinusZero).min(0).max(0xffff_ffff)

/** 1 to `max` of a kind. */
export const listOf = <Each extends z.ZodType>(each: Each, max: number) =>
  z.array(each).min(1).max(max)

const worldId = /^[a-z0-9]{1,32}$/
const idOfCommand = /^[A-Za-z0-9._:-]{1,64}$/

export const isWorldId = (value: unknown): value is string =>
  typeof value === 'string' && worldId.test(value)

export const isCommandId = (value: unknown): value is string =>
  typeof value === 'string' && idOfCommand.test(value)
