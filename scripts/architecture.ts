// Holds the table of layers: who imports whom, no circles, no barrels, no folder that the table does not know, and
// nothing from outside in the rules. Fails when it sees no modules at all.
// Run: npx tsx scripts/architecture.ts

import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config'
import ts from 'typescript'
import { outsideInfluences } from './determinism.ts'

export type Inspection = { readonly modules: number; readonly faults: readonly string[] }

const project = resolve(import.meta.dirname, '..')

/** Inspects `folders` below `root` by the rules of .dependency-cruiser.cjs. */
export async function inspect(root: string, folders: readonly string[]): Promise<Inspection> {
  const { forbidden, options } = createRequire(import.meta.url)(
    join(project, '.dependency-cruiser.cjs'),
  )
  const { output } = await cruise(
    [...folders],
    { ...options, baseDir: root, validate: true, ruleSet: { forbidden } },
    {},
    { tsConfig: extractTsConfig(join(project, 'tsconfig.json')) },
  )
  const { summary } = output as ICruiseResult
  const faults = summary.violations.map(
    ({ rule, from, to, cycle }) =>
      `${rule.name}: ${from} → ${cycle ? cycle.map(({ name }) => name).join(' → ') : to}`,
  )
  // A run that saw nothing has shown nothing: the tool exits 0 on a TypeScript that it cannot read.
  if (summary.totalCruised === 0)
    faults.push('no modules were seen: the inspection itself is broken')
  const barrels = folders.flatMap((folder) => sources(join(root, folder)).filter(isBarrel))
  faults.push(...unknownFolders(root), ...outsideInfluences(root))
  faults.push(...barrels.map((file) => `barrel: ${relative(root, file)} only hands on other files`))
  return { modules: summary.totalCruised, faults }
}

/** A folder in `src` is a layer: a row of the table in docs/ARCHITECTURE.md and a rule of .dependency-cruiser.cjs. */
function unknownFolders(root: string): string[] {
  const table = readFileSync(join(project, 'docs/ARCHITECTURE.md'), 'utf8')
  return readdirSync(join(root, 'src'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !table.includes(`| \`src/${entry.name}\` |`))
    .map(({ name }) => `unknown layer: src/${name} has no row in docs/ARCHITECTURE.md`)
}

const sources = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.[mc]?tsx?$/.test(file))
    .map((file) => join(folder, file))

/** True for a file whose statements are all re-exports or imports. */
function isBarrel(file: string): boolean {
  const { statements } = ts.createSourceFile(
    file,
    readFileSync(file, 'utf8'),
    ts.ScriptTarget.Latest,
  )
  const handsOn = statements.some((statement) => ts.isExportDeclaration(statement))
  return (
    handsOn &&
    statements.every(
      (statement) => ts.isExportDeclaration(statement) || ts.isImportDeclaration(statement),
    )
  )
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { modules, faults } = await inspect(project, ['src', 'client', 'test', 'bench', 'scripts'])
  for (const fault of faults) console.error(fault)
  console.log(`architecture: ${modules} modules, ${faults.length} faults`)
  process.exitCode = faults.length > 0 ? 1 : 0
}
