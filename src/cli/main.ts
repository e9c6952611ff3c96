// The `orrery` command: finds out what is meant, runs it, and says by its exit code what came of it.

import { ConfigFaults } from '../config.ts'
import { bench } from './bench/command.ts'
import { bots } from './bots.ts'
import { helpOf, overview, read, UsageError } from './options.ts'
import { type KeepPlayers, players } from './players.ts'
import { Refused, Unreachable } from './remote.ts'
import { type ReplayTools, replay } from './replay.ts'
import { serve } from './serve.ts'
import { complain, print } from './terminal.ts'
import { type KeepWorlds, world } from './world.ts'
import { worlds } from './worlds.ts'

/**
 * `keep` does what `orrery world` is asked, and what `orrery players` is asked of the data folder; `replayTools` gives `orrery
 * replay` what it needs. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 refused by the server, 4 no server
 * answers. `serve` has its own besides.
 */
export async function orrery(
  args: readonly string[],
  prepare: () => Promise<void>,
  keep: { readonly worlds: KeepWorlds; readonly players: KeepPlayers },
  replayTools: () => Promise<ReplayTools>,
): Promise<number> {
  const commands = [
    ...[serve(prepare), worlds, players(keep.players), bots, bench],
    ...[world(keep.worlds), replay(replayTools)],
  ]
  const [name, ...rest] = args
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    print(overview(commands))
    return name === undefined ? 2 : 0
  }
  try {
    const command = commands.find((one) => one.name === name)
    if (!command) throw new UsageError(`there is no command "${name}"`)
    if (rest.includes('--help') || rest.includes('-h')) print(helpOf(command))
    else await command.run(read(command, rest))
    return 0
  } catch (error) {
    return told(error)
  }
}

function told(error: unknown): number {
  if (error instanceof UsageError) {
    complain(`${error.message}.`)
    complain('orrery --help tells what there is.')
    return 2
  }
  if (error instanceof ConfigFaults) {
    for (const fault of error.faults) complain(fault)
    return 2
  }
  if (error instanceof Refused || error instanceof Unreachable) {
    complain(error.message)
    return error instanceof Refused ? 3 : 4
  }
  complain(error instanceof Error ? (error.stack ?? error.message) : String(error))
  return 1
}
