import type { OfflineSettings } from './offlineWorld.ts'

const N_MOST = 128

/** Reads `seed,n` (n may be left out: 32); undefined where the page is not asked to run a world itself. */
export function parseOffline(text: string | null): OfflineSettings | undefined {
  if (text === null) return undefined
  const [seed = 7, n = 32] = text.split(',').map((part) => Math.trunc(Number(part)))
  return {
    seed: Number.isFinite(seed) ? seed >>> 0 : 7,
    n: Number.isFinite(n) ? Math.min(N_MOST, Math.max(1, n)) : 32,
  }
}
