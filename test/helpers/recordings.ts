// What the servers that a test spawns write down of their REST exchanges (recordExchanges.mjs).

import {
  chmodSync,
  closeSync,
  existsSync,
  fstatSync,
  mkdtempSync,
  openSync,
  readSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Exchange } from '../api/openapi.ts'

const recorder = pathToFileURL(join(import.meta.dirname, 'recordExchanges.mjs')).href
/** How far each recording was read. */
const recordings = new Map<string, number>()
let folder: string | undefined

/** From now on, spawned servers are recorded: what runs outside the tests, such as benchmarks, is not. */
export function startRecording(): void {
  folder = ''
}

/** For node, before the program's name, and its environment. Nothing outside tests. */
export function recorded(): {
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** The file that this server writes. */
  readonly file: string
} {
  if (folder === undefined) return { args: [], environment: {}, file: '' }
  if (folder === '') {
    folder = mkdtempSync(join(tmpdir(), 'exchanges-'))
    // Servers run as other users, too.
    chmodSync(folder, 0o777)
  }
  const file = join(folder, `${recordings.size}.jsonl`)
  recordings.set(file, 0)
  return { args: ['--import', recorder], environment: { ORRERY_TEST_EXCHANGES: file }, file }
}

/** What was recorded since the last call. A line that is still being written, or that a kill cut off, is left. */
export function* newExchanges(): Generator<{ readonly exchange: Exchange; readonly file: string }> {
  for (const [file, from] of recordings) {
    if (!existsSync(file)) continue
    const bytes = readFrom(file, from)
    const end = bytes.lastIndexOf('\n') + 1
    recordings.set(file, from + end)
    for (const line of bytes.subarray(0, end).toString().split('\n')) {
      if (line !== '') yield { exchange: JSON.parse(line) as Exchange, file }
    }
  }
}

function readFrom(file: string, from: number): Buffer {
  const descriptor = openSync(file, 'r')
  try {
    const bytes = Buffer.alloc(fstatSync(descriptor).size - from)
    return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, from))
  } finally {
    closeSync(descriptor)
  }
}
