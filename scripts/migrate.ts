// `npm run migrate`: brings the database to this version's schema, as every start does, and starts nothing else.

import { readConfig } from '../src/config.ts'
import { openStorage } from '../src/platform/storage.ts'

try {
  const storage = await openStorage(readConfig(process.env), (line) => console.log(line))
  await storage.close()
  console.log('The database is up to date.')
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 3
}
