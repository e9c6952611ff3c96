// GET /versions: the code as it was at a commit, for tests of migrations that run what old events were written by.

import type { Express, Request, Response } from 'express'
import type { VersionedFile, Versions } from '../../domain/ports/versions.ts'
import type { Doors } from '../doors.ts'
import { badInput, notFound, Problem, tooMany } from '../problem.ts'
import { pathText, queryNumber, queryText, route } from '../routes.ts'

const VERSIONS = 50
export const VERSIONS_MAX = 500
export const VERSION_BYTES_MAX = 8 * 1024 * 1024
const PATH_LENGTH_MAX = 1024

export function versionRoutes(app: Express, doors: Doors): void {
  const history = (request: Request) => {
    if (!doors.versions)
      throw notFound('this server has no history: it runs from no git checkout, or VERSIONS is off')
    const wait = doors.versionReads.take(doors.addresses.of(request))
    if (wait > 0) throw tooMany('too many requests for the history from your address', wait)
    return doors.versions
  }
  route(
    app,
    '/versions',
    {
      get: async (request, response) => {
        const most = queryNumber(request, 'limit', 1, VERSIONS_MAX, VERSIONS)
        const path = queryText(request, 'path')
        if (path !== undefined) checkPath(path)
        response.set('Cache-Control', 'no-cache')
        response.json({ versions: await history(request).list(most, path) })
      },
    },
    ['path', 'limit'],
  )
  const answer = async (request: Request, response: Response) => {
    const path = pathOf(request)
    if (path !== '') checkPath(path)
    await send(history(request), pathText(request, 'commit'), path, request, response)
  }
  route(app, '/versions/:commit', { get: answer })
  route(app, '/versions/:commit/*path', { get: answer })
}

async function send(
  versions: Versions,
  digits: string,
  path: string,
  request: Request,
  response: Response,
): Promise<void> {
  if (!/^[0-9a-f]{7,40}$/.test(digits))
    throw badInput({ field: 'commit', detail: 'takes 7 to 40 hex digits of a commit' })
  const commit = await versions.commit(digits)
  if (commit === undefined) throw notFound(`no commit of this code begins with ${digits}`)
  const found = await versions.at(commit, path)
  if (!found) throw notFound(`there was nothing at ${JSON.stringify(path)} in ${commit}`)
  if (found.kind === 'file' && found.bytes > VERSION_BYTES_MAX)
    throw new Problem(413, 'too-large', `the file has more than ${VERSION_BYTES_MAX} bytes`)
  response.set({
    // Digits that name one commit today may name two tomorrow; a whole name stays.
    'Cache-Control': digits === commit ? 'public, max-age=31536000, immutable' : 'no-cache',
    'Content-Location': `/versions/${[commit, ...parts(path)].map(encodeURIComponent).join('/')}`,
    'Orrery-Commit': commit,
    ETag: `"${found.digest}"`,
  })
  if (request.fresh) response.status(304).end()
  else if (found.kind === 'folder') response.json({ commit, path, entries: await found.read() })
  else await sendFile(found, response)
}

const parts = (path: string) => (path === '' ? [] : path.split('/'))

/** Never as what a browser would run: text where it is text, else bytes. */
async function sendFile(file: VersionedFile, response: Response): Promise<void> {
  const contents = Buffer.from(await file.read())
  response.type(contents.includes(0) ? 'application/octet-stream' : 'text/plain')
  response.send(contents)
}

/** Express gives the parts of a wildcard, decoded each; a part with a slash inside is no part of a path. */
function pathOf(request: Request): string {
  const parts: unknown = request.params.path
  if (parts === undefined) return ''
  const all = Array.isArray(parts) ? parts.map(String) : [String(parts)]
  if (all.some((part) => part.includes('/'))) throw badPath('has an encoded slash')
  return all.join('/')
}

const badPath = (detail: string) => badInput({ field: 'path', detail })

/** Throws a 400 `Problem` for what is no relative path in its one way to be written. */
function checkPath(path: string): void {
  if (path.length > PATH_LENGTH_MAX) throw badPath(`is longer than ${PATH_LENGTH_MAX} characters`)
  if (/\p{Cc}|\p{Cs}/u.test(path)) throw badPath('has a control character')
  const strange = path.split('/').find((part) => part === '' || part === '.' || part === '..')
  if (strange !== undefined)
    throw badPath('is relative, without empty parts, "." and "..", e.g. src/domain/upcasts.ts')
}
