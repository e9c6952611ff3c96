// From what a client sent to what a command is made of: faults by field, and a hash that tells payloads apart.

import { hash } from 'node:crypto'
import type { z } from 'zod'
import type { CommandName } from '../domain/commands.ts'
import type { Invalid } from './submit.ts'
import { commandTable, type InputOf } from './table.ts'

type Fault = Invalid['faults'][number]

export type ReadInput<Name extends CommandName> =
  | { readonly input: InputOf<Name> }
  | { readonly faults: readonly Fault[] }

// Making a schema costs more than using it, and there are as many as planets differ in size.
const schemas = new Map<string, z.ZodType>()

function schemaOf(name: CommandName, n: number): z.ZodType {
  const key = `${name} ${n}`
  const schema = schemas.get(key) ?? commandTable[name].input(n)
  schemas.set(key, schema)
  return schema
}

/** Reads the fields of a command on a planet of frequency n (any number for a command without a planet). */
export function readInput<Name extends CommandName>(
  name: Name,
  n: number,
  input: unknown,
): ReadInput<Name> {
  const read = schemaOf(name, n).safeParse(withoutNothing(input), { error: wordsOf })
  if (read.success) return { input: read.data as InputOf<Name> }
  return { faults: read.error.issues.flatMap(faultsOf) }
}

/** Clients send null, or nothing, for a field that they leave out: both mean that it is left out. */
function withoutNothing(input: unknown): unknown {
  if (input === undefined || input === null) return {}
  if (typeof input !== 'object' || Array.isArray(input)) return input
  return Object.fromEntries(
    Object.entries(input).filter(([, value]) => value !== null && value !== undefined),
  )
}

/** No command has a field for other numbers. */
const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'a list',
  object: 'an object',
  int: 'a whole number',
  number: 'a whole number',
}
const units: Readonly<Record<string, string>> = { string: ' characters', array: ' entries' }

/** What a field takes, where its schema does not say it in words of its own. */
function wordsOf(issue: z.core.$ZodRawIssue): string | undefined {
  const begin = issue.input === undefined ? 'is missing: takes' : 'takes'
  switch (issue.code) {
    case 'invalid_type':
      return `${begin} ${kinds[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      return `${begin} ${issue.values.join(' or ')}`
    case 'too_small':
      if (units[issue.origin] && issue.minimum === 1) return 'is empty'
      return `takes at least ${issue.minimum}${units[issue.origin] ?? ''}`
    case 'too_big':
      return `takes at most ${issue.maximum}${units[issue.origin] ?? ''}`
    default:
      return undefined
  }
}

function faultsOf(issue: z.core.$ZodIssue): Fault[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      field: fieldAt([...issue.path, key]),
      detail: 'is no field of this command',
    }))
  return [{ field: fieldAt(issue.path), detail: issue.message }]
}

/** `['structures', 2, 'cell']` → `structures[2].cell`; the input itself is called `input`. */
function fieldAt(path: readonly PropertyKey[]): string {
  const field = path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part).slice(0, 64)}`))
    .join('')
  return field === '' ? 'input' : field.replace(/^\./, '')
}

/** SHA-256 (hex) of the canonical JSON of what is asked. */
export const payloadHash = (payload: unknown): string =>
  hash('sha256', canonicalJson(payload) ?? '', 'hex')

/** JSON with the keys of every object in order, so that equal payloads have equal text; undefined for what JSON leaves out. */
function canonicalJson(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) {
    return `[${value.map((each) => canonicalJson(each) ?? 'null').join(',')}]`
  }
  const members: string[] = []
  for (const key of Object.keys(value).sort()) {
    const text = canonicalJson((value as Record<string, unknown>)[key])
    if (text !== undefined) members.push(`${JSON.stringify(key)}:${text}`)
  }
  return `{${members.join(',')}}`
}
