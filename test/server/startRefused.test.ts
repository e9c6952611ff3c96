// Starts of the whole server that are refused: by which words, and that nothing is left running.

import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { keptServer } from '../helpers/keptServer.ts'
import { dataFolder, postgresOf, removeFolder, until } from '../helpers/server.ts'

const server = keptServer({ WORLD_SEED: '11', WORLD_N: '16', UPS: '30', DEMO_BOT: 'off' })
const { folder } = server

/** Starts where it should be refused: how it ended, and what it said. */
async function refusedStart(dataDir: string, environment: Record<string, string>) {
  const spawned = server.spawn(dataDir, environment)
  const code = await Promise.race([spawned.exited, spawned.up])
  return { code, output: spawned.output() }
}

test('a second start on the same folder is refused by the name of the folder; the first goes on', async () => {
  const { code, output } = await refusedStart(folder, {})
  expect(output).toContain(`Another server is already running on ${folder}`)
  expect(output).not.toMatch(/^ +at /m)
  expect(code).toBe(3)
  const before = await server.tick()
  await until(server.tick, (tick) => tick > before)
  expect(await server.now().stop()).toBe(0)
})

test.each([
  ['WORLD_SEED', '12', '11'],
  ['WORLD_N', '17', '16'],
  ['UPS', '60', '30'],
])('%s %s is refused where the world was founded with %s', async (name, asked, is) => {
  const { code, output } = await refusedStart(folder, { [name]: asked })
  expect(output).toContain(`${name} is ${asked}, but world first was founded with ${is}`)
  expect(output).not.toMatch(/^ +at /m)
  expect(code).toBe(3)
  expect(postgresOf(folder)).toEqual([])
})

test('variables that are wrong are all named, and nothing is started', async () => {
  const unused = dataFolder()
  const { code, output } = await refusedStart(unused, {
    PORT: '70000',
    UPS: 'fast',
    WORLD_N: '0',
    DEMO_BOT: 'maybe',
  })
  for (const fault of ['PORT is "70000"', 'UPS is "fast"', 'WORLD_N is "0"', 'DEMO_BOT is "maybe"'])
    expect(output).toContain(fault)
  expect(code).toBe(2)
  expect(postgresOf(unused)).toEqual([])
  removeFolder(unused)
})

test('a port in use is named, and nothing is left running', async () => {
  const holder = createServer()
  const port = await new Promise<number>((resolve) => {
    holder.listen(0, 'localhost', () => resolve((holder.address() as { port: number }).port))
  })
  const { code, output } = await refusedStart(folder, { PORT: String(port) })
  holder.close()
  expect(output).toContain(`PORT ${port} is in use`)
  expect(output).not.toMatch(/^ +at /m)
  expect(code).toBe(3)
  expect(postgresOf(folder)).toEqual([])
})
