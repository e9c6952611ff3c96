// Classes of fault in the line and the headers of a request. Those of `wire` are what a client of HTTP would not send.

import type { Chance } from './chance.ts'

export type Line = {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}
type Class = {
  readonly spoil: (line: Line, chance: Chance) => Line
  readonly names: RegExp
  readonly only?: 'token'
}

const withQuery = (path: string, query: string) =>
  `${path}${path.includes('?') ? '&' : '?'}${query}`
const beforeQuery = (path: string, change: (pathname: string) => string) => {
  const [pathname = '', ...query] = path.split('?')
  return [change(pathname), ...query].join('?')
}
const onPath =
  (change: (pathname: string, chance: Chance) => string): Class['spoil'] =>
  (line, chance) => ({
    ...line,
    path: beforeQuery(line.path, (pathname) => change(pathname, chance)),
  })
const withHeader =
  (name: string, values: readonly string[]): Class['spoil'] =>
  (line, chance) => ({ ...line, headers: { ...line.headers, [name]: chance.one(values) } })

export const lineClasses: Readonly<Record<string, Class>> = {
  'another method': {
    spoil: (line, chance) => ({
      ...line,
      method: chance.one(['PUT', 'PATCH', 'PROPFIND', 'TRACE', 'LOCK']),
    }),
    names: /is not for|takes/,
  },
  'a path below it': {
    spoil: onPath((path) => `${path}/more`),
    names: /nothing at|no world|taken here/,
  },
  'a slash at its end': { spoil: onPath((path) => `${path}/`), names: /nothing at|empty parts/ },
  'other capitals': {
    spoil: onPath((path) => path.replace(/[a-z]/, (letter) => letter.toUpperCase())),
    names: /nothing at/,
  },
  'a path that is no UTF-8': {
    spoil: onPath((path, chance) => path + chance.one(['%ff', '%E0%A4%A', '%c0%80', '%'])),
    names: /UTF-8|nothing at/,
  },
  'a zero character in the path': {
    spoil: onPath((path) => `${path}%00`),
    names: /nothing at|no world|takes|yours|control character/,
  },
  'a path out of the tree': {
    spoil: onPath((path) => `${path}/..%2f..%2fetc%2fpasswd`),
    names: /nothing at|takes|no world|yours|encoded slash|taken here/,
  },
  'an unknown parameter': {
    spoil: (line, chance) => ({
      ...line,
      path: withQuery(
        line.path,
        chance.one(['admin=1', 'Limit=1', '__proto__=1', 'limit[]=1', '⬡='].map(encodeURI)),
      ),
    }),
    names: /admin|Limit|__proto__|limit\[\]|⬡/,
  },
  'a parameter twice': {
    spoil: (line) => ({ ...line, path: withQuery(line.path, 'after=0&after=0') }),
    names: /after/,
  },
  'a target too long': {
    spoil: (line) => ({ ...line, path: withQuery(line.path, 'x'.repeat(17_000)) }),
    names: /16384/,
  },
  'headers too large': { spoil: withHeader('x', ['x'.repeat(17_000)]), names: /16384/ },
  'another expectation': { spoil: withHeader('expect', ['a-miracle', '200-ok']), names: /Expect/ },
  'a Host that is none': {
    spoil: withHeader('host', ['a b', 'a/b', '<a>', 'a@b', '"a"']),
    names: /Host/,
  },
  'a wrong token': {
    only: 'token',
    spoil: withHeader('authorization', [
      `Bearer orrery_${'0'.repeat(43)}`,
      'Bearer x',
      `Bearer ${'x'.repeat(5000)}`,
    ]),
    names: /token/,
  },
  'no Bearer': {
    only: 'token',
    spoil: withHeader('authorization', ['Basic YTpi', 'Bearer', 'Bearer a b', 'Token x', 'x']),
    names: /Bearer|token/,
  },
}

/** What stands on the wire: the whole request but for its body. */
export const wireClasses: Readonly<Record<string, (line: Line, chance: Chance) => string>> = {
  'an unknown method': (line, chance) =>
    onWire({ ...line, method: chance.one(['STEAL', 'get', 'P0ST', '\u00e9']) }),
  'another HTTP': (line, chance) =>
    onWire(line).replace('HTTP/1.1', chance.one(['HTTP/9.9', 'HTTP/2.0', 'HTPP/1.1', 'HTTP'])),
  'a blank in the target': (line, chance) =>
    onWire({ ...line, path: `${line.path}${chance.one([' ', '\t'])}b` }),
  'a target that is no path': (line) => onWire({ ...line, path: line.path.slice(1) }),
  'a byte in the target that has no place there': (line, chance) =>
    onWire({ ...line, path: `${line.path}${chance.one(['\0', '\u0001', '\u00ff', '\u007f'])}` }),
  'a header name that is none': (line, chance) =>
    onWire(line, `${chance.one(['x y', 'x(y)', 'x ', '[x]', '\u00e9'])}: a`),
  'a header without a colon': (line) => onWire(line, 'x'),
  'a carriage return alone': (line) => onWire(line, 'x: a\rb: c'),
  'lines that end in a line feed alone': (line) => onWire(line).replaceAll('\r\n', '\n'),
  'a blank before the first header': (line) => onWire(line).replace('\r\n', '\r\n x: a\r\n'),
  'no Host': (line) => onWire(line).replace(/host: .*\r\n/, ''),
  'a header with a zero byte': (line) => onWire(line, 'x: a\0b'),
  'a header that goes on in the next line': (line) => onWire(line, 'x: a\r\n b: c\r\n\u0001'),
  'a header without a name': (line) => onWire(line, ': a'),
  'a length that is no number': (line, chance) =>
    onWire(line, `content-length: ${chance.one(['many', '-1', '0x10', '1e3', '1 2'])}`),
  'two lengths': (line) => onWire(line, 'content-length: 1\r\ncontent-length: 2'),
  'a length and chunks': (line) => onWire(line, 'content-length: 5\r\ntransfer-encoding: chunked'),
  'chunks that are none': (line, chance) =>
    `${onWire(line, 'transfer-encoding: chunked')}${chance.one(['zz', '-1', 'fffffffffffffffff'])}\r\n{}\r\n`,
  'an unknown transfer encoding': (line, chance) =>
    onWire(line, `transfer-encoding: ${chance.one(['rot13', 'chunked, gzip'])}`),
}

function onWire({ method, path, headers }: Line, more?: string): string {
  const lines = Object.entries({ connection: 'close', ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  )
  return `${[`${method} ${path} HTTP/1.1`, 'host: a', ...lines, ...(more === undefined ? [] : [more])].join('\r\n')}\r\n\r\n`
}
