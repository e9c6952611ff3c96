import { memoryPersonalData } from '../../../src/platform/memory/personalData.ts'
import { personalDataContract } from '../../contracts/personalData.ts'

personalDataContract('in memory', async () => ({
  data: memoryPersonalData(),
  close: async () => {},
}))
