// The Rust kernel at the end of a pipe (compute/worker/examples/pipe.rs), asked many things at a time.

import { spawnSync } from 'node:child_process'
import { tablesAsBytes } from '../../src/domain/simulation/tableBytes.ts'

const MOST_OUTPUT = 1 << 30

type Command =
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
