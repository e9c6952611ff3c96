// Which key does what. One table of actions with the keys they begin with; what a player changes is kept in
// the browser. A chord is written as `Ctrl+Shift+z`: letters small, Ctrl for the command key too.

export type ActionId = (typeof actions)[number]['id']

type Action = {
  readonly id: string
  readonly words: string
  readonly chord: string
  readonly group: string
  /** Acts as long as the key is held. */
  readonly held?: true
}

export const actions = [
  { id: 'panAhead', words: 'Move ahead', chord: 'w', group: 'View', held: true },
  { id: 'panLeft', words: 'Move left', chord: 'a', group: 'View', held: true },
  { id: 'panBack', words: 'Move back', chord: 's', group: 'View', held: true },
  { id: 'panRight', words: 'Move right', chord: 'd', group: 'View', held: true },
  { id: 'turnLeft', words: 'Look round to the left', chord: ',', group: 'View', held: true },
  { id: 'turnRight', words: 'Look round to the right', chord: '.', group: 'View', held: true },
  { id: 'near', words: 'Come near', chord: '+', group: 'View' },
  { id: 'far', words: 'Go far', chord: '-', group: 'View' },
  { id: 'home', words: 'Home to your player', chord: 'h', group: 'View' },
  { id: 'overlay', words: 'The next overlay', chord: 'o', group: 'View' },
  { id: 'minimap', words: 'Show or hide the map', chord: 'm', group: 'View' },
  { id: 'cursorUp', words: 'Cell cursor up', chord: 'ArrowUp', group: 'Cell cursor' },
  { id: 'cursorDown', words: 'Cell cursor down', chord: 'ArrowDown', group: 'Cell cursor' },
  { id: 'cursorLeft', words: 'Cell cursor left', chord: 'ArrowLeft', group: 'Cell cursor' },
  { id: 'cursorRight', words: 'Cell cursor right', chord: 'ArrowRight', group: 'Cell cursor' },
  { id: 'act', words: 'Use what is in hand there', chord: 'Enter', group: 'Cell cursor' },
  {
    id: 'anchor',
    words: 'Begin a line there · else jump to the alert',
    chord: 'Space',
    group: 'Cell cursor',
  },
  { id: 'read', words: 'Read the cell aloud', chord: 'v', group: 'Cell cursor' },
  { id: 'rotate', words: 'Turn it', chord: 'r', group: 'Hands' },
  { id: 'rotateBack', words: 'Turn it back', chord: 'Shift+r', group: 'Hands' },
  { id: 'pipette', words: 'Take what stands there in hand', chord: 'q', group: 'Hands' },
  { id: 'claim', words: 'Claim cells', chord: 'c', group: 'Hands' },
  { id: 'remove', words: 'Remove machines', chord: 'x', group: 'Hands' },
  { id: 'select', words: 'Select many', chord: 'b', group: 'Hands' },
  { id: 'walk', words: 'Walk', chord: 'g', group: 'Hands' },
  { id: 'nextGroup', words: 'The next group of machines', chord: '`', group: 'Hands' },
  { id: 'copy', words: 'Copy the selection', chord: 'Ctrl+c', group: 'Hands' },
  { id: 'cut', words: 'Cut the selection', chord: 'Ctrl+x', group: 'Hands' },
  { id: 'paste', words: 'Paste', chord: 'Ctrl+v', group: 'Hands' },
  { id: 'removePicked', words: 'Remove the selection', chord: 'Delete', group: 'Hands' },
  { id: 'undo', words: 'Undo', chord: 'Ctrl+z', group: 'Hands' },
  { id: 'redo', words: 'Redo', chord: 'Ctrl+Shift+z', group: 'Hands' },
  { id: 'craft', words: 'Craft', chord: 'i', group: 'Panels' },
  { id: 'blueprints', words: 'Blueprints', chord: 'f', group: 'Panels' },
  { id: 'research', words: 'Research', chord: 't', group: 'Panels' },
  { id: 'statistics', words: 'Production', chord: 'n', group: 'Panels' },
  { id: 'alerts', words: 'Alerts', chord: 'k', group: 'Panels' },
  { id: 'standings', words: 'Leaderboard', chord: 'l', group: 'Panels' },
  { id: 'players', words: 'Players and chat', chord: 'p', group: 'Panels' },
  { id: 'worlds', words: 'Worlds', chord: 'j', group: 'Panels' },
  { id: 'settings', words: 'Settings', chord: 'u', group: 'Panels' },
  { id: 'help', words: 'Help', chord: '?', group: 'Panels' },
  { id: 'putAway', words: 'Put away, let go', chord: 'Escape', group: 'Panels' },
] as const satisfies readonly Action[]

