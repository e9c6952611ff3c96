// Alerts: machines of one's own that have stood still for a while, grouped by what is wrong, so that a
// hundred starved drills are one line. And what has just been learnt.

import type { StructureView } from '../../../src/domain/chunkView.ts'

type Trouble = 'starved' | 'unpowered' | 'blocked' | 'exhausted' | 'locked'

export type Alert = {
  /** One line for a trouble and a prototype. */
  readonly key: string
  readonly trouble: Trouble
  readonly prototype: string
  /** Cells of the machines, the one that has waited longest first. */
  readonly cells: readonly number[]
}

const troubles: readonly string[] = ['unpowered', 'exhausted', 'locked', 'blocked', 'starved']

/** A machine between two jobs is no trouble: it must stand so long, in ticks (about 8 s). */
const PATIENCE_TICKS = 160
/** What is full or fed by hand stands idle for good reason. */
const quiet: readonly string[] = ['depot', 'belt', 'pole', 'pipe', 'tank']

export class AlertWatch {
  /** Cell → what is wrong there, and since when. */
  private since = new Map<number, { trouble: string; tick: number }>()

  /** Looks at the structures. Costs their number; call it about once a second. */
  look(structures: Iterable<StructureView>, own: number, tick: number): Alert[] {
    const now = new Map<number, { trouble: string; tick: number }>()
    const groups = new Map<string, { alert: Omit<Alert, 'cells'>; at: [number, number][] }>()
    for (const { cell, owner, prototype, status } of structures) {
      if (owner !== own || own === 0 || !troubles.includes(status)) continue
      if (quiet.includes(prototype)) continue
      const before = this.since.get(cell)
      const began = before?.trouble === status ? before.tick : tick
      now.set(cell, { trouble: status, tick: began })
      if (tick - began < PATIENCE_TICKS) continue
      const key = `${status} ${prototype}`
      const group = groups.get(key) ?? {
        alert: { key, trouble: status as Trouble, prototype },
        at: [],
      }
      group.at.push([began, cell])
      groups.set(key, group)
    }
    this.since = now
    return [...groups.values()]
      .map(({ alert, at }) => ({
        ...alert,
        cells: at.sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(([, cell]) => cell),
      }))
      .sort((a, b) => rank(a) - rank(b) || (a.prototype < b.prototype ? -1 : 1))
  }
}

const rank = ({ trouble }: Alert) => troubles.indexOf(trouble)

/** Researches that are known now and were not before. */
export function newlyKnown(before: readonly string[], now: readonly string[]): string[] {
  return now.filter((name) => !before.includes(name))
}
