// Environment → typed configuration, checked once. Every fault names its variable; all are told at once.

import { isIP } from 'node:net'
import { resolve } from 'node:path'

export type Config = {
  readonly host: string
  readonly port: number
  readonly dataDir: string
  /** Set: use that PostgreSQL. Unset: run the embedded one in `dataDir`. */
  readonly databaseUrl: string | undefined
  /** `host:port/path` of a WebSocket proxy in front of `databaseUrl`. */
  readonly neonProxy: string | undefined
  /** `esdb://…`: the log is there, and everything else in the database. */
  readonly eventStoreUrl: string | undefined
  /** What the first world is founded with; `set` tells which were asked for by name. */
  readonly firstWorld: {
    readonly seed: number
    readonly n: number
    readonly ups: number
    readonly set: readonly ('WORLD_SEED' | 'WORLD_N' | 'UPS')[]
  }
  /** Lines for people, or JSON for whoever collects logs. */
  readonly log: 'pretty' | 'json'
  readonly logLevel: 'info' | 'debug'
  readonly demoBot: boolean
  /** Whether GET /versions tells the code's history. */
  readonly versions: boolean
  /** Joins allowed a minute from one address. */
  readonly joinsPerMinute: number
  /** Commands allowed a minute from one player. */
  readonly commandsPerMinute: number
  /** Requests allowed a minute from one player, or from one address without a token. */
  readonly requestsPerMinute: number
  /** Connections allowed at once from one address. */
  readonly connectionsPerAddress: number
  /** Origins of other sites whose pages may call. */
  readonly corsOrigins: readonly string[]
  /** Proxies whose X-Forwarded-For tells the caller's address. */
  readonly trustProxy: readonly { readonly address: string; readonly prefix: number }[]
  /** Where traces go: an OTLP collector. None are made without it. */
  readonly otlpEndpoint: string | undefined
  readonly serviceName: string
  /** Worlds that may run here side by side. */
  readonly worldsMax: number
  /** Minutes of a world's time between two snapshots; 0: only at a stop and on request. */
  readonly snapshotMinutes: number
  /** Worlds that ran under other rules are taken over. */
  readonly migrateRules: boolean
  readonly kernel: KernelConfig
}

/** What runs the rules. */
export type KernelConfig = {
  /** undefined: Rust in a worker where it is built, else TypeScript. */
  readonly kind: (typeof kernelKinds)[number] | undefined
  /** Of each world's kernel, where it is Rust. */
  readonly threads: number
  /** How server and worker wake one another; undefined: the best there is. */
  readonly signal: (typeof kernelSignals)[number] | undefined
  /** Microseconds to look for an answer before going to sleep. */
  readonly spinUs: number
  /** Milliseconds of work that may have to be done again when a worker is lost; 0: no checkpoints by themselves. */
  readonly checkpointMs: number
  /** A worker that has not moved for so long is replaced. */
  readonly hangMs: number
}

const kernelKinds = ['rust', 'rust-in-thread', 'typescript'] as const
const kernelSignals = ['futex', 'eventfd', 'signal'] as const

export type Environment = Readonly<Record<string, string | undefined>>

export class ConfigFaults extends Error {
  override readonly name = 'ConfigFaults'
  readonly faults: readonly string[]
  constructor(faults: readonly string[]) {
    super(faults.join('\n'))
    this.faults = faults
  }
}

