// Readers that go on where they were: a checkpoint now and then, so that a start does not read the whole log.

import type { Progress, ReadModels } from '../domain/ports/readModels.ts'

/** A reader's checkpoint is kept again once it is so many positions further. */
const EVERY = 1_000

/** `head`: the log's newest position; a checkpoint beyond it is of another log, and not used. */
export async function progressOf(
  checkpoints: Pick<ReadModels, 'checkpoint' | 'saveCheckpoint'>,
  name: string,
  head: number,
): Promise<Progress> {
  const found = await checkpoints.checkpoint(name)
  const known = found && found.position <= head ? found : { position: 0, state: undefined }
  let kept = known.position
  return {
    ...known,
    async reached(position, state) {
      if (position < kept + EVERY) return
      // One that fails is no loss: the next one comes, or the log is read again.
      await checkpoints.saveCheckpoint(name, { position, state }).then(
        () => {
          kept = position
        },
        () => {},
      )
    },
  }
}
