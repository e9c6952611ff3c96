// The operator's door to a running server: a socket in its data folder, for whoever may write there. `npm run world` knocks.

import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { join } from 'node:path'

/** What may be asked, by name: gives the lines to be shown. */
export type OperatorActions = Readonly<
  Record<string, (argument: string | undefined) => Promise<readonly string[]>>
>

type Answer = { readonly lines: readonly string[] } | { readonly error: string }

const SOCKET = 'operator.sock'
/** Is anybody there? */
const PING = 'ping'

/** The server could not do what was asked. */
class OperatorRefused extends Error {
  override readonly name = 'OperatorRefused'
}

/**
 * Opens the door; gives its end. undefined, with nothing done, where another server has this folder's door, or there can be
 * none.
 */
export async function openOperatorDoor(
  folder: string,
  actions: OperatorActions,
): Promise<(() => Promise<void>) | undefined> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if ((await askServer(folder, PING)) !== undefined) return undefined
  const place = socketIn(folder)
  if (!place) return undefined
  rmSync(place.path, { force: true })
  const server = createServer((asked, response) => {
    const url = new URL(asked.url ?? '/', 'http://operator')
    const name = decodeURIComponent(url.pathname.slice(1))
    const action = name === PING ? async () => [] : actions[name]
    const argument = url.searchParams.get('argument') ?? undefined
    const answer = (status: number, body: Answer) =>
      response.writeHead(status).end(JSON.stringify(body))
    if (!action) return answer(404, { error: `a running server knows no "${name}": stop it first` })
    action(argument).then(
      (lines) => answer(200, { lines }),
      (error: Error) => answer(500, { error: error.message }),
    )
  })
  // The mode of a socket is that of its making.
  const mask = process.umask(0o177)
  const listening = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(place.path, () => resolve(true))
  })
  process.umask(mask)
  if (!listening) {
    place.letGo()
    return undefined
  }
  return async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    rmSync(place.path, { force: true })
    place.letGo()
  }
}

/**
 * Asks the server that has this folder; undefined where none does. Throws `OperatorRefused` with its words.
 */
export async function askServer(
  folder: string,
  action: string,
  argument?: string,
): Promise<readonly string[] | undefined> {
  const place = socketIn(folder)
  if (!place) return undefined
  try {
    const query = argument === undefined ? '' : `?argument=${encodeURIComponent(argument)}`
    const told = await new Promise<Answer | undefined>((resolve) => {
      const asking = request(
        { socketPath: place.path, method: 'POST', path: `/${encodeURIComponent(action)}${query}` },
        (response) => {
          const parts: Buffer[] = []
          response.on('data', (part) => parts.push(part))
          response.on('end', () => resolve(JSON.parse(Buffer.concat(parts).toString())))
        },
      )
      asking.on('error', () => resolve(undefined))
      asking.end()
    })
    if (told === undefined) return undefined
    if ('error' in told) throw new OperatorRefused(told.error)
    return told.lines
  } finally {
    place.letGo()
  }
}

/** A path of a socket has 107 characters at most: a folder that is open has a short one. */
function socketIn(folder: string): { path: string; letGo(): void } | undefined {
  try {
    const open = openSync(folder, 'r')
    return { path: join(`/proc/self/fd/${open}`, SOCKET), letGo: () => closeSync(open) }
  } catch {
    return undefined
  }
}
