// A process of the load generator: does one task after the other, and tells how far it is and what it measured.

import type { Measured } from './figures.ts'
import { mailboxLatency, socketLatency } from './latency.ts'
import { commands, joins, subscribers } from './load.ts'
import type { Task, Tell } from './tasks.ts'

export type FromWorker =
  | { readonly kind: 'steps'; readonly steps: number }
  | { readonly kind: 'measured'; readonly measured: Measured }
  | { readonly kind: 'failed'; readonly message: string }

function run(task: Task, tell: Tell): Promise<Measured> {
  switch (task.kind) {
    case 'socketLatency':
      return socketLatency(task, tell)
    case 'mailboxLatency':
      return mailboxLatency(task, tell)
    case 'subscribers':
      return subscribers(task, tell)
    case 'joins':
      return joins(task, tell)
    case 'commands':
      return commands(task, tell)
  }
}

const say = (message: FromWorker) => process.send?.(message)

process.on('message', (task: Task) => {
  run(task, (steps) => say({ kind: 'steps', steps })).then(
    (measured) => say({ kind: 'measured', measured }),
    (error: Error) => say({ kind: 'failed', message: error.message }),
  )
})
process.on('disconnect', () => process.exit())
