// The page at /: the built client, when it was built; else a line that says how.

import { readdirSync } from 'node:fs'
import { extname, join, sep } from 'node:path'
import express, { type Express, type Request, type RequestHandler, type Response } from 'express'
import { guard } from '../guards.ts'
import { route } from '../routes.ts'

const notBuilt = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Orrery</title>
<h1>Orrery runs</h1>
<p>The page is not built. Run <code>npm run build</code> and load this again.</p>
<p>The playground is at <a href="/graphql">/graphql</a>, the worlds at <a href="/worlds">/worlds</a>.</p>
</html>
`

/** Files under assets/ carry a content hash in their name, so browsers may keep them for ever. */
export function clientRoutes(app: Express, clientDir: string | undefined): void {
  if (clientDir !== undefined) {
    const assets = join(clientDir, 'assets') + sep
    app.use(
      compressedAssets(assets),
      express.static(clientDir, {
        redirect: false,
        setHeaders: (response, path) => {
          guard(response, 'page')
          const encoding = encodings[extname(path)]
          if (encoding !== undefined) {
            response.setHeader('Content-Encoding', encoding)
            response.type(extname(path.slice(0, -extname(path).length)))
          }
          response.setHeader(
            'Cache-Control',
            path.startsWith(assets) ? 'public, max-age=31536000, immutable' : 'no-cache',
          )
        },
      }),
    )
  }
  const methods = {
    get: (_request: Request, response: Response) => {
      // Reached only when there is no index.html to serve.
      guard(response, 'page').set('Cache-Control', 'no-cache').type('html').send(notBuilt)
    },
  }
  route(app, '/', methods, 'any')
}

/** By the ending of the files that the build leaves beside each asset. */
const encodings: Readonly<Record<string, string>> = { '.br': 'br', '.gz': 'gzip' }

/** Sends an asset as the build compressed it, to who takes that: nothing is compressed anew for each visitor. */
function compressedAssets(assets: string): RequestHandler {
  const names = new Set(namesIn(assets))
  return (request, response, next) => {
    const [, name = ''] = /^\/assets\/([^/]+)$/.exec(request.path) ?? []
    if (names.has(name)) response.vary('Accept-Encoding')
    // The first that is taken at all: browsers name gzip before br, and mean nothing by it.
    const ending = Object.keys(encodings).find((one) => request.acceptsEncodings(encodings[one]!))
    if (ending !== undefined && names.has(name + ending)) request.url = `/assets/${name}${ending}`
    next()
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return [] // The page was not built yet.
  }
}
