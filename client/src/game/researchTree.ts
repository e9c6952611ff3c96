// The research as a tree: columns by how much must be known before, rows so that lines cross little.

import { type Research, researches } from '../../../src/domain/research.ts'

export type TreeNode = {
  readonly research: Research
  readonly column: number
  readonly row: number
}

export type Tree = {
  readonly nodes: readonly TreeNode[]
  readonly links: readonly { readonly from: TreeNode; readonly to: TreeNode }[]
  readonly columns: number
  readonly rows: number
}

/** Lays the researches out. Every one stands in a column right of all that it requires. */
export function layTree(all: readonly Research[] = researches): Tree {
  const byName = new Map(all.map((one) => [one.name, one]))
  const columns = new Map<string, number>()
  const columnOf = (name: string): number => {
    const known = columns.get(name)
    if (known !== undefined) return known
    const requires = byName.get(name)?.requires ?? []
    const column = requires.length === 0 ? 0 : 1 + Math.max(...requires.map(columnOf))
    columns.set(name, column)
    return column
  }
  const rows = new Map<string, number>()
  const count = 1 + Math.max(0, ...all.map(({ name }) => columnOf(name)))
  for (let column = 0; column < count; column++) {
    const here = all.filter(({ name }) => columnOf(name) === column)
    // Near the middle of what they require; in the order of the table where that says nothing.
    const wish = ({ requires }: Research) =>
      requires.reduce((sum, name) => sum + (rows.get(name) ?? 0), 0) / Math.max(1, requires.length)
    const sorted =
      column === 0
        ? here
        : here
            .map((one) => [wish(one), one] as const)
            .sort(([a], [b]) => a - b)
            .map(([, one]) => one)
    let next = 0
    for (const one of sorted) {
      const row = Math.max(next, column === 0 ? 0 : Math.round(wish(one)))
      rows.set(one.name, row)
      next = row + 1
    }
  }
  const nodes = all.map((research) => ({
    research,
    column: columnOf(research.name),
    row: rows.get(research.name) ?? 0,
  }))
  const nodeOf = new Map(nodes.map((node) => [node.research.name, node]))
  const links = nodes.flatMap((to) =>
    to.research.requires.flatMap((name) => {
      const from = nodeOf.get(name)
      return from ? [{ from, to }] : []
    }),
  )
  return { nodes, links, columns: count, rows: 1 + Math.max(0, ...nodes.map(({ row }) => row)) }
}
