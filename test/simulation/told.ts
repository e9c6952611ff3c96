// What a run that went wrong tells, and how to see it again.

import type { Run } from './simulation.ts'

/** `again` is the command that runs this very seed. */
export function tellOf({ seed, failures, last, trace }: Run, again: string): string {
  return [
    `seed ${seed} went wrong:`,
    ...failures.map((failure) => `  - ${failure}`),
    `the last of its trace (${trace.slice(0, 12)}), simulated ms first:`,
    ...last.map((line) => `  ${line}`),
    `run it again: ORRERY_SEED=${seed} ${again}`,
  ].join('\n')
}
