// What operators measure: over the real composition, and that the number of series has a bound.

import { readFileSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import { StoreUnavailable } from '../../src/domain/ports/eventStore.ts'
import type { Tracer } from '../../src/domain/ports/tracer.ts'
import { built } from '../helpers/builtKernel.ts'
import { composedServers } from '../helpers/composed.ts'
import { act, openFake, until } from './fakes.ts'

let stop: () => Promise<void>
afterEach(() => stop())

type Player = { token: string; mailbox: string; account: string }
const scrape = async (url: string) => (await fetch(`${url}/metrics`)).text()
/** The value of a series by its start, e.g. `orrery_commands_total{command="Say"`; NaN where there is none. */
const seriesValue = (text: string, series: string) =>
  Number(
    text
      .split('\n')
      .find((line) => line.startsWith(series))
      ?.split(' ')
      .at(-1),
  )

test('commands, refusals, appends, seals, ticks, outcomes, the feed and the queues are counted', async () => {
  const servers = composedServers()
  stop = () => servers.stop()
  const url = await servers.start()
  const post = async (path: string, body: unknown, token?: string) => {
    const headers = {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    }
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    return answer.json()
  }
  const ada = (await post('/players', { name: 'Ada' })) as Player
  const actions = `/mailbox/${ada.mailbox}/actions`
  await post(actions, { type: 'EnterWorld', world: 'first' }, ada.token)
  await post(actions, { type: 'ClaimMany', world: 'first', cells: [3] }, ada.token)
  await post(actions, { type: 'ReleaseCell', world: 'first', cell: 9 }, ada.token)
  // Whoever listens is told of the outcome, so the feed has something to count.
  const poll = await fetch(`${url}/poll/${ada.mailbox}`, {
    headers: { authorization: `Bearer ${ada.token}` },
  })
  expect(poll.status).toBe(200)
  await until(async () => seriesValue(await scrape(url), 'orrery_outcomes_total') > 0)
  const text = await scrape(url)
  const positive = [
    'orrery_commands_total{command="ClaimMany",status="accepted"}',
    'orrery_command_seconds_count',
    'orrery_refusals_total{command="ReleaseCell",refused="NotOwner"}',
    'orrery_http_request_seconds_count{route="/mailbox/:id/actions"}',
    'orrery_appends_total{result="appended"}',
    'orrery_append_commands_count',
    'orrery_append_seconds_sum',
    'orrery_appended_events_total',
    'orrery_seal_seconds_count{world="first"}',
    'orrery_sealed_events_total{world="first"}',
    'orrery_ticks_total{world="first"}',
    'orrery_tick_seconds_count{world="first"}',
    'orrery_kernel_call_seconds_sum{world="first"}',
    'orrery_kernel_busy_seconds_total{world="first"}',
    'orrery_outcomes_total{world="first",reason="Done"}',
    'orrery_world_tick{world="first"}',
    'orrery_world_players{world="first"}',
    'orrery_nodejs_eventloop_lag_seconds',
  ]
  const zero = [
    'orrery_queue_depth{queue="commands"}',
    'orrery_queue_depth{queue="appends"}',
    'orrery_events_waiting{world="first"}',
    'orrery_feed_waiting{world="first"}',
    'orrery_feed_waiting_max{world="first"}',
    'orrery_chunks{world="first",held="watched"}',
    'orrery_world_lag_ms{world="first"}',
    'orrery_world_ups{world="first"}',
  ]
  for (const series of positive) expect(seriesValue(text, series), series).toBeGreaterThan(0)
  for (const series of zero) expect(seriesValue(text, series), series).toBeGreaterThanOrEqual(0)
})

test('the documents and the dashboard name what there is, and all of it', async () => {
  const fake = await openFake()
  stop = () => fake.api.close()
  const text = await scrape(fake.url)
  const metrics = [...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name!)
  const own = metrics.filter((name) => !/^orrery_(process|nodejs)_/.test(name))
  const page = readFileSync('docs/operating.md', 'utf8')
  for (const name of own) expect(page, name).toContain(name)
  const dashboard = readFileSync('docs/grafana.json', 'utf8')
  expect(JSON.parse(dashboard).panels.length).toBeGreaterThan(10)
  const named = `${page.match(/```promql.*?```/s)?.[0]}${dashboard}`.matchAll(/orrery_\w+/g)
  for (const [name] of named) {
    expect(metrics).toContain(name.replace(/_(bucket|sum|count)$/, ''))
  }
})

test('readiness tells of a log that is away, and of its return', async () => {
  const servers = composedServers()
  stop = () => servers.stop()
  let away = false
  const head = servers.storage.store.head
  Object.assign(servers.storage.store, {
    head: () => (away ? Promise.reject(new StoreUnavailable('refused')) : head()),
  })
  const url = await servers.start()
  const ready = async () => {
    const answer = await fetch(`${url}/readyz`)
    return { status: answer.status, body: (await answer.json()) as { reasons?: string[] } }
  }
  expect((await ready()).status).toBe(200)
  away = true
  await until(async () => (await ready()).status === 503)
  expect((await ready()).body.reasons).toEqual(['the event log is away: refused'])
  away = false
  await until(async () => (await ready()).status === 200)
})

test('a world that stands beside the first is told, and 503 to whoever asks for it by name', async () => {
  // Every signal can be forced, and is told.
  const servers = composedServers(
    built ? { KERNEL: 'rust', KERNEL_SIGNAL: 'eventfd' } : { KERNEL: 'typescript' },
  )
  const kernel = built ? { kernel: 'rust', signal: 'eventfd' } : { kernel: 'typescript' }
  stop = () => servers.stop()
  let url = await servers.start()
  const json = { 'content-type': 'application/json' }
  const join = await fetch(`${url}/players`, {
    method: 'POST',
    headers: json,
    body: '{"name":"Ada"}',
  })
  const { token, mailbox } = (await join.json()) as { token: string; mailbox: string }
  const body = JSON.stringify({ type: 'FoundWorld', world: 'mars', seed: 3, n: 2, ups: 20 })
  const headers = { ...json, authorization: `Bearer ${token}` }
  await fetch(`${url}/mailbox/${mailbox}/actions`, { method: 'POST', headers, body })
  const ready = async (query = '') => {
    const answer = await fetch(`${url}/readyz${query}`)
    // biome-ignore lint/suspicious/noExplicitAny: answers are JSON of many shapes
    return { status: answer.status, body: (await answer.json()) as any }
  }
  await until(async () => (await ready('?world=mars')).status === 200)
  expect((await ready()).body).toEqual({
    status: 'ready',
    worlds: [
      { world: 'first', state: 'running', workersLost: 0, ...kernel },
      { world: 'mars', state: 'running', workersLost: 0, ...kernel },
    ],
  })
  await servers.stop()
  // Another version ran it meanwhile, under other rules.
  const { store } = servers.storage
  const version = (await store.readStream('ledger-mars', 0, 1_000)).length
  const started = {
    type: 'EngineStarted' as const,
    data: { world: 'mars', engine: 'other', rulesHash: 'ffffffffffffffff', emptyThrough: 10_000 },
  }
  const metadata = {
    ...{ eventId: 'other', commandId: 'other', account: 'system', world: 'mars' },
    ...{ correlationId: 'other', causationId: 'other', at: new Date(0).toISOString() },
  }
  await store.append('ledger-mars', version, [
    {
      ...{
        account: 'system',
        commandId: 'other',
        payloadHash: 'other',
        outcome: 'accepted' as const,
      },
      events: [{ ...started, version: 1, metadata }],
    },
  ])
  url = await servers.start()
  await until(async () => (await ready('?world=mars')).body.worlds?.[1]?.state === 'stopped')
  const { status, body: told } = await ready()
  expect(status).toBe(200)
  expect(told).toMatchObject({
    status: 'degraded',
    reasons: [expect.stringContaining('world mars is stopped')],
    worlds: [
      { world: 'first', state: 'running' },
      { world: 'mars', state: 'stopped', stopped: expect.stringContaining('rules') },
    ],
  })
  expect(await ready('?world=mars')).toMatchObject({
    status: 503,
    body: { reasons: [expect.stringContaining('mars')], worlds: told.worlds },
  })
  expect((await ready('?world=first')).status).toBe(200)
  expect((await ready('?world=venus')).status).toBe(404)
})

test('subscribers are counted while they listen', async () => {
  const fake = await openFake()
  stop = () => fake.api.close()
  const ada = await fake.enter()
  const gone = new AbortController()
  const polling = fake
    .call('GET', `/poll/${ada.mailbox}`, { token: ada.token, signal: gone.signal })
    .catch(() => {})
  await until(
    async () => seriesValue(await scrape(fake.url), 'orrery_subscribers{door="poll"}') === 1,
  )
  gone.abort()
  await polling
  await until(
    async () => seriesValue(await scrape(fake.url), 'orrery_subscribers{door="poll"}') === 0,
  )
})

test('nothing that strangers send makes a new series', async () => {
  const fake = await openFake()
  stop = () => fake.api.close()
  const ada = await fake.enter()
  const nonsense = async (round: string) => {
    await act(fake.call, ada, { type: `Made${round}Up`, world: `world${round}` })
    await act(fake.call, ada, { type: 'StopHarvest', world: `world${round}` })
    await fake.call('GET', `/nowhere/${round}`)
    await fake.call('GET', `/worlds/world${round}`)
    await fake.call('PUT', `/worlds/${round}`)
    await fake.call('GET', '/worlds/first/chat', { headers: { 'correlation-id': round } })
    await fake.graphql(`{ nothing${round} }`)
  }
  await nonsense('a')
  const series = async () =>
    (await scrape(fake.url))
      .split('\n')
      .map((line) => line.split(' ')[0]!)
      .filter((name) => !/^#|nodejs|process/.test(name))
  // Once it was asked for, /metrics is a series itself.
  await series()
  const before = await series()
  for (let round = 0; round < 20; round++) await nonsense(`r${round}`)
  expect(await series()).toEqual(before)
})

test('a request whose caller goes before the answer is out is counted, logged and traced as cut off', async () => {
  const ended: unknown[] = []
  const tracer: Tracer = {
    request: () => (answer) => ended.push(answer),
    command: () => () => {},
  }
  const fake = await openFake({ limits: { pollWaitMs: 600_000 }, tracer })
  const ada = await fake.enter()
  const gone = new AbortController()
  const { mailbox, token } = ada
  const polling = fake.call('GET', `/poll/${mailbox}`, { token, signal: gone.signal })
  await until(async () => fake.world.connected.length > 0)
  gone.abort()
  await expect(polling).rejects.toThrow('aborted')
  const line = 'orrery_http_requests_total{method="GET",route="/poll/:session",status="499"} 1'
  await until(async () => (await fake.call('GET', '/metrics')).body.includes(line))
  const cut = { method: 'GET', route: '/poll/:session', status: 499 }
  expect(fake.noted).toContainEqual(expect.objectContaining({ event: 'request', ...cut }))
  expect(ended).toContainEqual(cut)
  await fake.api.close()
})
