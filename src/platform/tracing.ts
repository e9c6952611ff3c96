// Traces by OpenTelemetry, from a request through its command, its append and its tick to its outcome: one trace an order.
// Loaded only where an endpoint is named, so that it costs nothing elsewhere.

import {
  type Context,
  isSpanContextValid,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'
import type { Observer, OrderId } from '../domain/ports/observer.ts'
import type { Tracer } from '../domain/ports/tracer.ts'
import { recent } from './recent.ts'

export type Tracing = {
  readonly tracer: Tracer
  readonly observer: Observer
  /** Sends what waits. */
  close(): Promise<void>
}

/** Requests, and orders, under way whose trace is known: at least so many. */
const KEPT = 10_000
/** Whoever collects may be away: a stop waits no longer for it. */
const FAREWELL_MS = 2_000

/** `endpoint`: of an OTLP collector, without a path. Headers and sampling are set as OpenTelemetry's own variables say. */
export function openTracing(endpoint: string, service: string): Tracing {
  const url = `${endpoint.replace(/\/$/, '')}/v1/traces`
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url }))],
  })
  const spans = provider.getTracer('orrery')
  const requests = recent<Context>(KEPT)
  const orders = recent<Context>(KEPT)

  /** A span that is over already, below that of its order; returns where the next hangs. */
  const passed = (
    order: OrderId,
    name: string,
    durationMs: number,
    attributes: Record<string, string | number>,
  ): Context | undefined => {
    const below = orders.get(keyOf(order))
    if (!below) return undefined
    const endTime = nowMs()
    const span = spans.startSpan(name, { attributes, startTime: endTime - durationMs }, below)
    span.end(endTime)
    return trace.setSpan(below, span)
  }

  return {
    tracer: {
      request({ correlationId, traceparent }) {
        const kind = SpanKind.SERVER
        const span = spans.startSpan('request', { kind }, callersOwn(traceparent))
        span.setAttribute('orrery.correlation_id', correlationId)
        if (span.isRecording()) requests.set(correlationId, trace.setSpan(ROOT_CONTEXT, span))
        return ({ method, route, status }) => {
          requests.delete(correlationId)
          span.updateName(`${method} ${route}`)
          span.setAttributes({
            'http.request.method': method,
            'http.route': route,
            'http.response.status_code': status,
          })
          if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
          span.end()
        }
      },
      command({ correlationId, order, name }) {
        const below = requests.get(correlationId) ?? ROOT_CONTEXT
        const attributes = {
          'orrery.command_id': order.commandId,
          'orrery.correlation_id': correlationId,
        }
        const span = spans.startSpan(`command ${name}`, { attributes }, below)
        if (span.isRecording()) orders.set(keyOf(order), trace.setSpan(below, span))
        return (status) => {
          // Of an order that was not accepted nothing more comes.
          if (status !== 'accepted') orders.delete(keyOf(order))
          span.setAttribute('orrery.status', status)
          if (status === 'unavailable') span.setStatus({ code: SpanStatusCode.ERROR })
          span.end()
        }
      },
    },
    observer: {
      appended({ stream, orders: of, events, result, durationMs }) {
        const attributes = { stream, events, result, commands: of.length }
        for (const order of of) passed(order, 'append', durationMs, attributes)
      },
      ran({ world, through, busyMs, durationMs, orders: of }) {
        for (const order of of) {
          const attributes = { world, through, busyMs }
          const next = passed(order, 'tick', durationMs, attributes)
          if (next) orders.set(keyOf(order), next)
        }
      },
      judged(world, outcome) {
        const { tick, reason, done, asked } = outcome
        passed(outcome, 'outcome', 0, { world, tick, reason, done, asked })
        orders.delete(keyOf(outcome))
      },
      ...noOrders,
    },
    async close() {
      const late = new Promise((resolve) => setTimeout(resolve, FAREWELL_MS).unref())
      await Promise.race([provider.shutdown().catch(() => {}), late])
    },
  }
}

/** What is of no order: metrics tell it. */
const noOrders = { sealed() {}, told() {}, cut() {}, kernelLost() {}, kernelIs() {} }

const nowMs = () => performance.timeOrigin + performance.now()
const keyOf = ({ account, commandId }: OrderId) => `${account} ${commandId}`

/** The context that a W3C traceparent names; a root for anything else. */
function callersOwn(traceparent: string | undefined): Context {
  const [, traceId = '', spanId = '', flags = '00'] =
    /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent ?? '') ?? []
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true }
  return isSpanContextValid(context) ? trace.setSpanContext(ROOT_CONTEXT, context) : ROOT_CONTEXT
}
