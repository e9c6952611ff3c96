// @vitest-environment jsdom
// What keys and the pointer do with what is in hand, and what they leave to the browser and to the panels.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { listenToKeys } from '../../client/src/game/keys.ts'
import type { Play } from '../../client/src/game/play.ts'
import { listenToPointers } from '../../client/src/game/pointer.ts'
import { copyPicked } from '../../client/src/game/selection.ts'
import { get, set, type Tool, useGame } from '../../client/src/game/store.ts'
import { writeBlueprint } from '../../client/src/hands/blueprintText.ts'
import { PlanetCells } from '../../client/src/planet/cells.ts'
import { neighbour } from '../../src/domain/grid/neighbours.ts'

const n = 8
const blank = useGame.getState()
const stopping: (() => void)[] = []

/** A game on a page where each pixel to the right is the next cell on a straight line from cell 100. */
function game() {
  const cells = [100]
  for (let steps = 0; steps < 5; steps++) cells.push(neighbour(n, cells.at(-1)!, 0))
  const canvas = document.createElement('canvas')
  canvas.tabIndex = 0
  canvas.setPointerCapture = () => {}
  document.body.append(canvas)
  const planet = new PlanetCells(n)
  const strokes: (readonly number[])[] = []
  const play = {
    session: { planet, data: { order: async () => ({ kind: 'unchanged' }) } },
    stage: {
      touch: () => {},
      pick: (x: number) => cells[Math.floor(x / 10)] ?? -1,
      project: () => undefined,
      camera: { hold: () => {}, drag: vi.fn(), pan: vi.fn() },
    },
    hovered: -1,
    stroke: [] as readonly number[],
    onFrame: () => () => {},
    setTool(tool: Tool) {
      this.stroke = []
      set({ tool })
    },
    select: (selected: number) => set({ selected }),
    act: (cell: number) => strokes.push([cell]),
    finishStroke(stroke: readonly number[]) {
      strokes.push(stroke)
      this.stroke = []
    },
  }
  stopping.push(
    listenToKeys(play as unknown as Play),
    listenToPointers(canvas, play as unknown as Play),
    () => document.body.replaceChildren(),
  )
  const point = (type: string, x: number, buttons = 1) =>
    canvas.dispatchEvent(
      Object.assign(new MouseEvent(type, { clientX: x * 10 + 5, buttons, bubbles: true }), {
        pointerId: 1,
        pointerType: 'mouse',
      }),
    )
  return { cells, canvas, play, planet, strokes, point }
}

const press = (key: string, on: EventTarget = document.body, more: KeyboardEventInit = {}) => {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more })
  on.dispatchEvent(event)
  return event
}
const add = <Name extends keyof HTMLElementTagNameMap>(name: Name, within = document.body) => {
  const element = document.createElement(name)
  within.append(element)
  return element
}
const drawer = () => {
  const section = add('section')
  section.className = 'panel drawer'
  set({ drawer: 'players' })
  return section
}
const click = (element: HTMLElement) => {
  element.dispatchEvent(new MouseEvent('pointerdown', { bubbles: true }))
  element.focus()
  element.click()
}
const said = () => get().toasts.map(({ text }) => text)
const inHand = () => {
  const { tool } = get()
  return tool.kind === 'build' ? tool.prototype : tool.kind
}

beforeEach(() => useGame.setState(blank, true))
afterEach(() => {
  for (const stop of stopping.splice(0)) stop()
  vi.restoreAllMocks()
})

describe('a line that is being drawn', () => {
  test('is given when the button is let go', () => {
    const { cells, point, strokes } = game()
    set({ tool: { kind: 'build', prototype: 'belt' } })
    point('pointerdown', 0)
    point('pointermove', 3)
    point('pointerup', 3, 0)
    expect(strokes).toEqual([cells.slice(0, 4)])
  })

  test.each([
    ['Esc', ({ play }: ReturnType<typeof game>) => press('Escape') && play],
    ['the other button', ({ point }: ReturnType<typeof game>) => point('pointermove', 2, 3)],
    ['another machine in hand', () => press('1')],
  ])(
    'is dropped by %s: what the mouse does after that builds nothing, until the next press',
    (_, drop) => {
      const made = game()
      const { cells, play, point, strokes } = made
      set({ tool: { kind: 'build', prototype: 'belt' } })
      point('pointerdown', 0)
      point('pointermove', 2)
      drop(made)
      point('pointermove', 4)
      point('pointerup', 4, 0)
      expect(strokes).toEqual([])
      expect(play.stroke).toEqual([])
      expect(play.stage.camera.drag).not.toHaveBeenCalled()
      point('pointerdown', 1)
      point('pointerup', 1, 0)
      expect(strokes).toEqual([[cells[1]]])
    },
  )

  test('a rectangle that Esc takes away selects nothing', () => {
    const { planet, point } = game()
    planet.structures.set(100, {
      cell: 100,
      prototype: 'belt',
      direction: 0,
      owner: 0,
      status: 'idle',
    })
    set({ tool: { kind: 'select' } })
    point('pointerdown', 0)
    point('pointermove', 3)
    expect(get().box).toBeDefined()
    press('Escape')
    point('pointermove', 4)
    expect(get().box).toBeUndefined()
    point('pointerup', 4, 0)
    expect(get().picked).toEqual([])
  })
})

