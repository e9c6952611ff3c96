// What operators measure: over the real composition, and that the number of series has a bound.

import { readFileSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import { StoreUnavailable } from '../../src/domain/ports/eventStore.ts'
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
