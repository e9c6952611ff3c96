import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CellsKind } from '../../src/domain/chunkCodec.ts'
import { ChunkFormatError, decodeCells, encodeCells } from '../../src/domain/chunkCodec.ts'

const u8 = fc.nat(0xff)
const u16 = fc.nat(0xffff)
const cell = fc.record({
  offset: fc.nat(4095),
  terrain: u8,
  elevation: u8,
  deposit: u8,
  amount: u16,
  life: u8,
  mass: u8,
  pollution: u16,
  owner: u16,
})
const kinds = fc.constantFrom<CellsKind[]>('snapshot', 'changes')

test('what is packed comes out again', () => {
  fc.assert(
    fc.property(kinds, fc.nat(0xffffffff), fc.array(cell), (kind, chunk, cells) => {
      expect(decodeCells(encodeCells(kind, chunk, cells))).toEqual({ kind, chunk, cells })
    }),
  )
})

test('any bytes are either cells that pack to the same bytes or a clear error', () => {
  const some = encodeCells('changes', 3, [])
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.uint8Array({ maxLength: 40 }).map((tail) => Uint8Array.of(...some.slice(0, 8), ...tail)),
  )
  fc.assert(
    fc.property(bytes, (bytes) => {
      let decoded: ReturnType<typeof decodeCells>
      try {
        decoded = decodeCells(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(ChunkFormatError)
        return
      }
      expect(encodeCells(decoded.kind, decoded.chunk, decoded.cells)).toEqual(bytes)
    }),
  )
})

test.each([
  ['too short', new Uint8Array(3), /3 bytes are less than the header's 12/],
  ['no mark', new Uint8Array(12), /does not start with "Ck"/],
  ['another version', Uint8Array.of(0x43, 0x6b, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0), /version 9, not 1/],
  ['another kind', Uint8Array.of(0x43, 0x6b, 1, 7, 0, 0, 0, 0, 0, 0, 0, 0), /kind 7/],
  ['cells missing', Uint8Array.of(0x43, 0x6b, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0), /2 cells do not fill/],
])('bytes with %s are refused by name', (_, bytes, message) => {
  expect(() => decodeCells(bytes)).toThrow(message)
})

test('bytes are read from where their view begins', () => {
  const packed = encodeCells('changes', 3, [])
  const within = new Uint8Array(40)
  within.set(packed, 7)
  expect(decodeCells(within.subarray(7, 7 + packed.length)).chunk).toBe(3)
})
