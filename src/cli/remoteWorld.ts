// A world on another machine, as a scripted player reads it and acts in it: by REST alone.

import type { Submit, Submitted } from '../commands/submit.ts'
import type { PlayerView, StructureView } from '../domain/chunkView.ts'
import type { WorldSettings } from '../domain/ports/kernel.ts'
import type { WorldReader } from '../projections/worldReader.ts'
import { Refused, type Remote, remote } from './remote.ts'

export type RemotePlayer = {
  readonly account: string
  readonly submit: Submit
  readonly world: Pick<WorldReader, 'settings' | 'chunk' | 'player' | 'structure' | 'structures'>
}

type Joined = { readonly account: string; readonly token: string; readonly mailbox: string }

/** Joins as a new player. Throws `Refused` or `Unreachable`. */
export async function joinRemote(
  visitor: Remote,
  worldName: string,
  name: string,
): Promise<RemotePlayer> {
  const { seed, n, ups } = await visitor.get<WorldSettings>(`/worlds/${worldName}`)
  const { account, token, mailbox } = await visitor.post<Joined>('/players', { name })
  const server = remote(visitor.url, token)
  const path = `/worlds/${worldName}`
  const structures = async () =>
    (await server.get<{ structures: readonly StructureView[] }>(`${path}/structures`)).structures
  return {
    account,
    submit: ({ type, world, input }) =>
      send(server, mailbox, { type, world, ...(input as object) }),
    world: {
      settings: { world: worldName, seed, n, ups },
      async chunk(chunk) {
        const found = await server.get<{
          tick: number
          cells: string
          structures: readonly StructureView[]
        }>(`${path}/chunks/${chunk}`)
        const cells = new Uint8Array(Buffer.from(found.cells, 'base64'))
        return { chunk, tick: found.tick, cells, structures: found.structures }
      },
      player: () =>
        server.get<PlayerView>(`${path}/me`).catch((error: unknown) => {
          if (error instanceof Refused && error.message.startsWith('404')) return undefined
          throw error
        }),
      structures,
      structure: async (cell) => (await structures()).find((one) => one.cell === cell),
    },
  }
}

/** The flat answer of REST, as the handler gave it. */
async function send(server: Remote, mailbox: string, body: object): Promise<Submitted> {
  const { commandId, command, landing, ...answer } = await server.post<
    Submitted['answer'] & Omit<Submitted, 'answer'>
  >(`/mailbox/${mailbox}/actions`, body)
  return {
    commandId,
    command,
    answer: answer as Submitted['answer'],
    ...(landing === undefined ? {} : { landing }),
  }
}
