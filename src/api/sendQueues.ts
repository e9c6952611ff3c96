// What the kernel still holds of each connection because its other end has not taken it: of a reader that is slow this shrinks,
// of one that is gone it never does, whatever of it has left the process.

import { readFile } from 'node:fs/promises'
import { isIPv4, type Socket } from 'node:net'

/** Bytes of a connection that its other end has not acknowledged. */
export type SendQueues = (socket: Socket) => number

const TABLES = ['/proc/net/tcp', '/proc/net/tcp6']

/** Both ends of a connection, its state, and what waits to be sent: `  4: 0100007F:1F90 0100007F:D431 01 000000F4:00000000 …`. */
const ROW = /^ *\d+: [\dA-F]+:([\dA-F]{4}) ([\dA-F]+:[\dA-F]{4}) [\dA-F]{2} ([\dA-F]{8}):/

/** Reads the tables of Linux. Elsewhere, and where they may not be read, nothing is known to wait. */
export async function readSendQueues(): Promise<SendQueues> {
  const waiting = new Map<string, number>()
  for (const table of TABLES) {
    const text = await readFile(table, 'latin1').catch(() => '')
    for (const row of text.split('\n')) {
      const [, localPort, remote, bytes = ''] = ROW.exec(row) ?? []
      const count = Number.parseInt(bytes, 16)
      if (count > 0) waiting.set(`${localPort} ${remote}`, count)
    }
  }
  return (socket) => (waiting.size === 0 ? 0 : (waiting.get(rowOf(socket)) ?? 0))
}

function rowOf({ localPort = 0, remoteAddress = '', remotePort = 0 }: Socket): string {
  return `${hex(localPort, 4)} ${wordsOf(bytesOf(remoteAddress))}:${hex(remotePort, 4)}`
}

const hex = (value: number, digits: number) =>
  value.toString(16).toUpperCase().padStart(digits, '0')

/** The tables show addresses as words of four bytes in the order of the machine, which is the reverse of theirs. */
function wordsOf(bytes: readonly number[]): string {
  const words: string[] = []
  for (let at = 0; at < bytes.length; at += 4) {
    words.push(
      ...bytes
        .slice(at, at + 4)
        .reverse()
        .map((byte) => hex(byte, 2)),
    )
  }
  return words.join('')
}

/** Four of an IPv4 address, sixteen of an IPv6 one. */
function bytesOf(address: string): readonly number[] {
  if (isIPv4(address)) return address.split('.').map(Number)
  const [front = '', back] = address.split('%')[0]!.split('::')
  const head = groupsOf(front)
  const tail = groupsOf(back ?? '')
  const zeros = back === undefined ? 0 : Math.max(0, 16 - head.length - tail.length)
  return [...head, ...Array<number>(zeros).fill(0), ...tail]
}

/** The last of an IPv6 address may be an IPv4 one. */
function groupsOf(text: string): readonly number[] {
  if (text === '') return []
  return text.split(':').flatMap((group) => {
    if (isIPv4(group)) return group.split('.').map(Number)
    const value = Number.parseInt(group, 16)
    return [value >> 8, value & 0xff]
  })
}
