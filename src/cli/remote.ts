// A running server, asked by its URL as a player.

import { type Given, UsageError } from './options.ts'

/** The server says no: told in its own words. */
export class Refused extends Error {
  override readonly name = 'Refused'
}

/** No server answers there. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
}

export type Remote = {
  readonly url: string
  get<Body>(path: string): Promise<Body>
  post<Body>(path: string, body: unknown): Promise<Body>
  delete(path: string): Promise<void>
}

const PATIENCE_MS = 60_000

/** Of --url and --token, or of ORRERY_URL and ORRERY_TOKEN. Throws `UsageError` for a URL that is none. */
export function remoteOf(given: Given): Remote {
  const { ORRERY_URL, ORRERY_TOKEN } = process.env
  const asked = given.text('url')
  const url = asked === DEFAULT_URL && ORRERY_URL ? ORRERY_URL : (asked ?? DEFAULT_URL)
  return remote(url, given.text('token') ?? ORRERY_TOKEN)
}

const DEFAULT_URL = 'http://localhost:4000'

export function remote(given: string, token: string | undefined): Remote {
  if (!URL.canParse(given) || !/^https?:$/.test(new URL(given).protocol)) {
    throw new UsageError(`--url is "${given}": it takes a URL such as ${DEFAULT_URL}`)
  }
  const url = given.replace(/\/+$/, '')
  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${url}${path}`, {
      method,
      signal: AbortSignal.timeout(PATIENCE_MS),
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((error: Error) => {
      const cause = error.cause instanceof Error ? error.cause.message : error.message
      throw new Unreachable(`no server answers at ${url}: ${cause}`)
    })
    const text = await answer.text()
    if (answer.ok) return text === '' ? undefined : (JSON.parse(text) as unknown)
    throw new Refused(refusalOf(answer.status, text))
  }
  return {
    url,
    get: async <Body>(path: string) => (await ask('GET', path)) as Body,
    post: async <Body>(path: string, body: unknown) => (await ask('POST', path, body)) as Body,
    delete: async (path) => void (await ask('DELETE', path)),
  }
}

function refusalOf(status: number, text: string): string {
  try {
    const { detail } = JSON.parse(text) as { detail?: string }
    return `${status}: ${detail ?? text}`
  } catch {
    return `${status}: ${text.slice(0, 200)}`
  }
}

type Answer = {
  readonly status: string
  readonly refused?: string
  readonly detail?: string
  readonly position?: number
  readonly landing?: number
}

/** Sends a command into the mailbox of the token. Throws `Refused` where the game says no. */
export async function command(
  server: Remote,
  body: Readonly<Record<string, unknown>>,
): Promise<Answer> {
  const { mailbox } = await server.get<{ mailbox: string }>('/me')
  const answer = await server.post<Answer>(`/mailbox/${mailbox}/actions`, body)
  if (answer.status !== 'refused') return answer
  throw new Refused(`${answer.refused}: ${answer.detail}`)
}