export const variables = {
  PORT: 'TCP port to listen on, 0 to 65535 (0: any free one); default 4000',
  HOST: 'address to listen on; default localhost. 0.0.0.0 opens it to the network',
  DATA_DIR: 'folder of the embedded database; default ./data',
  DATABASE_URL: 'postgres://… : use this server and start none; hosts of Neon by WebSocket',
  NEON_PROXY: 'host:port/path of a WebSocket proxy that leads to DATABASE_URL, as for Neon',
  EVENTSTORE_URL: 'esdb://… : keep the log in this EventStoreDB, and the rest in the database',
  UPS: 'ticks a second of the first world, 20 to 60; default 20',
  WORLD_SEED: 'seed of the first world, 0 to 4294967295; default 7',
  WORLD_N: 'frequency of the first world, 1 to 2048 (10·N²+2 cells); default 64',
  LOG: 'pretty or json: lines for people, or JSON lines with every request and command; default pretty',
  LOG_LEVEL:
    'info or debug: with LOG=json, debug has the seal and the tick of every order too; default info',
  DEMO_BOT: 'on or off: a scripted player that builds in the first world; default on',
  VERSIONS: 'on or off: GET /versions tells the code as it was, from its git checkout; default on',
  JOINS_PER_MINUTE: 'joins allowed a minute from one address; default 60',
  COMMANDS_PER_MINUTE: 'commands allowed a minute from one player; default 12000',
  REQUESTS_PER_MINUTE:
    'requests allowed a minute from one player, or from one address without a token; default 12000',
  CONNECTIONS_PER_ADDRESS: 'connections allowed at once from one address; default 1000',
  CORS_ORIGINS: 'origins, by commas, of other sites whose pages may call; * for any; default none',
  TRUST_PROXY:
    'proxies, by commas, whose X-Forwarded-For tells the caller: addresses, networks such as 10.0.0.0/8, loopback or private; default none',
  OTEL_EXPORTER_OTLP_ENDPOINT:
    'http://host:port of an OpenTelemetry collector that traces are sent to; default none',
  OTEL_SERVICE_NAME: 'the name in those traces; default orrery',
  WORLDS_MAX: 'worlds that may run here side by side, 1 to 64; default 8',
  SNAPSHOT_MINUTES: 'minutes between snapshots of a world, 0 to 1440; 0: only at a stop; default 5',
  MIGRATE_RULES:
    'yes: take over worlds that ran under other rules, from their last snapshot; default no',
  KERNEL:
    'rust, rust-in-thread or typescript: what runs the rules; default rust where it is built, else typescript',
  KERNEL_THREADS: 'threads of a world’s Rust kernel, 1 to 64; default 1',
  KERNEL_SIGNAL:
    'futex, eventfd or signal: how server and worker wake one another; default the first that works',
  KERNEL_SPIN_US:
    'microseconds that they look at most before they sleep, where waits were short of late, 0 to 1000; default 50',
  KERNEL_CHECKPOINT_MS:
    'milliseconds of work between checkpoints, done again when a worker is lost, 0 to 60000; default 250',
  KERNEL_HANG_MS:
    'milliseconds of work without a sign of life after which a worker is replaced, 100 to 600000; default 5000',
} as const

type Variable = keyof typeof variables

/** Reads single variables; what is wrong becomes a line of `faults`. */
function readerOf(environment: Environment, faults: string[]) {
  const text = (name: Variable) => environment[name]?.trim() || undefined
  const either = (name: Variable, yes: string, no: string, otherwise: boolean) => {
    const given = text(name)?.toLowerCase()
    if (given === undefined) return otherwise
    if (given === yes || given === no) return given === yes
    faults.push(`${name} is "${given}": it takes ${yes} or ${no}.`)
    return otherwise
  }
  return {
    text,
    whole(name: Variable, low: number, high: number, otherwise: number) {
      const given = text(name)
      if (given === undefined) return otherwise
      const value = /^\d{1,10}$/.test(given) ? Number(given) : Number.NaN
      if (value >= low && value <= high) return value
      faults.push(`${name} is "${given}": it takes a whole number from ${low} to ${high}.`)
      return otherwise
    },
    onOff: (name: Variable, otherwise: boolean) => either(name, 'on', 'off', otherwise),
    /** One of some words; undefined where none is given. */
    oneOf<Word extends string>(name: Variable, words: readonly Word[]): Word | undefined {
      const given = text(name)?.toLowerCase()
      const word = words.find((each) => each === given)
      if (given !== undefined && word === undefined) {
        faults.push(`${name} is "${given}": it takes ${words.join(', ')}.`)
      }
      return word
    },
    yesNo: (name: Variable, otherwise: boolean) => either(name, 'yes', 'no', otherwise),
    /** Parts between commas; `takes` tells what each is to be. */
    list<Value>(
      name: Variable,
      takes: string,
      read: (part: string) => readonly Value[] | undefined,
    ): Value[] {
      return (text(name) ?? '').split(',').flatMap((each) => {
        const part = each.trim()
        const values = part === '' ? [] : read(part)
        if (!values) faults.push(`${name} is "${part}" in part: it takes ${takes}.`)
        return values ?? []
      })
    },
  }
}

