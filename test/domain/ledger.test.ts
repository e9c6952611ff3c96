// The ledger fixes every tick: whatever crashes, a replay gives each event the same tick.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digestOf } from '../../src/domain/digest.ts'
import type { LedgerEvent } from '../../src/domain/events.ts'
import {
  emptyLedger,
  evolveLedger,
  fixedThrough,
  LedgerBroken,
  publishableThrough,
  RulesDiffer,
  type Seal,
  sealTick,
  startEngine,
  verifyHash,
  verifySeal,
} from '../../src/domain/ledger.ts'

const HORIZON = 20
const fold = (events: readonly LedgerEvent[]) => events.reduce(evolveLedger, emptyLedger)
const started = (emptyThrough: number, engine = 'one', rulesHash = 'aaaa'): LedgerEvent => ({
  type: 'EngineStarted',
  data: { world: 'earth', engine, rulesHash, emptyThrough },
})
const sealed = (tick: number, eventIds: readonly string[] = []): LedgerEvent => ({
  type: 'TickSealed',
  data: {
    tick,
    count: eventIds.length,
    digest: digestOf(eventIds),
    upto: 0,
    hashOf: { tick: 0, hash: '0' },
  },
})

describe('the digest of events', () => {
  const reference = (ids: readonly string[]) => {
    let hash = 0xcbf29ce484222325n
    for (const byte of new TextEncoder().encode(ids.map((id) => `${id}\n`).join(''))) {
      hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) % (1n << 64n)
    }
    return hash.toString(16).padStart(16, '0')
  }
  it('of no events is the offset basis of FNV-1a', () => {
    expect(digestOf([])).toBe('cbf29ce484222325')
  })
  it('is FNV-1a over 64 bits for any ids', () => {
    fc.assert(
      fc.property(fc.array(fc.uuid(), { maxLength: 20 }), (ids) => {
        expect(digestOf(ids)).toBe(reference(ids))
      }),
    )
  })
  it('tells order and borders apart', () => {
    expect(digestOf(['a', 'b'])).not.toBe(digestOf(['b', 'a']))
    expect(digestOf(['ab', 'c'])).not.toBe(digestOf(['a', 'bc']))
    expect(digestOf(['a'])).not.toBe(digestOf(['a', '']))
    expect(digestOf(['Ā'])).not.toBe(digestOf(['\u0000']))
  })
})

describe('the fold of a ledger', () => {
  it('a world that nobody ran has nothing fixed', () => {
    expect(fixedThrough(emptyLedger)).toBe(0)
    expect(emptyLedger.engine).toBeUndefined()
  })
  it('remembers who started last, the last seal and how many events have a tick', () => {
    const ledger = fold([
      started(20),
      sealed(21, ['a', 'b']),
      sealed(30, ['c']),
      started(50, 'two'),
    ])
    expect(ledger).toMatchObject({
      version: 4,
      engine: 'two',
      lastSeal: 30,
      emptyThrough: 50,
      sealedEvents: 3,
    })
    expect(fixedThrough(ledger)).toBe(50)
  })
  it('changed rules are the rules from there on', () => {
    const changed: LedgerEvent = {
      type: 'RulesChanged',
      data: { tick: 20, from: 'aaaa', to: 'bbbb', stateHash: '0' },
    }
    expect(fold([started(20), changed]).rulesHash).toBe('bbbb')
  })
  it('a seal of a tick that is fixed breaks the ledger, by name', () => {
    expect(() => fold([started(20), sealed(20)])).toThrow(/version 2: seals tick 20/)
    expect(() => fold([started(20), sealed(25), sealed(25)])).toThrow(LedgerBroken)
  })
  it('a seal before any engine started breaks the ledger', () => {
    expect(() => fold([sealed(1)])).toThrow(/before any engine started/)
  })
  it('an engine that starts before a fixed tick breaks the ledger', () => {
    expect(() => fold([started(20), sealed(50), started(49)])).toThrow(LedgerBroken)
  })
})

describe('how far one may publish', () => {
  it('is one horizon beyond the last seal', () => {
    expect(publishableThrough(fold([started(20), sealed(21)]), HORIZON)).toBe(41)
  })
  it('does not grow by starting engines again and again', () => {
    const ledger = fold([started(20), sealed(30), started(50), started(50, 'two')])
    expect(publishableThrough(ledger, HORIZON)).toBe(50)
  })
})

describe('an engine that starts', () => {
  const start = { world: 'earth', engine: 'two', rulesHash: 'aaaa', horizon: HORIZON }
  it('settles as empty what the one before may have shown', () => {
    expect(startEngine(fold([started(20), sealed(33)]), start).data.emptyThrough).toBe(53)
  })
  it('in a new world settles the first second', () => {
    expect(startEngine(emptyLedger, start).data.emptyThrough).toBe(20)
  })
  it('under other rules is refused, naming both hashes and the way out', () => {
    const ledger = fold([started(20, 'one', 'bbbb')])
    expect(() => startEngine(ledger, start)).toThrow(RulesDiffer)
    expect(() => startEngine(ledger, start)).toThrow(/bbbb.*aaaa.*DATA_DIR/)
  })
})

