// The lines of a gzipped text, as they come from the disk.

import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'

/** Throws what the file or its compression is at fault with. */
export async function* gzipLines(file: string): AsyncGenerator<string> {
  const text = createGunzip()
  const copied = pipeline(createReadStream(file), text)
  // A fault of either ends the reading of both.
  copied.catch((error: Error) => text.destroy(error))
  yield* createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY })
  await copied
}
