// The Rust kernel at the end of a pipe (compute/worker/examples/pipe.rs), asked many things at a time.

import { spawnSync } from 'node:child_process'
import { tablesAsBytes } from '../../src/domain/simulation/tableBytes.ts'

const MOST_OUTPUT = 1 << 30

export type Command =
  | { readonly do: 'create'; readonly seed: number; readonly n: number }
  | { readonly do: 'load'; readonly state: Uint8Array }
  | {
      readonly do: 'resume'
      readonly seed: number
      readonly n: number
      readonly pieces: Uint8Array
    }
  | { readonly do: 'ask'; readonly request: Uint8Array }
  | { readonly do: 'save' }
  /** Saves, and goes on from what was saved. */
  | { readonly do: 'reopen from bytes' }
  | { readonly do: 'reopen from pieces'; readonly seed: number; readonly n: number }
  /** For worlds that are opened from here on, and for their calls. */
  | { readonly do: 'use threads'; readonly threads: number }
  | { readonly do: 'use instructions'; readonly name: string }
  | { readonly do: 'tell instructions' }

const ascii = (text: string) => text.charCodeAt(0)

function bytesOf(command: Command): Uint8Array {
  switch (command.do) {
    case 'create':
      return Buffer.concat([Buffer.from('c'), u32(command.seed), u32(command.n)])
    case 'load':
      return Buffer.concat([Buffer.from('l'), command.state])
    case 'resume':
      return Buffer.concat([Buffer.from('r'), u32(command.seed), u32(command.n), command.pieces])
    case 'ask':
      return Buffer.concat([Buffer.from('a'), command.request])
    case 'save':
      return Uint8Array.of(ascii('s'))
    case 'reopen from bytes':
      return Uint8Array.of(ascii('o'))
    case 'reopen from pieces':
      return Buffer.concat([Buffer.from('p'), u32(command.seed), u32(command.n)])
    case 'use threads':
      return Buffer.concat([Buffer.from('n'), u32(command.threads)])
    case 'use instructions':
      return Buffer.from(`i${command.name}`)
    case 'tell instructions':
      return Uint8Array.of(ascii('?'))
  }
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

/** What came of a command: its reply, or a fault in words. */
export type Answer = { readonly bytes: Uint8Array } | { readonly fault: string }

/** Obeys commands one after the other, and answers each. Throws where the program dies. */
export function askPipe(program: string, commands: readonly Command[]): Answer[] {
  const all = [Buffer.concat([Buffer.from('t'), tablesAsBytes()]), ...commands.map(bytesOf)]
  const input = Buffer.concat(all.flatMap((bytes) => [u32(bytes.length), bytes]))
  const ran = spawnSync(program, { input, maxBuffer: MOST_OUTPUT })
  if (ran.status !== 0) {
    throw new Error(`the Rust kernel died (${ran.status ?? ran.signal}): ${ran.stderr}`)
  }
  return answersIn(ran.stdout).slice(1)
}

/** What the machine has of baseline, avx2 and avx512. */
export function instructionSets(program: string): readonly string[] {
  const [told] = askPipe(program, [{ do: 'tell instructions' }])
  return Buffer.from(replyOf(told)).toString().split(' ')
}

function answersIn(output: Buffer): Answer[] {
  const answers: Answer[] = []
  for (let at = 0; at < output.length; ) {
    const end = at + 4 + output.readUInt32LE(at)
    const reply = output.subarray(at + 5, end)
    answers.push(output[at + 4] === 0 ? { bytes: reply } : { fault: reply.toString('utf8') })
    at = end
  }
  return answers
}

/** The reply to a command that must be obeyed. */
export function replyOf(answer: Answer | undefined): Uint8Array {
  if (answer && 'bytes' in answer) return answer.bytes
  throw new Error(answer ? answer.fault : 'there was no answer')
}
