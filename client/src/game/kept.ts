// What the browser keeps for this player: keys, blueprints, what was dismissed. A browser that keeps nothing
// (a private window, a full disk) costs only that.

const PREFIX = 'orrery.'

export function kept(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name)
  } catch {
    return null
  }
}

/** @returns whether the browser took it */
export function keep(name: string, value: string): boolean {
  try {
    localStorage.setItem(PREFIX + name, value)
    return true
  } catch {
    return false
  }
}