describe('a seal', () => {
  const ledger = fold([started(20), sealed(21)])
  const wish = { eventIds: ['a'], upto: 7, hashOf: { tick: 20, hash: 'ff' } }
  it('takes the first tick that is neither fixed nor begun nor due', () => {
    expect(sealTick(ledger, { ...wish, begunThrough: 5, due: 6 }).data.tick).toBe(22)
    expect(sealTick(ledger, { ...wish, begunThrough: 40, due: 6 }).data.tick).toBe(41)
    expect(sealTick(ledger, { ...wish, begunThrough: 40, due: 60 }).data.tick).toBe(61)
  })
  it('holds for its own events and for no others', () => {
    const { data } = sealTick(ledger, { ...wish, begunThrough: 0, due: 0 })
    expect(() => verifySeal(data, ['a'])).not.toThrow()
    expect(() => verifySeal(data, ['b'])).toThrow(/tick 22 was sealed over events of digest/)
    expect(() => verifySeal(data, [])).toThrow(/with 1 events, the log gives 0/)
  })
  it('a hash that differs names the tick and both hashes', () => {
    expect(() => verifyHash({ tick: 20, hash: 'ff' }, 'ff')).not.toThrow()
    expect(() => verifyHash({ tick: 20, hash: 'ff' }, 'ee')).toThrow(/tick 20.*ff.*ee/)
  })
})

// A world in miniature: the log is a row of ids, the ledger a row of events; engines die at any step.
type Step = 'command' | 'begin seal' | 'seal is kept' | 'answer comes' | 'tick' | 'publish' | 'die'
type Engine = {
  name: string
  known: LedgerEvent[]
  inFlight: { event: LedgerEvent; kept: boolean } | undefined
  ran: number
  history: string[]
}

/** What a replay of the ledger runs: the ids of each tick through `through`, in order. */
function historyOf(ledger: readonly LedgerEvent[], log: readonly string[], through: number) {
  const byTick = new Map<number, readonly string[]>()
  let taken = 0
  for (const event of ledger) {
    if (event.type !== 'TickSealed') continue
    const ids = log.slice(taken, taken + event.data.count)
    verifySeal(event.data as Seal, ids)
    taken += event.data.count
    byTick.set(event.data.tick, ids)
  }
  return Array.from({ length: through }, (_, at) => (byTick.get(at + 1) ?? []).join('+'))
}

const steps: readonly Step[] = [
  'command',
  'begin seal',
  'seal is kept',
  'answer comes',
  'tick',
  'tick',
  'tick',
  'publish',
  'die',
]

describe('whatever dies, whenever', () => {
  it('a replay gives every event the tick it had, and no tick that was seen is lost or changed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...steps), { minLength: 20, maxLength: 300 }),
        fc.integer({ min: 1, max: 6 }),
        (script, horizon) => {
          const log: string[] = []
          const ledger: LedgerEvent[] = []
          const seen: string[] = []
          let names = 0
          const takeOver = (): Engine => {
            const name = `engine ${++names}`
            const start = startEngine(fold(ledger), {
              world: 'earth',
              engine: name,
              rulesHash: 'aaaa',
              horizon,
            })
            ledger.push(start)
            const ran = start.data.emptyThrough
            const history = historyOf(ledger, log, ran)
            expect(ran).toBeGreaterThanOrEqual(seen.length)
            expect(history.slice(0, seen.length)).toEqual(seen)
            return { name, known: [...ledger], inFlight: undefined, ran, history }
          }
          let engine = takeOver()
          const play: Record<Step, () => void> = {
            command: () => log.push(`c${log.length}`),
            'begin seal': () => {
              if (engine.inFlight) return
              const known = fold(engine.known)
              const eventIds = log.slice(known.sealedEvents)
              const event = sealTick(known, {
                begunThrough: engine.ran,
                due: engine.ran,
                eventIds,
                upto: 0,
                hashOf: { tick: 0, hash: '0' },
              })
              engine.inFlight = { event, kept: false }
            },
            'seal is kept': () => {
              if (!engine.inFlight || engine.inFlight.kept) return
              engine.inFlight.kept = true
              ledger.push(engine.inFlight.event)
            },
            'answer comes': () => {
              if (!engine.inFlight?.kept) return
              engine.known.push(engine.inFlight.event)
              engine.inFlight = undefined
            },
            tick: () => {
              const next = engine.ran + 1
              const flying = engine.inFlight?.event
              if (flying?.type === 'TickSealed' && flying.data.tick <= next) return
              engine.ran = next
              engine.history = historyOf(engine.known, log, next)
            },
            publish: () => {
              const bound = Math.min(engine.ran, publishableThrough(fold(engine.known), horizon))
              if (bound <= seen.length) return
              expect(engine.history.slice(0, seen.length)).toEqual(seen)
              seen.splice(0, seen.length, ...engine.history.slice(0, bound))
            },
            die: () => {
              engine = takeOver()
            },
          }
          for (const step of script) play[step]()
          takeOver()
        },
      ),
      { numRuns: 500 },
    )
  })
})
