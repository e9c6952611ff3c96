// Mouse, pen and touch over the planet: one finger turns it or paints, two zoom and rotate, a tap acts.

import { strokeTo } from '../hands/stroke.ts'
import type { Play } from './play.ts'
import { pickBox } from './selection.ts'
import { type Box, get, set } from './store.ts'

/** Farther than this a press is a drag, in pixels. */
const TAP_SLOP = 6
const WHEEL_ZOOM = 0.0012
const TURN_PER_PIXEL = 0.006

type Finger = { x: number; y: number }

export function listenToPointers(canvas: HTMLCanvasElement, play: Play): () => void {
  const hands = new Hands(canvas, play)
  const listeners: [keyof HTMLElementEventMap, (event: never) => void][] = [
    ['pointerdown', hands.down],
    ['pointermove', hands.move],
    ['pointerup', hands.up],
    ['pointercancel', hands.cancel],
    ['pointerleave', hands.leave],
    ['wheel', hands.wheel],
    ['contextmenu', (event: Event) => event.preventDefault()],
  ]
  for (const [name, listener] of listeners) {
    canvas.addEventListener(name, listener as EventListener, { passive: false })
  }
  return () => {
    for (const [name, listener] of listeners) {
      canvas.removeEventListener(name, listener as EventListener)
    }
  }
}

class Hands {
  private readonly canvas: HTMLCanvasElement
  private readonly play: Play
  private readonly fingers = new Map<number, Finger>()
  private travelled = 0
  private painting = false
  /** Where a rectangle was begun. */
  private corner: Finger | undefined
  private framed = false
  private adding = false
  /** What was begun was dropped (Esc, another tool, the other button): nothing comes of it until the finger is up. */
  private dropped = false
  private button = 0
  private stillSince = 0

  constructor(canvas: HTMLCanvasElement, play: Play) {
    this.canvas = canvas
    this.play = play
  }

  readonly down = (event: PointerEvent): void => {
    this.play.stage.touch()
    this.canvas.setPointerCapture(event.pointerId)
    this.canvas.focus({ preventScroll: true })
    this.fingers.set(event.pointerId, { x: event.clientX, y: event.clientY })
    this.play.stage.camera.hold()
    this.dropped = false
    if (this.fingers.size > 1) {
      this.painting = false
      this.play.stroke = []
      this.dropBox()
      this.travelled = Number.POSITIVE_INFINITY
      return
    }
    this.travelled = 0
    this.button = event.button
    const cell = this.play.stage.pick(event.clientX, event.clientY)
    const { kind } = get().tool
    const boxing = kind === 'select' || (kind === 'look' && event.shiftKey)
    if (event.button === 0 && boxing) {
      this.corner = { x: event.clientX, y: event.clientY }
      this.adding = event.shiftKey
    }
    this.painting =
      event.button === 0 && cell >= 0 && (kind === 'claim' || kind === 'remove' || kind === 'build')
    if (this.painting) this.play.stroke = [cell]
  }

  readonly move = (event: PointerEvent): void => {
    this.play.stage.touch()
    const finger = this.fingers.get(event.pointerId)
    if (!finger) {
      this.play.hovered = this.play.stage.pick(event.clientX, event.clientY)
      if (get().cursor >= 0) set({ cursor: -1 })
      return
    }
    const dx = event.clientX - finger.x
    const dy = event.clientY - finger.y
    if (this.fingers.size === 2) this.pinch(event.pointerId, dx, dy)
    else {
      this.travelled += Math.hypot(dx, dy)
      if (this.isLetGo(event)) this.drop()
      if (this.dropped) this.play.hovered = this.play.stage.pick(event.clientX, event.clientY)
      else if (this.corner) this.frame(event)
      else if (this.painting) this.paint(event.clientX, event.clientY)
      else if (this.travelled > TAP_SLOP) this.drag(dx, dy)
    }
    this.stillSince = performance.now()
    finger.x = event.clientX
    finger.y = event.clientY
  }

