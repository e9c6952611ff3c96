import { memoryPersonalData } from '../../../src/platform/memory/personalData.ts'
import { CHAT_KEPT, personalDataContract } from '../../contracts/personalData.ts'

personalDataContract('in memory', async () => ({
  data: memoryPersonalData({ chatKept: CHAT_KEPT }),
  close: async () => {},
}))
