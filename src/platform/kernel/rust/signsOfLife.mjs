// Whether a worker that has not answered yet is at work: its heartbeat tells, and where that stands still, what Linux
// knows of its process. Plain JavaScript, as waiting.mjs, whose part it is; the types are in signsOfLife.d.mts.

import { readdirSync, readFileSync } from 'node:fs'

/** Who is at work uses the processor or waits for it: of who does neither for so long nothing will come. */
const IDLE_MS = 500
const NS_PER_MS = 1e6

/** @type {typeof import('./signsOfLife.d.mts').lookAt} */
export function lookAt(pid) {
  try {
    // A worker may wait for its child, which saves.
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').match(/\d+/g) ?? []
    const threads = [pid, ...children].flatMap((one) => threadsOf(one, one === pid))
    return {
      cpuMs: threads.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
      runs: threads.some(({ state }) => state === 'R'),
      waitsForDisk: threads.some(({ state }) => state === 'D'),
    }
  } catch {
    return undefined
  }
}

/**
 * @param {number | string} pid
 * @param {boolean} isNeeded whether it is an error that there is no such process
 */
function threadsOf(pid, isNeeded) {
  try {
    return readdirSync(`/proc/${pid}/task`).map((thread) => {
      const at = `/proc/${pid}/task/${thread}`
      const stat = readFileSync(`${at}/stat`, 'utf8')
      const cpuNs = Number.parseInt(readFileSync(`${at}/schedstat`, 'utf8'), 10)
      // The name before it may hold anything, brackets too.
      return { state: stat[stat.lastIndexOf(')') + 2], cpuMs: cpuNs / NS_PER_MS }
    })
  } catch (error) {
    if (isNeeded) throw error
    return []
  }
}

/** @type {typeof import('./signsOfLife.d.mts').watchLife} */
export function watchLife({ sliceMs, hangMs }, look) {
  let last = { heartbeat: -1, cpuMs: -1 }
  let idleMs = 0
  // Slices are counted, not time: a machine that slept is no worker that hangs.
  let stillMs = 0
  return (heartbeat) => {
    if (heartbeat !== last.heartbeat) {
      last = { heartbeat, cpuMs: -1 }
      idleMs = 0
      stillMs = 0
      return undefined
    }
    const seen = look()
    const usedMs = seen && last.cpuMs >= 0 ? Math.abs(seen.cpuMs - last.cpuMs) : sliceMs
    last = { heartbeat, cpuMs: seen?.cpuMs ?? -1 }
    idleMs = usedMs > 0 || seen?.runs || seen?.waitsForDisk ? 0 : idleMs + sliceMs
    // Who waits for the processor cannot help it.
    stillMs += seen?.runs ? Math.min(sliceMs, usedMs) : sliceMs
    if (idleMs >= IDLE_MS) return `it has stood still for ${idleMs} ms`
    return stillMs >= hangMs ? `it has not moved for ${hangMs} ms` : undefined
  }
}
