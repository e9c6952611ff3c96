// Commands and their options: told in --help as they are read.

import { parseArgs } from 'node:util'
import { variables } from '../config.ts'
import { colour } from './terminal.ts'

/** What was asked for cannot be meant: told with a hint at --help. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export type Option = {
  readonly help: string
  /** What it takes, as help names it; without it, the option is a switch. */
  readonly takes?: string
  readonly default?: string
}

export type Given = {
  readonly positionals: readonly string[]
  text(name: string): string | undefined
  /** As `text`, of an option that must be there or has a default. */
  required(name: string): string
  whole(name: string, low: number, high: number): number
  flag(name: string): boolean
}

export type Command = {
  readonly name: string
  readonly summary: string
  /** Lines of usage, after `orrery`. */
  readonly usage: readonly string[]
  readonly options: Readonly<Record<string, Option>>
  run(given: Given): Promise<void>
}

/** Throws `UsageError` that names the option. */
export function read({ name, options }: Command, args: readonly string[]): Given {
  const parsed = parsedArgs(name, options, args)
  const text = (option: string) => {
    const value = parsed.values[option] ?? options[option]?.default
    return typeof value === 'string' ? value : undefined
  }
  const required = (option: string) => {
    const value = text(option)
    if (value === undefined || value === '') {
      throw new UsageError(`--${option} is missing: it takes ${options[option]?.takes}`)
    }
    return value
  }
  return {
    positionals: parsed.positionals,
    text,
    required,
    whole(option, low, high) {
      const value = required(option)
      const number = /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN
      if (number >= low && number <= high) return number
      throw new UsageError(
        `--${option} is "${value}": it takes a whole number from ${low} to ${high}`,
      )
    },
    flag: (option) => parsed.values[option] === true,
  }
}

function parsedArgs(
  name: string,
  options: Readonly<Record<string, Option>>,
  args: readonly string[],
) {
  const known = Object.entries(options).map(([option, { takes }]) => [
    option,
    { type: takes === undefined ? ('boolean' as const) : ('string' as const) },
  ])
  try {
    const config = { args: [...args], options: Object.fromEntries(known), allowPositionals: true }
    return parseArgs(config) as {
      values: Record<string, string | boolean | undefined>
      positionals: string[]
    }
  } catch (error) {
    throw new UsageError(`orrery ${name}: ${(error as Error).message.split('\n')[0]}`)
  }
}

const row = (left: string, right: string, width: number) => `  ${left.padEnd(width)}  ${right}`

export function helpOf({ summary, usage, options }: Command): string {
  const told = Object.entries(options).map(([name, { takes, help, default: otherwise }]) => ({
    left: takes === undefined ? `--${name}` : `--${name} ${takes}`,
    right: otherwise === undefined ? help : `${help} ${colour('dim', `(${otherwise})`)}`,
  }))
  const width = Math.max(0, ...told.map(({ left }) => left.length))
  return [
    summary,
    '',
    colour('bold', 'Usage'),
    ...usage.map((line) => `  orrery ${line}`),
    '',
    colour('bold', 'Options'),
    ...told.map(({ left, right }) => row(left, right, width)),
  ].join('\n')
}

export function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  return [
    `${colour(['bold', 'cyan'], '⬡ orrery')}  living planets, run from a log`,
    '',
    colour('bold', 'Usage'),
    '  orrery COMMAND [options]      orrery COMMAND --help',
    '',
    colour('bold', 'Commands'),
    ...commands.map(({ name, summary }) => row(name, summary, width)),
    '',
    `A running server is asked at --url or ORRERY_URL (http://localhost:4000), as the player of --token or ORRERY_TOKEN.`,
    `Exit codes: 0 done, 1 failed, 2 wrong usage, 3 refused by the server, 4 no server answers.`,
  ].join('\n')
}

/** Options of every command that asks a running server. */
export const serverOptions: Readonly<Record<string, Option>> = {
  url: { takes: 'URL', help: 'the server; also ORRERY_URL', default: 'http://localhost:4000' },
  token: { takes: 'TOKEN', help: 'of the player who asks; also ORRERY_TOKEN' },
}

/** Options of every command that works on the data folder itself. */
export const folderOptions: Readonly<Record<string, Option>> = {
  'data-dir': { takes: 'FOLDER', help: `${variables.DATA_DIR}; also DATA_DIR` },
  'database-url': { takes: 'URL', help: `${variables.DATABASE_URL}; also DATABASE_URL` },
}

/** Puts them where the configuration reads them. */
export function openFolder(given: Given): void {
  process.env.DATA_DIR = given.text('data-dir') ?? process.env.DATA_DIR ?? ''
  process.env.DATABASE_URL = given.text('database-url') ?? process.env.DATABASE_URL ?? ''
}

export const jsonOption: Readonly<Record<string, Option>> = {
  json: { help: 'the answer in JSON, for programs' },
}
