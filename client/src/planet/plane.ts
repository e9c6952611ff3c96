// One number for each cell of a planet, kept in small pages and only where something is known: a planet of 42 million
// cells costs what of it is in view.

const PAGE_BITS = 8
const PAGE_CELLS = 1 << PAGE_BITS

type Numbers = Uint8Array | Uint16Array

export class Plane {
  private readonly pages: (Numbers | undefined)[]
  private readonly create: (cells: number) => Numbers

  /** @param create makes a page of zeros */
  constructor(count: number, create: (cells: number) => Numbers) {
    this.pages = new Array(Math.ceil(count / PAGE_CELLS)).fill(undefined)
    this.create = create
  }

  /** 0 where nothing is known. */
  at(cell: number): number {
    return this.pages[cell >>> PAGE_BITS]?.[cell & (PAGE_CELLS - 1)] ?? 0
  }

  set(cell: number, value: number): void {
    const page = cell >>> PAGE_BITS
    let numbers = this.pages[page]
    if (!numbers) {
      if (value === 0) return
      numbers = this.create(PAGE_CELLS)
      this.pages[page] = numbers
    }
    numbers[cell & (PAGE_CELLS - 1)] = value
  }

  /** Gives back the memory about some cells, where nothing but zeros is kept. Cells of one page that follow one another cost one look. */
  trim(cells: Iterable<number>): void {
    let last = -1
    for (const cell of cells) {
      const page = cell >>> PAGE_BITS
      if (page === last) continue
      last = page
      if (this.pages[page]?.every((value) => value === 0)) this.pages[page] = undefined
    }
  }

  /** How many cells memory is kept for. */
  get kept(): number {
    return this.pages.reduce((sum, page) => sum + (page ? PAGE_CELLS : 0), 0)
  }
}
