// One colour per item, the same on belts, in lists and in icons.

import { Color } from 'three'

/** Items without an entry get a colour from their name. */
const named: Readonly<Record<string, string>> = {
  iron: '#8ba3c7',
  copper: '#e68a4e',
  silica: '#efe3c4',
  coal: '#4a4c55',
  phosphate: '#d9e26a',
  water: '#3fa3e0',
  brine: '#c8f0ee',
  gas: '#b48cff',
  moss: '#8fd64a',
  'resin-tree': '#3d9a58',
  crystal: '#d48cff',
  fungus: '#c8583a',
  plate: '#dfe7ee',
  ingot: '#f0a878',
  glass: '#a8ecf2',
  fibre: '#c4dc8a',
  resin: '#e0a13c',
  gear: '#9fb2c4',
  wire: '#ff9d5c',
  board: '#4fae7a',
  circuit: '#5be08a',
  steel: '#b6c0cc',
  'red-pack': '#ff5d5d',
  'green-pack': '#6be06b',
  'blue-pack': '#5d9bff',
  'white-pack': '#ffffff',
}

export function itemCss(item: string): string {
  const known = named[item]
  if (known) return known
  let hue = 0
  for (const letter of item) hue = (hue * 31 + letter.charCodeAt(0)) % 360
  return `hsl(${hue} 55% 66%)`
}

const colours = new Map<string, Color>()

export function itemColour(item: string): Color {
  const known = colours.get(item)
  if (known) return known
  const colour = new Color(itemCss(item))
  colours.set(item, colour)
  return colour
}
