// What a page's world tells it, kept; with a box for its token, and a WebSocket that fails as a browser's does.

import { vi } from 'vitest'
import WebSocket from 'ws'
import type { TokenBox } from '../../client/src/data/live/tokens.ts'
import type { WorldListener } from '../../client/src/data/worldData.ts'

/** One that fails while nobody listens fails in silence. */
class BrowserSocket extends WebSocket {
  constructor(url: string, protocols: string) {
    super(url, protocols)
    this.on('error', () => {})
  }
}

function tokenBox(token?: string): TokenBox {
  let kept = token
  return {
    get: () => kept,
    set: (next) => {
      kept = next
    },
  }
}

export function pageEars(token?: string) {
  vi.stubGlobal('WebSocket', BrowserSocket)
  const heard = {
    connections: [] as string[],
    ticks: [] as number[],
    outcomes: [] as string[],
    lines: [] as string[],
    replaced: 0,
  }
  const listener: WorldListener = {
    connection: (state) => heard.connections.push(state),
    status: ({ tick }) => heard.ticks.push(tick),
    tick: () => {},
    snapshot: () => {},
    changes: () => {},
    player: () => {},
    contents: () => {},
    outcome: ({ commandId }) => heard.outcomes.push(commandId),
    players: () => {},
    chat: ({ text }) => heard.lines.push(text),
    replaced: () => {
      heard.replaced += 1
    },
  }
  return { heard, listener, tokens: tokenBox(token) }
}
