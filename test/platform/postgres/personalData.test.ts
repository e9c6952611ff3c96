import { postgresPersonalData } from '../../../src/platform/postgres/personalData.ts'
import { CHAT_KEPT, personalDataContract } from '../../contracts/personalData.ts'
import { testDatabase } from '../../helpers/postgres.ts'

personalDataContract('in PostgreSQL', async () => {
  const database = await testDatabase()
  return {
    data: postgresPersonalData(database.pool(), { chatKept: CHAT_KEPT }),
    close: () => database.drop(),
  }
})
