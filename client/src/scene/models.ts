// Models of machines, made of a few primitives each and merged: one draw call per kind.

import { type BufferGeometry, IcosahedronGeometry } from 'three'
import { bridge, pipe, pole, splitter, tank } from './lineModels.ts'
import { assembler, bioreactor, fab, lab, launcher, mixer, press } from './makerModels.ts'
import { ball, box, foot, merged, type Place, part, pillar, ring, spout } from './modelParts.ts'
import { generator, harvester, pump } from './sourceModels.ts'

function drill(): BufferGeometry {
  const legs = [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ].map(([x, z]) =>
    box([0.06, 0.92, 0.06], '#d98f22', [x! * 0.23, 0.74, z! * 0.23], {
      turn: [z! * -0.16, 0, x! * 0.16],
    }),
  )
  return merged([
    ...foot(),
    ...spout('#2d343c'),
    box([0.66, 0.22, 0.56], '#efab34', [0, 0.22, 0]),
    box([0.68, 0.05, 0.58], '#2b3138', [0, 0.345, 0]),
    box([0.2, 0.26, 0.28], '#38424c', [-0.4, 0.25, -0.05]),
    ...legs,
    box([0.34, 0.06, 0.34], '#2b3138', [0, 1.2, 0]),
    box([0.42, 0.04, 0.04], '#d98f22', [0, 0.82, 0.24]),
    box([0.42, 0.04, 0.04], '#d98f22', [0, 0.82, -0.24]),
    ball(0.05, '#ff6a4d', [0, 1.27, 0], { glow: 2.2, whenWorking: true }),
    pillar([0.14, 0.02, 0.42], 7, '#ccd5dc', [0, 0.52, 0], { moves: 'spins' }),
    pillar([0.06, 0.06, 0.42], 7, '#8b96a1', [0, 0.94, 0], { moves: 'spins' }),
    box([0.3, 0.04, 0.06], '#f3b649', [0, 1.0, 0], { moves: 'spins' }),
    box([0.06, 0.04, 0.3], '#f3b649', [0, 0.66, 0], { moves: 'spins' }),
  ])
}

function kiln(): BufferGeometry {
  return merged([
    ...foot(),
    ...spout('#3a2b2a'),
    pillar([0.4, 0.53, 0.5], 8, '#8a4f3f', [0, 0.34, 0]),
    pillar([0.45, 0.45, 0.07], 8, '#40302d', [0, 0.6, 0]),
    pillar([0.22, 0.38, 0.32], 8, '#9a5d49', [0, 0.78, 0]),
    pillar([0.15, 0.2, 0.56], 8, '#4a4346', [0, 1.16, 0]),
    pillar([0.19, 0.19, 0.08], 8, '#dcd4c8', [0, 1.4, 0]),
    pillar([0.12, 0.12, 0.03], 8, '#ff7a22', [0, 1.45, 0], { glow: 2.4, whenWorking: true }),
    box([0.12, 0.2, 0.3], '#2a2022', [0.47, 0.3, 0]),
    box([0.1, 0.13, 0.22], '#ff8c2e', [0.5, 0.3, 0], { glow: 2.6, whenWorking: true }),
    box([0.12, 0.2, 0.3], '#2a2022', [-0.47, 0.3, 0]),
    box([0.1, 0.13, 0.22], '#ff8c2e', [-0.5, 0.3, 0], { glow: 2.6, whenWorking: true }),
    pillar([0.07, 0.07, 0.5], 6, '#5c6873', [0.2, 0.4, -0.42]),
    pillar([0.07, 0.07, 0.36], 6, '#5c6873', [-0.2, 0.34, -0.42]),
  ])
}

