// A kernel with the simplest rules that tell everything apart: its state is the history of ticks and events.

import { encodeCells } from '../../src/domain/chunkCodec.ts'
import { digestOf } from '../../src/domain/digest.ts'
import type { Hashed } from '../../src/domain/ledger.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import {
  type Kernel,
  type KernelBatch,
  KernelLost,
  type KernelResult,
  type OpenKernel,
  type Piece,
  type Pieces,
  type RunWatch,
  StateRefused,
  type WorldSettings,
} from '../../src/domain/ports/kernel.ts'

export type FakeKernelOptions = {
  readonly rulesHash?: string
  /** Awaited at the start of every batch, with its last tick: to delay it, or to fail it. */
  readonly before?: (through: number) => Promise<void>
  /** Called after each batch, with its last tick, in place of its answer if it throws. */
  readonly after?: (through: number) => Promise<void>
  /** Called for each tick with the command ids that applied at it. */
  readonly ran?: (tick: number, commandIds: readonly string[]) => void
}

export type FakeKernel = { readonly open: OpenKernel; readonly opened: () => number; crash(): void }

/** Each event has one outcome at its tick; chunk 0 changes with every tick that has events. */
export function fakeKernel(options: FakeKernelOptions = {}): FakeKernel {
  let opened = 0
  let crash = () => {}
  return {
    opened: () => opened,
    crash: () => crash(),
    async open(settings, from) {
      opened++
      const { kernel, die } = openFake(settings, options, from)
      crash = die
      return kernel
    },
  }
}

function openFake(settings: WorldSettings, options: FakeKernelOptions, from?: Pieces) {
  let tick = 0
  let hash = digestOf([String(settings.seed)])
  let orders = 0
  let changedTick = 0
  if (from) {
    const saved = from.get('fake')
    if (!saved) throw new StateRefused('fake is missing')
    ;({ tick, hash, orders, changedTick } = JSON.parse(new TextDecoder().decode(saved)))
  }
  let saving: Piece[] = []
  let dead = false
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <Value>(call: () => Promise<Value>): Promise<Value> => {
    const answer = turn.then(async () => {
      if (dead) throw new KernelLost('the fake kernel is dead')
      const value = await call()
      if (dead) throw new KernelLost('the fake kernel died')
      return value
    })
    turn = answer.catch(() => {})
    return answer
  }
  const runTick = (
    events: readonly { commandId: string; event: { type: string; data: object } }[],
  ) => {
    tick++
    const ids = events.map(({ commandId }) => commandId)
    hash = digestOf([hash, String(tick), ...ids])
    options.ran?.(tick, ids)
    orders += events.length
    if (events.length > 0) changedTick = tick
    return events.map(
      ({ commandId, event }, index): Outcome => ({
        tick,
        index,
        account: 'account' in event.data ? String(event.data.account) : 'nobody',
        commandId,
        order: event.type,
        done: 1,
        asked: 1,
        reason: 'Done',
      }),
    )
  }
  const runTicks = (batch: KernelBatch, watch: RunWatch | undefined) => {
    const outcomes: Outcome[] = []
    const hashes: Hashed[] = []
    const byTick = new Map(batch.events.map(({ tick: at, events }) => [at, events]))
    for (const at of byTick.keys()) {
      if (at <= tick || at > batch.through) throw new Error(`tick ${at} is outside its batch`)
    }
    while (tick < batch.through) {
      outcomes.push(...runTick(byTick.get(tick + 1) ?? []))
      if (tick % (batch.hashEvery || Number.NaN) === 0) hashes.push({ tick, hash })
      watch?.progress?.(tick)
      if (watch?.signal?.aborted) break
    }
    return { hashes, outcomes }
  }
  const cells = (kind: 'snapshot' | 'changes', chunk: number) =>
    encodeCells(kind, chunk, [
      {
        offset: 0,
        terrain: 1,
        elevation: 1,
        deposit: 0,
        amount: chunk === 0 ? orders & 0xffff : 0,
        life: 0,
        mass: 0,
        pollution: 0,
        owner: 0,
      },
    ])
  const kernel: Kernel = {
    rulesHash: options.rulesHash ?? 'fake0000fake0000',
    run: (batch, watch) =>
      inTurn(async (): Promise<KernelResult> => {
        await options.before?.(batch.through)
        const before = changedTick
        const ran = runTicks(batch, watch)
        const changed = changedTick > before
        await options.after?.(batch.through)
        return {
          tick,
          ...(batch.hash && { hash }),
          ...ran,
          dirty: changed ? [0] : [],
          changes:
            changed && batch.watch.includes(0)
              ? [{ chunk: 0, tick, cells: cells('changes', 0), structures: [], removed: [] }]
              : [],
          players: [],
          busyMs: 0,
        }
      }),
    chunk: (chunk) =>
      inTurn(async () => ({ chunk, tick, cells: cells('snapshot', chunk), structures: [] })),
    player: () => inTurn(async () => undefined),
    statistics: () => inTurn(async () => undefined),
    leaderboard: () => inTurn(async () => []),
    structures: () => inTurn(async () => []),
    structure: () => inTurn(async () => undefined),
    hash: () => inTurn(async () => ({ tick, hash })),
    save: () =>
      inTurn(async () => {
        const saved = JSON.stringify({ tick, hash, orders, changedTick })
        saving = [{ name: 'fake', bytes: new TextEncoder().encode(saved) }]
        return { tick, hash }
      }),
    pieces: () => inTurn(async () => saving.splice(0, 1)),
    async close() {
      dead = true
    },
  }
  return {
    kernel,
    die: () => {
      dead = true
    },
  }
}
