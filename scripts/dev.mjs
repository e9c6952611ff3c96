// `npm run dev`: the server, restarted when its sources change, and Vite's development server for the client.

import { spawn } from 'node:child_process'

const children = [
  ['--import', 'tsx', '--watch-path=src', '--watch', 'src/main.ts'],
  ['node_modules/vite/bin/vite.js', '--config', 'client/vite.config.ts'],
].map((args) => spawn(process.execPath, args, { stdio: 'inherit' }))

const stop = () => {
  for (const child of children) child.kill('SIGINT')
}
process.on('SIGINT', stop)
process.on('SIGTERM', stop)
for (const child of children) child.on('exit', stop)
