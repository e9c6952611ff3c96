// What a person reads: colours where the terminal has them, tables, and a line that tells how far it is.

import { stripVTControlCharacters, styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

const coloured = (stream: NodeJS.WriteStream) =>
  stream.isTTY === true && process.env.NO_COLOR === undefined

export const colour = (style: Style, text: string): string =>
  coloured(process.stdout) ? styleText(style, text) : text

export const print = (line: string): void => void process.stdout.write(`${line}\n`)
export const complain = (line: string): void =>
  void process.stderr.write(`${coloured(process.stderr) ? styleText('red', line) : line}\n`)

const widthOf = (text: string) => stripVTControlCharacters(text).length

/** Columns as wide as their widest cell; numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(widthOf(title), ...rows.map((row) => widthOf(row[column] ?? ''))),
  )
  const isNumber = (text: string) => /^-?[\d.,]+( \S+)?$/.test(stripVTControlCharacters(text))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => {
        const blanks = ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(cell)))
        return isNumber(cell) ? blanks + cell : cell + blanks
      })
      .join('   ')
      .trimEnd()
  return [colour('dim', line(head)), ...rows.map(line)].join('\n')
}

export type Progress = {
  /** What is done now, and how much of how many. */
  tell(what: string, done?: number, all?: number): void
  end(): void
}

const BAR = 24

/** One line that is written over in a terminal; elsewhere a line for each new thing. On stderr, so that output can be piped. */
export function progressLine(stream: NodeJS.WriteStream = process.stderr): Progress {
  let last = ''
  const over = coloured(stream)
  return {
    tell(what, done, all) {
      if (!over) {
        if (what !== last) stream.write(`${what} …\n`)
        last = what
        return
      }
      const share = done !== undefined && all ? Math.min(1, done / all) : undefined
      const full = Math.round((share ?? 0) * BAR)
      const bar =
        share === undefined
          ? ''
          : ` ${styleText('cyan', '█'.repeat(full))}${'░'.repeat(BAR - full)} ${Math.round(share * 100)} %`
      stream.write(`\r\u001b[2K${what}${bar}`)
    },
    end() {
      if (over) stream.write('\r\u001b[2K')
    },
  }
}
