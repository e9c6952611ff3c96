// Branches on Neon, by its API: copies that share what they have in common, each with an endpoint of its own.

import { type Branches, BranchRefused, ROOT } from './branches.ts'

export type NeonProject = {
  readonly apiKey: string
  readonly project: string
  /** Whose connection strings are asked for. */
  readonly database: string
  readonly role: string
  /** https://console.neon.tech/api/v2 by default. */
  readonly api?: string
}

type NeonBranch = { readonly id: string; readonly name: string; readonly default: boolean }
type Operation = { readonly id: string; readonly status: string; readonly action: string }

const API = 'https://console.neon.tech/api/v2'
const PAUSE_MS = 500
const LONGEST_WAIT_MS = 120_000

export function neonBranches({
  apiKey,
  project,
  database,
  role,
  api = API,
}: NeonProject): Branches {
  const call = async <Answer>(method: string, path: string, body?: object): Promise<Answer> => {
    const response = await fetch(`${api}/projects/${encodeURIComponent(project)}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${apiKey}`,
        accept: 'application/json',
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    if (response.ok) return (await response.json()) as Answer
    const told = (await response.json().catch(() => ({}))) as { message?: string }
    throw new BranchRefused(
      `Neon answered ${method} ${path} with ${response.status}: ${told.message ?? response.statusText}`,
    )
  }
  const all = async () => (await call<{ branches: NeonBranch[] }>('GET', '/branches')).branches
  const branch = async (name: string): Promise<NeonBranch> => {
    const found = (await all()).find((one) => (name === ROOT ? one.default : one.name === name))
    if (!found) throw new BranchRefused(`there is no branch ${name}`)
    return found
  }
  /** Neon answers before it is done. */
  const done = async (operations: readonly Operation[]) => {
    const deadline = performance.now() + LONGEST_WAIT_MS
    for (const { id, action } of operations) {
      for (;;) {
        const { operation } = await call<{ operation: Operation }>('GET', `/operations/${id}`)
        if (operation.status === 'finished' || operation.status === 'skipped') break
        if (/^(failed|error|cancelled)$/.test(operation.status) || performance.now() > deadline)
          throw new BranchRefused(`Neon's ${action} is ${operation.status}`)
        await new Promise((next) => setTimeout(next, PAUSE_MS))
      }
    }
  }
  const urlOf = async ({ id }: NeonBranch) => {
    const asked = new URLSearchParams({ branch_id: id, database_name: database, role_name: role })
    return { url: (await call<{ uri: string }>('GET', `/connection_uri?${asked}`)).uri }
  }
  return {
    async list() {
      const branches = await all()
      const names = branches.map((one) => (one.default ? ROOT : one.name))
      return [ROOT, ...names.filter((name) => name !== ROOT).sort()].map((name) => ({ name }))
    },
    target: async (name) => urlOf(await branch(name)),
    async create(name, from) {
      const parent = await branch(from)
      if ((await all()).some((one) => one.name === name))
        throw new BranchRefused(`branch ${name} of ${from}: it is there already`)
      const asked = {
        branch: { name, parent_id: parent.id },
        endpoints: [{ type: 'read_write' }],
      }
      const made = await call<{ branch: NeonBranch; operations: Operation[] }>(
        'POST',
        '/branches',
        asked,
      )
      await done(made.operations)
      return urlOf(made.branch)
    },
    async remove(name) {
      if (name === ROOT) throw new BranchRefused('the root is no branch: it is not deleted here')
      const { id } = await branch(name)
      const { operations } = await call<{ operations: Operation[] }>('DELETE', `/branches/${id}`)
      await done(operations)
    },
  }
}
