// The state that React shows. What moves every frame or tick never comes here; status comes at most 4 times a second.

import { create } from 'zustand'
import type { PlayerView } from '../../../src/domain/chunkView.ts'
import type {
  ChatLine,
  Connection,
  PlayerEntry,
  StatusReport,
  WorldInfo,
} from '../data/worldData.ts'
import type { Blueprint } from '../hands/blueprint.ts'
import type { CellReading } from '../planet/cells.ts'
import type { Overlay } from '../planet/overlays.ts'
import type { Quality } from '../scene/quality.ts'
import type { Alert } from './alerts.ts'
import { type Bindings, readBindings } from './bindings.ts'
import type { Glance } from './glance.ts'
import type { Goal } from './goals.ts'
import type { Hint } from './hint.ts'
import { kept } from './kept.ts'

/** What a click on the planet does. */
export type Tool =
  | { readonly kind: 'look' }
  | { readonly kind: 'claim' }
  | { readonly kind: 'remove' }
  | { readonly kind: 'walk' }
  | { readonly kind: 'select' }
  | { readonly kind: 'build'; readonly prototype: string }
  | { readonly kind: 'paste'; readonly blueprint: Blueprint }

export type Toast = {
  readonly id: number
  readonly tone: 'good' | 'plain' | 'bad'
  readonly text: string
  /** The cell it is about: a click flies there. */
  readonly cell?: number
}

export type Drawer =
  | 'none'
  | 'craft'
  | 'blueprints'
  | 'research'
  | 'statistics'
  | 'alerts'
  | 'standings'
  | 'players'
  | 'worlds'
  | 'help'
  | 'settings'

/** Of the page, in pixels. */
export type Box = {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

export type GameState = {
  readonly failure: string | undefined
  readonly world: WorldInfo | undefined
  /** Panels are shown: the first planet stands, or was waited for long enough. */
  readonly furnished: boolean
  /** The first planet stands, with all that is on it. */
  readonly standing: boolean
  readonly chunksKnown: number
  readonly connection: Connection
  readonly status: StatusReport | undefined
  /** The tick that is drawn, when the selected cell was read last. */
  readonly tick: number
  readonly account: string | undefined
  readonly player: PlayerView | undefined
  readonly players: readonly PlayerEntry[]
  readonly chat: readonly ChatLine[]
  /** Lines of others that came while the panel of players was shut. */
  readonly unread: number
  readonly selected: number
  readonly reading: CellReading | undefined
  /** What the pointer or the keyboard's cursor is over. */
  readonly glance: Glance | undefined
  readonly tool: Tool
  /** The group of machines that the hotbar shows. */
  readonly group: number
  readonly direction: number
  /** Cells of the structures that were selected together. */
  readonly picked: readonly number[]
  /** The rectangle that is being drawn to select. */
  readonly box: Box | undefined
  /** The cell that the keyboard points at; -1 while it does not. */
  readonly cursor: number
  /** Said to screen readers. */
  readonly announcement: string
  /** Why what is in hand may not (or not yet) stand where it is held. */
  readonly advice: { readonly level: 'waits' | 'refused'; readonly text: string } | undefined
  readonly overlay: Overlay
  readonly alerts: readonly Alert[]
  readonly minimap: boolean
  /** The first minutes are shown, and the step of them that is next. */
  readonly guiding: boolean
  readonly guideStep: number
  /** What the guide points at, while it does. */
  readonly hint: Hint | undefined
  /** What the player has pinned on this world. */
  readonly goals: readonly Goal[]
  /** Item → made less used up, a minute. */
  readonly rates: Readonly<Record<string, number>>
  /** Ticks that the world has gone on unseen. */
  readonly behind: number
  readonly bindings: Bindings
  /** Steps back and forward that can be taken. */
  readonly steps: { readonly back: boolean; readonly forward: boolean }
  readonly toasts: readonly Toast[]
  readonly drawer: Drawer
  readonly quality: Quality
  /** Who only looks has put the card of the start away. */
  readonly onlooking: boolean
}

const CHAT_KEPT = 60

/** A phone held upright, where the styles change too. */
export const isNarrow = (): boolean =>
  window.innerWidth < 560 || (window.innerWidth <= 720 && window.innerHeight > 520)
/** A phone held either way. */
export const isSmall = (): boolean => isNarrow() || window.innerHeight <= 520

export const useGame = create<GameState>(() => ({
  failure: undefined,
  world: undefined,
  furnished: false,
  standing: false,
  chunksKnown: 0,
  connection: 'connecting',
  status: undefined,
  tick: 0,
  account: undefined,
  player: undefined,
  players: [],
  chat: [],
  unread: 0,
  selected: -1,
  reading: undefined,
  glance: undefined,
  tool: { kind: 'look' },
  group: 0,
  direction: 0,
  picked: [],
  box: undefined,
  cursor: -1,
  announcement: '',
  advice: undefined,
  overlay: 'none',
  alerts: [],
  // On a phone it would lie over the place where one has landed.
  minimap: !isSmall(),
  guiding: kept('guide') !== 'done',
  guideStep: 0,
  hint: undefined,
  goals: [],
  rates: {},
  behind: 0,
  bindings: readBindings(kept('keys')),
  steps: { back: false, forward: false },
  toasts: [],
  drawer: 'none',
  quality: 'low',
  onlooking: false,
}))

export const set = useGame.setState
export const get = useGame.getState

const TOASTS_KEPT = 5
const TOAST_MS = 5200
let toastIds = 0

/** Shows a line for a while. The same line twice is one line. */
export function toast(tone: Toast['tone'], text: string, cell?: number): void {
  const id = ++toastIds
  const entry: Toast = { id, tone, text, ...(cell === undefined ? {} : { cell }) }
  set(({ toasts }) => ({
    toasts: [...toasts.filter((known) => known.text !== text), entry].slice(-TOASTS_KEPT),
  }))
  setTimeout(() => dismiss(id), TOAST_MS)
}

function dismiss(id: number): void {
  set(({ toasts }) => ({ toasts: toasts.filter((known) => known.id !== id) }))
}

/** In its place by its id: what was missed is read while more is said. */
export function addChat(line: ChatLine): void {
  set(({ chat, drawer, unread }) => {
    if (chat.some(({ id }) => id === line.id)) return {}
    const all = [...chat, line].sort((a, b) => a.id - b.id).slice(-CHAT_KEPT)
    const isRead = line.past || drawer === 'players'
    return { chat: all, unread: isRead ? unread : Math.min(CHAT_KEPT, unread + 1) }
  })
}

/** The index of one's own player in this world, 0 for an onlooker. */
export function ownIndex(state: GameState): number {
  return state.player?.index ?? 0
}

export function isHere(state: GameState): boolean {
  return state.player?.here ?? false
}
