// The processes of the load generator, as one.

import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Measured, merged } from './figures.ts'
import type { Task } from './tasks.ts'
import type { FromWorker } from './worker.ts'

export type Crew = {
  /** Shares a task's players among the workers. `tell` hears how many steps all have done. */
  run(task: Task, tell: (steps: number) => void): Promise<Measured>
  close(): void
}

const program = fileURLToPath(new URL('worker.ts', import.meta.url))

export function openCrew(count: number): Crew {
  const workers = Array.from({ length: count }, () =>
    fork(program, { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }),
  )
  return {
    async run(task, tell) {
      let steps = 0
      const told = (more: number) => {
        steps += more
        tell(steps)
      }
      const shares = workers.map((worker, index) => ({
        worker,
        share: shareOf(task, index, count),
      }))
      const those = shares.filter(({ share }) => share.players > 0)
      return merged(await Promise.all(those.map(({ worker, share }) => one(worker, share, told))))
    },
    close() {
      for (const worker of workers) worker.kill()
    },
  }
}

function shareOf(task: Task, index: number, count: number): Task {
  const players = Math.floor((task.players + index) / count)
  return task.kind === 'subscribers'
    ? { ...task, players, moves: index === count - 1 }
    : { ...task, players }
}

function one(worker: ChildProcess, task: Task, tell: (steps: number) => void): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const ended = () => {
      worker.off('message', hear)
      worker.off('exit', gone)
    }
    const gone = () => {
      ended()
      reject(new Error('a process of the load generator ended'))
    }
    const hear = (message: FromWorker) => {
      if (message.kind === 'steps') tell(message.steps)
      else {
        ended()
        if (message.kind === 'measured') resolve(message.measured)
        else reject(new Error(message.message))
      }
    }
    worker.on('message', hear)
    worker.once('exit', gone)
    worker.send(task)
  })
}
