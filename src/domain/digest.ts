// FNV-1a over 64 bits in two 32-bit halves: tells lists of ids apart. It proves agreement between honest
// readers of one log, not authorship: it is not cryptographic, and the domain may import nothing that is.

const OFFSET_HIGH = 0xcbf29ce4
const OFFSET_LOW = 0x84222325
const TWO_TO_32 = 0x100000000
const SEPARATOR = 0x0a

/**
 * 16 hex digits over `ids` in their order, each closed by a line feed, so that ['ab', 'c'] and ['a', 'bc'] differ.
 * Ids are ASCII; of any other code unit both bytes count. No ids: the offset basis.
 */
export function digestOf(ids: readonly string[]): string {
  let high = OFFSET_HIGH
  let low = OFFSET_LOW
  const take = (byte: number) => {
    const mixed = (low ^ byte) >>> 0
    // Times the prime 2^40 + 435: every product stays below 2^53, so the doubles are exact integers.
    const product = mixed * 435
    high = (high * 435 + Math.floor(product / TWO_TO_32) + mixed * 256) % TWO_TO_32
    low = product % TWO_TO_32
  }
  for (const id of ids) {
    for (let at = 0; at < id.length; at++) {
      const unit = id.charCodeAt(at)
      take(unit & 0xff)
      if (unit > 0xff) take(unit >>> 8)
    }
    take(SEPARATOR)
  }
  return hex(high) + hex(low)
}

const hex = (word: number) => word.toString(16).padStart(8, '0')
