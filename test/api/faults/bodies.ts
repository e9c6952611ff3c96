// Classes of fault in the bytes of a body, or of a message over a WebSocket.

import { gzipSync } from 'node:zlib'
import { defaultLimits } from '../../../src/api/limits.ts'
import type { Chance } from './chance.ts'

export type Spoilt = {
  readonly body: Buffer | string
  /** undefined: not sent at all. */
  readonly headers?: Readonly<Record<string, string | undefined>>
}
type Class = {
  readonly spoil: (json: string, chance: Chance) => Spoilt
  /** Words that name it, beside those that any refusal has. */
  readonly names?: RegExp
  /** Only HTTP has such, or of it only what takes a body. */
  readonly only?: 'HTTP' | 'POST'
}

/** Puts bytes inside some text of the body, where every reader has to look at them. */
function inText(json: string, bytes: Buffer, chance: Chance): Buffer {
  const texts = [...json.matchAll(/"(?:\\.|[^"\\])*"/g)]
  const { index, 0: text } = chance.one(texts)
  // Not behind a backslash, which would make another thing of them.
  const places = Array.from({ length: text.length - 1 }, (_, at) => at + 1).filter(
    (at) => !text.slice(0, at).includes('\\'),
  )
  const at = index + chance.one(places)
  return Buffer.concat([Buffer.from(json.slice(0, at)), bytes, Buffer.from(json.slice(at))])
}
const withKey = (json: string, key: string) => `{${key},${json.slice(1)}`
const lists = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
const key = (chance: Chance) => chance.one(['a', 'type', 'world', 'query', 'commandId', '⬡'])
const typed = (type: string | undefined) => ({ headers: { 'content-type': type } })

let packed: Buffer | undefined
const bomb = () => {
  packed ??= gzipSync(`{"a":"${'x'.repeat(20_000_000)}"}`)
  return packed
}

