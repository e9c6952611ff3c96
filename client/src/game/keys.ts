// The keyboard: presses become actions by the bindings, actions become deeds here.

import { overlays } from '../planet/overlays.ts'
import { type ActionId, actionOf, chordOf, isHeld } from './bindings.ts'
import { buildGroups } from './buildGroups.ts'
import { anchorStroke, describe, handCell, moveCursor } from './cursor.ts'
import { giveKeysBack, leaveField } from './focus.ts'
import { turnBack } from './orders.ts'
import type { Play } from './play.ts'
import { copyPicked, paste, pasteText, pickedBlueprint, removePicked } from './selection.ts'
import { type Drawer, get, set } from './store.ts'

const PAN: Partial<Record<ActionId, readonly [right: number, ahead: number]>> = {
  panLeft: [-1, 0],
  panRight: [1, 0],
  panAhead: [0, 1],
  panBack: [0, -1],
}
const TURN_PER_S = 1.4
/** What a held key goes on doing; every other action happens once a press. */
const REPEATED: readonly ActionId[] = [
  'near',
  'far',
  'cursorUp',
  'cursorDown',
  'cursorLeft',
  'cursorRight',
]

export function listenToKeys(play: Play): () => void {
  const held = new Set<ActionId>()
  let last = performance.now()

  const down = (event: KeyboardEvent) => {
    if (event.isComposing) return
    if (!isTyping(event.target)) press(event)
    else if (event.key === 'Escape') leaveField(event.target)
  }
  const press = (event: KeyboardEvent) => {
    const chord = chordOf(event)
    if (!chord) return
    play.stage.touch()
    const action = actionOf(get().bindings, chord)
    if (!action) takeSlot(play, event)
    else if (onControl(event) || isOfTheBrowser(action)) return
    else if (isHeld(action)) held.add(action)
    else if (!event.repeat || REPEATED.includes(action)) {
      // The browser's own paste brings the text of others: it must still happen.
      if (action !== 'paste') event.preventDefault()
      deeds[action](play)
    }
  }
  const up = (event: KeyboardEvent) => {
    const chord = chordOf(event)
    for (const action of held) {
      if (chord === undefined || get().bindings[action] === chord) held.delete(action)
    }
  }
  const blur = () => held.clear()
  const pasted = (event: ClipboardEvent) => {
    if (isTyping(event.target)) return
    if (pasteText(play, event.clipboardData?.getData('text') ?? '')) event.preventDefault()
  }
  const stop = play.onFrame(() => {
    const now = performance.now()
    const seconds = Math.min(0.1, (now - last) / 1000)
    last = now
    if (held.size > 0) play.stage.touch()
    for (const action of held) {
      const pan = PAN[action]
      if (pan) play.stage.camera.pan(pan[0], pan[1], seconds)
      else play.stage.camera.rotate((action === 'turnLeft' ? -1 : 1) * TURN_PER_S * seconds)
    }
  })
  const left = new AbortController()
  const { signal } = left
  window.addEventListener('keydown', down, { signal })
  window.addEventListener('keyup', up, { signal })
  window.addEventListener('blur', blur, { signal })
  window.addEventListener('paste', pasted, { signal })
  giveKeysBack(signal)
  return () => {
    stop()
    left.abort()
  }
}

/** Enter, Space and arrows belong to the button, list or panel that has the focus. */
function onControl({ key, target }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement) || target.tagName === 'CANVAS') return false
  const own = ['Enter', ' ', 'ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight']
  return (
    own.includes(key) && target.closest('button, a, input, [role=tab], summary, .drawer') !== null
  )
}

/** Who has marked words on the page copies those. */
function isOfTheBrowser(action: ActionId): boolean {
  const marked = window.getSelection()
  return action === 'copy' && marked !== null && marked.toString() !== ''
}

/** A digit takes a machine in hand, also where digits want Shift. */
function takeSlot(play: Play, event: KeyboardEvent): void {
  const { key, code, ctrlKey, metaKey } = event
  if (ctrlKey || metaKey || event.repeat) return
  const digit = /^[1-9]$/.test(key) ? key : /^Digit([1-9])$/.exec(code)?.[1]
  const slot = buildGroups[get().group]?.prototypes[Number(digit) - 1]
  if (slot) toggleBuild(play, slot)
}

