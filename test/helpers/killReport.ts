// What a run of kills tells.

import { type Arena, kinds } from './kills.ts'
import type { ReplayedLog } from './replayLog.ts'

export function seedOf(variable: string | undefined): number {
  return variable === undefined ? Math.floor(Math.random() * 0xffff_ffff) : Number(variable)
}

/** The report of a run, as lines of Markdown. */
export function reportOf(seed: number, arena: Arena, replayed: ReplayedLog): string {
  const { killed, players, seen } = arena
  const rows = kinds.flatMap((kind) => {
    const times = killed.filter((one) => one.kind === kind).map(({ backMs }) => backMs)
    if (times.length === 0) return []
    const sorted = times.sort((a, b) => a - b)
    const [low, middle, high] = [0, Math.floor(sorted.length / 2), sorted.length - 1].map((at) =>
      (sorted[at]! / 1000).toFixed(1),
    )
    return [`| ${kind} | ${times.length} | ${low} | ${middle} | ${high} |`]
  })
  const orders = players.flatMap(({ acknowledged }) => [...acknowledged.values()])
  const count = (status: string) => orders.filter(({ answer }) => answer.status === status).length
  return [
    `Seed ${seed}: ${killed.length} kills.`,
    '',
    '| killed | times | back after s (least) | (median) | (most) |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    `- newest tick seen: ${seen.maxTick()}, in ${seen.observations} observations; the log fixes ticks through ${replayed.through}`,
    `- (tick, hash) pairs seen and reproduced: ${seen.hashes.size} of ${seen.hashes.size}; outcomes seen and reproduced: ${seen.outcomes.size}`,
    `- commands acknowledged: ${orders.length} (${count('accepted')} accepted, ${count('refused')} refused, ${count('unchanged')} unchanged), each answered the same again`,
    `- events in the log: ${replayed.events}; seals: ${replayed.ledger.seals}; engines started: ${replayed.ledger.engines}`,
    `- what the starts said last before they were killed: ${moments(killed)}`,
  ].join('\n')
}

/** Last words of killed starts with their numbers, without times and paths. */
function moments(killed: Arena['killed']): string {
  const counts = new Map<string, number>()
  for (const { note } of killed) {
    const words = note
      .replace(/\d\d:\d\d:\d\d /g, '')
      .replace(/ (in|to) \/.*?(?= \(|$)/, '')
      .replace(/pid \d+/, 'pid …')
    if (words !== '') counts.set(words, (counts.get(words) ?? 0) + 1)
  }
  return [...counts].map(([words, count]) => `“${words}” ${count} ×`).join(', ')
}