export const bodyClasses: Readonly<Record<string, Class>> = {
  'no body': { only: 'POST', spoil: () => ({ body: '' }), names: /body|Query|query/ },
  'blanks alone': { spoil: (_, chance) => ({ body: ' \t\n'.repeat(1 + chance.below(9)) }) },
  'rubbish bytes': {
    spoil: (_, chance) => ({ body: Buffer.concat([Buffer.from([0xff]), chance.bytes(40)]) }),
  },
  'a body cut short': {
    spoil: (json, chance) => ({ body: json.slice(0, 1 + chance.below(json.length - 1)) }),
  },
  'something after the end': {
    spoil: (json, chance) => ({ body: json + chance.one([']', '}', 'x', ',', '"']) }),
  },
  'two documents': {
    spoil: (json, chance) => ({ body: json + chance.one(['', ' ', '\n']) + json }),
  },
  'a comma too many': { spoil: (json) => ({ body: json.replace(/}$/, ',}') }) },
  'a comment': {
    spoil: (json, chance) => ({ body: chance.one([`/* hello */ ${json}`, `// hello\n${json}`]) }),
  },
  'single quotes': { spoil: (json) => ({ body: json.replaceAll('"', "'") }) },
  'keys without quotes': { spoil: (json) => ({ body: withKey(json, 'a:1') }) },
  'a number that JSON has not': {
    spoil: (json, chance) => ({
      body: withKey(
        json,
        `"a":${chance.one(['NaN', '-Infinity', '0x1F', '007', '+1', '.5', '1.', '1e', '-'])}`,
      ),
    }),
  },
  'an escape that JSON has not': {
    spoil: (json, chance) => ({
      body: withKey(json, `"a":"${chance.one(['\\x41', '\\u12', '\\a', '\\'])}"`),
    }),
  },
  'a control character in a text': {
    spoil: (json, chance) => ({ body: inText(json, Buffer.from([1 + chance.below(31)]), chance) }),
  },
  'a zero byte in a text': {
    spoil: (json, chance) => ({ body: inText(json, Buffer.from([0]), chance) }),
  },
  'a byte that is no UTF-8': {
    spoil: (json, chance) => ({
      body: inText(json, Buffer.from([0xf8 + chance.below(8)]), chance),
    }),
    names: /UTF-8/,
  },
  'a UTF-8 sequence cut short': {
    spoil: (json, chance) => ({ body: inText(json, Buffer.from([0xe2, 0x82]), chance) }),
    names: /UTF-8/,
  },
  'an overlong UTF-8 sequence': {
    spoil: (json, chance) => ({
      body: inText(json, Buffer.from([0xc0, 0x80 + chance.below(64)]), chance),
    }),
    names: /UTF-8/,
  },
  'a surrogate in UTF-8': {
    spoil: (json, chance) => ({
      body: inText(json, Buffer.from([0xed, 0xa0 + chance.below(32), 0x80]), chance),
    }),
    names: /UTF-8/,
  },
  'a byte order mark': { spoil: (json) => ({ body: `\ufeff${json}` }), names: /byte order mark/ },
  'UTF-16': {
    spoil: (json) => ({ body: Buffer.from(`\ufeff${json}`, 'utf16le') }),
    names: /UTF-16|UTF-8/,
  },
  'UTF-16 without a mark': { spoil: (json) => ({ body: Buffer.from(json, 'utf16le') }) },
  'UTF-16 by its charset': {
    only: 'HTTP',
    spoil: (json) => ({
      body: Buffer.from(json, 'utf16le'),
      ...typed('application/json; charset=utf-16le'),
    }),
    names: /UTF-8/,
  },
  'Latin-1 by its charset': {
    only: 'HTTP',
    spoil: (json) => ({ body: json, ...typed('application/json; charset=iso-8859-1') }),
    names: /UTF-8/,
  },
  'a key twice': {
    spoil: (json, chance) => {
      const name = JSON.stringify(key(chance))
      return { body: withKey(json, `${name}:1,${name}:2`) }
    },
    names: /twice/,
  },
  'a key twice, once escaped': {
    spoil: (json) => ({ body: withKey(json, '"a":1,"\\u0061":2') }),
    names: /twice/,
  },
  'a key __proto__': {
    spoil: (json, chance) => ({
      body: withKey(
        json,
        chance.one([
          '"__proto__":{"admin":true}',
          '"cells":[{"__proto__":{"length":1}}]',
          '"\\u005f_proto__":1',
        ]),
      ),
    }),
    names: /__proto__/,
  },
  'more levels than anything has': {
    spoil: (json, chance) => ({ body: withKey(json, `"a":${lists(33 + chance.below(100))}`) }),
    names: /deeper/,
  },
  'a hundred thousand levels': {
    spoil: (json) => ({ body: withKey(json, `"a":${lists(100_000)}`) }),
    names: /deeper/,
  },
  'a list longer than a batch': {
    spoil: (json) => ({ body: `[${Array(101).fill(json).join()}]` }),
  },
  'an empty list': { spoil: () => ({ body: '[]' }) },
  'an empty object': { spoil: () => ({ body: '{}' }) },
  null: { spoil: () => ({ body: 'null' }) },
  'a truth value': { spoil: (_, chance) => ({ body: chance.one(['true', 'false']) }) },
  'a number': { spoil: (_, chance) => ({ body: String(chance.below(1000)) }) },
  'a text': { spoil: (json) => ({ body: JSON.stringify(json) }) },
  'a body too large': {
    spoil: (json) => ({ body: withKey(json, `"a":"${'x'.repeat(defaultLimits.bodyBytesMax)}"`) }),
    names: /larger|1009/,
  },
  'a small body that unpacks to a large one': {
    only: 'HTTP',
    spoil: () => ({ body: bomb(), headers: { 'content-encoding': 'gzip' } }),
    names: /larger/,
  },
  'a body that is not packed as it says': {
    only: 'HTTP',
    spoil: (json, chance) => ({
      body: json,
      headers: { 'content-encoding': chance.one(['gzip', 'deflate', 'br']) },
    }),
    names: /Content-Encoding/,
  },
  'an unknown packing': {
    only: 'HTTP',
    spoil: (json, chance) => ({
      body: json,
      headers: { 'content-encoding': chance.one(['lzma', 'zstd', 'gzip, gzip']) },
    }),
    names: /Content-Encoding/,
  },
  'no content type': {
    only: 'HTTP',
    spoil: (json) => ({ body: json, ...typed(undefined) }),
    names: /Content-Type/,
  },
  'a form': {
    only: 'HTTP',
    spoil: () => ({
      body: 'type=StopHarvest&world=first',
      ...typed('application/x-www-form-urlencoded'),
    }),
    names: /Content-Type/,
  },
  'plain text': {
    only: 'HTTP',
    spoil: (json) => ({ body: json, ...typed('text/plain') }),
    names: /Content-Type/,
  },
  'a multipart form': {
    only: 'HTTP',
    spoil: (json) => ({
      body: `--b\r\nContent-Disposition: form-data; name="operations"\r\n\r\n${json}\r\n--b--\r\n`,
      ...typed('multipart/form-data; boundary=b'),
    }),
    names: /Content-Type/,
  },
  'another JSON': {
    only: 'HTTP',
    spoil: (json, chance) => ({
      body: json,
      ...typed(chance.one(['application/json-seq', 'text/json', 'application/problem+json'])),
    }),
    names: /Content-Type/,
  },
}
