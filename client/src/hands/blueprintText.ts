// Blueprints as text that players send each other: orrery1.<base64url of JSON>.<checksum>
// The number is the version of the format. Reading says in words what is wrong, and never throws.

import { prototypeNamed } from '../../../src/domain/prototypes.ts'
import { recipeNamed } from '../../../src/domain/recipes.ts'
import { type Blueprint, type BlueprintPart, PARTS_MOST, REACH_MOST } from './blueprint.ts'
import { farness } from './frame.ts'

const VERSION = 1
const NAME_MOST = 40
/** A text longer than this is not looked at. */
const TEXT_MOST = 64_000

export type ReadBlueprint =
  | { readonly ok: true; readonly blueprint: Blueprint }
  | { readonly ok: false; readonly fault: string }

type WrittenPart = [q: number, r: number, prototype: string, direction: number, recipe?: string]

export function writeBlueprint({ name, parts }: Blueprint): string {
  const written = parts.map(
    ({ q, r, prototype, direction, recipe }): WrittenPart =>
      recipe === undefined ? [q, r, prototype, direction] : [q, r, prototype, direction, recipe],
  )
  const body = base64url(JSON.stringify({ name, parts: written }))
  return `orrery${VERSION}.${body}.${checksum(body)}`
}

export function readBlueprint(text: string): ReadBlueprint {
  try {
    return { ok: true, blueprint: parse(text.trim()) }
  } catch (error) {
    if (error instanceof Fault) return { ok: false, fault: error.message }
    throw error
  }
}

/** A name as it may stand in a blueprint. */
export function blueprintName(name: string): string {
  return name
    .replace(/[\p{Cc}\p{Surrogate}]/gu, '')
    .trim()
    .slice(0, NAME_MOST)
}

class Fault extends Error {
  override readonly name = 'Fault'
}

function parse(text: string): Blueprint {
  if (text.length > TEXT_MOST) throw new Fault('This text is too long for a blueprint')
  const [head = '', body = '', sum = '', ...rest] = text.split('.')
  const version = /^orrery(\d{1,3})$/.exec(head)?.[1]
  if (version === undefined) throw new Fault('This is no blueprint: one begins with "orrery1."')
  if (Number(version) !== VERSION) {
    throw new Fault(`This blueprint has format ${version}; this page reads format ${VERSION}`)
  }
  if (body === '' || sum === '' || rest.length > 0)
    throw new Fault('A piece of the text is missing')
  if (checksum(body) !== sum) throw new Fault('The text was changed or cut on its way')
  return blueprintOf(json(body))
}

function json(body: string): unknown {
  try {
    return JSON.parse(fromBase64url(body))
  } catch {
    throw new Fault('The text cannot be read')
  }
}

function blueprintOf(value: unknown): Blueprint {
  if (typeof value !== 'object' || value === null) throw new Fault('The text cannot be read')
  const { name, parts } = value as { name?: unknown; parts?: unknown }
  if (typeof name !== 'string' || name !== blueprintName(name) || name === '') {
    throw new Fault(`Its name is not a text of 1 to ${NAME_MOST} characters`)
  }
  if (!Array.isArray(parts) || parts.length === 0) throw new Fault('It has no machines')
  if (parts.length > PARTS_MOST) throw new Fault(`It has more than ${PARTS_MOST} machines`)
  const read = parts.map(partOf)
  if (new Set(read.map(({ q, r }) => `${q},${r}`)).size < read.length) {
    throw new Fault('Two of its machines stand on one cell')
  }
  return { name, parts: read }
}

function partOf(value: unknown, index: number): BlueprintPart {
  const say = (fault: string) => new Fault(`Machine ${index + 1}: ${fault}`)
  if (!Array.isArray(value) || value.length < 4 || value.length > 5) {
    throw say('it cannot be read')
  }
  const [q, r, prototype, direction, recipe] = value as unknown[]
  if (!Number.isInteger(q) || !Number.isInteger(r)) throw say('its place is not two whole numbers')
  const place = { q: q as number, r: r as number }
  if (farness(place) > REACH_MOST) throw say(`it lies farther than ${REACH_MOST} steps away`)
  if (typeof prototype !== 'string' || !prototypeNamed(prototype)) {
    throw say(`there is no machine "${String(prototype).slice(0, 32)}"`)
  }
  if (!Number.isInteger(direction) || Number(direction) < 0 || Number(direction) > 5) {
    throw say('its direction is not 0 to 5')
  }
  const part = { ...place, prototype, direction: direction as number }
  if (recipe === undefined) return part
  if (typeof recipe !== 'string' || !recipeNamed(recipe)?.machines.includes(prototype)) {
    throw say(`a ${prototype} cannot make "${String(recipe).slice(0, 32)}"`)
  }
  return { ...part, recipe }
}

function base64url(text: string): string {
  const bytes = new TextEncoder().encode(text)
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function fromBase64url(body: string): string {
  const binary = atob(body.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = Uint8Array.from(binary, (letter) => letter.charCodeAt(0))
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
}

/** FNV-1a of the body, eight hex digits: tells a slip of the hand, not a forger. */
function checksum(body: string): string {
  let hash = 0x811c9dc5
  for (let at = 0; at < body.length; at++) {
    hash = Math.imul(hash ^ body.charCodeAt(at), 0x01000193)
  }
  return (hash >>> 0).toString(16).padStart(8, '0')
}
