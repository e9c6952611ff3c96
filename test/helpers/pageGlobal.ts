// Before any test: the page is built once, so that servers that start side by side find it.

import { buildPage } from '../../scripts/buildPage.ts'

export default function setup(): void {
  if (!buildPage()) throw new Error('the page could not be built')
}
