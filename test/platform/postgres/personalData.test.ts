import { postgresPersonalData } from '../../../src/platform/postgres/personalData.ts'
import { personalDataContract } from '../../contracts/personalData.ts'
import { testDatabase } from '../../helpers/postgres.ts'

personalDataContract('in PostgreSQL', async () => {
  const database = await testDatabase()
  return { data: postgresPersonalData(database.pool()), close: () => database.drop() }
})
