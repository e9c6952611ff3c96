// A WebSocket in front of a TCP port or a unix socket: what Neon puts before PostgreSQL, in the fewest lines.

import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type NetConnectOpts } from 'node:net'
import { createWebSocketStream, WebSocketServer } from 'ws'

export type WebSocketProxy = {
  /** `host:port/path`, as the driver wants it. */
  readonly address: string
  /** Cuts every connection, as a network does; new ones are taken. */
  cut(): void
  close(): Promise<void>
}

/** `to`: where each WebSocket's bytes go. */
export async function webSocketProxy(to: NetConnectOpts): Promise<WebSocketProxy> {
  const http = createServer()
  const server = new WebSocketServer({ server: http })
  server.on('connection', (webSocket) => {
    const near = createWebSocketStream(webSocket)
    const far = connect(to)
    // Either end's fault or farewell ends the other.
    const end = () => {
      far.destroy()
      webSocket.terminate()
    }
    for (const stream of [near, far]) stream.on('error', end).on('close', end)
    near.pipe(far).pipe(near)
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo
  const cut = () => {
    for (const webSocket of server.clients) webSocket.terminate()
  }
  return {
    address: `127.0.0.1:${port}/v2`,
    cut,
    async close() {
      cut()
      server.close()
      http.close()
      await once(http, 'close')
    },
  }
}
