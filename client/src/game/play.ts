// The game under way: session and stage tied to the store, to the address and to what tests may ask.

import { Vector3 } from 'three'
import { isCell } from '../../../src/domain/grid/lattice.ts'
import { CHUNKS_PER_SUBSCRIPTION } from '../data/live/interest.ts'
import type { Ghost } from '../scene/highlights.ts'
import type { Quality } from '../scene/quality.ts'
import { Stage } from '../scene/stage.ts'
import * as session from './session.ts'
import { get, isHere, set, type Tool, useGame } from './store.ts'
import { readUrlState, writeUrlState } from './urlState.ts'

export type PlayOptions = {
  readonly canvas: HTMLCanvasElement
  readonly quality: Quality | undefined
  readonly calm: boolean
}

const UP = new Vector3(0, 1, 0)
const READ_INTERVAL_MS = 200
const INTEREST_INTERVAL_MS = 400
const ADDRESS_INTERVAL_MS = 700
/** Radians between the sun and the first view, so that a part of the night is seen too. */
const SUN_ASIDE = 0.98

export class Play {
  readonly stage: Stage
  readonly session: session.Session
  hovered = -1
  stroke: readonly number[] = []
  private readonly frameTasks = new Set<() => void>()
  private readonly timers: ReturnType<typeof setInterval>[] = []
  private readonly unsubscribe: () => void
  private highlightKey = ''
  private placedByAddress = false

  constructor(opened: session.Session, options: PlayOptions) {
    this.session = opened
    const { planet, sphere, clock, data } = opened
    this.stage = new Stage({
      ...options,
      planet,
      sphere,
      seed: data.world.seed,
      tickNow: () => clock.at(performance.now()),
      onFrame: () => this.afterFrame(),
      onQuality: (quality) => {
        set({ quality })
        document.documentElement.dataset.quality = quality
      },
    })
    this.openView()
    this.updateInterest()
    this.timers.push(
      setInterval(() => this.readSelected(), READ_INTERVAL_MS),
      setInterval(() => this.updateInterest(), INTEREST_INTERVAL_MS),
      setInterval(() => this.writeAddress(), ADDRESS_INTERVAL_MS),
    )
    this.unsubscribe = useGame.subscribe((state, before) => {
      if (state.player !== before.player || state.players !== before.players) this.placeWalkers()
      if (isHere(state) && !isHere(before)) this.goToWork()
      if (isHere(state) !== isHere(before) || state.onlooking !== before.onlooking) this.makeRoom()
    })
    this.makeRoom()
    this.placeWalkers()
    this.goToWork()
    this.stage.start()
  }

  /** Called after every drawn frame until the returned function is called. */
  onFrame(task: () => void): () => void {
    this.frameTasks.add(task)
    return () => this.frameTasks.delete(task)
  }

  dispose(): void {
    for (const timer of this.timers) clearInterval(timer)
    this.unsubscribe()
    this.stage.dispose()
    this.session.data.close()
  }

  /** Selects a cell to be read; -1 for none. The one way for clicks, keys and tests. */
  select(cell: number): void {
    const known = isCell(this.session.planet.n, cell) ? cell : -1
    set({ selected: known, reading: session.readCell(this.session, known) })
  }

  setTool(tool: Tool): void {
    this.stroke = []
    set({ tool, ...(tool.kind === 'look' ? {} : { selected: -1, reading: undefined }) })
  }

  /** What a click on a cell does with the tool in hand. */
  act(cell: number): void {
    const { tool } = get()
    if (cell < 0) this.select(-1)
    else if (tool.kind === 'look') this.select(cell)
    else if (tool.kind === 'walk') session.walkTo(this.session, cell)
    else this.finishStroke([cell])
  }

  /** What a stroke over some cells does with the tool in hand. */
  finishStroke(cells: readonly number[]): void {
    const { tool, direction } = get()
    this.stroke = []
    if (cells.length === 0) return
    if (tool.kind === 'claim') {
      void session.claim(this.session, cells)
    } else if (tool.kind === 'remove') {
      const standing = cells.filter((cell) => this.session.planet.structures.has(cell))
      if (standing.length > 0) void session.remove(this.session, standing)
    } else if (tool.kind === 'build') {
      const plans = session.plansOf(this.session, cells, tool.prototype, direction)
      void session.build(this.session, plans)
    }
  }

