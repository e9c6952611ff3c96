// The keyboard: what each key does, in one table that the help shows too.

import { buildGroups } from './buildGroups.ts'
import type { Play } from './play.ts'
import { type Drawer, get, set } from './store.ts'

export const KEY_HELP: readonly (readonly [keys: string, what: string])[] = [
  ['Drag · Arrows · WASD', 'Turn the planet'],
  ['Wheel · + −', 'Come near, go far'],
  ['Right drag · Q E', 'Look round'],
  ['1 – 9', 'Take a machine to build'],
  ['`', 'The next group of machines'],
  ['R', 'Turn it'],
  ['C · X · G', 'Claim · remove · walk'],
  ['Enter', 'Act on the cell in the middle'],
  ['H', 'Home to your player'],
  ['I · T · L', 'Craft · research · leaderboard'],
  ['P · ?', 'Players · help'],
  ['Esc', 'Put away, let go'],
]

const PAN: Readonly<Record<string, readonly [right: number, ahead: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
  a: [-1, 0],
  d: [1, 0],
  w: [0, 1],
  s: [0, -1],
}
const TURN_PER_S = 1.4

export function listenToKeys(play: Play): () => void {
  const held = new Set<string>()
  let last = performance.now()
  const keyOf = (event: KeyboardEvent) =>
    event.key.length === 1 ? event.key.toLowerCase() : event.key

  const down = (event: KeyboardEvent) => {
    if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return
    const key = keyOf(event)
    play.stage.touch()
    if (PAN[key] || key === 'q' || key === 'e') held.add(key)
    else if (!event.repeat || key === '+' || key === '-' || key === '=') press(play, key, event)
    if (PAN[key]) event.preventDefault()
  }
  const up = (event: KeyboardEvent) => held.delete(keyOf(event))
  const blur = () => held.clear()

  const stop = play.onFrame(() => {
    const now = performance.now()
    const seconds = Math.min(0.1, (now - last) / 1000)
    last = now
    if (held.size > 0) play.stage.touch()
    for (const key of held) {
      const pan = PAN[key]
      if (pan) play.stage.camera.pan(pan[0], pan[1], seconds)
      else play.stage.camera.rotate((key === 'q' ? -1 : 1) * TURN_PER_S * seconds)
    }
  })
  window.addEventListener('keydown', down)
  window.addEventListener('keyup', up)
  window.addEventListener('blur', blur)
  return () => {
    stop()
    window.removeEventListener('keydown', down)
    window.removeEventListener('keyup', up)
    window.removeEventListener('blur', blur)
  }
}

function press(play: Play, key: string, event: KeyboardEvent): void {
  const onButton = event.target instanceof HTMLButtonElement
  const slot = buildGroups[get().group]?.prototypes[Number(key) - 1]
  if (slot) {
    toggleBuild(play, slot)
    return
  }
  const action = actions[key]
  if (!action || (onButton && key === 'Enter')) return
  event.preventDefault()
  action(play)
}

/** Takes a machine in hand, or puts it away when it is there already. */
export function toggleBuild(play: Play, prototype: string): void {
  const { tool } = get()
  const same = tool.kind === 'build' && tool.prototype === prototype
  play.setTool(same ? { kind: 'look' } : { kind: 'build', prototype })
}

export function toggleTool(play: Play, kind: 'claim' | 'remove' | 'walk'): void {
  play.setTool({ kind: get().tool.kind === kind ? 'look' : kind })
}

/** The hotbar's next group of machines. */
function nextGroup(): void {
  set(({ group }) => ({ group: (group + 1) % buildGroups.length }))
}

export function toggleDrawer(drawer: Drawer): void {
  set((state) => ({ drawer: state.drawer === drawer ? 'none' : drawer }))
}

const actions: Readonly<Record<string, (play: Play) => void>> = {
  '+': (play) => play.stage.camera.zoom(0.85),
  '=': (play) => play.stage.camera.zoom(0.85),
  '-': (play) => play.stage.camera.zoom(1 / 0.85),
  r: (play) => play.rotate(),
  c: (play) => toggleTool(play, 'claim'),
  x: (play) => toggleTool(play, 'remove'),
  g: (play) => toggleTool(play, 'walk'),
  h: (play) => play.goHome(),
  '`': nextGroup,
  i: () => toggleDrawer('craft'),
  t: () => toggleDrawer('research'),
  l: () => toggleDrawer('standings'),
  p: () => toggleDrawer('players'),
  '?': () => toggleDrawer('help'),
  Enter: (play) => play.act(play.stage.focusCell()),
  Escape: (play) => {
    const { tool, drawer } = get()
    if (drawer !== 'none') set({ drawer: 'none' })
    else if (tool.kind !== 'look') play.setTool({ kind: 'look' })
    else play.select(-1)
  },
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  )
}
