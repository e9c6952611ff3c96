// What every answer tells browsers to forbid.

import type { Response } from 'express'

const policyOf = (sources: Readonly<Record<string, string>>) =>
  Object.entries({
    'default-src': "'none'",
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
    ...sources,
  })
    .map(([directive, source]) => `${directive} ${source}`)
    .join('; ')

const policies = {
  /** Answers that are no pages. */
  data: policyOf({}),
  /** The built client: its own files, no inline script, and nothing from elsewhere. */
  page: policyOf({
    'script-src': "'self'",
    'style-src': "'self'",
    'img-src': "'self' data: blob:",
    'font-src': "'self'",
    // A WebSocket to oneself is 'self' by the third edition of the standard only.
    'connect-src': "'self' ws: wss:",
    'worker-src': "'self' blob:",
  }),
  /** GraphiQL comes as one page with its scripts and styles inside; they may load and reach nothing elsewhere. */
  playground: policyOf({
    'script-src': "'unsafe-inline' blob:",
    'style-src': "'unsafe-inline'",
    'img-src': "'self' data:",
    'font-src': "'self' data:",
    'connect-src': "'self'",
    'worker-src': 'blob:',
  }),
} as const

/** Of every answer, also of those to what never becomes a request. */
export const guards: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'Content-Security-Policy': policies.data,
}

export const guard = (response: Response, as: keyof typeof policies) =>
  response.set('Content-Security-Policy', policies[as])
