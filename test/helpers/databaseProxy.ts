// A way to a PostgreSQL that can be slow, gone, or cut just while something is committed.

import { connect, createServer, type Socket } from 'node:net'
import pg from 'pg'

/** Where a connection is cut: the server never gets the commit, is at it, or has answered it to nobody. */
export const cutPlaces = ['before', 'during', 'after'] as const
export type CutPlace = (typeof cutPlaces)[number]

export type DatabaseProxy = {
  readonly port: number
  /** For `pg`, as `to` would be used. */
  readonly connection: pg.ClientConfig
  readonly url: string
  /** Each way takes so much longer. */
  delayMs: number
  /** Of the commits to come, this share is cut. */
  cutShare: number
  readonly cuts: Record<CutPlace, number>
  /** True: nobody gets through, and who had is cut off. */
  away(gone: boolean): void
  close(): Promise<void>
}

/** What the store's commits look like on the wire: its writing statements are transactions of their own. */
const COMMITS = ['orrery-write', 'COMMIT']

const sleep = (ms: number) => new Promise((next) => setTimeout(next, ms))

/** Listens before the server that `to` names. `random` decides which commits are cut, and where. */
export async function databaseProxy(
  to: pg.ClientConfig,
  random: () => number,
): Promise<DatabaseProxy> {
  const open = new Set<Socket>()
  const cuts = { before: 0, during: 0, after: 0 }
  let gone = false
  const steer = { delayMs: 0, cutShare: 0 }

  const pipe = (client: Socket) => {
    const server = connectTo(to)
    let muted = false
    const cut = () => {
      client.destroy()
      server.destroy()
    }
    for (const socket of [client, server]) {
      open.add(socket)
      socket.on('error', cut)
      socket.on('close', () => {
        open.delete(socket)
        cut()
      })
    }
    const onward = (target: Socket) => {
      let last: Promise<unknown> = Promise.resolve()
      return (chunk: Buffer, written?: () => void) => {
        const { delayMs } = steer
        if (delayMs > 0) last = last.then(() => sleep(delayMs))
        last = last.then(() => void (target.writable && target.write(chunk, written)))
      }
    }
    const [toServer, toClient] = [onward(server), onward(client)]
    client.on('data', (chunk: Buffer) => {
      const commits = COMMITS.some((part) => chunk.includes(part))
      if (!commits || random() >= steer.cutShare) return toServer(chunk)
      const place = cutPlaces[Math.floor(random() * cutPlaces.length)]!
      cuts[place]++
      if (place === 'before') return cut()
      if (place === 'during') return toServer(chunk, cut)
      muted = true
      toServer(chunk)
    })
    server.on('data', (chunk: Buffer) => {
      if (muted) cut()
      else toClient(chunk)
    })
  }
  const listener = createServer((client) => (gone ? client.destroy() : pipe(client)))
  const port = await new Promise<number>((resolve) => {
    listener.listen(0, '127.0.0.1', () => resolve((listener.address() as { port: number }).port))
  })
  const { user, database } = to
  return Object.assign(steer, {
    port,
    connection: { ...to, host: '127.0.0.1', port },
    url: `postgres://${user}@127.0.0.1:${port}/${database}`,
    cuts,
    away(now: boolean) {
      gone = now
      if (gone) for (const socket of open) socket.destroy()
    },
    async close() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => listener.close(resolve))
    },
  })
}

function connectTo(to: pg.ClientConfig): Socket {
  const { host, port } = new pg.Client(to)
  return host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host)
}
