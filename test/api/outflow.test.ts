// Who reads slowly is waited for; who reads nothing, or is gone without a word, is cut at the stated bound. Time passes by what is read.

import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { type Outflow, openOutflow } from '../../src/api/outflow.ts'
import { readSendQueues } from '../../src/api/sendQueues.ts'
import { until } from './fakes.ts'

const STALL_MS = 15_000
/** Far more than the buffers of both ends hold of a reader that began slowly. */
const ANSWER_BYTES = 6_000_000
const hasIPv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
)
const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
const UPGRADE =
  'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'

let now: number
let outflow: Outflow
/** Why connections were cut. */
let cuts: string[]
let server: Server
/** The server's ends, in the order of their requests. */
let ends: Socket[]
let readers: Socket[]
/** Each writes to a stream of events. */
let beats: (() => void)[]
beforeEach(() => {
  now = 0
  cuts = []
  ends = []
  readers = []
  beats = []
  open()
})
afterEach(() => {
  outflow.close()
  for (const socket of [...readers, ...ends]) socket.destroy()
  server.close()
})

/** A server that answers GET / with one large write, and a greeted WebSocket with one large message; others with little. */
function open(sendQueues?: typeof readSendQueues): void {
  outflow = openOutflow(
    { outflowStallMs: STALL_MS, outflowTotalBytesMax: 64e6 },
    { now: () => now, monotonic: () => now },
    sendQueues,
  )
  const watch = (socket: Socket, pendingBytes: () => number) => {
    ends.push(socket)
    return outflow.watch({ socket, pendingBytes }, (_, kind) => {
      cuts.push(`${kind} of ${ends.indexOf(socket)}`)
      socket.destroy()
    })
  }
  server = createServer(({ socket, url }, response) => {
    response.once(
      'close',
      watch(socket, () => response.writableLength),
    )
    if (url === '/') response.end(Buffer.alloc(ANSWER_BYTES))
    else response.write(':\n\n')
    if (url === '/beats') beats.push(() => response.write(`data: ${'beat '.repeat(10_000)}\n\n`))
  })
  const sockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, (client) => {
      client.on('error', () => {})
      client.once(
        'close',
        watch(socket as Socket, () => client.bufferedAmount),
      )
      client.send(Buffer.alloc(ANSWER_BYTES))
    }),
  )
}

/** A connection that reads nothing before it is resumed, and then one piece; `got` counts its bytes. */
async function connected(head: string, host = '127.0.0.1', from = host) {
  if (!server.listening) await new Promise<void>((resolve) => server.listen(0, host, resolve))
  const before = ends.length
  const socket = connect((server.address() as AddressInfo).port, from)
  readers.push(socket)
  const reader = { socket, got: 0, ended: false }
  socket.on('error', () => {})
  socket.on('close', () => {
    reader.ended = true
  })
  socket.on('data', (data) => {
    reader.got += data.length
    socket.pause()
  })
  socket.pause()
  socket.write(head)
  await until(() => ends.length > before)
  return reader
}

/** Waits until nothing moves of what the server has written. */
async function settled(end: Socket): Promise<number> {
  let [before, bytes] = [-1, 0]
  await until(async () => {
    before = bytes
    bytes = (await readSendQueues())(end)
    return bytes > 0 && bytes === before
  })
  return bytes
}

/** Lets time pass until something is cut; resolves to how long that was. */
async function waitForCut(): Promise<number> {
  await outflow.look()
  const began = now
  while (cuts.length === 0 && now - began < 10 * STALL_MS) {
    now += 500
    await outflow.look()
  }
  return now - began
}

/** The kernels of both ends may still be moving something when it begins. */
function expectBound(waitedMs: number): void {
  expect(waitedMs).toBeGreaterThanOrEqual(STALL_MS)
  expect(waitedMs).toBeLessThan(2 * STALL_MS)
}

describe.skipIf(process.platform !== 'linux')('where the kernel tells what it holds', () => {
  test.each([
    ['one large answer', GET],
    ['one large message of a WebSocket', UPGRADE],
  ])('who reads slowly gets all of %s, while who reads none of it is cut', async (_, head) => {
    const slow = await connected(head)
    await connected(head)
    while (!slow.ended && slow.got < ANSWER_BYTES) {
      const before = slow.got
      slow.socket.resume()
      await until(() => slow.got > before || slow.ended)
      now += 500
      await outflow.look()
    }
    expect(slow.got).toBeGreaterThan(ANSWER_BYTES)
    // It took several times the bound, and nobody else was waited for so long.
    expect(now).toBeGreaterThan(2 * STALL_MS)
    expect(cuts).toEqual(['stall of 1'])
  })

  test('who stops in the middle is waited for from then on', async () => {
    const reader = await connected(GET)
    await settled(ends[0]!)
    await outflow.look()
    now = STALL_MS - 1
    // So much that its machine tells of it.
    await until(() => {
      reader.socket.resume()
      return reader.got > 2_000_000
    })
    await settled(ends[0]!)
    expectBound(await waitForCut())
    expect(cuts).toEqual(['stall of 0'])
  })

  test('a stream is cut whose reader takes no more, though all of it has left the process', async () => {
    await connected('GET /beats HTTP/1.1\r\nHost: a\r\n\r\n')
    await connected('GET /idle HTTP/1.1\r\nHost: a\r\n\r\n')
    // Its machine's buffers fill, and then nothing of it is acknowledged any more: as if it had vanished.
    for (let beat = 0; beat < 10; beat++) beats[0]!()
    expect(await settled(ends[0]!)).toBeGreaterThan(0)
    expect(ends[0]!.writableLength).toBe(0)
    const began = now
    await outflow.look()
    while (cuts.length === 0) {
      beats[0]!()
      now += 500
      await outflow.look()
    }
    expectBound(now - began)
    // Nothing waits for the other, and it stays.
    expect(cuts).toEqual(['stall of 0'])
    expect(ends[1]!.destroyed).toBe(false)
  })

  test.skipIf(!hasIPv6).each([
    ['IPv4', '127.0.0.1', '127.0.0.1'],
    ['IPv6', '::1', '::1'],
    ['IPv4 at a door for both', '::', '127.0.0.1'],
  ])('what waits for a reader by %s is known', async (_, host, from) => {
    await connected(GET, host, from)
    expect(await settled(ends[0]!)).toBeGreaterThan(0)
    const other = await connected('GET /idle HTTP/1.1\r\nHost: a\r\n\r\n', host, from)
    other.socket.resume()
    await until(async () => (await readSendQueues())(ends[1]!) === 0)
  })
})

test('where the kernel tells nothing, who reads nothing is cut all the same', async () => {
  outflow.close()
  open(async () => () => 0)
  await connected(GET)
  const idle = await connected('GET /idle HTTP/1.1\r\nHost: a\r\n\r\n')
  expect(await waitForCut()).toBe(STALL_MS)
  expect(cuts).toEqual(['stall of 0'])
  expect(idle.ended).toBe(false)
})
