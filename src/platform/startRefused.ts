/** The server cannot start, for a reason that the person who starts it can do something about. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused'
}

/** What takes long at a start tells what it is and how far it got. */
export type Say = (message: string) => void
