// The game under way: session and stage tied to the store, to the address and to what tests may ask.

import { Vector3 } from 'three'
import { isCell } from '../../../src/domain/grid/lattice.ts'
import { CHUNKS_PER_SUBSCRIPTION } from '../data/live/interest.ts'
import type { Advice } from '../hands/advice.ts'
import { layOut, type Plan, type PlannedPart } from '../hands/blueprint.ts'
import { joinedEnds, nextDirection, plansOf } from '../hands/stroke.ts'
import type { Overlay } from '../planet/overlays.ts'
import type { Easel } from '../scene/easel.ts'
import type { Ghost } from '../scene/highlights.ts'
import type { Quality } from '../scene/quality.ts'
import { Stage } from '../scene/stage.ts'
import { AlertWatch } from './alerts.ts'
import { buildGroups } from './buildGroups.ts'
import { canStand, planFirstLine } from './firstLine.ts'
import { glanceAt } from './glance.ts'
import { lookAtGoals, openGoals } from './goalState.ts'
import { currentStep, factsOf, guideSteps } from './guide.ts'
import { hintFor } from './hint.ts'
import { reached, UNFURNISHED_MOST_MS } from './milestones.ts'
import { expected } from './orders.ts'
import { ProductionHistory } from './production.ts'
import { pickCells, togglePicked, turnInHand } from './selection.ts'
import * as session from './session.ts'
import {
  get,
  isHere,
  isNarrow,
  isSmall,
  ownIndex,
  set,
  type Tool,
  toast,
  useGame,
} from './store.ts'
import { readUrlState, writeUrlState } from './urlState.ts'
import type { Session } from './visit.ts'
import { adviceWord } from './words.ts'

export type PlayOptions = {
  readonly easel: Easel
  readonly calm: boolean
}

const UP = new Vector3(0, 1, 0)
/** From which a whole works is seen. */
const WORKS_DISTANCE = 30
const READ_INTERVAL_MS = 200
const INTEREST_INTERVAL_MS = 400
const ADDRESS_INTERVAL_MS = 700
const LOOK_INTERVAL_MS = 1000
const SAMPLE_INTERVAL_MS = 5000
/** Radians between the sun and the first view, so that a part of the night is seen too. */
const SUN_ASIDE = 0.98

export class Play {
  readonly stage: Stage
  readonly session: Session
  readonly history: ProductionHistory
  hovered = -1
  stroke: readonly number[] = []
  private readonly frameTasks = new Set<() => void>()
  private readonly timers: ReturnType<typeof setInterval>[] = []
  private readonly unsubscribe: () => void
  private highlightKey = ''
  private shownTool: Tool | undefined
  private shownPlayer: unknown
  private placedByAddress = false
  private shownHint: unknown
  /** All of the ground was drawn. */
  private groundShown = false
  private readonly watch = new AlertWatch()
  /** What the guide would have stand. */
  private firstLine: readonly Plan[] | undefined

