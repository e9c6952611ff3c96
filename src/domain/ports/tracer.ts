// The way of a request through the server, as a trace: the doors tell where it begins and ends.

import type { OrderId } from './observer.ts'

export type Tracer = {
  /**
   * A request has come; the returned function is called when it is answered. `traceparent`: the caller's own trace (W3C).
   */
  request(request: {
    readonly correlationId: string
    readonly traceparent?: string
  }): (answer: { readonly method: string; readonly route: string; readonly status: number }) => void
  /** A command of that request is handed over; the returned function takes its answer. */
  command(command: {
    readonly correlationId: string
    readonly order: OrderId
    readonly name: string
  }): (status: string) => void
}
