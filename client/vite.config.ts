import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const server = process.env.ORRERY_URL ?? 'http://localhost:4000'

/** Compresses what has a content hash in its name, once and as small as it gets: the server sends it as it lies there. */
const compressed: Plugin = {
  name: 'compressed',
  apply: 'build',
  writeBundle({ dir }) {
    const assets = join(dir!, 'assets')
    for (const name of readdirSync(assets).filter((file) => /\.(js|css)$/.test(file))) {
      const bytes = readFileSync(join(assets, name))
      writeFileSync(join(assets, `${name}.br`), brotliCompressSync(bytes))
      writeFileSync(join(assets, `${name}.gz`), gzipSync(bytes, { level: 9 }))
    }
  },
}

/** Names the page's code in the head of its HTML, though it is only asked for when what comes before it has begun. */
const preloaded: Plugin = {
  name: 'preloaded',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler(html, { bundle = {} }) {
      const chunks = Object.values(bundle).filter((one) => one.type === 'chunk')
      const page = chunks.find(({ name }) => name === 'page')
      if (!page) throw new Error('there is no chunk of the page to preload')
      return [page.fileName, ...page.imports]
        .filter((file) => !html.includes(file))
        .map((file) => ({
          tag: 'link',
          attrs: { rel: 'modulepreload', crossorigin: true, href: `./${file}` },
          injectTo: 'head' as const,
        }))
    },
  },
}

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  plugins: [react(), preloaded, compressed],
  build: {
    outDir: fileURLToPath(new URL('../dist/client', import.meta.url)),
    emptyOutDir: true,
    target: 'es2023',
    chunkSizeWarningLimit: 1300,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // What is begun before the page's code has come needs none of it.
            {
              name: 'first',
              test: /client\/src\/(scene\/(canvas|quality)|game\/kept)\.ts$/,
              priority: 1,
            },
            // What changes seldom is one file, which browsers keep while the page's own code is changed.
            { name: 'vendor', test: /node_modules\/(three\/build|react|react-dom|scheduler)\// },
            // What panels share with the page comes with the page: a dozen small files would wait for one another.
            {
              name: 'shared',
              test: /\/(client\/src|src\/domain|lucide-react)\//,
              minShareCount: 2,
            },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      '/graphql': { target: server, ws: true },
      '/players': server,
    },
  },
})
