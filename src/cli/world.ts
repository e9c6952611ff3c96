// orrery world: what an operator does to worlds and their log, on the data folder itself.

import { ConfigFaults } from '../config.ts'
import { type Command, folderOptions, openFolder, UsageError } from './options.ts'
import { Refused } from './remote.ts'
import { print } from './terminal.ts'

/** What may be done, what it takes, and what it does. */
const actions = {
  list: ['', 'worlds and their snapshots'],
  sizes: ['', 'what the tables and archives take'],
  snapshot: ['[WORLD]', 'take a snapshot of a world (of all) and keep it for ever'],
  archive: [
    '[FOLDER]',
    'move the log behind the second newest snapshots into a file (DATA_DIR/archives)',
  ],
  backup: ['FILE', 'everything into one file'],
  'export-log': [
    'FILE',
    'every event of the log into one file, for orrery replay and other programs',
  ],
  restore: ['[FOLDER]', 'bring all archived events back (FOLDER: where the files are now)'],
  'restore-backup': ['FILE', 'a backup into a fresh database'],
} as const

export type WorldAction = keyof typeof actions

/** Does it, and gives the lines to be shown; `say` is told what happens meanwhile. Rejects with what a person can do about it. */
export type KeepWorlds = (
  action: WorldAction,
  word: string | undefined,
  say: (line: string) => void,
) => Promise<readonly string[]>

const width = Math.max(
  ...Object.entries(actions).map(([name, [takes]]) => `${name} ${takes}`.length),
)

export const world = (keep: KeepWorlds): Command => ({
  name: 'world',
  summary: 'Snapshots, archives, sizes and backups, on the data folder itself',
  usage: Object.entries(actions).map(
    ([name, [takes, does]]) => `world ${`${name} ${takes}`.padEnd(width)}   ${does}`,
  ),
  options: folderOptions,
  async run(given) {
    const [action, word] = wanted(given.positionals)
    openFolder(given)
    try {
      for (const line of await keep(action, word, print)) print(line)
    } catch (error) {
      if (error instanceof ConfigFaults) throw error
      throw new Refused(error instanceof Error ? error.message : String(error))
    }
  },
})

function wanted(words: readonly string[]): readonly [WorldAction, string | undefined] {
  const [action = '', word, ...more] = words
  if (!isAction(action)) {
    throw new UsageError(`world takes ${Object.keys(actions).join(', ')}, not "${action}"`)
  }
  const [takes] = actions[action]
  if (takes === 'FILE' && word === undefined) throw new UsageError(`world ${action} takes a file`)
  if (more.length > 0 || (takes === '' && word !== undefined)) {
    throw new UsageError(`world ${action} takes ${takes === '' ? 'nothing' : 'one word'} more`)
  }
  return [action, word]
}

const isAction = (text: string): text is WorldAction => Object.hasOwn(actions, text)
