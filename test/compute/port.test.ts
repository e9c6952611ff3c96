// What the Rust kernel answers to every call of the port is what the TypeScript host would have said.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lifeCode } from '../../src/domain/generation/codes.ts'
import { landingCell } from '../../src/domain/generation/landing.ts'
import { cellsWithin } from '../../src/domain/grid/distance.ts'
import type { KernelBatch } from '../../src/domain/ports/kernel.ts'
import { beginSaving, generatedOf } from '../../src/domain/simulation/pieces.ts'
import { createState } from '../../src/domain/simulation/state.ts'
import { createKernelHost, type KernelHost } from '../../src/platform/kernel/kernelHost.ts'
import { builtForTests } from '../../src/platform/kernel/rust/built.ts'
import {
  encodeAccount,
  encodeChunk,
  encodePieces,
  encodePlain,
  encodeRun,
  encodeSaved,
  encodeStructure,
} from '../../src/platform/kernel/wire.ts'
import {
  decodeHash,
  decodeLeaderboard,
  decodePieces,
  decodePlayer,
  decodeResult,
  decodeSnapshot,
  decodeStatistics,
  decodeStructure,
  decodeStructures,
} from '../../src/platform/kernel/wireReplies.ts'
import { absurdEvents, sensibleEvents } from '../domain/simulation/arbitraries.ts'
import { enter, orders } from '../domain/simulation/planet.ts'
import { type Answer, askPipe, replyOf } from '../helpers/rustPipe.ts'

/** Undefined where there is no cargo; then the suite has said so. */
const program = builtForTests('pipe')

/** A call, to the host and to the pipe. */
type Question = {
  readonly request: Uint8Array
  readonly host: (host: KernelHost) => unknown
  readonly read: (reply: Uint8Array) => unknown
}

const run = (batch: KernelBatch): Question => ({
  request: encodeRun(batch),
  host: (host) => host.run(batch),
  read: (reply) => decodeResult(reply, 0),
})

const chunk = (chunk: number): Question => ({
  request: encodeChunk(chunk),
  host: (host) => host.chunk(chunk),
  read: (reply) => decodeSnapshot(reply, chunk),
})

const about = (account: string): Question[] => [
  {
    request: encodeAccount('player', account),
    host: (host) => host.player(account),
    read: decodePlayer,
  },
  {
    request: encodeAccount('statistics', account),
    host: (host) => host.statistics(account),
    read: decodeStatistics,
  },
  {
    request: encodeAccount('structures', account),
    host: (host) => host.structures(account),
    read: decodeStructures,
  },
]

const structure = (cell: number): Question => ({
  request: encodeStructure(cell),
  host: (host) => host.structure(cell),
  read: decodeStructure,
})

const plain: Question[] = [
  {
    request: encodePlain('leaderboard'),
    host: (host) => host.leaderboard(),
    read: decodeLeaderboard,
  },
  {
    request: encodePlain('hash'),
    host: (host) => host.hash(),
    read: (reply) => decodeHash(reply, 'hash'),
  },
  {
    request: encodePlain('save'),
    host: (host) => host.save(),
    read: (reply) => decodeHash(reply, 'save'),
  },
  { request: encodePieces(3_000), host: (host) => host.pieces(3_000), read: decodePieces },
  { request: encodePieces(1e9), host: (host) => host.pieces(1e9), read: decodePieces },
]

/** As it travels: -0 is 0, and typed arrays are lists. */
const text = (value: unknown) =>
  JSON.stringify(value, (_key, inner: unknown) =>
    ArrayBuffer.isView(inner) ? Buffer.from(inner as Uint8Array).toString('base64') : inner,
  )

const settings = (seed: number, n: number) => ({ world: 'w', seed, n, ups: 20 })
const landing = landingCell(3, 4, 1)
const field = cellsWithin(4, landing, 2).slice(0, 10)

/** Runs of orders on a small planet, with every other call in between. */
function questions(
  batches: readonly (readonly [KernelBatch['events'][number]['events'], number])[],
) {
  const asked: Question[] = [
    run({
      through: 1,
      events: [{ tick: 1, events: orders(enter('ann', landing), enter('bob', landing)) }],
      watch: [0],
      hash: true,
      players: 'all',
    }),
  ]
  let tick = 1
  for (const [events, ticks] of batches) {
    const batch = {
      through: tick + ticks,
      events: [{ tick: tick + 1, events }],
      watch: ticks % 3 === 0 ? [4, 0, 0, -1, 1.5, 99] : [0, 1, 2, 3, 4],
      hash: ticks % 2 === 0,
      hashEvery: ticks % 7,
      players: ticks % 5 === 0 ? ('none' as const) : ('all' as const),
    }
    asked.push(run(batch), chunk(ticks % 14), structure(field[ticks % field.length]!))
    tick += ticks
  }
  asked.push(...about('ann'), ...about('nobody'), ...plain, ...[-1, 99, 0.5].map(chunk))
  asked.push(structure(-1), structure(Number.NaN), structure(1e9))
  return asked
}

