// Computes the content hashes of the rules and of the folds: `npx tsx scripts/rules.ts` writes them, `--check` only compares.
//
// They cover the token streams (no comments, no white space) of all that decides what a log means, and of all that makes a
// stream's fold, so that a fold which other deciders made is not gone on with.

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('..', import.meta.url))
const generated = 'src/domain/simulation/rulesHash.generated.ts'
/** Shows or saves what the rules made; changing it changes no log's meaning. */
const notRules = [
  'src/domain/simulation/views.ts',
  'src/domain/simulation/standings.ts',
  'src/domain/simulation/changes.ts',
  'src/domain/simulation/bytes.ts',
  'src/domain/simulation/tableBytes.ts',
  'src/domain/simulation/stateCodec.ts',
  'src/domain/simulation/structureCodec.ts',
  'src/domain/simulation/playerCodec.ts',
  'src/domain/simulation/savedCodes.ts',
  'src/domain/simulation/pieces.ts',
  generated,
]
const folders = ['src/domain/grid', 'src/domain/generation', 'src/domain/simulation']
const tables = [
  'src/domain/items.ts',
  'src/domain/prototypes.ts',
  'src/domain/recipes.ts',
  'src/domain/research.ts',
]

const foldsGenerated = 'src/domain/foldsHash.generated.ts'
/** What folds a stream, and how the fold is kept. */
export const foldFiles = [
  'src/commands/foldPieces.ts',
  'src/domain/account.ts',
  'src/domain/events.ts',
  'src/domain/overlay.ts',
  'src/domain/player.ts',
  'src/domain/territory.ts',
  'src/domain/upcasts.ts',
  'src/domain/world.ts',
]

/** Paths of the rules' sources from the repository's root, sorted, with forward slashes. */
export function ruleFiles(): string[] {
  const found = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/')),
  )
  return [...found, ...tables].filter((path) => !notRules.includes(path)).sort()
}

/** The tokens of a TypeScript source, a line each, without comments and white space. */
export function tokensOf(source: string): string {
  const file = ts.createSourceFile('rules.ts', source, ts.ScriptTarget.Latest)
  const tokens: string[] = []
  const visit = (node: ts.Node) => {
    if (ts.isToken(node) || ts.isIdentifier(node)) tokens.push(node.getText(file))
    for (const child of node.getChildren(file)) {
      if (child.kind < ts.SyntaxKind.FirstJSDocNode || child.kind > ts.SyntaxKind.LastJSDocNode) {
        visit(child)
      }
    }
  }
  visit(file)
  return tokens.join('\n')
}

/** 16 hex digits of a SHA-256 over path and tokens of every file. */
function hashOf(paths: readonly string[]): string {
  const hash = createHash('sha256')
  for (const path of paths) {
    hash.update(`${path}\0${tokensOf(readFileSync(join(root, path), 'utf8'))}\0`)
  }
  return hash.digest('hex').slice(0, 16)
}

/** Each generated file, and what it has to hold. */
const sources = (): readonly (readonly [string, string])[] => [
  [generated, generatedSource('rulesHash', 'the rules and their tables', hashOf(ruleFiles()))],
  [foldsGenerated, generatedSource('foldsHash', 'what folds streams', hashOf(foldFiles))],
]

const generatedSource = (
  name: string,
  what: string,
  hash: string,
) => `// Made by scripts/rules.ts; do not edit.

/** Content hash of ${what}: 16 hex digits. */
export const ${name} = '${hash}'
`

/** The generated files that are not what the sources say. */
export const staleFiles = (): string[] =>
  sources()
    .filter(([path, text]) => readFileSync(join(root, path), 'utf8') !== text)
    .map(([path]) => path)

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (process.argv.includes('--check')) {
    const stale = staleFiles()
    if (stale.length > 0) {
      console.error(`${stale.join(', ')}: stale, run npx tsx scripts/rules.ts`)
      process.exit(1)
    }
  } else {
    for (const [path, text] of sources()) {
      writeFileSync(join(root, path), text)
      console.log(`${path}: ${/'(.*)'/.exec(text)?.[1]}`)
    }
  }
}
