// @vitest-environment jsdom
import { act } from 'react'
import { createRoot, type Root } from 'react-dom/client'
import { afterEach, beforeEach, describe, expect, type MockInstance, test, vi } from 'vitest'
import type { Answer, Order, WorldData, WorldInfo } from '../../client/src/data/worldData.ts'
import { buildGroups } from '../../client/src/game/buildGroups.ts'
import { Errands } from '../../client/src/game/errands.ts'
import type { Play } from '../../client/src/game/play.ts'
import { ProductionHistory } from '../../client/src/game/production.ts'
import { addChat, set, toast, useGame } from '../../client/src/game/store.ts'
import { TickClock } from '../../client/src/game/tickClock.ts'
import { PendingOrders } from '../../client/src/hands/pending.ts'
import { UndoStack } from '../../client/src/hands/undo.ts'
import { PlanetCells } from '../../client/src/planet/cells.ts'
import { Banner } from '../../client/src/ui/Banner.tsx'
import { PlayContext } from '../../client/src/ui/context.ts'
import { Drawers } from '../../client/src/ui/Drawers.tsx'
import { Goals } from '../../client/src/ui/Goals.tsx'
import { Guarded } from '../../client/src/ui/Guarded.tsx'
import { Hotbar } from '../../client/src/ui/Hotbar.tsx'
import { Inspector } from '../../client/src/ui/Inspector.tsx'
import { Inventory } from '../../client/src/ui/Inventory.tsx'
import { StartCard } from '../../client/src/ui/StartCard.tsx'
import { StatusCard } from '../../client/src/ui/StatusCard.tsx'
import { Toasts } from '../../client/src/ui/Toasts.tsx'
import { ToolBar } from '../../client/src/ui/ToolBar.tsx'
import { prototypes } from '../../src/domain/prototypes.ts'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

const blank = useGame.getState()
const world = { id: 'first', seed: 7, n: 4, ups: 20 }
const ada = {
  account: 'ada',
  index: 1,
  here: true,
  cell: 9,
  inventory: { plate: 120, gear: 16 },
  claims: 1,
  claimLimit: 200,
  researched: [],
  tick: 40,
}
const kiln = {
  cell: 12,
  prototype: 'kiln',
  direction: 0,
  owner: 1,
  recipe: 'plate',
  status: 'working' as const,
  progress: { startTick: 100, duration: 30 },
  contents: { iron: 4 },
}
const grass = {
  cell: 12,
  terrain: 5,
  elevation: 110,
  deposit: 1,
  amount: 3,
  life: 0,
  mass: 0,
  pollution: 2,
  owner: 0,
  structure: undefined,
}

let complaints: MockInstance<typeof console.error>
let orders: Order[] = []
let founded: WorldInfo[] = []
/** What the server answers to who founds a world. */
let toFounders: Answer = { kind: 'accepted', commandId: 'f' }
let toOrders: Answer = { kind: 'accepted', commandId: 'c' }
let root: Root
let page: HTMLElement
const visited = vi.fn()

const data: WorldData = {
  world,
  account: () => 'ada',
  join: async () => ({ kind: 'accepted', commandId: 'j' }),
  watch: (chunks) => new Set(chunks),
  order: async (order) => {
    orders.push(order)
    return toOrders
  },
  standings: async () => ({
    rows: [
      {
        rank: 1,
        account: 'ada',
        index: 1,
        name: 'Ada',
        packsTotal: 12,
        pollution: 3400,
        packsPerMillion: 3529,
        launches: 0,
      },
    ],
    own: { produced: { gear: 41 }, consumed: { plate: 82 } },
  }),
  worlds: async () => [
    { ...world, state: 'running', tick: 90, players: 2 },
    { id: 'second', seed: 8, n: 8, ups: 20, state: 'running', tick: 5, players: 0 },
    ...founded.map((one) => ({ ...one, state: 'running' as const, tick: 0, players: 0 })),
  ],
  found: async (asked) => {
    if (toFounders.kind === 'accepted') founded.push(asked)
    return toFounders
  },
  close: () => {},
}

