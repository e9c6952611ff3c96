// Every version of every event that was ever written can be read for ever: test/corpus has them all.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { account } from '../../src/domain/account.ts'
import {
  type DomainEvent,
  eventVersions,
  type LedgerEvent,
  type SimulationEvent,
} from '../../src/domain/events.ts'
import { emptyLedger, evolveLedger, type Ledger } from '../../src/domain/ledger.ts'
import { player } from '../../src/domain/player.ts'
import { createState } from '../../src/domain/simulation/state.ts'
import { tick } from '../../src/domain/simulation/tick.ts'
import { isSimulationStream, parseStream } from '../../src/domain/streams.ts'
import { territory } from '../../src/domain/territory.ts'
import { upcast, type WrittenEvent } from '../../src/domain/upcasts.ts'
import { world } from '../../src/domain/world.ts'
import { eventShapes, type Shape, unlike } from './eventShapes.ts'

type Entry = WrittenEvent & { readonly stream: string; readonly metadata: { commandId: string } }

const folder = join(import.meta.dirname, '..', 'corpus')
const read = <Value>(name: string): Value => JSON.parse(readFileSync(join(folder, name), 'utf8'))
const names = readdirSync(folder).filter((name) => /^[A-Za-z]+\.\d+\.json$/.test(name))
const corpus = names.map((name) => {
  const [type = '', version] = name.split('.')
  return { name, type, version: Number(version), entries: read<Entry[]>(name) }
})
const written = read<Record<string, Record<string, Shape>>>('shapes.json')
const shapes = eventShapes()
const newestOf = (type: string) => eventVersions[type as DomainEvent['type']] ?? 1

describe('an event', () => {
  it.each([...shapes.keys()])(
    '%s has the shape that its version was given when it was first written',
    (type) => {
      const newest = newestOf(type)
      expect(
        written[type]?.[newest],
        `the data of ${type} changed: give it a new version in eventVersions (src/domain/events.ts), an upcast ` +
          '(src/domain/upcasts.ts), its shape in test/corpus/shapes.json and examples in test/corpus; ' +
          `docs/event-store.md, "Evolution". Its shape now: ${JSON.stringify(shapes.get(type))}`,
      ).toEqual(shapes.get(type))
    },
  )

  it.each([...shapes.keys()])('%s has examples of each of its versions in the corpus', (type) => {
    const versions = Array.from({ length: newestOf(type) }, (_, before) => before + 1)
    expect(Object.keys(written[type] ?? {}).map(Number)).toEqual(versions)
    const had = corpus.filter((one) => one.type === type && one.entries.length > 0)
    expect(had.map(({ version }) => version).sort((a, b) => a - b)).toEqual(versions)
  })

  it('that was ever written is never taken out of the program', () => {
    expect(corpus.map(({ type }) => type).filter((type) => !shapes.has(type))).toEqual([])
    expect(Object.keys(written).filter((type) => !shapes.has(type))).toEqual([])
  })
})

describe.each(corpus)('the corpus: $name', ({ type, version, entries }) => {
  it('holds what its name says, as it was written', () => {
    for (const entry of entries) {
      expect({ type: entry.type, version: entry.version }).toEqual({ type, version })
      expect(unlike(written[type]![version]!, entry.data)).toEqual([])
      expect(parseStream(entry.stream)).toBeDefined()
    }
  })

  it('is read as the newest version', () => {
    for (const entry of entries) expect(unlike(shapes.get(type)!, upcast(entry).data)).toEqual([])
  })
})

describe('the whole corpus', () => {
  const all = corpus.flatMap(({ entries }) => entries)
  /** A ledger in which the event may come next. */
  const ledgerBefore = (event: LedgerEvent): Ledger => {
    if (event.type === 'EngineStarted') return emptyLedger
    const rulesHash = event.type === 'RulesChanged' ? event.data.from : undefined
    return { ...emptyLedger, engine: 'an engine', rulesHash }
  }

  it('is replayed by deciders and by the ledger', () => {
    for (const entry of all) {
      const event = upcast(entry)
      const { kind } = parseStream(entry.stream)!
      if (kind === 'ledger') {
        const before = ledgerBefore(event as LedgerEvent)
        expect(evolveLedger(before, event as LedgerEvent).version).toBe(1)
        continue
      }
      const decider = { account, world, territory, player }[kind]
      const evolve = decider.evolve as (state: unknown, event: DomainEvent) => unknown
      expect(evolve(decider.initial(), event)).toBeDefined()
    }
  })

  it('is replayed by the rules: each order is judged', () => {
    const state = createState({ seed: 7, n: 64 })
    const orders = all.filter(({ stream }) => isSimulationStream(stream, 'first'))
    const entering = orders.filter(({ type }) => type === 'WorldEntered')
    const leaving = orders.filter(({ type }) => type === 'WorldLeft')
    const others = orders.filter((one) => !entering.includes(one) && !leaving.includes(one))
    const judged = new Set<string>()
    for (const entry of [...entering, ...others, ...leaving]) {
      const { type, data } = upcast(entry)
      const event = { type, data } as SimulationEvent
      const { commandId } = entry.metadata
      for (const outcome of tick(state, [{ commandId, event }])) judged.add(outcome.commandId)
    }
    // A blueprint waits for its materials for ever.
    for (let ticks = 0; ticks < 600; ticks++)
      for (const outcome of tick(state, [])) judged.add(outcome.commandId)
    const silent = orders.filter(({ metadata }) => !judged.has(metadata.commandId))
    expect(silent.map(({ type }) => type)).toEqual([])
  })
})

describe('the check of shapes', () => {
  const claimed = shapes.get('CellsClaimed')!

  it('would notice a field that is new, gone or of another kind', () => {
    expect(unlike(claimed, { account: 'ann', cells: [1] })).toEqual([])
    expect(unlike(claimed, { account: 'ann' })).toEqual(['data.cells is missing'])
    expect(unlike(claimed, { account: 'ann', cells: [1], by: 'x' })).toEqual([
      'data.by is no field',
    ])
    expect(unlike(claimed, { account: 'ann', cells: ['1'] })).toEqual([
      'data.cells[0] is no number',
    ])
    const way = { account: 'ann', cell: 1, item: 'iron', count: 1, way: 'push' }
    expect(unlike(shapes.get('TransferOrdered')!, way)).toEqual(['data.way is no "put" | "take"'])
  })
})
