// Before any test: the Rust kernel is built once, where there is cargo; where there is none, the tests that need it are
// skipped and say so.

import { buildCompute } from '../../scripts/buildCompute.ts'

export default async function setup(): Promise<void> {
  const build = await buildCompute({ tests: true })
  if (!build.built) console.warn(`Tests of the Rust kernel are skipped: ${build.missing}`)
}
