// Many at once: selecting by a rectangle of the page, removing, copying, pasting, and the library of blueprints.

import type { StructureView } from '../../../src/domain/chunkView.ts'
import { type Blueprint, takeBlueprint, turnBlueprint } from '../hands/blueprint.ts'
import { blueprintName, readBlueprint, writeBlueprint } from '../hands/blueprintText.ts'
import { keep, kept } from './kept.ts'
import { remove } from './session.ts'
import { type Box, get, ownIndex, set, type Tool, toast } from './store.ts'
import type { Session } from './visit.ts'

/** What is selected at once: as many as one order removes. */
const PICKED_MOST = 256
const LIBRARY_MOST = 60

/** What is worked on: the game under way. */
type Table = {
  readonly session: Session
  readonly stage: { project(cell: number, above: number): { x: number; y: number } | undefined }
  setTool(tool: Tool): void
}

let clipboard: Blueprint | undefined

/** Selects the structures that a rectangle of the page holds: one's own, or where none is, anybody's (to copy). */
export function pickBox(play: Table, box: Box, add: boolean): void {
  const { structures } = play.session.planet
  const inside = [...structures.values()].filter(({ cell }) => {
    const at = play.stage.project(cell, 0.3)
    return at && at.x >= box.left && at.x <= box.right && at.y >= box.top && at.y <= box.bottom
  })
  pick(inside, add)
}

/** Selects the structures of some cells (a line of the keyboard's cursor). */
export function pickCells(play: Table, cells: readonly number[], add: boolean): void {
  const { structures } = play.session.planet
  pick(
    cells.flatMap((cell) => structures.get(cell) ?? []),
    add,
  )
}

function pick(found: readonly StructureView[], add: boolean): void {
  const own = found.filter(({ owner }) => owner === ownIndex(get()))
  const cells = (own.length > 0 ? own : found).map(({ cell }) => cell)
  choose([...new Set([...(add ? get().picked : []), ...cells])])
}

function choose(all: readonly number[]): void {
  if (all.length > PICKED_MOST) toast('plain', `Only ${PICKED_MOST} machines are selected at once`)
  const picked = all.slice(0, PICKED_MOST)
  set({ picked, announcement: `${picked.length} machines selected` })
}

/** Selects a structure, or lets it go when it is selected already. */
export function togglePicked(play: Table, cell: number): void {
  if (!play.session.planet.structures.has(cell)) return
  const { picked } = get()
  if (!picked.includes(cell)) choose([...picked, cell])
  else choose(picked.filter((one) => one !== cell))
}

export function removePicked(play: Table): void {
  const { planet } = play.session
  const own = chosenCells().filter(
    (cell) => planet.owner.at(cell) === ownIndex(get()) && planet.structures.has(cell),
  )
  set({ picked: [] })
  if (own.length > 0) void remove(play.session, own)
  else toast('plain', 'Nothing of yours is selected')
}

/** What is selected together, or else the one cell that is. */
function chosenCells(): readonly number[] {
  const { picked, selected } = get()
  return picked.length > 0 || selected < 0 ? picked : [selected]
}

/** The selection as a blueprint; undefined, and said, where nothing is selected. */
export function pickedBlueprint(play: Table, name: string): Blueprint | undefined {
  const { planet } = play.session
  const structures = chosenCells().flatMap((cell) => planet.structures.get(cell) ?? [])
  if (structures.length === 0) {
    toast('plain', 'Select machines first: take the tool for many and drag over them')
    return undefined
  }
  const { blueprint, leftOut } = takeBlueprint(planet.n, structures, name)
  if (leftOut > 0) toast('bad', `${leftOut} machines lie too far off and are left out`)
  return blueprint
}

/** Copies the selection: for pasting here, and as text for others. */
export function copyPicked(play: Table): void {
  const blueprint = pickedBlueprint(play, 'Copy')
  if (!blueprint) return
  clipboard = blueprint
  // Where the browser lends no clipboard, pasting here works all the same.
  void navigator.clipboard?.writeText(writeBlueprint(blueprint)).catch(() => {})
  toast('good', `Copied ${blueprint.parts.length} machines`)
}

/** Takes what was copied in hand. @param more whether the browser's own paste follows, with what was copied elsewhere */
export function paste(play: Table, more = false): void {
  if (clipboard) takeInHand(play, clipboard)
  else if (!more) toast('plain', 'Nothing is copied yet')
}

/** A text came by the browser's own paste. @returns whether it was a blueprint */
export function pasteText(play: Table, text: string): boolean {
  if (!text.trim().startsWith('orrery')) {
    if (!clipboard) toast('plain', 'Nothing is copied yet')
    return false
  }
  const read = readBlueprint(text)
  if (read.ok) takeInHand(play, read.blueprint)
  else toast('bad', read.fault)
  return true
}

export function takeInHand(play: Table, blueprint: Blueprint): void {
  set({ picked: [], drawer: 'none' })
  play.setTool({ kind: 'paste', blueprint })
}

/** Turns the blueprint in hand by sixths of a circle. */
export function turnInHand(play: Table, sixths: number): void {
  const { tool } = get()
  if (tool.kind !== 'paste') return
  play.setTool({ kind: 'paste', blueprint: turnBlueprint(tool.blueprint, sixths) })
}

/** The blueprints that this browser keeps, by name. What cannot be read is left out. */
export function readLibrary(): readonly Blueprint[] {
  try {
    const texts: unknown = JSON.parse(kept('blueprints') ?? '[]')
    if (!Array.isArray(texts)) return []
    return texts.slice(0, LIBRARY_MOST).flatMap((text) => {
      const read = readBlueprint(String(text))
      return read.ok ? [read.blueprint] : []
    })
  } catch {
    return []
  }
}

/** Keeps a blueprint under a name; one of the same name is replaced. */
export function keepBlueprint(blueprint: Blueprint, name: string): readonly Blueprint[] {
  const named = { ...blueprint, name: blueprintName(name) || 'Blueprint' }
  const others = readLibrary().filter((known) => known.name !== named.name)
  return keepLibrary([named, ...others].slice(0, LIBRARY_MOST))
}

export function dropBlueprint(name: string): readonly Blueprint[] {
  return keepLibrary(readLibrary().filter((known) => known.name !== name))
}

function keepLibrary(library: readonly Blueprint[]): readonly Blueprint[] {
  if (!keep('blueprints', JSON.stringify(library.map(writeBlueprint)))) {
    toast('bad', 'This browser keeps nothing: copy the text to keep it')
  }
  return library
}
