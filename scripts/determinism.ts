// Law 3, held by a tool: the rules read no clock, no random source and no environment, and walk nothing in hash order.

import { type Dirent, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import ts from 'typescript'

/** Globals by which something from outside would get into the rules. */
const outside = new Set([
  'Date',
  'Intl',
  'Temporal',
  'clearInterval',
  'clearTimeout',
  'crypto',
  'fetch',
  'global',
  'globalThis',
  'navigator',
  'performance',
  'process',
  'queueMicrotask',
  'require',
  'self',
  'setImmediate',
  'setInterval',
  'setTimeout',
  'window',
])
/** What the Rust kernel must not name: all of `std`, hash order, and floating point. */
const outsideRust = /\b(?:std::|HashMap|HashSet|Instant|SystemTime|f32|f64)\b/

const filesIn = (folder: string, ending: string): string[] => {
  let entries: Dirent[]
  try {
    entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  } catch {
    return []
  }
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

/** Where the rules below `root` name something from outside: a line each, `file:line: name`. */
export function outsideInfluences(root: string): string[] {
  const found = filesIn(join(root, 'src/domain'), '.ts').flatMap((file) => namesIn(root, file))
  const rust = filesIn(join(root, 'compute/kernel/src'), '.rs').flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line, index) => {
        const name = outsideRust.exec(line.replace(/\/\/.*$/, ''))?.[0]
        return name === undefined ? [] : [`${relative(root, file)}:${index + 1}: ${name}`]
      }),
  )
  return [...found, ...rust].map((fault) => `determinism: ${fault}`)
}

function namesIn(root: string, file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
  const found: string[] = []
  const tell = (node: ts.Node, name: string) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source))
    found.push(`${relative(root, file)}:${line + 1}: ${name}`)
  }
  const visit = (node: ts.Node) => {
    if (ts.isIdentifier(node) && outside.has(node.text) && !isOwnName(node)) tell(node, node.text)
    if (ts.isPropertyAccessExpression(node) && node.getText(source) === 'Math.random') {
      tell(node, 'Math.random')
    }
    if (ts.isMetaProperty(node)) tell(node, node.getText(source))
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

/** True for the name of a member or a field, which is no global. */
function isOwnName(node: ts.Identifier): boolean {
  const { parent } = node
  return (
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    (ts.isPropertyAssignment(parent) && parent.name === node) ||
    ts.isPropertySignature(parent) ||
    (ts.isBindingElement(parent) && parent.propertyName === node)
  )
}