export type Bindings = Readonly<Record<ActionId, string>>

export const defaultBindings = Object.fromEntries(
  actions.map(({ id, chord }) => [id, chord]),
) as Bindings

const heldActions: ReadonlySet<string> = new Set(
  (actions as readonly Action[]).filter(({ held }) => held).map(({ id }) => id),
)

export const isHeld = (action: ActionId): boolean => heldActions.has(action)

/** Keys that say the same: `=` is `+` without Shift. */
const ALIASES: Readonly<Record<string, string>> = { '=': '+', Backspace: 'Delete', ' ': 'Space' }
/** Keys that are no chord of their own. */
const MODIFIERS = ['Control', 'Shift', 'Alt', 'Meta', 'AltGraph', 'CapsLock', 'Dead']
/** Digits take machines of the hotbar, Tab belongs to the browser. */
const RESERVED = /^([1-9]|Tab|F\d+)$/

type Pressed = Pick<KeyboardEvent, 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'> & Place
/** What a key writes, and where it is on the keyboard. */
type Place = Pick<KeyboardEvent, 'key'> & Partial<Pick<KeyboardEvent, 'code'>>

/** The chord of a key press; undefined for modifiers alone and for what belongs to the browser. */
export function chordOf(pressed: Pressed): string | undefined {
  const { ctrlKey, metaKey, shiftKey, altKey } = pressed
  const key = latinKey(pressed)
  if (altKey || MODIFIERS.includes(key)) return undefined
  const letter = key.length === 1 && key.toLowerCase() !== key.toUpperCase()
  const name = ALIASES[key] ?? (letter ? key.toLowerCase() : key)
  // Shift is a part of signs already (? is Shift and a key that differs from place to place).
  const shift = shiftKey && (letter || name.length > 1) ? 'Shift+' : ''
  return `${ctrlKey || metaKey ? 'Ctrl+' : ''}${shift}${name}`
}

/** Where a key writes no Latin letter (Cyrillic, Greek, …), or waits for one to set an accent on, its place counts. */
function latinKey({ key, code = '' }: Place): string {
  if (key === 'Dead' && code === 'Backquote') return '`'
  const letter = /^Key([A-Z])$/.exec(code)?.[1]
  return letter && /^\P{ASCII}$/u.test(key) ? letter.toLowerCase() : key
}

/** The action of a chord, if it has one. */
export function actionOf(bindings: Bindings, chord: string): ActionId | undefined {
  return actions.find(({ id }) => bindings[id] === chord)?.id
}

export type Rebound =
  | { readonly ok: true; readonly bindings: Bindings; readonly swapped: ActionId | undefined }
  | { readonly ok: false; readonly fault: string }

/** Gives an action another key. The action that had the key gets the old one in exchange. */
export function rebind(bindings: Bindings, action: ActionId, chord: string): Rebound {
  if (RESERVED.test(chord)) return { ok: false, fault: `${keyWord(chord)} cannot be given away` }
  const other = actionOf(bindings, chord)
  if (other === action) return { ok: true, bindings, swapped: undefined }
  const changed = { ...bindings, [action]: chord }
  return {
    ok: true,
    bindings: other ? { ...changed, [other]: bindings[action] } : changed,
    swapped: other,
  }
}

/** Bindings as they were kept; what cannot be read, or is no action of ours, is left as it begins. */
export function readBindings(text: string | null): Bindings {
  try {
    const kept: unknown = JSON.parse(text ?? '{}')
    if (typeof kept !== 'object' || kept === null) return defaultBindings
    let read = defaultBindings
    for (const { id } of actions) {
      const chord = (kept as Record<string, unknown>)[id]
      if (typeof chord !== 'string' || chord.length === 0 || chord.length > 32) continue
      const rebound = rebind(read, id, chord)
      if (rebound.ok) read = rebound.bindings
    }
    return read
  } catch {
    return defaultBindings
  }
}

/** Only what differs from the beginning. */
export function writeBindings(bindings: Bindings): string {
  const changed = actions.filter(({ id, chord }) => bindings[id] !== chord)
  return JSON.stringify(Object.fromEntries(changed.map(({ id }) => [id, bindings[id]])))
}

const KEY_WORDS: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  Delete: 'Del',
}

/** A chord as it is shown on a key. */
export function keyWord(chord: string): string {
  return chord
    .split(/\+(?=.)/)
    .map((part) => KEY_WORDS[part] ?? (part.length === 1 ? part.toUpperCase() : part))
    .join(' ')
}