function depot(): BufferGeometry {
  const silos: readonly Place[] = [
    [-0.25, 0.92, -0.2],
    [0.25, 0.78, -0.2],
    [0, 0.64, 0.22],
  ]
  return merged([
    ...foot(0.8),
    ...silos.flatMap(([x, height, z]) => [
      pillar([0.25, 0.25, height], 10, '#cdd6dc', [x, 0.1 + height / 2, z]),
      pillar([0.0, 0.28, 0.18], 10, '#ffffff', [x, 0.19 + height, z], { trim: true, glow: 0.12 }),
      pillar([0.26, 0.26, 0.04], 10, '#8b98a4', [x, 0.1 + height * 0.36, z]),
      pillar([0.26, 0.26, 0.04], 10, '#8b98a4', [x, 0.1 + height * 0.72, z]),
    ]),
    box([0.5, 0.05, 0.08], '#5a6670', [0, 0.72, -0.2]),
    box([0.3, 0.3, 0.3], '#c08a4a', [0.5, 0.26, 0.3], { turn: [0, 0.4, 0] }),
    box([0.24, 0.24, 0.24], '#a97438', [-0.5, 0.23, 0.26], { turn: [0, -0.3, 0] }),
  ])
}

/** For a prototype that this client has no model of yet. */
function crate(): BufferGeometry {
  return merged([
    ...foot(),
    box([0.7, 0.5, 0.7], '#8fa0ae', [0, 0.36, 0]),
    box([0.72, 0.08, 0.72], '#ffffff', [0, 0.5, 0], { trim: true, glow: 0.4 }),
  ])
}

/** A piece of belt that stands alone: for the hotbar and the ghost; the world draws ribbons. */
function beltPiece(): BufferGeometry {
  return merged([
    box([0.5, 0.08, 1.5], '#39434e', [0, 0.1, 0]),
    box([0.07, 0.12, 1.5], '#c99a2e', [-0.27, 0.12, 0]),
    box([0.07, 0.12, 1.5], '#c99a2e', [0.27, 0.12, 0]),
    ...[-0.45, 0, 0.45].flatMap((z) => [
      box([0.2, 0.03, 0.08], '#8feaff', [-0.08, 0.155, z], { turn: [0, 0.7, 0], glow: 0.4 }),
      box([0.2, 0.03, 0.08], '#8feaff', [0.08, 0.155, z], { turn: [0, -0.7, 0], glow: 0.4 }),
    ]),
  ])
}

/** Somebody who walks the planet. */
export function walker(): BufferGeometry {
  return merged([
    ring(0.42, 0.035, '#ffffff', [0, 0.06, 0], { trim: true, glow: 1.2 }),
    pillar([0.15, 0.19, 0.34], 8, '#e8edf1', [0, 0.34, 0]),
    pillar([0.2, 0.2, 0.08], 8, '#ffffff', [0, 0.4, 0], { trim: true, glow: 0.3 }),
    ball(0.18, '#f4f6f8', [0, 0.66, 0]),
    box([0.22, 0.12, 0.1], '#173a52', [0, 0.68, 0.13]),
    box([0.2, 0.24, 0.12], '#8795a1', [0, 0.4, -0.2]),
    pillar([0.0, 0.11, 0.2], 4, '#ffffff', [0, 1.28, 0], {
      turn: [Math.PI, 0, 0],
      trim: true,
      glow: 1.4,
    }),
  ])
}

/** Above a machine that waits for something. */
export function warning(): BufferGeometry {
  return merged([
    part(new IcosahedronGeometry(0.17, 0), '#ffb347', [0, 1.78, 0], { glow: 1.2, moves: 'spins' }),
    box([0.05, 0.22, 0.05], '#3a1d00', [0, 1.8, 0], { moves: 'spins' }),
  ])
}

const makers: Readonly<Record<string, () => BufferGeometry>> = {
  drill,
  kiln,
  depot,
  belt: beltPiece,
  pump,
  harvester,
  press,
  mixer,
  assembler,
  fab,
  bioreactor,
  generator,
  lab,
  launcher,
  splitter,
  bridge,
  pipe,
  tank,
  pole,
}

const made = new Map<string, BufferGeometry>()

/** The model of a prototype; made once. */
export function modelOf(prototype: string): BufferGeometry {
  const known = made.get(prototype)
  if (known) return known
  const geometry = (makers[prototype] ?? crate)()
  made.set(prototype, geometry)
  return geometry
}
