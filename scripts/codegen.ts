// Types of the GraphQL schema for the server and the client. `npx tsx scripts/codegen.ts` makes them, `--check` compares.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { codegen } from '@graphql-codegen/core'
import * as typescript from '@graphql-codegen/typescript'
import { parse } from 'graphql'

const root = join(import.meta.dirname, '..')
const sdl = 'src/api/graphql/schema.graphql'
const generated = [
  'src/api/graphql/schema.generated.ts',
  'client/src/data/live/schema.generated.ts',
] as const

/** The generated file, the same for both sides: neither imports the other. */
export function generatedSource(): Promise<string> {
  const config = {
    enumsAsTypes: true,
    immutableTypes: true,
    skipTypename: true,
    // A field that was asked for is there, and null where there is nothing.
    avoidOptionals: { field: true, object: true, defaultValue: true, inputValue: false },
    useTypeImports: true,
    // No scalar is more than JSON has.
    scalars: { ID: 'string' },
  }
  return codegen({
    filename: 'schema.generated.ts',
    schema: parse(readFileSync(join(root, sdl), 'utf8')),
    documents: [],
    config,
    plugins: [{ typescript: {} }],
    pluginMap: { typescript },
  }).then((source) => `// Made by scripts/codegen.ts from ${sdl}; do not edit.\n\n${source}`)
}

/** The files that are not what the schema says. */
export async function staleFiles(): Promise<readonly string[]> {
  const source = await generatedSource()
  return generated.filter((path) => readFileSync(join(root, path), 'utf8') !== source)
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (process.argv.includes('--check')) {
    for (const path of await staleFiles()) {
      console.error(`${path} is stale: run npx tsx scripts/codegen.ts`)
      process.exitCode = 1
    }
  } else {
    const source = await generatedSource()
    for (const path of generated) writeFileSync(join(root, path), source)
  }
}
