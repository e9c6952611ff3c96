// One statement and its rows, its errors named as the ports name them.

import type { Pool } from 'pg'
import { named } from './failures.ts'

export type Query = <Row extends object>(text: string, values: unknown[]) => Promise<Row[]>

export const querying =
  (pool: Pool): Query =>
  async <Row extends object>(text: string, values: unknown[]) => {
    try {
      return (await pool.query<Row>(text, values)).rows
    } catch (error) {
      throw named(error)
    }
  }