const planet = new PlanetCells(world.n)
const play = {
  session: {
    data,
    planet,
    errands: new Errands(planet),
    clock: new TickClock(world.ups),
    pending: new PendingOrders(),
    undo: new UndoStack(),
  },
  history: new ProductionHistory(world.ups),
  stage: { portraits: () => ({}), visit: visited },
  select: (cell: number) => set({ selected: cell }),
  setTool: (tool: ReturnType<typeof useGame.getState>['tool']) => set({ tool }),
  land: vi.fn(async () => {}),
  setQuality: vi.fn(),
} as unknown as Play

function show(element: React.ReactNode): void {
  act(() => root.render(<PlayContext value={play}>{element}</PlayContext>))
}

/** Shows what comes late, and waits until it is there. React must hear of no end of a load outside of `act`. */
async function open(element: React.ReactNode, selector: string): Promise<void> {
  show(element)
  for (let turns = 0; turns === 0 || !page.querySelector(selector); turns++) {
    if (turns === 100) throw new Error(`no ${selector} in ${page.innerHTML}`)
    await act(async () => {
      await vi.dynamicImportSettled()
      await new Promise((next) => setImmediate(next))
    })
  }
}

const button = (name: string): HTMLButtonElement => {
  const found = [...page.querySelectorAll('button')].find(
    (one) => one.getAttribute('aria-label') === name || one.textContent?.trim() === name,
  )
  if (!found) throw new Error(`no button "${name}" in ${page.innerHTML}`)
  return found
}
const press = (name: string) => act(async () => button(name).click())

/** Types into the field of a label, as React hears it. */
function type(label: string, text: string): void {
  const labels = [...page.querySelectorAll('label')]
  const field = labels.find((one) => one.firstChild?.textContent?.trim() === label)
  const input = field?.querySelector('input')
  if (!input) throw new Error(`no field "${label}" in ${page.innerHTML}`)
  const setter = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!
  act(() => {
    setter.call(input, text)
    input.dispatchEvent(new Event('input', { bubbles: true }))
  })
}

beforeEach(() => {
  complaints = vi.spyOn(console, 'error').mockImplementation(() => {})
  localStorage.clear()
  orders = []
  founded = []
  toFounders = { kind: 'accepted', commandId: 'f' }
  // jsdom draws nothing.
  HTMLCanvasElement.prototype.getContext = () => null
  useGame.setState(blank, true)
  set({ world, standing: true, connection: 'open' })
  page = document.body.appendChild(document.createElement('div'))
  root = createRoot(page)
})

afterEach(() => {
  act(() => root.unmount())
  page.remove()
  // React warns of what a player would see flicker, and of what a test did not wait for.
  expect(complaints.mock.calls).toEqual([])
  complaints.mockRestore()
})

