// Writes docs/commands.md from the table of commands. `npx tsx scripts/commands.ts`; a test holds the two together.

import { writeFileSync } from 'node:fs'
import { z } from 'zod'
import { commandTable, type DecidedBy } from '../src/commands/table.ts'

/** What a JSON schema says, as far as a page for people needs it. */
type Schema = {
  type?: string
  description?: string
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
  enum?: string[]
  default?: unknown
  items?: Schema
  properties?: Record<string, Schema>
  required?: string[]
}

const before: Record<DecidedBy, string> = {
  account: '',
  world: 'NotJoined, AccountErased',
  player: 'NoSuchWorld, NotJoined, AccountErased',
  territory: 'NoSuchWorld, NotJoined, AccountErased, NotInWorld',
}

/** The page as it should be. */
export function commandsPage(): string {
  const rows = Object.entries(commandTable).map(([name, { decidedBy, does, input, refusals }]) => {
    const refused = [before[decidedBy], ...refusals].filter((each) => each !== '').join(', ')
    const fields = fieldsOf(z.toJSONSchema(input(64), { io: 'input' }) as Schema)
    return `## ${name}

${does}${decidedBy === 'account' ? '' : ' Names its `world`.'}

${fields === '' ? 'It has no fields.\n' : fields}
Refusals: ${refused === '' ? 'none' : refused}.
`
  })
  return `${opening}\n${rows.join('\n')}`
}

const opening = `<!-- Written by scripts/commands.ts from src/commands/table.ts: change those. -->

# Commands

Every transport takes the same commands: a \`type\`, the \`world\` where one is played in, an optional \`commandId\`
(1 to 64 characters of A-Z, a-z, 0-9 and . _ : -) and the command's own fields. A field that is null is left out. An
unknown field, a field out of its bounds, text with control characters or half a surrogate pair is bad input: every
fault names its field (\`structures[2].cell\`), and nothing is decided.

An answer is \`accepted\`, \`unchanged\` (there was nothing to do) or \`refused\` by a name. It is remembered for 48 hours:
the same \`commandId\` gets the same answer, and with another payload \`CommandIdReused\`. \`TooBusy\` and \`NoSuchWorld\` are
not remembered. Where it is said that the outcome is unknown, the same \`commandId\` finds it out.
`

function fieldsOf({ properties = {}, required = [] }: Schema): string {
  const rows = Object.entries(properties).map(
    ([field, schema]) => `| \`${field}\` | ${told(schema)}${optional(field, schema, required)} |\n`,
  )
  return rows.length === 0 ? '' : `| field | takes |\n|---|---|\n${rows.join('')}`
}

function optional(field: string, schema: Schema, required: readonly string[]): string {
  if (schema.default !== undefined) return ` (default ${schema.default})`
  return required.includes(field) ? '' : ' (may be left out)'
}

function told(schema: Schema): string {
  if (schema.description) return schema.description
  if (schema.enum) return schema.enum.map((each) => `\`${each}\``).join(' or ')
  if (schema.items) return `${schema.minItems} to ${schema.maxItems} × ${told(schema.items)}`
  if (schema.properties) {
    const { properties, required = [] } = schema
    const parts = Object.entries(properties).map(
      ([field, each]) => `\`${field}\`: ${told(each)}${optional(field, each, required)}`,
    )
    return `{ ${parts.join(', ')} }`
  }
  return `${schema.minimum} to ${schema.maximum}`
}

if (import.meta.filename === process.argv[1]) writeFileSync('docs/commands.md', commandsPage())