  readonly up = (event: PointerEvent): void => {
    const wasOnly = this.fingers.size === 1
    if (wasOnly && this.isLetGo(event)) this.drop()
    this.fingers.delete(event.pointerId)
    if (!wasOnly || this.dropped) return
    if (performance.now() - this.stillSince > 80) this.play.stage.camera.hold()
    const { box } = get()
    this.dropBox()
    if (box && this.travelled > TAP_SLOP) pickBox(this.play, box, this.adding)
    else if (this.painting) {
      this.painting = false
      const { stroke } = this.play
      if (stroke.length > 1) this.play.finishStroke(stroke)
      else this.play.act(stroke[0] ?? -1)
    } else if (this.travelled <= TAP_SLOP && this.button === 0) {
      this.tap(event)
    } else if (this.travelled <= TAP_SLOP) {
      this.play.setTool({ kind: 'look' })
    }
  }

  readonly cancel = (event: PointerEvent): void => {
    this.fingers.delete(event.pointerId)
    this.drop()
  }

  readonly leave = (): void => {
    if (this.fingers.size === 0) this.play.hovered = -1
  }

  readonly wheel = (event: WheelEvent): void => {
    event.preventDefault()
    this.play.stage.touch()
    const pixels = event.deltaMode === 1 ? event.deltaY * 30 : event.deltaY
    this.play.stage.camera.zoom(Math.exp(Math.max(-240, Math.min(240, pixels)) * WHEEL_ZOOM))
  }

  private drag(dx: number, dy: number): void {
    const { camera } = this.play.stage
    if (this.button === 2) {
      camera.rotate(dx * TURN_PER_PIXEL)
      camera.tilt(-dy * TURN_PER_PIXEL)
    } else camera.drag(dx, dy, this.canvas.clientHeight)
  }

  private paint(x: number, y: number): void {
    const cell = this.play.stage.pick(x, y)
    if (cell < 0) return
    this.play.stroke = strokeTo(this.play.session.planet.n, this.play.stroke, cell)
    this.play.hovered = cell
  }

  /** A finger has no hover: its first tap shows where a blueprint will lie, the second on the spot places it. */
  private tap(event: PointerEvent): void {
    const cell = this.play.stage.pick(event.clientX, event.clientY)
    const shows = event.pointerType === 'touch' && get().tool.kind === 'paste'
    if (shows && this.play.hovered !== cell) this.play.hovered = cell
    else this.play.act(cell)
  }

  /** Whether what was begun is not wanted any more: Esc or another tool took it away, or the other button was pressed too. */
  private isLetGo({ buttons }: PointerEvent): boolean {
    if (this.painting) return this.play.stroke.length === 0 || (buttons & 2) !== 0
    return this.corner !== undefined && ((this.framed && !get().box) || (buttons & 2) !== 0)
  }

  private drop(): void {
    this.dropped = true
    this.painting = false
    this.play.stroke = []
    this.dropBox()
  }

  private frame(event: PointerEvent): void {
    if (!this.corner) return
    this.framed = true
    set({ box: boxOf(this.corner, event) })
  }

  private dropBox(): void {
    this.framed = false
    this.corner = undefined
    if (get().box) set({ box: undefined })
  }

  private pinch(moved: number, dx: number, dy: number): void {
    const [other] = [...this.fingers].filter(([id]) => id !== moved).map(([, finger]) => finger)
    const finger = this.fingers.get(moved)
    if (!other || !finger) return
    const before = { x: finger.x - other.x, y: finger.y - other.y }
    const after = { x: before.x + dx, y: before.y + dy }
    const { camera } = this.play.stage
    camera.zoom(Math.hypot(before.x, before.y) / Math.max(1, Math.hypot(after.x, after.y)))
    camera.rotate(Math.atan2(after.y, after.x) - Math.atan2(before.y, before.x))
    camera.drag(dx / 2, dy / 2, this.canvas.clientHeight)
  }
}

function boxOf(from: Finger, to: { clientX: number; clientY: number }): Box {
  return {
    left: Math.min(from.x, to.clientX),
    top: Math.min(from.y, to.clientY),
    right: Math.max(from.x, to.clientX),
    bottom: Math.max(from.y, to.clientY),
  }
}