describe.skipIf(!program)('the Rust kernel', { timeout: 120_000 }, () => {
  const ask = (seed: number, n: number, asked: readonly Question[]): Answer[] =>
    askPipe(program!, [
      { do: 'create', seed, n },
      ...asked.map(({ request }) => ({ do: 'ask', request }) as const),
    ]).slice(1)

  test('answers every call as the TypeScript host does, whatever is ordered', () => {
    const batches = fc.array(
      fc.tuple(
        fc
          .array(fc.oneof(sensibleEvents(field), absurdEvents(field)), { maxLength: 8 })
          .map((events) => orders(...events)),
        fc.integer({ min: 1, max: 60 }),
      ),
      { maxLength: 10 },
    )
    fc.assert(
      fc.property(batches, (batches) => {
        const asked = questions(batches)
        const host = createKernelHost(settings(3, 4), () => 0)
        const answers = ask(3, 4, asked)
        asked.forEach((question, at) => {
          const expected = question.host(host)
          expect(text(question.read(replyOf(answers[at])))).toEqual(text(expected))
        })
      }),
      { numRuns: 40, endOnFailure: true },
    )
  })

  test('goes on from the pieces that the TypeScript host saved', () => {
    const host = createKernelHost(settings(3, 4), () => 0)
    const before = questions([[orders(enter('cleo', landing)), 200]])
    for (const question of before) question.host(host)
    const { hash } = host.save()
    const saved = host.pieces(1e9)
    const pieces = encodeSaved(new Map(saved.map(({ name, bytes }) => [name, bytes])))
    const later = run({ through: 300, events: [], watch: [0], hash: true, players: 'all' })
    const [, resumed, after] = askPipe(program!, [
      { do: 'resume', seed: 3, n: 4, pieces },
      { do: 'ask', request: encodePlain('hash') },
      { do: 'ask', request: later.request },
    ])
    expect(decodeHash(replyOf(resumed), 'hash')).toEqual({ tick: 201, hash })
    const there = decodeResult(replyOf(after), 0)
    const again = createKernelHost(
      settings(3, 4),
      () => 0,
      new Map(saved.map(({ name, bytes }) => [name, bytes])),
    )
    expect(text(there)).toEqual(text(later.host(again)))
  })

  test('tells a cell of which nothing but the kind changed', () => {
    const state = createState({ seed: 3, n: 4 })
    const generated = generatedOf(state)
    // Moss that young dies of so much pollution, and fungus is born of it, as young.
    state.life.fill(lifeCode.moss)
    state.mass.fill(1)
    state.pollution.fill(100)
    state.dirty.fill(255)
    const { pieces } = beginSaving(state, generated)
    const saved = new Map([...pieces].map(({ name, bytes }) => [name, bytes]))
    const host = createKernelHost(settings(3, 4), () => 0, saved)
    const asked = [1, 8].map((through) =>
      run({ through, events: [], watch: [0, 1, 2, 3, 4], hash: true, players: 'none' }),
    )
    const [, ...answers] = askPipe(program!, [
      { do: 'resume', seed: 3, n: 4, pieces: encodeSaved(saved) },
      ...asked.map(({ request }) => ({ do: 'ask', request }) as const),
    ])
    asked.forEach((question, at) => {
      const expected = text(question.host(host))
      expect(text(question.read(replyOf(answers[at])))).toEqual(expected)
    })
    expect(host.hash().tick).toBe(8)
  })

  test('saves pieces that the TypeScript host goes on from', () => {
    const before = questions([[orders(enter('cleo', landing)), 200]])
    const later = run({ through: 300, events: [], watch: [0], hash: true, players: 'all' })
    const answers = ask(3, 4, [
      ...before,
      { request: encodePlain('save'), host: (host) => host.save(), read: () => undefined },
      { request: encodePieces(1e9), host: (host) => host.pieces(1e9), read: decodePieces },
      later,
    ])
    const saved = decodePieces(replyOf(answers.at(-2)))
    const host = createKernelHost(
      settings(3, 4),
      () => 0,
      new Map(saved.map(({ name, bytes }) => [name, bytes])),
    )
    expect(host.hash()).toMatchObject({ tick: 201 })
    const { hash } = later.host(host) as { hash: string }
    expect((later.read(replyOf(answers.at(-1))) as { hash: string }).hash).toBe(hash)
  })

  test('refuses what is no request, names the field, and stays as it was', () => {
    const whole = encodeRun({
      through: 9,
      events: [{ tick: 3, events: orders(enter('ann', landing)) }],
      watch: [0],
      hash: true,
      players: 'all',
    })
    const cuts = Array.from({ length: whole.length }, (_, length) => whole.subarray(0, length))
    const outside = encodeRun({
      through: 2,
      events: [{ tick: 3, events: [] }],
      watch: [],
      hash: false,
      players: 'none',
    })
    const wrong = [...cuts, Uint8Array.from([...whole, 0]), outside, Uint8Array.of(1, 99)]
    const asks = wrong.map((request) => ({ do: 'ask', request }) as const)
    const hashed = { do: 'ask', request: encodePlain('hash') } as const
    const answers = askPipe(program!, [{ do: 'create', seed: 3, n: 4 }, hashed, ...asks, hashed])
    for (const answer of answers.slice(2, -1)) {
      expect(answer).toMatchObject({ fault: expect.stringMatching(/^[\w.]+ before byte \d+: /) })
    }
    expect(replyOf(answers.at(-1))).toEqual(replyOf(answers[1]))
  })

  test('refuses pieces of another planet, damaged ones, and bytes that are no pieces', () => {
    const host = createKernelHost(settings(3, 4), () => 0)
    for (const question of questions([])) question.host(host)
    host.save()
    const saved = new Map(host.pieces(1e9).map(({ name, bytes }) => [name, bytes]))
    const resume = (seed: number, pieces: Uint8Array) =>
      askPipe(program!, [{ do: 'resume', seed, n: 4, pieces }])[0]
    expect(resume(3, encodeSaved(saved))).toHaveProperty('bytes')
    expect(resume(4, encodeSaved(saved))).toMatchObject({ fault: expect.stringMatching(/^seed/) })
    const missing = new Map([...saved].filter(([name]) => name !== 'players'))
    expect(resume(3, encodeSaved(missing))).toMatchObject({
      fault: expect.stringMatching(/^players/),
    })
    expect(resume(3, new Uint8Array(9))).toHaveProperty('fault')
  })
})
