// Camera and selection in the address, so that a place can be shared: #c=12.5,48.2,0,60&s=1234

import type { CameraPose } from '../scene/camera.ts'

export type UrlState = {
  readonly camera: CameraPose | undefined
  /** Selected cell, or -1. */
  readonly selected: number
}

const round = (value: number) => Math.round(value * 100) / 100

export function writeUrlState({ camera, selected }: UrlState): string {
  const parts: string[] = []
  if (camera) {
    const { longitude, latitude, heading, distance } = camera
    parts.push(`c=${[longitude, latitude, heading, distance].map(round).join(',')}`)
  }
  if (selected >= 0) parts.push(`s=${selected}`)
  return parts.length > 0 ? `#${parts.join('&')}` : ''
}

/** The address of another world; the camera and the selection stay behind, and what else was asked for (quality) goes along. */
export function worldAddress(search: string, world: string): string {
  const query = new URLSearchParams(search)
  query.delete('offline')
  query.set('world', world)
  return `?${query}`
}

/** What cannot be read is left out: an address typed by hand breaks nothing. */
export function readUrlState(hash: string): UrlState {
  const fields = new URLSearchParams(hash.replace(/^#/, ''))
  return { camera: readCamera(fields.get('c')), selected: readCell(fields.get('s')) }
}

function readCamera(text: string | null): CameraPose | undefined {
  if (text === null) return undefined
  const numbers = text.split(',').map(Number)
  if (numbers.length !== 4 || !numbers.every(Number.isFinite)) return undefined
  const [longitude, latitude, heading, distance] = numbers as [number, number, number, number]
  return distance > 0 ? { longitude, latitude, heading, distance } : undefined
}

function readCell(text: string | null): number {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : -1
}
