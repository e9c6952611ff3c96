// What colours tell must be told to who sees no red or no green, too.

import { Color } from 'three'
import { describe, expect, test } from 'vitest'
import { CONSUMER_WITHOUT, POWERED, pollutionSteps } from '../../client/src/planet/overlays.ts'
import { ownerColours } from '../../client/src/scene/shading.ts'

type Three = readonly [number, number, number]
type Matrix = readonly [Three, Three, Three]

/** What is seen of linear colours: Machado, Oliveira and Fernandes 2009, at full severity. */
const eyes: Readonly<Record<string, Matrix>> = {
  'all colours': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  'no green': [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  'no red': [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
}

const times = (matrix: Matrix, [x, y, z]: Three): Three =>
  matrix.map(([a, b, c]) => a * x + b * y + c * z) as unknown as Three

/** CIE Lab of a linear colour, by which distances are as they are felt. */
function lab(colour: Three): Three {
  const [x, y, z] = times(
    [
      [0.4339, 0.3762, 0.1899],
      [0.2126, 0.7152, 0.0722],
      [0.0177, 0.1095, 0.8728],
    ],
    colour,
  ).map((part) => (part > 0.008856 ? Math.cbrt(part) : 7.787 * part + 16 / 116)) as unknown as Three
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}

function seen(css: string, eye: Matrix): Three {
  const { r, g, b } = new Color(css)
  return lab(
    times(eye, [r, g, b]).map((part) => Math.min(1, Math.max(0, part))) as unknown as Three,
  )
}

/** Colours that lie beside each other are told apart from about 10 on; these are not always beside each other. */
const LEAST = 18

const sets: Readonly<Record<string, readonly string[]>> = {
  owners: ownerColours.slice(1),
  'steps of pollution': pollutionSteps.map(([, css]) => css),
  'what has power and what has none': [POWERED, CONSUMER_WITHOUT],
}

describe.each(Object.entries(eyes))('with eyes for %s', (_, eye) => {
  test.each(Object.entries(sets))('the colours of %s are told apart', (_, colours) => {
    const alike = colours.flatMap((one, place) =>
      colours
        .slice(place + 1)
        .filter((other) => Math.hypot(...difference(seen(one, eye), seen(other, eye))) < LEAST)
        .map((other) => `${one} and ${other}`),
    )
    expect(alike).toEqual([])
  })
})

const difference = (a: Three, b: Three) => a.map((part, axis) => part - b[axis]!)
