// What the doors bear. Every queue, table, body and wait of the doors has its bound here.

export type ApiLimits = {
  /** A request's body, unpacked, REST and GraphQL alike; also one WebSocket message. */
  readonly bodyBytesMax: number
  /** Commands in one POST to a mailbox. */
  readonly batchMax: number
  /** Chunks in one GraphQL request or subscription. */
  readonly chunksMax: number
  /** Steps round a cell that one question may reach. */
  readonly reachMax: number
  readonly queryDepthMax: number
  /** Fields after fragments are spread, lists and what is in them weighing more (graphql/queryLimits.ts). */
  readonly queryCostMax: number
  readonly queryTokensMax: number
  /** Joins from one address: this many at once, refilled in a minute. */
  readonly joinsPerMinute: number
  /** Commands of one player: this many at once, refilled in a minute. */
  readonly commandsPerMinute: number
  /** Requests and operations over WebSockets, of one player, or from one address without a token: so many at once, refilled in a minute. */
  readonly requestsPerMinute: number
  /** Requests for the history of the code from one address: this many at once, refilled in a minute. Each runs programs of git. */
  readonly versionsPerMinute: number
  /** Requests with a wrong token from one address: this many at once, refilled in a minute. */
  readonly wrongTokensPerMinute: number
  /** Tokens looked up for an address that has sent too many wrong ones: this many at once, refilled in a minute. */
  readonly tokenLookUpsPerMinute: number
  /** Messages in one answer of a mailbox. */
  readonly messagesMax: number
  readonly pollWaitMs: number
  /** How long a player counts as connected after a poll, a look into her mailbox or a command. */
  readonly lingerMs: number
  /** How often a WebSocket is pinged; one that has not answered by the next time is cut. */
  readonly pingMs: number
  /** Long polls that wait on one mailbox at once. */
  readonly pollsPerMailboxMax: number
  /** WebSockets, over all. */
  readonly socketsMax: number
  /** TCP connections from one address, whatever they speak. */
  readonly connectionsPerAddressMax: number
  readonly subscriptionsPerSocketMax: number
  /** Bytes that may wait on one WebSocket; above it, the connection is cut. */
  readonly outflowBytesMax: number
  /** Bytes that may wait on all connections together, of WebSockets and of HTTP; above it, those with most are cut. */
  readonly outflowTotalBytesMax: number
  /** How long a connection may take nothing while something waits for it, here or in the kernel; after it, it is cut. */
  readonly outflowStallMs: number
  readonly headersTimeoutMs: number
  readonly requestTimeoutMs: number
  /** How long close() waits for requests under way before it cuts them. */
  readonly closeGraceMs: number
}

export const defaultLimits: ApiLimits = {
  bodyBytesMax: 256 * 1024,
  batchMax: 100,
  chunksMax: 64,
  reachMax: 8,
  queryDepthMax: 12,
  queryCostMax: 2000,
  queryTokensMax: 20_000,
  joinsPerMinute: 60,
  commandsPerMinute: 12_000,
  requestsPerMinute: 12_000,
  versionsPerMinute: 600,
  wrongTokensPerMinute: 60,
  tokenLookUpsPerMinute: 600,
  messagesMax: 100,
  pollWaitMs: 30_000,
  lingerMs: 15_000,
  pingMs: 12_000,
  pollsPerMailboxMax: 4,
  socketsMax: 5000,
  connectionsPerAddressMax: 1000,
  subscriptionsPerSocketMax: 32,
  outflowBytesMax: 4 * 1024 * 1024,
  outflowTotalBytesMax: 256 * 1024 * 1024,
  outflowStallMs: 15_000,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  closeGraceMs: 3000,
}
