// Territory: claims, and the structures on them.

import type { StructureView } from '../../../domain/chunkView.ts'
import type { WorldReader } from '../../../projections/worldReader.ts'
import { command } from '../answers.ts'
import { accountOf, type Context } from '../context.ts'

/** Counts as the schema lists them; null where there are none to tell. */
export const itemCounts = (counts: Readonly<Record<string, number>> | undefined) =>
  counts === undefined ? null : Object.entries(counts).map(([item, count]) => ({ item, count }))

export const territory = {
  Mutation: {
    claimMany: command('ClaimMany'),
    releaseCell: command('ReleaseCell'),
    placeMany: command('PlaceMany'),
    removeMany: command('RemoveMany'),
    rotateStructure: command('RotateStructure'),
    selectRecipe: command('SelectRecipe'),
  },
  World: {
    structures: (world: WorldReader, _arguments: unknown, context: Context) =>
      world.structures(accountOf(context)),
  },
  Structure: {
    contents: ({ contents }: StructureView) => itemCounts(contents),
  },
}
