// The token between visits: one per server, in the browser's storage where that may be used.

/** Where the token lives between visits. */
export type TokenBox = {
  get(): string | undefined
  set(token: string | undefined): void
}

export function browserTokens(server: string): TokenBox {
  const key = `orrery.token.${server}`
  let kept: string | undefined
  return {
    get() {
      try {
        return localStorage.getItem(key) ?? kept
      } catch {
        // Storage may be forbidden; the token then lives as long as the page.
        return kept
      }
    },
    set(token) {
      kept = token
      try {
        if (token === undefined) localStorage.removeItem(key)
        else localStorage.setItem(key, token)
      } catch {
        // As above.
      }
    },
  }
}
