// EventStoreDB in this process, in memory, by the gRPC definitions that its client ships: appends with every kind of
// expected revision and the server's idempotency, reads both ways, catch-up subscriptions with a filter.

import type { EventEmitter } from 'node:events'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import {
  Server,
  ServerCredentials,
  type ServerReadableStream,
  type ServerWritableStream,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js'
import { expectedOf, judgeAppend, type Kept, type Proposed } from './eventStoreDbRules.ts'

export type EventStoreDbServer = {
  /** `esdb://…` */
  readonly connectionString: string
  /** `$maxAge` in seconds of a stream, if one was set. */
  maxAge(stream: string): number | undefined
  /** The next append to a stream whose name contains `part` is written, and its answer lost. */
  loseAnswer(part: string): void
  /** Ends every connection, as a network does; new ones are taken. */
  cut(): void
  close(): Promise<void>
}

type Req = InstanceType<typeof streams.ReadReq>
type Resp = InstanceType<typeof streams.ReadResp>
type ReadCall = ServerWritableStream<Req, Resp>

export async function eventStoreDbServer(): Promise<EventStoreDbServer> {
  const log: Kept[] = []
  const byStream = new Map<string, Kept[]>()
  const watching = new Set<() => void>()
  const open = new Set<EventEmitter>()
  let position = 0
  let losing: string | undefined

  const keep = (stream: string, proposed: readonly Proposed[]) => {
    const versions = byStream.get(stream) ?? []
    byStream.set(stream, versions)
    for (const one of proposed) {
      // Positions are offsets in a file there: they rise by what the record before took.
      position += 57 + one.data.length
      const kept = { ...one, stream, revision: versions.length, position }
      versions.push(kept)
      log.push(kept)
    }
    for (const wake of watching) wake()
  }
  const appended = (stream: string, reply: sendUnaryData<AppendResp>) => {
    if (losing !== undefined && stream.includes(losing)) {
      losing = undefined
      return reply({ code: status.UNAVAILABLE, details: 'the connection was lost' })
    }
    const versions = byStream.get(stream) ?? []
    const success = new streams.AppendResp.Success()
    success.setCurrentRevision(String(versions.length - 1))
    const at = new streams.AppendResp.Position()
    at.setCommitPosition(String(position))
    at.setPreparePosition(String(position))
    success.setPosition(at)
    reply(null, new streams.AppendResp().setSuccess(success))
  }
  const append = (call: AppendCall, reply: sendUnaryData<AppendResp>) => {
    let options: AppendOptions | undefined
    const proposed: Proposed[] = []
    call.on('data', (request: AppendReq) => {
      options ??= request.getOptions()
      const message = request.getProposedMessage()
      if (message) proposed.push(proposedOf(message))
    })
    call.on('end', () => {
      const stream = nameOf(options?.getStreamIdentifier())
      const versions = byStream.get(stream) ?? []
      const verdict = judgeAppend(versions, expectedOf(options), proposed)
      if (verdict === 'wrong') return reply(null, wrongVersion(versions.length))
      if (verdict === 'write') keep(stream, proposed)
      // What others write to the same server is none of ours.
      if (log.length % 7 === 0) keep('$stats-127.0.0.1:2113', [noise(log.length)])
      appended(stream, reply)
    })
  }

  const read = (call: ReadCall) => {
    open.add(call)
    call.on('close', () => open.delete(call))
    call.on('error', () => {})
    const options = call.request.getOptions()
    if (!options) return call.end()
    const filter = options.getFilter()?.getStreamIdentifier()?.getPrefixList() ?? ['']
    const passes = ({ stream }: Kept) => filter.some((prefix) => stream.startsWith(prefix))
    if (options.hasSubscription()) return follow(call, passes)
    const found = options.hasStream() ? ofStream(options) : ofAll(options)
    if (found === 'no stream') {
      const missing = new streams.ReadResp.StreamNotFound()
      missing.setStreamIdentifier(options.getStream()?.getStreamIdentifier())
      call.write(new streams.ReadResp().setStreamNotFound(missing))
    } else if (found === 'no such position') {
      call.emit('error', { code: status.INVALID_ARGUMENT, details: 'unaligned position' })
      return
    } else {
      const count = Math.min(found.length, Number(options.getCount()))
      for (const kept of found.slice(0, count)) call.write(eventResponse(kept, options.hasAll()))
    }
    call.end()
  }
  const ofStream = (options: ReadOptions): Kept[] | 'no stream' => {
    const stream = options.getStream()
    const versions = byStream.get(nameOf(stream?.getStreamIdentifier()))
    if (!versions) return 'no stream'
    const backwards = options.getReadDirection() === 1
    if (backwards) return versions.toReversed()
    return versions.slice(stream?.hasRevision() ? Number(stream.getRevision()) : 0)
  }
  const ofAll = (options: ReadOptions): Kept[] | 'no such position' => {
    const all = options.getAll()
    const at = all?.hasPosition() ? Number(all.getPosition()?.getCommitPosition()) : undefined
    const index = at === undefined ? -1 : log.findIndex((kept) => kept.position === at)
    if (at !== undefined && index < 0) return 'no such position'
    // Forwards from a position includes it; backwards does not.
    if (options.getReadDirection() === 1)
      return log.slice(0, index < 0 ? undefined : index).toReversed()
    return log.slice(Math.max(0, index))
  }
  const follow = (call: ReadCall, passes: (kept: Kept) => boolean) => {
    const confirmed = new streams.ReadResp.SubscriptionConfirmation()
    call.write(new streams.ReadResp().setConfirmation(confirmed.setSubscriptionId('one')))
    const all = call.request.getOptions()?.getAll()
    const after = all?.hasPosition() ? Number(all.getPosition()?.getCommitPosition()) : 0
    let next = log.findIndex((kept) => kept.position > after)
    if (next < 0) next = log.length
    const send = () => {
      while (next < log.length) {
        const kept = log[next++]
        if (kept && passes(kept) && !call.write(eventResponse(kept, true))) return
      }
    }
    call.on('drain', send)
    watching.add(send)
    const stop = () => watching.delete(send)
    call.on('cancelled', stop).on('close', stop)
    send()
  }

  const server = new Server()
  server.addService(StreamsService, { read, append } as never)
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    )
  })
  keep('$users', [noise(0)])
  return {
    connectionString: `esdb://127.0.0.1:${port}?tls=false`,
    maxAge: (stream) => {
      const metadata = byStream.get(`$$${stream}`)?.at(-1)
      return metadata && JSON.parse(Buffer.from(metadata.data).toString()).$maxAge
    },
    loseAnswer: (part) => {
      losing = part
    },
    cut() {
      for (const call of open) {
        call.emit('error', { code: status.UNAVAILABLE, details: 'cut' })
      }
    },
    close: async () => server.forceShutdown(),
  }
}

