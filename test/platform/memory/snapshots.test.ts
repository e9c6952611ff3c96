import { memorySnapshots } from '../../../src/platform/memory/snapshots.ts'
import { snapshotsContract } from '../../contracts/snapshots.ts'

snapshotsContract('in memory', async () => {
  const snapshots = memorySnapshots()
  return {
    snapshots,
    damage: async (world, tick, how) => snapshots.damage(world, tick, how),
    close: async () => {},
  }
})
