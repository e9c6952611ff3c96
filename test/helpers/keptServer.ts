// A server of a small planet on a folder of its own for the tests of a file, which stop it and start it again as they like.

import { afterAll, afterEach, beforeAll } from 'vitest'
import { killAll } from './processes.ts'
import {
  dataFolder,
  postgresOf,
  removeFolder,
  type Server,
  spawnServer,
  startServer,
} from './server.ts'
import { statusOf } from './watchers.ts'

/** Founded before the first test, with `founded`; gone after the last, with its PostgreSQL and its folder. */
export function keptServer(founded: Record<string, string>) {
  const folder = dataFolder()
  /** Ended after each test, where they have not ended already. */
  const spawned: { kill(): Promise<void> }[] = []
  let server: Server | undefined

  beforeAll(async () => {
    server = await startServer(folder, founded)
  })
  afterEach(async () => {
    for (const one of spawned.splice(0)) await one.kill()
  })
  afterAll(async () => {
    await server?.kill()
    killAll(postgresOf(folder))
    removeFolder(folder)
  })

  return {
    folder,
    now: () => server!,
    tick: async () => (await statusOf({ url: server!.url })).tick,
    /** Starts on the folder again. */
    async start(environment: Record<string, string> = {}): Promise<void> {
      server = await startServer(folder, environment)
    },
    /** Starts another, which the test or the end of the test ends. */
    spawn(dataDir: string, environment: Record<string, string>) {
      const one = spawnServer(dataDir, environment)
      spawned.push(one)
      return one
    },
  }
}