type AppendReq = InstanceType<typeof streams.AppendReq>
type AppendResp = InstanceType<typeof streams.AppendResp>
type AppendCall = ServerReadableStream<AppendReq, AppendResp>
type AppendOptions = NonNullable<ReturnType<AppendReq['getOptions']>>
type ReadOptions = NonNullable<ReturnType<Req['getOptions']>>
type Identifier = ReturnType<AppendOptions['getStreamIdentifier']>

const nameOf = (identifier: Identifier) =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString()

const noise = (id: number): Proposed => ({
  id: `noise-${id}`,
  type: '$statsCollected',
  data: Buffer.from('{}'),
  metadata: new Uint8Array(),
})

function proposedOf(message: InstanceType<typeof streams.AppendReq.ProposedMessage>): Proposed {
  return {
    id: message.getId()?.getString() ?? '',
    type: message.getMetadataMap().get('type') ?? '',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  }
}

function wrongVersion(actual: number): AppendResp {
  const wrong = new streams.AppendResp.WrongExpectedVersion()
  if (actual === 0) wrong.setCurrentNoStream(new shared.Empty())
  else wrong.setCurrentRevision(String(actual - 1))
  return new streams.AppendResp().setWrongExpectedVersion(wrong)
}

function eventResponse(kept: Kept, isAll: boolean): Resp {
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent()
  const id = new shared.UUID()
  id.setString(kept.id)
  recorded.setId(id)
  const stream = new shared.StreamIdentifier()
  stream.setStreamName(Uint8Array.from(Buffer.from(kept.stream)))
  recorded.setStreamIdentifier(stream)
  recorded.setStreamRevision(String(kept.revision))
  recorded.setCommitPosition(String(kept.position))
  recorded.setPreparePosition(String(kept.position))
  recorded.getMetadataMap().set('type', kept.type)
  recorded.getMetadataMap().set('content-type', 'application/json')
  recorded.getMetadataMap().set('created', '0')
  recorded.setData(kept.data)
  recorded.setCustomMetadata(kept.metadata)
  const event = new streams.ReadResp.ReadEvent()
  event.setEvent(recorded)
  if (isAll) event.setCommitPosition(String(kept.position))
  else event.setNoPosition(new shared.Empty())
  return new streams.ReadResp().setEvent(event)
}