  /** R: turns what is about to be built, or else what is selected. */
  rotate(): void {
    const { tool, direction, selected } = get()
    if (tool.kind === 'build') {
      const at = this.hovered >= 0 ? this.hovered : this.stage.focusCell()
      set({ direction: session.nextDirection(this.session, at, direction) })
    } else if (selected >= 0) session.turn(this.session, selected)
  }

  /** Flies to one's own player, or to the selected cell for who has none. */
  goHome(): void {
    const { player, selected } = get()
    if (player?.here) this.stage.visit(player.cell)
    else if (selected >= 0) this.stage.visit(selected)
  }

  async land(name: string): Promise<void> {
    const { selected } = get()
    const landing = await session.land(this.session, name, selected >= 0 ? selected : undefined)
    if (landing !== undefined) this.stage.visit(landing)
  }

  setQuality(quality: Quality): void {
    this.stage.setQuality(quality)
  }

  /** The newest tick that is drawn. */
  tick(): number {
    return this.session.clock.at(performance.now())
  }

  /** While the card of the start is shown the planet stands beside it, on a phone above it. */
  private makeRoom(): void {
    const carded = !isHere(get()) && !get().onlooking
    const narrow = window.innerWidth <= 720
    if (!carded) this.stage.setShift(0, 0)
    else this.stage.setShift(narrow ? 0 : 0.08, narrow ? -0.13 : 0)
  }

  /** Who is on this world already is taken there, unless the address says where to look. */
  private goToWork(): void {
    const { player } = get()
    if (player?.here && !this.placedByAddress) this.stage.visit(player.cell)
  }

  private openView(): void {
    const { camera, selected } = readUrlState(location.hash)
    this.placedByAddress = camera !== undefined
    const { stage } = this
    if (camera) stage.camera.setPose(camera)
    else {
      const aside = stage.sun.clone().applyAxisAngle(UP, SUN_ASIDE)
      const longitude = (Math.atan2(-aside.z, aside.x) * 180) / Math.PI
      const distance = stage.camera.farthest * 0.74
      stage.camera.setPose({ longitude, latitude: 24, heading: 0, distance })
    }
    if (selected >= 0) set({ selected })
  }

  private afterFrame(): void {
    this.showHighlights()
    for (const task of this.frameTasks) task()
    if (!get().standing && this.stage.settled && this.allCame()) set({ standing: true })
  }

  private allCame(): boolean {
    const { planet } = this.session
    return planet.chunksKnown >= Math.min(planet.chunkTick.length, CHUNKS_PER_SUBSCRIPTION)
  }

  private showHighlights(): void {
    const { selected, tool, direction } = get()
    const key = [
      this.hovered,
      selected,
      tool.kind,
      direction,
      this.stroke.join(),
      this.session.planet.version,
    ].join('|')
    if (key === this.highlightKey) return
    this.highlightKey = key
    this.stage.touch()
    this.stage.highlight({
      hovered: this.hovered,
      selected,
      stroke: tool.kind === 'build' ? [] : this.stroke,
      ghosts: this.ghosts(tool, direction),
    })
  }

  private ghosts(tool: Tool, direction: number): Ghost[] {
    if (tool.kind !== 'build') return []
    const cells = this.stroke.length > 0 ? this.stroke : this.hovered >= 0 ? [this.hovered] : []
    return session.plansOf(this.session, cells, tool.prototype, direction).map((plan) => ({
      ...plan,
      allowed: session.whyNot(this.session, plan.cell, tool.prototype) === undefined,
    }))
  }

  private placeWalkers(): void {
    const { player, players } = get()
    const walkers = new Map(players.map(({ cell, index }) => [index, { cell, index }]))
    if (player && isHere(get())) walkers.set(player.index, player)
    else if (player) walkers.delete(player.index)
    this.stage.setWalkers([...walkers.values()])
  }

  private readSelected(): void {
    const { selected, chunksKnown } = get()
    const { planet } = this.session
    const known = planet.chunksKnown
    if (known !== chunksKnown) {
      set({ chunksKnown: known })
      this.placeWalkers()
    }
    if (selected >= 0) {
      set({ reading: session.readCell(this.session, selected), tick: this.tick() })
    }
  }

  private updateInterest(): void {
    this.session.data.watch(this.stage.chunksInView(CHUNKS_PER_SUBSCRIPTION))
  }

  private writeAddress(): void {
    if (this.stage.camera.moving) return
    const hash = writeUrlState({ camera: this.stage.camera.pose(), selected: get().selected })
    if (hash !== location.hash) history.replaceState(null, '', hash || location.pathname)
  }
}
