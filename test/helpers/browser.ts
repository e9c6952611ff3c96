// A real Chromium for end-to-end tests, and what it says while it is watched.

import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Starts the machine's Chromium. Throws, saying what to install, when there is none. */
export const openBrowser = (): Promise<Browser> => chromium.launch(chromiumHere())

/** The same with a profile that is kept in a folder, caches and all, as somebody's own browser is. */
export const openProfile = (folder: string, viewport: { width: number; height: number }) =>
  chromium.launchPersistentContext(folder, { ...chromiumHere(), viewport, reducedMotion: 'reduce' })

function chromiumHere() {
  const executablePath = process.env.CHROMIUM ?? places.find((place) => existsSync(place))
  if (executablePath === undefined) {
    throw new Error(`no Chromium at ${places.join(', ')}: install one, or set CHROMIUM to its path`)
  }
  return {
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      '--ignore-gpu-blocklist',
    ],
  }
}

export type WatchedPage = Page & { readonly faults: readonly string[] }

/** A fresh page, in a context of its own; `faults` collects what it throws or logs as an error. */
export async function openPage(
  browser: Browser,
  options: { width?: number; height?: number; token?: string; touch?: boolean } = {},
): Promise<WatchedPage> {
  const { width = 1280, height = 800, token, touch = false } = options
  const context = await browser.newContext({
    viewport: { width, height },
    reducedMotion: 'reduce',
    hasTouch: touch,
    isMobile: touch,
  })
  // The page keeps its token here, as whoever came back would find it.
  if (token !== undefined) {
    await context.addInitScript(
      (value) => localStorage.setItem(`orrery.token.${location.origin}`, value),
      token,
    )
  }
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(`thrown: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`logged: ${message.text()}`)
  })
  return Object.assign(page, { faults })
}

/** Loads the page at low quality and waits until it says that its planet stands. */
export async function visit(page: Page, url: string): Promise<void> {
  // Software rendering is slow to be idle: the page's own flag says when it is ready.
  await page.goto(`${url}/?quality=low`, { waitUntil: 'commit' })
  await page.waitForFunction(() => window.__orrery?.ready === true, undefined, { timeout: 120_000 })
}
