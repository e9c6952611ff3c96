// How much of an answer waits for its reader: one that takes nothing, or of which too much waits, is cut, as a WebSocket is.

import type { RequestHandler, Response } from 'express'
import type { Doors } from './doors.ts'

/** Bytes of answers that are compressed: of what waits for that, the response itself does not tell. */
const whole = new WeakMap<Response, number>()

/** Watches every answer: a stream, a poll, or a page. */
export const readInTime =
  ({ metrics, outflow }: Doors): RequestHandler =>
  ({ socket }, response, next) => {
    const pendingBytes = () => Math.max(response.writableLength, whole.get(response) ?? 0)
    const unwatch = outflow.watch({ socket, pendingBytes }, (_, kind) => {
      const isStream = String(response.getHeader('content-type')).startsWith('text/event-stream')
      metrics.cut(isStream ? 'sse' : 'http', kind)
      socket.destroy()
    })
    response.once('close', unwatch)
    next()
  }

/** Stands behind the compression, where answers come in whole: what is compressed is held until the last of it is out. */
export const countedWhole: RequestHandler = (_request, response, next) => {
  const { write, end } = response
  const isEncoded = () => response.hasHeader('content-encoding')
  /** What comes compressed from a file is read as it is sent, and not held. */
  let cameSo: boolean | undefined
  const counted = (pass: () => boolean | Response, chunk: unknown) => {
    cameSo ??= isEncoded()
    const result = pass()
    // The compression says at the first bytes whether it has them.
    if (cameSo || !isEncoded()) return result
    const bytes = typeof chunk === 'string' || chunk instanceof Uint8Array ? chunk.length : 0
    whole.set(response, (whole.get(response) ?? 0) + bytes)
    return result
  }
  response.write = (...given: unknown[]) =>
    counted(() => Reflect.apply(write, response, given), given[0]) as boolean
  response.end = (...given: unknown[]) =>
    counted(() => Reflect.apply(end, response, given), given[0]) as Response
  next()
}
