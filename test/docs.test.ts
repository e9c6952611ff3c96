import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const project = resolve(import.meta.dirname, '..')
const pages = [
  'README.md',
  'CHANGELOG.md',
  ...readdirSync(join(project, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
].map((file) => ({ file, text: readFileSync(join(project, file), 'utf8') }))

const { scripts } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>
}

/** The targets of a page's links and pictures that lie in the project. */
const linksOf = (text: string) =>
  [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
    .map(([, target]) => target!)
    .filter((target) => !/^[a-z]+:/.test(target))

describe('the docs', () => {
  test('there are pages to hold', () => {
    expect(pages.length).toBeGreaterThan(10)
    expect(pages.flatMap(({ text }) => linksOf(text)).length).toBeGreaterThan(20)
  })

  test.each(pages)('$file links to what is there', ({ file, text }) => {
    const broken = linksOf(text).filter(
      (target) => !existsSync(join(project, dirname(file), target)),
    )
    expect(broken).toEqual([])
  })

  test.each(pages)('$file names scripts and files that are there', ({ text }) => {
    const named = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name!)
    expect(named.filter((name) => !(name in scripts))).toEqual([])
    const run = [...text.matchAll(/npx (?:tsx|vitest bench --run) ([\w/.]+\.(?:ts|mjs))/g)]
    expect(run.map(([, file]) => file!).filter((file) => !existsSync(join(project, file)))).toEqual(
      [],
    )
  })

  test('a page of the guide is reachable from the README or the architecture', () => {
    const reached = new Set(['README.md', 'CHANGELOG.md'])
    for (let before = 0; before < reached.size; ) {
      before = reached.size
      for (const { file, text } of pages.filter((page) => reached.has(page.file))) {
        for (const target of linksOf(text)) reached.add(join(dirname(file), target))
      }
    }
    const decisions = (file: string) => file.startsWith('docs/adr/') && reached.has('docs/adr/')
    const lost = pages
      .map(({ file }) => file)
      .filter((file) => !reached.has(file) && !decisions(file))
    expect(lost).toEqual([])
  })
})
