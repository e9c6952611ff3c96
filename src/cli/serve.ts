// orrery serve: the server itself, its variables as options.

import { readConfig, variables } from '../config.ts'
import { type Command, type Option, UsageError } from './options.ts'

/** DATA_DIR is --data-dir, and so on for every variable. */
const optionOf = (variable: string) => variable.toLowerCase().replaceAll('_', '-')

const options: Readonly<Record<string, Option>> = Object.fromEntries(
  Object.entries(variables).map(([variable, help]) => [
    optionOf(variable),
    { takes: 'VALUE', help: `${help}; also ${variable}` },
  ]),
)

/** `prepare` sees to what the server needs, once it is known that it will start. */
export const serve = (prepare: () => Promise<void>): Command => ({
  name: 'serve',
  summary: 'Run a server (as npm start does)',
  usage: ['serve [--port 4000] [--data-dir ./data] …'],
  options,
  async run(given) {
    if (given.positionals.length > 0) {
      throw new UsageError(`serve takes options only, not "${given.positionals[0]}"`)
    }
    for (const variable of Object.keys(variables)) {
      const value = given.text(optionOf(variable))
      if (value !== undefined) process.env[variable] = value
    }
    // Told before anything is built or loaded.
    readConfig(process.env)
    await prepare()
    await import('../main.ts')
    // The server ends the process by itself, with exit codes of its own.
    await new Promise(() => {})
  },
})