describe('the panels', () => {
  test('a panel whose script is gone says so, and leaves the page as it is', async () => {
    const Gone = () => {
      throw new Error('Failed to fetch dynamically imported module')
    }
    show(
      <>
        <StatusCard />
        <Guarded>
          <Gone />
        </Guarded>
      </>,
    )
    expect(page.querySelector('[role=alert]')?.textContent).toContain('could not be opened')
    expect(button('Load the page again')).toBeDefined()
    expect(page.querySelector('h1')?.textContent).toBe('First')
    // React tells what it caught.
    complaints.mockClear()
  })

  test('the status line tells world, tick, pace, lag, hash and players', () => {
    set({
      status: {
        state: 'running',
        tick: 12_345,
        ups: 20,
        upsMeasured: 19.96,
        lagMs: 31.4,
        hash: 'a1b2c3d4e5f60718',
        hashTick: 12_340,
        players: 3,
      },
    })
    show(<StatusCard />)
    for (const word of ['First', '12 345', '20 UPS', '31 ms', '#a1b2c3d4', '3', 'live']) {
      expect(page.textContent).toContain(word)
    }
  })

  test('the banner says when the connection is lost, and nothing when all is well', () => {
    show(<Banner />)
    expect(page.textContent).toBe('')
    act(() => set({ connection: 'lost' }))
    expect(page.querySelector('[role=alert]')?.textContent).toContain('Connection lost')
  })

  test('the banner tells how far the world has gone on, how it comes back, and why it stopped', () => {
    const status = { ups: 20, upsMeasured: 20, lagMs: 0, hash: 'ab', hashTick: 1, players: 1 }
    show(<Banner />)
    act(() => set({ connection: 'lost', behind: 420 }))
    expect(page.textContent).toContain('The world is about 420 ticks ahead')
    act(() => set({ connection: 'open' }))
    expect(page.textContent).toContain('What you see is 420 ticks old')
    act(() => set({ behind: 0 }))
    expect(page.textContent).toBe('')
    act(() => set({ status: { ...status, state: 'replaying', tick: 50, replayThrough: 900 } }))
    expect(page.textContent).toContain('tick 50 of 900')
    act(() =>
      set({ status: { ...status, state: 'stopped', tick: 50, stopped: 'the disk is full' } }),
    )
    expect(page.querySelector('[role=alert]')?.textContent).toContain('the disk is full')
  })

  test('the quality that is chosen is kept in this browser, until it is to be measured again', async () => {
    set({ drawer: 'settings', quality: 'medium' })
    await open(<Drawers />, '.settings')
    const radio = (word: string) =>
      [...page.querySelectorAll('label')].find((one) => one.textContent?.startsWith(word))!
    expect(radio('as measured').textContent).toBe('as measured (medium)')
    act(() => radio('high').querySelector('input')!.click())
    expect(play.setQuality).toHaveBeenCalledWith('high')
    expect(localStorage.getItem('orrery.quality')).toBe('high')
    act(() => radio('as measured').querySelector('input')!.click())
    expect(localStorage.getItem('orrery.quality')).toBe('measured')
  })

  test('a goal is pinned in the crafting panel, is followed, and is let go', async () => {
    set({ player: ada, drawer: 'craft' })
    show(
      <>
        <Drawers />
        <Goals />
      </>,
    )
    const name = [...page.querySelectorAll('button')].find((one) =>
      one.textContent?.includes('Red pack'),
    )!
    act(() => name.click())
    await press('Pin 10 as a goal')
    const goals = page.querySelector('[aria-label=Goals]')!
    expect(goals.textContent).toContain('Red pack0 / 10')
    expect(goals.textContent).toContain('20 Moss (harvest it)')
    await press('Unpin Red pack')
    expect(page.querySelector('[aria-label=Goals]')).toBeNull()
  })

  test('a newcomer gives a name and lands; who is here sees no card', async () => {
    show(<StartCard />)
    type('Your name', ' Ada ')
    await press('Land')
    expect(play.land).toHaveBeenCalledWith('Ada')
    act(() => set({ player: ada }))
    expect(page.textContent).toBe('')
  })

  test('the inventory lists what is carried', () => {
    set({ player: ada })
    show(<Inventory />)
    expect(page.querySelector('[data-item=plate]')?.textContent).toContain('120')
    expect(page.querySelector('[data-item=gear]')?.textContent).toContain('16')
  })

  test('a free cell is read and can be claimed', async () => {
    set({ player: ada, selected: 12, reading: grass })
    show(<Inspector />)
    expect(page.textContent).toContain('Grass')
    expect(page.textContent).toContain('768 left')
    await press('Claim')
    expect(orders).toEqual([{ type: 'ClaimMany', cells: [12] }])
  })

  test('one’s own kiln shows recipe, progress and contents, and gives what is taken', async () => {
    set({ player: ada, selected: 12, tick: 115, reading: { ...grass, owner: 1, structure: kiln } })
    show(<Inspector />)
    expect(page.querySelector('[data-testid=structure-status]')?.textContent).toBe('At work')
    expect(page.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow')).toBe('50')
    expect(page.querySelector('[data-testid=contents] [data-item=iron]')?.textContent).toContain(
      '4',
    )
    await press('Take Iron')
    expect(orders).toEqual([{ type: 'Transfer', cell: 12, item: 'iron', count: 10, way: 'take' }])
  })

  test('a stranger’s machine offers neither its contents nor its removal', () => {
    const theirs = { ...kiln, owner: 2 }
    set({ player: ada, selected: 12, reading: { ...grass, owner: 2, structure: theirs } })
    show(<Inspector />)
    expect(page.textContent).toContain('player 2')
    expect(page.textContent).not.toContain('Remove')
    expect(page.textContent).not.toContain('Contents')
  })

  test('the hotbar takes a machine in hand and marks what cannot be paid', async () => {
    set({ player: { ...ada, inventory: { plate: 5 } } })
    show(<Hotbar />)
    await press('Build Belt')
    expect(useGame.getState().tool).toEqual({ kind: 'build', prototype: 'belt' })
    expect(button('Build Drill, materials are missing')).toBeDefined()
  })

  test('the hotbar shows every machine in one of its groups, and says which research unlocks it', async () => {
    set({ player: ada })
    show(<Hotbar />)
    const found: (string | undefined)[] = []
    for (const tab of [...page.querySelectorAll<HTMLButtonElement>('[role=tab]')]) {
      await act(async () => tab.click())
      const slots = [...page.querySelectorAll<HTMLElement>('[data-prototype]')]
      expect(slots.length).toBeLessThanOrEqual(9)
      found.push(...slots.map(({ dataset }) => dataset.prototype))
    }
    expect(found.sort()).toEqual(prototypes.map(({ name }) => name).sort())
    expect(button('Build Assembler, not researched').title).toContain('Research Automation')
    act(() => set({ player: { ...ada, researched: ['automation'] } }))
    expect(button('Build Assembler, materials are missing')).toBeDefined()
  })

  test('the first group takes drill, belt, kiln and depot by the keys 1 to 4', () => {
    expect(buildGroups[0]?.prototypes.slice(0, 4)).toEqual(['drill', 'belt', 'kiln', 'depot'])
  })

  test('research that is open can be chosen; what is known is ticked, what waits says for what', async () => {
    set({
      drawer: 'research',
      player: {
        ...ada,
        researched: ['logistics'],
        researching: { research: 'steelworks', done: 3, units: 8 },
      },
    })
    await open(<Drawers />, '[data-research]')
    const shown = (name: string) =>
      act(async () => page.querySelector<HTMLElement>(`[data-research=${name}]`)!.click())
    expect(page.textContent).toContain('3 of 8')
    await shown('automation')
    await press('Choose Automation')
    expect(orders).toEqual([{ type: 'SelectResearch', research: 'automation' }])
    await shown('logistics')
    expect(page.querySelector('.research-detail')?.textContent).toContain('Known')
    await shown('electronics')
    expect(page.querySelector('.research-detail')?.textContent).toContain('after Automation')
  })

  test('the leaderboard tells ranks and one’s own production', async () => {
    set({ drawer: 'standings', player: ada })
    await open(<Drawers />, 'table')
    expect(page.textContent).toContain('1. Ada')
    expect(page.textContent).toContain('3 529')
    expect(page.querySelector('[data-item=gear]')?.textContent).toContain('41')
  })

  test('a tank tells how full it is, and offers no fluid to the hand', () => {
    const tank = { cell: 12, prototype: 'tank', direction: 0, owner: 1, status: 'idle' as const }
    const reading = { ...grass, owner: 1, structure: { ...tank, contents: { water: 420 } } }
    set({ player: ada, selected: 12, reading })
    show(<Inspector />)
    expect(page.querySelector('[data-item=water]')?.textContent).toContain('420 / 1 000')
    expect(page.textContent).not.toContain('Put in')
    expect(page.querySelector('[aria-label="Take Water"]')).toBeNull()
  })

  test('a machine without power says so, and what to do', () => {
    const press = { cell: 12, prototype: 'press', direction: 0, owner: 1, recipe: 'gear' }
    const reading = { ...grass, owner: 1, structure: { ...press, status: 'unpowered' as const } }
    set({ player: ada, selected: 12, reading })
    show(<Inspector />)
    expect(page.querySelector('[data-testid=structure-status]')?.textContent).toBe('No power')
    expect(page.textContent).toContain('put a pole within two steps')
  })

  test('an onlooker has no tools but looking ones', () => {
    show(<ToolBar />)
    expect(page.textContent).not.toContain('C')
    act(() => set({ player: ada }))
    expect(button('Claim cells').getAttribute('aria-pressed')).toBe('false')
  })

  test('crafting offers what the hands can make, as often as materials allow', async () => {
    set({ player: { ...ada, inventory: { plate: 3 } }, drawer: 'craft' })
    show(<Drawers />)
    await press('Craft 1 times Gear')
    expect(orders).toEqual([{ type: 'Craft', recipe: 'gear', count: 1 }])
    expect(button('Craft 5 times Gear').disabled).toBe(true)
  })

  test('crafting tells the chain of what is missing, and crafts what comes first', async () => {
    set({ player: { ...ada, inventory: { plate: 2, moss: 2 } }, drawer: 'craft' })
    show(<Drawers />)
    await press('Craft 1 times Red pack')
    expect(orders.map((order) => order.type === 'Craft' && order.recipe)).toEqual([
      'gear',
      'fibre',
      'red-pack',
    ])
    act(() => set({ player: { ...ada, inventory: { plate: 2 } } }))
    await act(async () => {
      const row = [...page.querySelectorAll('.name')].find(({ textContent }) =>
        textContent?.includes('Red pack'),
      )
      ;(row as HTMLElement).click()
    })
    expect(page.querySelector('[aria-label=Missing]')?.textContent).toContain('2 Mossharvest it')
  })

  test('what others said meanwhile is counted until it is read; a line that nobody heard can be said again', async () => {
    set({ player: ada, chat: [], unread: 0 })
    addChat({ id: 1, name: 'Bob', text: 'long ago', past: true })
    addChat({ id: 2, name: 'Bob', text: 'hello' })
    show(<ToolBar />)
    expect(button('Players and chat: 1')).toBeDefined()
    act(() => set({ drawer: 'players' }))
    await open(<Drawers />, '.chat form')
    expect(useGame.getState().unread).toBe(0)
    const field = page.querySelector<HTMLInputElement>('.chat input')!
    toOrders = { kind: 'failed', detail: 'no answer' }
    for (const left of ['hi Bob', '']) {
      act(() => {
        const setter = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!
        setter.call(field, 'hi Bob')
        field.dispatchEvent(new Event('input', { bubbles: true }))
      })
      await press('Send')
      expect(field.value).toBe(left)
      toOrders = { kind: 'accepted', commandId: 'c' }
    }
    expect(orders).toEqual(Array(2).fill({ type: 'Say', text: 'hi Bob' }))
  })

  test('the worlds of the server are listed, with a way to the others', async () => {
    set({ drawer: 'worlds' })
    await open(<Drawers />, '.worlds')
    expect(page.textContent).toContain('you look at it')
    expect(page.querySelector('a')?.getAttribute('href')).toBe('?world=second')
  })

  test('a world is founded by name, seed, size and pace, and stands in the list', async () => {
    set({ drawer: 'worlds', account: 'ada', player: ada })
    await open(<Drawers />, '.found')
    type('Its name', 'Kepri')
    type('Seed', '42')
    await press('Found it')
    expect(founded).toEqual([{ id: 'kepri', seed: 42, n: 64, ups: 20 }])
    expect(page.querySelector('[data-world=kepri]')?.className).toBe('new')
    expect(page.querySelector('[data-world=kepri] a')?.getAttribute('href')).toBe('?world=kepri')
    expect(useGame.getState().toasts.at(-1)?.text).toBe('Kepri is founded')
  })

  test.each([
    ['Kepri IV', '42', 'A name is 1 to 32 letters a to z and digits'],
    ['kepri', '-1', 'A seed is a whole number from 0 to 4294967295'],
    ['kepri', '4294967296', 'A seed is a whole number from 0 to 4294967295'],
  ])(
    'a world "%s" of seed %s is not asked for, and the fault is told',
    async (name, seed, fault) => {
      set({ drawer: 'worlds', account: 'ada', player: ada })
      await open(<Drawers />, '.found')
      type('Its name', name)
      type('Seed', seed)
      await press('Found it')
      expect(founded).toEqual([])
      expect(page.querySelector('.found [role=alert]')?.textContent).toBe(fault)
      expect(page.querySelectorAll('.found [aria-invalid=true]')).toHaveLength(1)
    },
  )

  test.each([
    ['AlreadyFounded', 'There is a world of that name already: choose another'],
    ['TooBusy', 'This server has no room for another world'],
  ])(
    'a world that is refused as %s is told why, and stays as it was typed',
    async (refused, fault) => {
      toFounders = { kind: 'refused', refused, detail: '', cells: [] }
      set({ drawer: 'worlds', account: 'ada', player: ada })
      await open(<Drawers />, '.found')
      type('Its name', 'kepri')
      await press('Found it')
      expect(page.querySelector('.found [role=alert]')?.textContent).toBe(fault)
      expect(page.querySelector<HTMLInputElement>('.found input[maxlength]')?.value).toBe('kepri')
    },
  )

  test('who has no account yet is told to land before founding a world', async () => {
    set({ drawer: 'worlds' })
    await open(<Drawers />, '.worlds')
    expect(page.querySelector('.found')).toBeNull()
    expect(page.textContent).toContain('Land somewhere first')
  })

  test('a key can be given another action, and the one that had it gets the old key', async () => {
    set({ drawer: 'settings', player: ada })
    await open(<Drawers />, '.bindings')
    await press('Take what stands there in hand: Q')
    await act(async () => {
      window.dispatchEvent(new KeyboardEvent('keydown', { key: 'r' }))
    })
    expect(button('Take what stands there in hand: R')).toBeDefined()
    expect(button('Turn it: Q')).toBeDefined()
    expect(localStorage.getItem('orrery.keys')).toBe('{"rotate":"q","pipette":"r"}')
  })

  test('a toast that has a place leads there', async () => {
    toast('bad', 'Somebody else has that cell', 77)
    show(<Toasts />)
    await press('Somebody else has that cell')
    expect(visited).toHaveBeenCalledWith(77)
  })

  test('every button has a name', async () => {
    set({ player: ada, selected: 12, reading: { ...grass, owner: 1, structure: kiln } })
    const nameless = () =>
      [...page.querySelectorAll('button')].filter(
        (one) => !one.getAttribute('aria-label') && !one.textContent?.trim(),
      )
    for (const [drawer, selector] of [
      ['craft', '.crafts'],
      ['blueprints', 'form'],
      ['research', '.tree'],
      ['alerts', '.drawer p'],
      ['standings', 'table'],
      ['players', '.chat'],
      ['worlds', '.worlds'],
      ['help', '.keys'],
      ['settings', '.bindings'],
    ] as const) {
      act(() => set({ drawer }))
      const all = [<ToolBar key="t" />, <Hotbar key="h" />, <Inspector key="i" />]
      await open([...all, <Drawers key="d" />], selector)
      expect(nameless()).toEqual([])
    }
  })
})
