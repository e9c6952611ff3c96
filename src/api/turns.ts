// Requests on one connection are answered in turn: the next begins when the answer before it is over. Node would begin all that are
// sent at once, and those whose answer waits for another's never hear that their connection has ended: they would go on for ever.

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** When so many wait on one connection, no more is read from it. */
const WAITING_MAX = 16

type Waiting = { readonly request: IncomingMessage; readonly response: ServerResponse }

export function inTurn(answer: RequestListener): RequestListener {
  /** What waits on each connection that is being answered. */
  const lines = new WeakMap<Socket, Waiting[]>()

  function begin(socket: Socket, line: Waiting[], { request, response }: Waiting): void {
    response.once('close', () => {
      // Nobody hears what comes after the last answer of a connection.
      if (!socket.writable) {
        line.length = 0
        return
      }
      const next = line.shift()
      if (line.length < WAITING_MAX && socket.isPaused()) socket.resume()
      if (next) begin(socket, line, next)
      else lines.delete(socket)
    })
    answer(request, response)
  }

  return (request, response) => {
    const { socket } = request
    const line = lines.get(socket)
    if (line) {
      line.push({ request, response })
      if (line.length >= WAITING_MAX) socket.pause()
      return
    }
    const fresh: Waiting[] = []
    lines.set(socket, fresh)
    begin(socket, fresh, { request, response })
  }
}
