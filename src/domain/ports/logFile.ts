// What there is to say of a log that was carried away as a file.

/** The file is none of a log, or not what was written. The message names it and is for whoever gave it. */
export class LogFileFault extends Error {
  override readonly name = 'LogFileFault'
}