/** Takes a machine in hand, or puts it away when it is there already. */
export function toggleBuild(play: Play, prototype: string): void {
  const { tool } = get()
  const same = tool.kind === 'build' && tool.prototype === prototype
  play.setTool(same ? { kind: 'look' } : { kind: 'build', prototype })
}

export function toggleTool(play: Play, kind: 'claim' | 'remove' | 'walk' | 'select'): void {
  play.setTool({ kind: get().tool.kind === kind ? 'look' : kind })
}

/** The hotbar's next group of machines. */
function nextGroup(): void {
  set(({ group }) => ({ group: (group + 1) % buildGroups.length }))
}

export function toggleDrawer(drawer: Drawer): void {
  set((state) => ({ drawer: state.drawer === drawer ? 'none' : drawer }))
}

function nextOverlay(play: Play): void {
  const next = overlays[(overlays.indexOf(get().overlay) + 1) % overlays.length]!
  play.setOverlay(next)
}

/** Flies to where something is wrong: each press to the next place. */
let alertTurn = 0
export function jumpToAlert(play: Play): void {
  const cells = get().alerts.flatMap((alert) => alert.cells)
  const cell = cells[alertTurn++ % Math.max(1, cells.length)]
  if (cell === undefined) set({ announcement: 'There are no alerts' })
  else {
    play.stage.visit(cell)
    play.select(cell)
  }
}

function putAway(play: Play): void {
  const { tool, drawer, picked, box } = get()
  if (drawer !== 'none') set({ drawer: 'none' })
  else if (box) set({ box: undefined })
  else if (play.stroke.length > 0) play.stroke = []
  else if (tool.kind !== 'look') play.setTool({ kind: 'look' })
  else if (picked.length > 0) set({ picked: [] })
  else {
    play.select(-1)
    set({ cursor: -1 })
  }
}

const nothing = () => {}

const deeds: Readonly<Record<ActionId, (play: Play) => void>> = {
  panAhead: nothing,
  panLeft: nothing,
  panBack: nothing,
  panRight: nothing,
  turnLeft: nothing,
  turnRight: nothing,
  near: (play) => play.stage.camera.zoom(0.85),
  far: (play) => play.stage.camera.zoom(1 / 0.85),
  home: (play) => play.goHome(),
  overlay: nextOverlay,
  minimap: () => set(({ minimap }) => ({ minimap: !minimap })),
  cursorUp: (play) => moveCursor(play, 0, 1),
  cursorDown: (play) => moveCursor(play, 0, -1),
  cursorLeft: (play) => moveCursor(play, -1, 0),
  cursorRight: (play) => moveCursor(play, 1, 0),
  act: (play) => {
    if (play.stroke.length > 1) play.finishStroke(play.stroke)
    else play.act(handCell(play))
  },
  anchor: (play) => {
    if (['build', 'claim', 'remove', 'select'].includes(get().tool.kind)) anchorStroke(play)
    else jumpToAlert(play)
  },
  read: (play) => set({ announcement: describe(play, handCell(play)) }),
  rotate: (play) => play.rotate(1),
  rotateBack: (play) => play.rotate(-1),
  pipette: (play) => play.pipette(handCell(play)),
  claim: (play) => toggleTool(play, 'claim'),
  remove: (play) => toggleTool(play, 'remove'),
  select: (play) => toggleTool(play, 'select'),
  walk: (play) => toggleTool(play, 'walk'),
  nextGroup,
  copy: copyPicked,
  cut: (play) => {
    if (pickedBlueprint(play, 'Copy')) {
      copyPicked(play)
      removePicked(play)
    }
  },
  paste: (play) => paste(play, get().bindings.paste === 'Ctrl+v'),
  removePicked,
  undo: (play) => void turnBack(play.session, 'undo'),
  redo: (play) => void turnBack(play.session, 'redo'),
  craft: () => toggleDrawer('craft'),
  blueprints: () => toggleDrawer('blueprints'),
  research: () => toggleDrawer('research'),
  statistics: () => toggleDrawer('statistics'),
  alerts: () => toggleDrawer('alerts'),
  standings: () => toggleDrawer('standings'),
  players: () => toggleDrawer('players'),
  worlds: () => toggleDrawer('worlds'),
  settings: () => toggleDrawer('settings'),
  help: () => toggleDrawer('help'),
  putAway,
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || ['TEXTAREA', 'SELECT'].includes(target.tagName)) return true
  return (
    target instanceof HTMLInputElement && !['radio', 'checkbox', 'button'].includes(target.type)
  )
}
