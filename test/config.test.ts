import { resolve } from 'node:path'
import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { ConfigFaults, readConfig, variables } from '../src/config.ts'

const faultsOf = (environment: Record<string, string>) => {
  try {
    readConfig(environment)
  } catch (error) {
    if (error instanceof ConfigFaults) return error.faults
    throw error
  }
  return []
}

describe('configuration', () => {
  test('an empty environment gives the embedded defaults', () => {
    expect(readConfig({})).toEqual({
      host: 'localhost',
      port: 4000,
      dataDir: resolve('data'),
      databaseUrl: undefined,
      neonProxy: undefined,
      eventStoreUrl: undefined,
      firstWorld: { seed: 7, n: 64, ups: 20, set: [] },
      log: 'pretty',
      logLevel: 'info',
      demoBot: true,
      versions: true,
      joinsPerMinute: 60,
      commandsPerMinute: 12_000,
      requestsPerMinute: 12_000,
      connectionsPerAddress: 1000,
      corsOrigins: [],
      trustProxy: [],
      serviceName: 'orrery',
      worldsMax: 8,
      snapshotMinutes: 5,
      migrateRules: false,
      kernel: { threads: 1, spinUs: 50, checkpointMs: 250, hangMs: 5_000 },
    })
  })

  test('what was asked for by name is remembered, so that a founded world can refuse it', () => {
    expect(readConfig({ WORLD_N: '16', UPS: '60' }).firstWorld).toEqual({
      seed: 7,
      n: 16,
      ups: 60,
      set: ['WORLD_N', 'UPS'],
    })
  })

  test('the proxies that are believed are read as networks', () => {
    expect(readConfig({ TRUST_PROXY: 'loopback, 10.1.2.3,fd00::/8' }).trustProxy).toEqual([
      { address: '127.0.0.0', prefix: 8 },
      { address: '::1', prefix: 128 },
      { address: '10.1.2.3', prefix: 32 },
      { address: 'fd00::', prefix: 8 },
    ])
  })

  test.each([
    ['PORT', '65536'],
    ['PORT', '40x'],
    ['KERNEL', 'wasm'],
    ['KERNEL_SIGNAL', 'pipe'],
    ['KERNEL_THREADS', '0'],
    ['PORT', '-1'],
    ['UPS', '19'],
    ['UPS', '61'],
    ['UPS', '20.5'],
    ['WORLD_SEED', '4294967296'],
    ['WORLD_N', '0'],
    ['DEMO_BOT', 'maybe'],
    ['LOG', 'xml'],
    ['DATABASE_URL', 'mysql://localhost/orrery'],
    ['DATABASE_URL', 'not a url'],
    ['DATABASE_URL', 'postgres://localhost'],
    ['NEON_PROXY', 'localhost'],
    ['EVENTSTORE_URL', 'http://localhost:2113'],
    ['NEON_PROXY', 'localhost:8080/v2'],
    ['JOINS_PER_MINUTE', '0'],
    ['COMMANDS_PER_MINUTE', '0'],
    ['REQUESTS_PER_MINUTE', 'all'],
    ['CONNECTIONS_PER_ADDRESS', '-1'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'localhost:4318'],
    ['SNAPSHOT_MINUTES', '1441'],
    ['MIGRATE_RULES', 'perhaps'],
    ['TRUST_PROXY', '*'],
    ['TRUST_PROXY', 'true'],
    ['TRUST_PROXY', '0.0.0.0/0'],
    ['TRUST_PROXY', '10.0.0.0/33'],
    ['TRUST_PROXY', '10.0.0.0/8/8'],
    ['TRUST_PROXY', 'loopback, proxy.example'],
    ['CORS_ORIGINS', 'example.org'],
    ['CORS_ORIGINS', 'https://example.org, https://example.org/page'],
  ])('%s=%s is refused by a line that names the variable', (name, value) => {
    const faults = faultsOf({ [name]: value })
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatch(new RegExp(`^${name} `))
  })

  test('all faults are told at once', () => {
    expect(faultsOf({ PORT: 'x', UPS: 'x', WORLD_N: 'x' })).toHaveLength(3)
  })

  test('a database password is not repeated in the fault', () => {
    expect(faultsOf({ DATABASE_URL: 'mysql://ada:secret@localhost/x' }).join()).not.toMatch(
      /secret/,
    )
  })

  test.prop([fc.dictionary(fc.constantFrom(...Object.keys(variables)), fc.string())])(
    'any environment gives a configuration or faults, and nothing else',
    (environment) => {
      const faults = faultsOf(environment)
      for (const fault of faults) expect(fault).toMatch(/^[A-Z_]+ is /)
    },
  )
})
