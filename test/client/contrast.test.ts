// Text over the planet lies on glass: it must be read over snow at noon, too.

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ownerColours } from '../../client/src/scene/shading.ts'

const styles = resolve(import.meta.dirname, '../../client/src/styles')
const css = (name: string) => readFileSync(resolve(styles, `${name}.css`), 'utf8')

type Colour = readonly [number, number, number]

const ofHex = (hex: string): Colour => {
  const number = Number.parseInt(hex.slice(1), 16)
  return [number >> 16, (number >> 8) & 255, number & 255]
}

/** A colour with some alpha over white, which nothing on the planet is brighter than. */
function overWhite(text: string): Colour {
  const [, r, g, b, alpha] = /rgb\((\d+) (\d+) (\d+) \/ ([\d.]+)\)/.exec(text) ?? []
  const over = (one: string | undefined) => Number(one) * Number(alpha) + 255 * (1 - Number(alpha))
  return [over(r), over(g), over(b)]
}

/** As WCAG 2 defines it. */
function luminance(colour: Colour): number {
  const [r, g, b] = colour.map((part) => {
    const share = part / 255
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: Colour, b: Colour): number {
  const [dark, bright] = [luminance(a), luminance(b)].sort((one, other) => one - other)
  return (bright! + 0.05) / (dark! + 0.05)
}

/** The least that WCAG AA asks of text. */
const LEAST = 4.5

describe('text over the planet is read, whatever shines through', () => {
  test.each(ownerColours.slice(1))('the name of a player in %s', (colour) => {
    const glass = overWhite(/background: (rgb\([^;]+\));/.exec(css('labels'))![1]!)
    expect(contrast(ofHex(colour), glass)).toBeGreaterThanOrEqual(LEAST)
  })

  const colours = ['text', 'muted', 'accent', 'good', 'warn', 'bad']
  test.each(
    colours.flatMap((name) => [
      [name, 'glass'],
      [name, 'glass-hovered'],
    ]),
  )('--%s on --%s', (name, panel) => {
    const base = css('base')
    const glass = overWhite(new RegExp(`--${panel}: (rgb\\([^;]+\\));`).exec(base)![1]!)
    const [, colour] = new RegExp(`--${name}: (#\\w{6});`).exec(base)!
    expect(contrast(ofHex(colour!), glass)).toBeGreaterThanOrEqual(LEAST)
  })
})
