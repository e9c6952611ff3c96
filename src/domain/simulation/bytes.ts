// Writing and reading little-endian bytes: of the tables, and of a saved state.

/** Bytes that are not what was to be read; the message names the field and its offset. */
export class BytesError extends Error {
  override readonly name = 'BytesError'
}

const TWO_TO_32 = 0x1_0000_0000

export class ByteWriter {
  #bytes = new Uint8Array(1 << 12)
  #view = new DataView(this.#bytes.buffer)
  #length = 0

  #grow(more: number): number {
    const at = this.#length
    this.#length += more
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length))
      larger.set(this.#bytes)
      this.#bytes = larger
      this.#view = new DataView(larger.buffer)
    }
    return at
  }

  u8(value: number) {
    const at = this.#grow(1)
    this.#view.setUint8(at, value)
  }

  u16(value: number) {
    const at = this.#grow(2)
    this.#view.setUint16(at, value, true)
  }

  u32(value: number) {
    const at = this.#grow(4)
    this.#view.setUint32(at, value, true)
  }

  /** A whole number below 2^53. */
  wide(value: number) {
    this.u32(value >>> 0)
    this.u32(Math.floor(value / TWO_TO_32))
  }

  /** u16 length in UTF-16 code units, then each as u16. */
  text(value: string) {
    this.u16(value.length)
    for (let at = 0; at < value.length; at++) this.u16(value.charCodeAt(at))
  }

  /** The eight bytes of an IEEE 754 double. */
  double(value: number) {
    const at = this.#grow(8)
    this.#view.setFloat64(at, value, true)
  }

  /** Every value of a plane, one or two bytes each. */
  plane(values: Uint8Array | Uint16Array) {
    if (values instanceof Uint8Array) {
      const at = this.#grow(values.length)
      this.#bytes.set(values, at)
      return
    }
    for (const value of values) this.u16(value)
  }

  /** u32 count, then each element as `write` says. */
  list<Value>(values: readonly Value[], write: (value: Value, index: number) => void) {
    this.u32(values.length)
    values.forEach(write)
  }

  /** What was written. */
  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }
}

/** Reads what a ByteWriter wrote; every read names its field, and throws `BytesError` past the end or out of bounds. */
export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  #take(count: number, field: string): number {
    const at = this.#at
    if (at + count > this.#bytes.length) {
      throw new BytesError(
        `${field}: the bytes end at ${this.#bytes.length}, ${count} from ${at} are missing`,
      )
    }
    this.#at += count
    return at
  }

  /** Throws for `field`. */
  fail(field: string, detail: string): never {
    throw new BytesError(`${field} before byte ${this.#at}: ${detail}`)
  }

  #bounded(value: number, most: number, field: string): number {
    return value <= most ? value : this.fail(field, `${value} is more than ${most}`)
  }

  u8(field: string, most = 0xff): number {
    return this.#bounded(this.#view.getUint8(this.#take(1, field)), most, field)
  }

  u16(field: string, most = 0xffff): number {
    return this.#bounded(this.#view.getUint16(this.#take(2, field), true), most, field)
  }

  u32(field: string, most = 0xffff_ffff): number {
    return this.#bounded(this.#view.getUint32(this.#take(4, field), true), most, field)
  }

  wide(field: string): number {
    const low = this.u32(field)
    return low + this.u32(field, 0x1f_ffff) * TWO_TO_32
  }

  flag(field: string): boolean {
    return this.u8(field, 1) === 1
  }

  text(field: string): string {
    const length = this.u16(field)
    const at = this.#take(2 * length, field)
    let value = ''
    for (let unit = 0; unit < length; unit++) {
      value += String.fromCharCode(this.#view.getUint16(at + 2 * unit, true))
    }
    return value
  }

  /** An IEEE 754 double, whatever its bits say. */
  double(field: string): number {
    return this.#view.getFloat64(this.#take(8, field), true)
  }

  /** Fills a plane. */
  plane(values: Uint8Array | Uint16Array, field: string) {
    const at = this.#take(values.byteLength, field)
    if (values instanceof Uint8Array) {
      values.set(this.#bytes.subarray(at, at + values.length))
      return
    }
    for (let cell = 0; cell < values.length; cell++) {
      values[cell] = this.#view.getUint16(at + 2 * cell, true)
    }
  }

  /** Throws unless so many bytes at least are left. */
  need(count: number, field: string) {
    if (count > this.#bytes.length - this.#at) this.fail(field, `${count} bytes do not fit`)
  }

  list<Value>(field: string, read: (index: number) => Value): Value[] {
    const count = this.u32(field)
    // Each element takes a byte at least: so a wild count ends here and not in memory.
    if (count > this.#bytes.length - this.#at) this.fail(field, `${count} elements do not fit`)
    return Array.from({ length: count }, (_, index) => read(index))
  }

  /** Throws where bytes are left over. */
  end() {
    const left = this.#bytes.length - this.#at
    if (left > 0) this.fail('end', `${left} bytes are left over`)
  }
}
