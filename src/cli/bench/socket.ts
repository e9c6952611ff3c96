// A WebSocket of many: the graphql-transport-ws protocol with as little work a message as can be, so that the load
// generator is not what is measured.

import WebSocket from 'ws'

export type Socket = {
  /** Every item of a subscription, as its text; `ended` is called once where the server ends it. */
  subscribe(query: string, item: (text: string) => void, ended: () => void): void
  /** One operation: the text of its answer. */
  ask(query: string, variables: Readonly<Record<string, unknown>>): Promise<string>
  close(): void
}

const CONNECT_MS = 30_000

/** Rejects where the server does not greet back. `lost` is called once if the connection ends unasked. */
export async function openSocket(
  url: string,
  token: string | undefined,
  lost: (why: string) => void,
): Promise<Socket> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws', {
    perMessageDeflate: false,
    handshakeTimeout: CONNECT_MS,
  })
  const listeners = new Map<string, { next: (text: string) => void; end: () => void }>()
  let ids = 0
  let closing = false
  const hand = (type: string | undefined, text: string) => {
    const [, id = ''] = /"id":"(\d+)"/.exec(text) ?? []
    const listener = listeners.get(id)
    if (type !== 'complete') listener?.next(text)
    if (type === 'next') return
    listeners.delete(id)
    listener?.end()
  }
  const acknowledged = new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.once('close', (code) => reject(new Error(`closed with ${code}`)))
    socket.once('open', () => {
      const payload = token === undefined ? {} : { token }
      socket.send(JSON.stringify({ type: 'connection_init', payload }))
    })
    socket.on('message', (data) => {
      const text = String(data)
      const [, type] = /"type":"(\w+)"/.exec(text) ?? []
      if (type === 'connection_ack') resolve()
      else if (type === 'ping') socket.send('{"type":"pong"}')
      else hand(type, text)
    })
  })
  await acknowledged
  socket.on('error', () => {})
  socket.once('close', (code, reason) => {
    if (!closing) lost(`${code} ${String(reason)}`)
    for (const { end } of [...listeners.values()]) end()
  })
  const send = (
    query: string,
    variables: object,
    next: (text: string) => void,
    end: () => void,
  ) => {
    const id = String(++ids)
    listeners.set(id, { next, end })
    socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query, variables } }))
  }
  return {
    subscribe: (query, item, ended) => send(query, {}, item, ended),
    ask: (query, variables) =>
      new Promise((resolve, reject) => {
        let answer: string | undefined
        send(
          query,
          variables,
          (text) => {
            answer = text
          },
          () => (answer === undefined ? reject(new Error('no answer')) : resolve(answer)),
        )
      }),
    close() {
      closing = true
      socket.terminate()
    },
  }
}
