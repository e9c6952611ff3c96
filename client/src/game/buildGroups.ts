// How the hotbar sorts the machines: groups of at most nine, so that a digit takes each.

import { prototypes } from '../../../src/domain/prototypes.ts'

type BuildGroup = { readonly name: string; readonly prototypes: readonly string[] }

const sorted: readonly BuildGroup[] = [
  {
    name: 'Basics',
    prototypes: ['drill', 'belt', 'kiln', 'depot', 'press', 'generator', 'pole', 'lab'],
  },
  { name: 'Flow', prototypes: ['splitter', 'bridge', 'pipe', 'tank', 'pump', 'harvester'] },
  { name: 'Making', prototypes: ['assembler', 'mixer', 'bioreactor', 'fab', 'launcher'] },
]
const rest = prototypes
  .map(({ name }) => name)
  .filter((name) => !sorted.some((group) => group.prototypes.includes(name)))

/** Every prototype is in one group; what has no place of its own is in a last one. */
export const buildGroups: readonly BuildGroup[] =
  rest.length === 0 ? sorted : [...sorted, { name: 'More', prototypes: rest }]
