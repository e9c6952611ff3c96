// Sends what is spoilt as it stands, by HTTP or over a WebSocket, and tells what came of it.

import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import WebSocket from 'ws'

export type Told = {
  /** Of HTTP; or the code with which a WebSocket was closed; 0 for a message. */
  readonly status: number
  readonly text: string
}
export type Asked = {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body?: Buffer | string
}

/** How often anything was sent: what is counted as tried must have moved it. */
export const sent = { count: 0 }

/** Keeps its connections, so that thousands of requests take no thousands of them. */
export function httpAsker(url: string) {
  const { hostname, port } = new URL(url)
  const agent = new Agent({ keepAlive: true, maxSockets: 4 })
  return {
    ask: ({ method, path, headers, body }: Asked) =>
      new Promise<Told>((resolve, reject) => {
        const given = Object.entries(headers).filter(([, value]) => value !== undefined)
        const length =
          body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
        const asking = request({
          hostname,
          port,
          agent,
          method,
          path,
          headers: { ...length, ...Object.fromEntries(given) } as Record<string, string>,
        })
        asking.on('response', (response) => {
          let text = ''
          response.setEncoding('utf8')
          response.on('data', (data: string) => {
            text += data
          })
          response.on('close', () => resolve({ status: response.statusCode ?? 0, text }))
        })
        asking.on('error', reject)
        asking.end(body)
        sent.count += 1
      }),
    close: () => agent.destroy(),
  }
}

/** Writes bytes on a connection of their own, and resolves with what came back once the server ended it. */
export function onTheWire(url: string, bytes: string): Promise<Told> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(Number(port), hostname, () => {
      socket.write(bytes, 'latin1')
      sent.count += 1
    })
    socket.on('data', (data) => {
      answer += data
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0)
      resolve({ status, text: answer.slice(answer.indexOf('\r\n\r\n') + 4) })
    })
  })
}

/** One connection after the other: a message is answered by a message, or by the end of the connection. */
export function socketAsker(url: string, token: string) {
  type Open = { socket: WebSocket; tell: (told: Told) => void }
  let open: Promise<Open> | undefined

  const opened = (greeted: boolean) =>
    new Promise<Open>((resolve) => {
      const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
      const one: Open = { socket, tell: () => {} }
      socket.on('error', () => {})
      socket.on('open', () => {
        if (!greeted) resolve(one)
        else socket.send(JSON.stringify({ type: 'connection_init', payload: { token } }))
      })
      socket.on('message', (data) => {
        const { type } = JSON.parse(String(data))
        if (type === 'connection_ack') resolve(one)
        // The one that takes an id stands on its own and is told by nothing.
        else if (type === 'error' || type === 'next') one.tell({ status: 0, text: String(data) })
      })
      socket.on('close', (code, reason) => {
        if (greeted) open = undefined
        one.tell({ status: code, text: String(reason) })
      })
    })

  async function send(
    messages: readonly (Buffer | string)[],
    greeted: boolean,
    isAnswer: (told: Told) => boolean,
  ) {
    if (greeted) open ??= opened(true)
    const one = await (greeted ? open! : opened(false))
    return new Promise<Told>((resolve) => {
      one.tell = (told) => {
        if (isAnswer(told)) resolve(told)
      }
      // As a text, whatever its bytes are.
      for (const message of messages) one.socket.send(message, { binary: false })
      sent.count += 1
    })
  }

  return {
    /** On a connection that was greeted; the next message takes the same, if it is still there. */
    ask: (...messages: (Buffer | string)[]) => send(messages, true, () => true),
    /** Until the connection is closed. */
    breaks: (greeted: boolean, ...messages: (Buffer | string)[]) =>
      send(messages, greeted, ({ status }) => status !== 0),
    async close() {
      const { socket } = (await open) ?? {}
      socket?.terminate()
    },
  }
}
