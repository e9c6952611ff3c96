// What an item looks like on a belt besides its colour: all are six-sided pieces of their own proportions.

/** Half its width and its height in units of the scene, how wide its top is of that, and 1 where each lies another way. */
export type ItemForm = readonly [width: number, height: number, top: number, rough: 0 | 1]

const lump: ItemForm = [0.15, 0.17, 0.55, 1]
const plant: ItemForm = [0.12, 0.24, 0.35, 1]
const slab: ItemForm = [0.17, 0.07, 0.92, 0]
const bar: ItemForm = [0.14, 0.12, 0.72, 0]
const part: ItemForm = [0.12, 0.11, 1, 0]
const pack: ItemForm = [0.1, 0.26, 0.6, 0]

const named: Readonly<Record<string, ItemForm>> = {
  iron: lump,
  copper: lump,
  silica: lump,
  coal: lump,
  phosphate: lump,
  crystal: plant,
  moss: plant,
  fungus: plant,
  'resin-tree': plant,
  plate: slab,
  glass: slab,
  board: slab,
  circuit: slab,
  ingot: bar,
  steel: bar,
  'red-pack': pack,
  'green-pack': pack,
  'blue-pack': pack,
  'white-pack': pack,
}

export const itemForm = (item: string): ItemForm => named[item] ?? part
