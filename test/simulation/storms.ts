// What happens to the servers: they are stopped, killed, cut off, taken over and slowed, and there is always another.

import type { Server, StartServer } from './servers.ts'
import type { Stage } from './stage.ts'

export type Fleet = {
  begin(): Promise<void>
  /** Whoever is asked now: any of those that are up. */
  readonly any: () => Server
  /** No more storms; one server is up and well. */
  calm(): Promise<void>
  end(): Promise<void>
  left(): readonly string[]
  /** How often each kind came. */
  readonly storms: Record<string, number>
}

/** A world may end by these; anything else that stops one is a fault. */
const MAY_STOP = /lease|taken over|the server stops|the kernel/

export function openFleet(stage: Stage, start: StartServer): Fleet {
  const { faults, scheduler, time } = stage
  const dice = stage.dice.fork()
  const pick = stage.dice.fork()
  const storms: Record<string, number> = {}
  const all: Server[] = []
  /** The newest last: it is the one that should run the world. */
  let up: Server[] = []
  const ending: Promise<void>[] = []
  let blowing: Promise<void> = Promise.resolve()

  const open = async () => {
    const server = await start()
    all.push(server)
    up.push(server)
  }
  const drop = (server: Server, how: 'stopped' | 'killed') => {
    up = up.filter((other) => other !== server)
    ending.push(server.end(how))
  }
  const newest = () => up.at(-1)!
  const while_ = async (mostMs: number) => scheduler.sleep(dice.between(50, mostMs))

  const kinds: Readonly<Record<string, () => Promise<void>>> = {
    async 'the store is away'() {
      faults.away = true
      await while_(2_500)
      faults.away = false
    },
    async 'the store is slow'() {
      const before = faults.storeMs
      faults.storeMs = 400
      await while_(2_000)
      faults.storeMs = before
    },
    async 'the kernel crashes'() {
      faults.kernelCrashes = dice.between(1, 2)
    },
    async 'the server is restarted'() {
      const before = newest()
      ending.push(before.end('stopped'))
      await open()
      drop(before, 'stopped')
    },
    async 'the server is killed'() {
      const before = newest()
      await Promise.all([before.end('killed'), open()])
      drop(before, 'killed')
    },
    async 'another server takes over'() {
      const before = newest()
      await open()
      await while_(1_500)
      drop(before, 'stopped')
    },
    async 'the server is cut off, and another takes over'() {
      const before = newest()
      before.line.cut = true
      await open()
      await while_(1_500)
      before.line.cut = false
      await while_(1_000)
      drop(before, 'stopped')
    },
    async 'the line is cut'() {
      const { line } = newest()
      line.cut = true
      await while_(1_500)
      line.cut = false
    },
    async 'the lease is lost'() {
      const before = newest()
      before.loseLease()
      await open()
      drop(before, 'stopped')
    },
    async 'the clock jumps'() {
      stage.jumpClock(dice.between(-6, 6) * 3_600_000)
    },
    async 'everything stands still'() {
      time.stall(dice.between(200, 4_000))
    },
  }

  const blow = async () => {
    // A run knows a few kinds of storms only, so that each gets its share of runs without the others.
    const known = Object.keys(kinds).filter(() => dice.likely(0.4))
    while (!stage.calm) {
      await scheduler.sleep(dice.between(100, 2_500))
      if (stage.calm || known.length === 0) return
      const kind = dice.pick(known)
      storms[kind] = (storms[kind] ?? 0) + 1
      stage.note(`storm: ${kind}`)
      await kinds[kind]!()
      await mend()
    }
  }
  /** A world that has stopped is opened again, by another server. */
  const mend = async () => {
    const { state, stopped = '' } = newest().world()?.status() ?? { state: 'replaying' }
    if (state !== 'stopped') return
    if (!MAY_STOP.test(stopped)) stage.fault(`the world stopped: ${stopped}`)
    const before = newest()
    await open()
    drop(before, 'stopped')
  }

  return {
    storms,
    any: () => pick.pick(up),
    async begin() {
      await open()
      blowing = blow()
    },
    async calm() {
      await blowing
      // Who is being stopped may still take the world over, by an append that is under way.
      await Promise.all(ending)
      await mend()
    },
    async end() {
      for (const server of [...up]) drop(server, 'stopped')
      await Promise.all(ending)
    },
    left: () => all.flatMap((server) => server.left()),
  }
}
