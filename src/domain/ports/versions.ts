// The code as it was: files of the project's own history, for migration tests that run what old events were written by.

/** A commit among those that led to what runs here. */
export type Version = {
  /** Its whole name, 40 hex digits. */
  readonly commit: string
  /** When it was committed, ISO 8601. */
  readonly at: string
  readonly subject: string
}

export type VersionedFile = {
  readonly kind: 'file'
  /** The whole name of the commit. */
  readonly commit: string
  /** Names the contents: the same bytes have the same, in every commit. */
  readonly digest: string
  readonly bytes: number
  read(): Promise<Uint8Array>
}

export type VersionedFolder = {
  readonly kind: 'folder'
  readonly commit: string
  readonly digest: string
  /** By name. */
  read(): Promise<readonly FolderEntry[]>
}

export type FolderEntry = { readonly name: string; readonly kind: 'file' | 'folder' }

/** Commits are only ever added: what was read once is read the same for ever. */
export type Versions = {
  /** The newest first; with a path, those that changed what is there. Paths are relative and use `/`. */
  list(most: number, path?: string): Promise<readonly Version[]>
  /**
   * The commit that 7 to 40 hex digits begin; undefined where none begins so, more than one does, or what runs here does
   * not come from it. Rejects with `VersionsBusy` where too many wait.
   */
  commit(digits: string): Promise<string | undefined>
  /** What stood at a path (`''`: the top) in a commit that `commit` gave; undefined for nothing. Rejects as that does. */
  at(commit: string, path: string): Promise<VersionedFile | VersionedFolder | undefined>
}

/** As much is being read from the history as may be at once: ask again. */
export class VersionsBusy extends Error {
  override readonly name = 'VersionsBusy'
  constructor() {
    super('too much is being read from the history: ask again')
  }
}
