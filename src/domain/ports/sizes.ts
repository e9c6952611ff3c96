// The port by which a server tells what its database takes.

export type TableSize = {
  readonly table: string
  /** As last counted, not exact. */
  readonly rows: number
  /** With indexes. */
  readonly bytes: number
  /** Tables that it is made of; 0 where it is one. */
  readonly partitions: number
}
