// JSON that means one thing only. JSON.parse takes the last of two equal keys, any depth, and a key named __proto__: each is a
// way to be read differently by two readers, so the doors refuse them, and say where.

import { isUtf8 } from 'node:buffer'

/** Deeper than anything that is asked here. */
const DEPTH_MAX = 32

const QUOTE = 0x22
const COMMA = 0x2c
const BACKSLASH = 0x5c
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/** What is wrong with the bytes before anybody reads them as JSON; undefined if nothing is. */
export function bytesFault(bytes: Buffer): string | undefined {
  if (bytes.length >= 2 && ((bytes[0] === 0xff && bytes[1] === 0xfe) || bytes[0] === 0xfe)) {
    return 'is UTF-16: send UTF-8'
  }
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    return 'begins with a byte order mark: send UTF-8 without'
  }
  if (!isUtf8(bytes)) return 'is not UTF-8'
  return jsonFault(bytes.toString('utf8'))
}

/** What JSON.parse would let pass: depth, equal keys, __proto__. Of text that is no JSON it tells nothing. */
export function jsonFault(text: string): string | undefined {
  /** The keys of each open object; undefined for a list. */
  const open: (Set<string> | undefined)[] = []
  let keyNext = false
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE: {
        const end = endOfText(text, at)
        const fault = keyNext ? keyFault(text.slice(at, end + 1), open.at(-1)) : undefined
        if (fault !== undefined) return fault
        keyNext = false
        at = end
        break
      }
      case OPEN_OBJECT:
      case OPEN_LIST: {
        if (open.length === DEPTH_MAX) return `nests deeper than ${DEPTH_MAX}`
        keyNext = text.charCodeAt(at) === OPEN_OBJECT
        open.push(keyNext ? new Set() : undefined)
        break
      }
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        open.pop()
        keyNext = false
        break
      case COMMA:
        keyNext = open.at(-1) !== undefined
        break
    }
  }
  return undefined
}

/** Where the text that begins at `from` ends: its closing quote, or the end of everything. */
function endOfText(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === BACKSLASH) at++
    else if (code === QUOTE) return at
  }
  return text.length
}

function keyFault(quoted: string, keys: Set<string> | undefined): string | undefined {
  const key = unescaped(quoted)
  if (key === undefined || keys === undefined) return undefined
  const told = JSON.stringify(key.slice(0, 64))
  if (key === '__proto__') return `has a key ${told}, which is no field of anything`
  if (keys.has(key)) return `has the key ${told} twice`
  keys.add(key)
  return undefined
}

function unescaped(quoted: string): string | undefined {
  if (!quoted.includes('\\')) return quoted.slice(1, -1)
  try {
    return JSON.parse(quoted) as string
  } catch {
    return undefined
  }
}