describe('keys', () => {
  test('a key that is held takes a machine in hand once, and a digit is one also where digits want Shift', () => {
    game()
    press('1')
    press('1', document.body, { repeat: true })
    expect(inHand()).toBe('drill')
    press('é', document.body, { code: 'Digit2' })
    expect(inHand()).toBe('belt')
    press('ц', document.body, { code: 'KeyX' })
    expect(inHand()).toBe('remove')
  })

  test('what is typed into a field is no order; Esc leaves it, and puts its panel away', () => {
    game()
    const field = add('input', drawer())
    field.focus()
    for (const key of ['1', 'x', 'c', 'Delete', ' ']) {
      expect(press(key, field).defaultPrevented).toBe(false)
    }
    expect(inHand()).toBe('look')
    press('Escape', field)
    expect([get().drawer, document.activeElement]).toEqual(['none', document.body])
  })

  test('a list that was used by the mouse takes no more keys; one that is used by keys keeps them', () => {
    game()
    const list = add('select')
    list.focus()
    press('ArrowDown', list)
    list.dispatchEvent(new Event('change', { bubbles: true }))
    expect(document.activeElement).toBe(list)
    click(list)
    list.dispatchEvent(new Event('change', { bubbles: true }))
    expect(document.activeElement).toBe(document.body)
  })

  test('who closes something by keys is on the planet afterwards, and sees it', async () => {
    const { canvas } = game()
    canvas.className = 'planet'
    const button = add('button')
    button.onclick = () => button.remove()
    press('Tab', button)
    button.focus()
    button.click()
    await vi.waitFor(() => expect(document.activeElement).toBe(canvas))
    expect(canvas.dataset.tabbed).toBe('')
  })

  test('Space belongs to a button or choice that keys came to, and not to one that was clicked', () => {
    game()
    const button = add('button')
    click(button)
    expect(document.activeElement).toBe(document.body)
    button.focus()
    expect(press(' ', button).defaultPrevented).toBe(false)
    const choice = add('input')
    choice.type = 'radio'
    expect(press('ArrowDown', choice).defaultPrevented).toBe(false)
    expect(press('ArrowDown', drawer()).defaultPrevented).toBe(false)
  })

  test('marked words are copied by the browser', () => {
    game()
    vi.spyOn(window, 'getSelection').mockReturnValue({ toString: () => 'a word' } as Selection)
    expect(press('c', document.body, { ctrlKey: true }).defaultPrevented).toBe(false)
    expect(said()).toEqual([])
  })

  test('a blueprint that was copied elsewhere is taken in hand without a complaint', () => {
    const { play, planet } = game()
    const part = { q: 0, r: 0, prototype: 'belt', direction: 2 }
    const paste = (text: string) => {
      press('v', document.body, { ctrlKey: true })
      const event = Object.assign(new Event('paste', { bubbles: true, cancelable: true }), {
        clipboardData: { getData: () => text },
      })
      document.body.dispatchEvent(event)
    }
    paste('hello')
    expect(said()).toEqual(['Nothing is copied yet'])
    set({ toasts: [] })
    paste(writeBlueprint({ name: 'Ring', parts: [part] }))
    expect([inHand(), said()]).toEqual(['paste', []])
    // What is copied here comes back by the same keys, whatever words the browser has.
    set({ tool: { kind: 'look' }, selected: 100 })
    planet.structures.set(100, {
      cell: 100,
      prototype: 'kiln',
      direction: 0,
      owner: 0,
      status: 'idle',
    })
    copyPicked(play as unknown as Play)
    set({ toasts: [] })
    paste('hello')
    expect([inHand(), said()]).toEqual(['paste', []])
  })
})
