import { postgresPersonalData } from '../../../src/platform/postgres/personalData.ts'
import { CHAT_KEPT, personalDataContract } from '../../contracts/personalData.ts'
import { neonDatabase } from '../../helpers/neon.ts'

personalDataContract("over Neon's driver", async () => {
  const database = await neonDatabase()
  const data = postgresPersonalData(database.pool(), { chatKept: CHAT_KEPT })
  return { data, close: () => database.drop() }
})
