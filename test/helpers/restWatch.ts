// Watches every REST exchange of a server in this process, or of one that was spawned, however it was asked: each is validated
// against the OpenAPI document, and a test during which one was not as it says fails. A setup file of every suite.

import { afterAll, afterEach } from 'vitest'
import type { Exchange } from '../api/openapi.ts'
import { hearExchanges } from './exchanges.mjs'
import { newExchanges, startRecording } from './recordings.ts'

const faults: string[] = []
const judging = new Set<Promise<void>>()
let judged = 0
/** Of each spawned server, by its recording. */
const judgedOf = new Map<string, number>()

/** What was wrong since it was asked last, and how many exchanges were judged so far. A test that brings a fault about takes it. */
export async function takeRestFaults(): Promise<{
  faults: readonly string[]
  judged: number
  judgedOf: (recording: string) => number
}> {
  for (const { exchange, file } of newExchanges()) {
    await check(exchange)
    judgedOf.set(file, (judgedOf.get(file) ?? 0) + 1)
  }
  while (judging.size > 0) await Promise.all(judging)
  return { faults: faults.splice(0), judged, judgedOf: (file) => judgedOf.get(file) ?? 0 }
}

async function fail(): Promise<void> {
  const found = await takeRestFaults()
  if (found.faults.length === 0) return
  const told = [...new Set(found.faults.map((fault) => fault.slice(0, 400)))].slice(0, 20)
  throw new Error(`REST is not as its OpenAPI document says:\n${told.join('\n')}`)
}
afterEach(fail)
afterAll(fail)

startRecording()
hearExchanges((exchange) => {
  const done = check(exchange).finally(() => judging.delete(done))
  judging.add(done)
})

/** Loaded with the first exchange: most files of tests have no server. */
let checker: Promise<(exchange: Exchange) => string | undefined> | undefined
async function check(exchange: Exchange): Promise<void> {
  checker ??= open()
  const fault = (await checker)(exchange)
  judged++
  if (fault !== undefined) faults.push(fault)
}

async function open() {
  const [{ openApiCheck }, { openApi }] = await Promise.all([
    import('../api/openapi.ts'),
    import('../../src/api/rest/openapi.ts'),
  ])
  // As it is served: what is undefined here is not there.
  return openApiCheck(JSON.parse(JSON.stringify(openApi())))
}
