import { postgresPersonalData } from '../../../src/platform/postgres/personalData.ts'
import { personalDataContract } from '../../contracts/personalData.ts'
import { neonDatabase } from '../../helpers/neon.ts'

personalDataContract("over Neon's driver", async () => {
  const database = await neonDatabase()
  return { data: postgresPersonalData(database.pool()), close: () => database.drop() }
})