/** Reads the configuration. Throws `ConfigFaults` with a line for each variable that is wrong. */
export function readConfig(environment: Environment): Config {
  const faults: string[] = []
  const read = readerOf(environment, faults)
  const { text, whole, onOff, yesNo, list } = read
  const databaseUrl = text('DATABASE_URL')
  if (databaseUrl !== undefined && !isPostgresUrl(databaseUrl))
    faults.push(
      'DATABASE_URL is not a URL of the form postgres://user:password@host:port/database.',
    )
  const neonProxy = text('NEON_PROXY')
  if (neonProxy !== undefined && !/^[^\s/]+:\d+\/\S*$/.test(neonProxy))
    faults.push(`NEON_PROXY is "${neonProxy}": it takes host:port/path.`)
  else if (neonProxy !== undefined && databaseUrl === undefined)
    faults.push('NEON_PROXY is of use with DATABASE_URL only: set it, too.')
  const eventStoreUrl = text('EVENTSTORE_URL')
  if (eventStoreUrl !== undefined && !/^esdb(\+discover)?:\/\/\S+$/.test(eventStoreUrl))
    faults.push('EVENTSTORE_URL is not a connection string of the form esdb://host:port?tls=true.')
  const corsOrigins = list('CORS_ORIGINS', 'origins such as https://example.org, or *', (origin) =>
    origin === '*' || isOrigin(origin) ? [origin] : undefined,
  )
  const trustProxy = list(
    'TRUST_PROXY',
    'addresses, networks such as 10.0.0.0/8, loopback or private',
    networksOf,
  )
  const otlpEndpoint = text('OTEL_EXPORTER_OTLP_ENDPOINT')
  if (otlpEndpoint !== undefined && !isHttpUrl(otlpEndpoint))
    faults.push(
      `OTEL_EXPORTER_OTLP_ENDPOINT is "${otlpEndpoint}": it takes a URL such as http://localhost:4318.`,
    )
  const founding = ['WORLD_SEED', 'WORLD_N', 'UPS'] as const
  const config: Config = {
    host: text('HOST') ?? 'localhost',
    port: whole('PORT', 0, 65_535, 4000),
    dataDir: resolve(text('DATA_DIR') ?? 'data'),
    databaseUrl,
    neonProxy,
    eventStoreUrl,
    firstWorld: {
      seed: whole('WORLD_SEED', 0, 0xffff_ffff, 7),
      n: whole('WORLD_N', 1, 2048, 64),
      ups: whole('UPS', 20, 60, 20),
      set: founding.filter((name) => text(name) !== undefined),
    },
    log: read.oneOf('LOG', ['pretty', 'json']) ?? 'pretty',
    logLevel: read.oneOf('LOG_LEVEL', ['info', 'debug']) ?? 'info',
    demoBot: onOff('DEMO_BOT', true),
    versions: onOff('VERSIONS', true),
    joinsPerMinute: whole('JOINS_PER_MINUTE', 1, 1_000_000, 60),
    commandsPerMinute: whole('COMMANDS_PER_MINUTE', 1, 100_000_000, 12_000),
    requestsPerMinute: whole('REQUESTS_PER_MINUTE', 1, 100_000_000, 12_000),
    connectionsPerAddress: whole('CONNECTIONS_PER_ADDRESS', 1, 1_000_000, 1000),
    corsOrigins,
    trustProxy,
    otlpEndpoint,
    serviceName: text('OTEL_SERVICE_NAME') ?? 'orrery',
    worldsMax: whole('WORLDS_MAX', 1, 64, 8),
    snapshotMinutes: whole('SNAPSHOT_MINUTES', 0, 1440, 5),
    migrateRules: yesNo('MIGRATE_RULES', false),
    kernel: kernelOf(read),
  }
  if (faults.length > 0) throw new ConfigFaults(faults)
  return config
}

const kernelOf = ({ whole, oneOf }: ReturnType<typeof readerOf>): KernelConfig => ({
  kind: oneOf('KERNEL', kernelKinds),
  threads: whole('KERNEL_THREADS', 1, 64, 1),
  signal: oneOf('KERNEL_SIGNAL', kernelSignals),
  spinUs: whole('KERNEL_SPIN_US', 0, 1000, 50),
  checkpointMs: whole('KERNEL_CHECKPOINT_MS', 0, 60_000, 250),
  hangMs: whole('KERNEL_HANG_MS', 100, 600_000, 5_000),
})

const isOrigin = (value: string) => URL.canParse(value) && new URL(value).origin === value

const isHttpUrl = (value: string) =>
  URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)

const namedNetworks: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
}

/** Undefined for text that names no network. A network of all addresses would believe everybody, so it is none. */
function networksOf(value: string): Config['trustProxy'] | undefined {
  const named = Object.hasOwn(namedNetworks, value) ? namedNetworks[value] : undefined
  if (named) return named.flatMap((each) => networksOf(each) ?? [])
  const [address = '', bits, ...more] = value.split('/')
  const version = isIP(address)
  const width = version === 6 ? 128 : 32
  const prefix = bits === undefined ? width : /^\d{1,3}$/.test(bits) ? Number(bits) : 0
  if (version === 0 || more.length > 0 || prefix < 1 || prefix > width) return undefined
  return [{ address, prefix }]
}

function isPostgresUrl(value: string) {
  try {
    const { protocol, hostname, pathname, searchParams } = new URL(value)
    const named = hostname !== '' || searchParams.has('host')
    return (protocol === 'postgres:' || protocol === 'postgresql:') && named && pathname.length > 1
  } catch {
    return false
  }
}
