// The page at /: the built client, when it was built; else a line that says how.

import { join, sep } from 'node:path'
import express, { type Express } from 'express'
import { route } from '../routes.ts'
import { guard } from '../security.ts'

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
      express.static(clientDir, {
        redirect: false,
        setHeaders: (response, path) => {
          guard(response, 'page')
          response.setHeader(
            'Cache-Control',
            path.startsWith(assets) ? 'public, max-age=31536000, immutable' : 'no-cache',
          )
        },
      }),
    )
  }
  route(app, '/', {
    get: (_request, response) => {
      // Reached only when there is no index.html to serve.
      guard(response, 'page').set('Cache-Control', 'no-cache').type('html').send(notBuilt)
    },
  })
}