  constructor(opened: Session, options: PlayOptions) {
    this.session = opened
    this.history = new ProductionHistory(opened.data.world.ups)
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
    openGoals()
    this.openView()
    this.updateInterest()
    this.timers.push(
      setInterval(() => this.readSelected(), READ_INTERVAL_MS),
      setInterval(() => this.updateInterest(), INTEREST_INTERVAL_MS),
      setInterval(() => this.writeAddress(), ADDRESS_INTERVAL_MS),
      setInterval(() => this.lookRound(), LOOK_INTERVAL_MS),
      setInterval(() => void this.sample(), SAMPLE_INTERVAL_MS),
      setTimeout(() => {
        this.stage.furnish()
        set({ furnished: true })
      }, UNFURNISHED_MOST_MS),
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
    window.removeEventListener('hashchange', this.followAddress)
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
    const putAway = tool.kind === 'look' || tool.kind === 'select'
    set({ tool, advice: undefined, ...(putAway ? {} : { selected: -1, reading: undefined }) })
    if (tool.kind !== 'select' && tool.kind !== 'look') set({ picked: [] })
    // Who is shown where it shall stand need not know yet how to turn it.
    const { hint } = get()
    this.showHinted(tool)
    const [plan] = hint?.plans ?? []
    if (plan && tool.kind === 'build' && hint?.tool === tool.prototype) {
      set({ direction: plan.direction })
    }
  }

  /** Whoever takes what the guide points at is taken to where it is for, unless that is on the screen. */
  private showHinted(tool: Tool): void {
    const { hint } = get()
    const taken = tool.kind === 'build' ? tool.prototype : tool.kind
    const at = hint?.cells[0] ?? hint?.plans[0]?.cell
    if (at === undefined || hint?.tool !== taken) return
    const seen = this.stage.project(at, 0)
    const inside =
      seen && seen.x > 0 && seen.y > 0 && seen.x < window.innerWidth && seen.y < window.innerHeight
    if (!inside) this.stage.visit(at)
  }

  setOverlay(overlay: Overlay): void {
    set({ overlay })
    this.stage.setOverlay(overlay)
  }

  /** What a click on a cell does with the tool in hand. */
  act(cell: number): void {
    const { tool } = get()
    if (cell < 0) this.select(-1)
    else if (tool.kind === 'look') this.select(cell)
    else if (tool.kind === 'walk') session.walkTo(this.session, cell)
    else if (tool.kind === 'select') togglePicked(this, cell)
    else this.finishStroke([cell])
  }

  /** What a stroke over some cells does with the tool in hand. */
  finishStroke(cells: readonly number[]): void {
    const { tool } = get()
    this.stroke = []
    if (cells.length === 0) return
    if (tool.kind === 'claim') {
      void session.claim(this.session, cells)
    } else if (tool.kind === 'remove') {
      const { structures, owner } = expected(this.session)
      const standing = cells.filter((cell) => structures.has(cell))
      const own = standing.filter((cell) => owner.at(cell) === ownIndex(get()))
      if (own.length > 0) void session.remove(this.session, own)
      else if (standing.length > 0) toast('bad', 'That is not yours to remove', standing[0])
    } else if (tool.kind === 'select') pickCells(this, cells, false)
    else void session.build(this.session, this.partsFor(cells))
  }

  /** Turns what is in hand, or else what is selected, or else one's own machine under the pointer. @param by 1 counter-clockwise, -1 back */
  rotate(by: number): void {
    const { tool, direction, selected } = get()
    const { n, structures, owner } = this.session.planet
    if (tool.kind === 'paste') turnInHand(this, by)
    else if (tool.kind === 'build') {
      const at = this.hovered >= 0 ? this.hovered : this.stage.focusCell()
      set({ direction: nextDirection(n, at, direction, by) })
    } else {
      const { cursor } = get()
      const under = cursor >= 0 ? cursor : this.hovered
      const mine = structures.has(under) && owner.at(under) === ownIndex(get())
      session.turn(this.session, selected >= 0 || !mine ? selected : under, by)
    }
  }

  /** Takes what stands on a cell in hand, as it stands there. */
  pipette(cell: number): void {
    const structure = this.session.planet.structures.get(cell)
    if (!structure) {
      toast('plain', 'Nothing stands there to take in hand')
      return
    }
    const { prototype, direction } = structure
    const group = buildGroups.findIndex(({ prototypes }) => prototypes.includes(prototype))
    set({ direction, group: Math.max(0, group) })
    this.setTool({ kind: 'build', prototype })
  }

  /** Flies to one's own player, or to the selected cell for who has none. */
  goHome(): void {
    const { player, selected } = get()
    if (player?.here) this.stage.visit(player.cell)
    else if (selected >= 0) this.stage.visit(selected)
  }

  /** Puts the card of the start away; who has not looked at anything yet is taken to where somebody is at work. */
  onlook(): void {
    set({ onlooking: true })
    const [somebody] = get().players
    if (somebody && !this.placedByAddress && get().selected < 0) {
      this.stage.visit(somebody.cell, WORKS_DISTANCE)
    }
  }

  async land(name: string): Promise<void> {
    const { selected } = get()
    const landing = await session.land(this.session, name, selected >= 0 ? selected : undefined)
    if (landing !== undefined) this.stage.visit(landing)
  }

  /** Gives the picture to the browser to keep as a file. */
  async savePicture(): Promise<void> {
    const picture = await this.stage.picture()
    if (!picture) {
      toast('bad', 'This browser could not make a picture')
      return
    }
    const url = URL.createObjectURL(picture)
    const link = document.createElement('a')
    link.href = url
    link.download = `${this.session.data.world.id}-${this.session.clock.latest}.png`
    link.click()
    URL.revokeObjectURL(url)
    toast('good', `Saved ${link.download}`)
  }

  setQuality(quality: Quality): void {
    this.stage.setQuality(quality)
  }

  /** The newest tick that is drawn. */
  tick(): number {
    return this.session.clock.at(performance.now())
  }

  /** While the card of the start is shown the planet stands beside it, on a phone above it. */
  makeRoom(): void {
    const carded = !isHere(get()) && !get().onlooking
    if (!carded) this.stage.setShift(0, 0)
    else if (isNarrow()) this.stage.setShift(0, -0.13)
    else this.stage.setShift(isSmall() ? 0.2 : 0.08, 0)
  }

  /** Who is on this world already is taken there, unless the address says where to look. */
  private goToWork(): void {
    const { player } = get()
    if (player?.here && !this.placedByAddress) this.stage.visit(player.cell)
  }

  private openView(): void {
    const { camera, selected } = readUrlState(location.hash)
    const { stage } = this
    const shared = isCell(this.session.planet.n, selected)
    this.placedByAddress = camera !== undefined || shared
    window.addEventListener('hashchange', this.followAddress)
    if (camera) stage.camera.setPose(camera)
    else {
      const aside = stage.sun.clone().applyAxisAngle(UP, SUN_ASIDE)
      const longitude = (Math.atan2(-aside.z, aside.x) * 180) / Math.PI
      const distance = stage.camera.farthest * 0.74
      stage.camera.setPose({ longitude, latitude: 24, heading: 0, distance })
    }
    if (!shared) return
    set({ selected })
    if (!camera) stage.visit(selected)
  }

  /** A shared place that is opened where the page is open already. */
  private readonly followAddress = (): void => {
    const { camera, selected } = readUrlState(location.hash)
    this.stage.camera.hold()
    if (camera) this.stage.camera.setPose(camera)
    this.stage.touch()
    this.select(selected)
    if (!camera && get().selected >= 0) this.stage.visit(selected)
  }

  private afterFrame(): void {
    this.showHighlights()
    for (const task of this.frameTasks) task()
    reached('coarse')
    if (get().standing || !session.isKnown(this.session.planet)) return
    if (this.stage.grounded && !this.groundShown) void this.showGround()
    if (!this.stage.settled) return
    this.stage.stood()
    reached('ready')
    set({ standing: true, furnished: true })
  }

  /** The ground is drawn: as soon as it is seen, what stands on it may come, and then the panels. */
  private async showGround(): Promise<void> {
    this.groundShown = true
    await this.stage.painted()
    reached('planet')
    this.stage.furnish()
  }

  private showHighlights(): void {
    const { selected, tool, direction, picked, cursor, player } = get()
    const { pending, planet } = this.session
    pending.settle(planet, ownIndex(get()), this.session.clock.latest)
    const key = [
      this.hovered,
      selected,
      tool.kind,
      direction,
      this.stroke.join(),
      picked.join(),
      cursor,
      planet.version,
      pending.version,
    ].join('|')
    const { hint } = get()
    const same =
      key === this.highlightKey &&
      tool === this.shownTool &&
      player === this.shownPlayer &&
      hint === this.shownHint
    if (same) return
    this.shownHint = hint
    this.highlightKey = key
    this.shownTool = tool
    this.shownPlayer = player
    this.stage.touch()
    const { claims, removals, ...wishes } = pending.wishes()
    const turning = wishes.turns.flatMap(({ cell, direction }) => {
      const there = planet.structures.get(cell)
      return there ? [{ cell, direction, prototype: there.prototype }] : []
    })
    const ordered = [...wishes.builds, ...turning].map(
      (plan): Ghost => ({ ...plan, level: 'pending' }),
    )
    const builds = tool.kind === 'build' || tool.kind === 'paste'
    const held = this.ghosts()
    const covered = [...held, ...ordered].map(({ cell }) => cell)
    const hinted = (hint?.plans ?? [])
      .filter(({ cell }) => !covered.includes(cell))
      .map((plan): Ghost => ({ ...plan, level: 'hint' }))
    this.stage.highlight({
      hovered: this.hovered,
      selected,
      picked,
      cursor,
      claims,
      removals,
      stroke: builds ? [] : this.stroke,
      hints: hint?.cells ?? [],
      ghosts: [...ordered, ...held, ...hinted],
    })
  }

  private ghosts(): Ghost[] {
    const cells = this.stroke.length > 0 ? this.stroke : this.hovered >= 0 ? [this.hovered] : []
    const parts = this.partsFor(cells)
    const advice = session.adviceFor(this.session, parts)
    this.showAdvice(advice)
    return parts.map((part, place) => ({ ...part, level: advice[place]?.level ?? 'good' }))
  }

  /** What the tool in hand would place on some cells. */
  private partsFor(cells: readonly number[]): readonly PlannedPart[] {
    const { tool, direction } = get()
    const { n } = this.session.planet
    if (tool.kind === 'build') {
      const plans = plansOf(n, cells, tool.prototype, direction)
      return joinedEnds(plans, expected(this.session), ownIndex(get()))
    }
    const at = cells.at(-1)
    return tool.kind === 'paste' && at !== undefined ? layOut(n, at, tool.blueprint) : []
  }

  private showAdvice(all: readonly Advice[]): void {
    const worst =
      all.find(({ level }) => level === 'refused') ?? all.find(({ level }) => level === 'waits')
    const text = worst && adviceWord(worst)
    const advice =
      worst && text && worst.level !== 'good' ? { level: worst.level, text } : undefined
    if (get().advice?.text !== advice?.text) set({ advice })
  }

  /** What is looked at once a second: alerts, the guide, and how old the picture is. */
  private lookRound(): void {
    const { planet, clock } = this.session
    const own = ownIndex(get())
    const alerts = this.watch.look(planet.structures.values(), own, clock.latest)
    if (JSON.stringify(alerts) !== JSON.stringify(get().alerts)) set({ alerts })
    const behind = clock.behind(performance.now())
    if (behind !== get().behind) set({ behind })
    lookAtGoals()
    this.guide()
  }

  /** What the first minutes ask for next, and where. */
  private guide(): void {
    const { planet } = this.session
    const own = ownIndex(get())
    const { guiding, player } = get()
    if (!guiding || !player?.here) {
      if (get().hint) set({ hint: undefined })
      return
    }
    const facts = factsOf(planet, planet.ownedBy(own), own, player.here, player.inventory)
    const guideStep = Math.max(get().guideStep, currentStep(facts))
    if (guideStep !== get().guideStep) set({ guideStep })
    if (!this.firstLine || !canStand(planet, this.firstLine, own)) {
      this.firstLine = planFirstLine(planet, player.cell, own)
    }
    const { cell: from, inventory: carried } = player
    const hint = hintFor(guideSteps[guideStep]?.id, planet, this.firstLine, { own, from, carried })
    if (JSON.stringify(hint) !== JSON.stringify(get().hint)) set({ hint })
  }

  /** Counts what one makes, for as long as one is here. */
  private async sample(): Promise<void> {
    if (!isHere(get()) || document.hidden) return
    const { data, clock } = this.session
    const standings = await data.standings()
    if (!standings?.own) return
    this.history.add({ tick: clock.latest, ...standings.own })
    set({ rates: this.history.netRates() })
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
    this.glance()
  }

  /** Tells of what is under the pointer or the cursor, unless the inspector does or something else is in hand. */
  private glance(): void {
    const { cursor, selected, tool, glance } = get()
    const { planet, data } = this.session
    const cell = cursor >= 0 ? cursor : this.hovered
    const looks = tool.kind === 'look' || tool.kind === 'select' || tool.kind === 'remove'
    const told =
      looks && cell >= 0 && cell !== selected && planet.knows(cell)
        ? glanceAt(planet, planet.read(cell), this.tick(), data.world.ups)
        : undefined
    if (JSON.stringify(told) !== JSON.stringify(glance)) set({ glance: told })
  }

  private updateInterest(): void {
    const { data, planet } = this.session
    const watched = data.watch(this.stage.chunksInView(CHUNKS_PER_SUBSCRIPTION))
    this.stage.expect(watched)
    const forgotten = planet.knownChunks().filter((chunk) => !watched.has(chunk))
    if (forgotten.length === 0) return
    for (const chunk of forgotten) planet.forget(chunk)
    this.stage.keepOnly(watched)
  }

  private writeAddress(): void {
    if (this.stage.camera.moving) return
    const hash = writeUrlState({ camera: this.stage.camera.pose(), selected: get().selected })
    if (hash !== location.hash) history.replaceState(null, '', hash || location.pathname)
  }
}
