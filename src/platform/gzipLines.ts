// The lines of a gzipped text, from the disk and onto it.

import { createReadStream, createWriteStream } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'

/** Throws what the file or its compression is at fault with. */
export async function* gzipLines(file: string): AsyncGenerator<string> {
  const text = createGunzip()
  const copied = pipeline(createReadStream(file), text)
  // A fault of either ends the reading of both.
  copied.catch((error: Error) => text.destroy(error))
  yield* createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY })
  await copied
}

/** Writes lines, each with its end, under another name until the file is whole and on the disk. */
export async function writeGzipLines(file: string, lines: AsyncIterable<string>): Promise<void> {
  const part = `${file}.part`
  await pipeline(Readable.from(lines), createGzip({ level: 6 }), createWriteStream(part))
  const handle = await open(part, 'r+')
  await handle.sync()
  await handle.close()
  await rename(part, file)
}
