// The shared memory of the only worker of this process, as somebody would see it who goes past the protocol.

import { closeSync, openSync, readdirSync, readlinkSync, writeSync } from 'node:fs'

/** As compute/worker/src/layout.rs has it. */
export const SLOT_TABLE_AT = 512
const SLOT_ENTRY = 64
const SLOTS = 3
/** Of a slot's entry: how many read it just now. */
const PINS = 32

/** Writes over it. */
export function writeShared(at: number, bytes: Uint8Array): void {
  const file = openSync(`/proc/self/fd/${region()}`, 'r+')
  writeSync(file, bytes, 0, bytes.length, at)
  closeSync(file)
}

/** As if all slots were being read, so that none can be written; or as if none were. */
export function pinSlots(isPinned: boolean): void {
  for (let slot = 0; slot < SLOTS; slot++)
    writeShared(SLOT_TABLE_AT + slot * SLOT_ENTRY + PINS, Buffer.of(isPinned ? 1 : 0, 0, 0, 0))
}

function region(): string {
  const isRegion = (fd: string) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).includes('memfd:orrery-kernel')
    } catch {
      return false
    }
  }
  const found = readdirSync('/proc/self/fd').find(isRegion)
  if (found === undefined) throw new Error('there is no worker')
  return found
}
