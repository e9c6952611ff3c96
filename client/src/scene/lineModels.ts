// What carries goods, fluids and power: small, so that many of them do not hide the land.

import type { BufferGeometry } from 'three'
import { ConeGeometry } from 'three'
import { ball, box, merged, part, pillar, ring, SIXTH } from './modelParts.ts'

/** A low plate with one way in and three ways out. */
export function splitter(): BufferGeometry {
  const ways = [-Math.PI / 3, 0, Math.PI / 3]
  return merged([
    pillar([0.52, 0.56, 0.14], 6, '#39434e', [0, 0.08, 0], SIXTH),
    pillar([0.53, 0.54, 0.03], 6, '#ffffff', [0, 0.1, 0], { ...SIXTH, trim: true, glow: 0.9 }),
    pillar([0.36, 0.42, 0.12], 6, '#c99a2e', [0, 0.2, 0], SIXTH),
    box([0.34, 0.12, 0.4], '#4a5763', [0, 0.12, -0.56]),
    ...ways.flatMap((angle) => {
      const [x, z] = [Math.sin(angle), Math.cos(angle)]
      return [
        box([0.3, 0.12, 0.36], '#4a5763', [x * 0.56, 0.12, z * 0.56], { turn: [0, angle, 0] }),
        part(new ConeGeometry(0.1, 0.2, 3), '#8feaff', [x * 0.56, 0.2, z * 0.56], {
          turn: [Math.PI / 2, 0, -angle],
          glow: 0.8,
        }),
      ]
    }),
    box([0.44, 0.05, 0.07], '#fff0c4', [0, 0.29, 0], { moves: 'spins' }),
    pillar([0.1, 0.12, 0.1], 8, '#2b3138', [0, 0.3, 0]),
  ])
}

/** A ramp that leads up under a gate. */
export function bridge(): BufferGeometry {
  return merged([
    pillar([0.58, 0.62, 0.08], 6, '#35404b', [0, 0.05, 0], SIXTH),
    pillar([0.59, 0.61, 0.03], 6, '#ffffff', [0, 0.07, 0], { ...SIXTH, trim: true, glow: 0.9 }),
    box([0.44, 0.08, 0.8], '#4a5763', [0, 0.3, -0.2], { turn: [-0.5, 0, 0] }),
    box([0.06, 0.12, 0.8], '#c99a2e', [-0.24, 0.34, -0.2], { turn: [-0.5, 0, 0] }),
    box([0.06, 0.12, 0.8], '#c99a2e', [0.24, 0.34, -0.2], { turn: [-0.5, 0, 0] }),
    box([0.1, 0.86, 0.12], '#dfe7ec', [-0.32, 0.48, 0.24]),
    box([0.1, 0.86, 0.12], '#dfe7ec', [0.32, 0.48, 0.24]),
    box([0.78, 0.12, 0.16], '#c99a2e', [0, 0.94, 0.24]),
    box([0.44, 0.08, 0.34], '#4a5763', [0, 0.5, 0.28]),
    box([0.4, 0.3, 0.04], '#6fe0ff', [0, 0.72, 0.26], { glow: 0.7 }),
  ])
}

/** A joint; its arms come from the pipes around it. */
export function pipe(): BufferGeometry {
  return merged([
    pillar([0.2, 0.24, 0.08], 6, '#35404b', [0, 0.04, 0], SIXTH),
    pillar([0.205, 0.22, 0.03], 6, '#ffffff', [0, 0.07, 0], { ...SIXTH, trim: true, glow: 0.9 }),
    ball(0.19, '#7fa8c4', [0, 0.22, 0]),
    ring(0.13, 0.025, '#d94f3d', [0, 0.42, 0]),
    pillar([0.025, 0.025, 0.12], 5, '#c3cdd5', [0, 0.38, 0]),
    box([0.24, 0.02, 0.025], '#d94f3d', [0, 0.42, 0]),
  ])
}

/** From the middle of a pipe to the edge of its cell, towards +z. */
export function pipeArm(): BufferGeometry {
  return merged([
    pillar([0.11, 0.11, 0.92], 8, '#8fb4cc', [0, 0.22, 0.51], { turn: [Math.PI / 2, 0, 0] }),
    pillar([0.145, 0.145, 0.07], 8, '#d3dfe8', [0, 0.22, 0.86], { turn: [Math.PI / 2, 0, 0] }),
    box([0.08, 0.16, 0.06], '#4a5763', [0, 0.08, 0.5]),
  ])
}

/** A standing tank with a gauge. */
export function tank(): BufferGeometry {
  return merged([
    pillar([0.7, 0.75, 0.1], 6, '#35404b', [0, 0.05, 0], SIXTH),
    pillar([0.715, 0.735, 0.035], 6, '#ffffff', [0, 0.08, 0], { ...SIXTH, trim: true, glow: 0.9 }),
    pillar([0.48, 0.48, 0.8], 12, '#b9cad6', [0, 0.5, 0]),
    ...[0.24, 0.5, 0.76].map((y) => pillar([0.495, 0.495, 0.045], 12, '#5f7f97', [0, y, 0])),
    pillar([0.12, 0.48, 0.2], 12, '#d7e3ea', [0, 1.0, 0]),
    pillar([0.1, 0.1, 0.1], 8, '#5f7f97', [0, 1.13, 0]),
    box([0.14, 0.62, 0.06], '#1d3346', [0, 0.5, 0.48]),
    box([0.08, 0.4, 0.06], '#4fc3ff', [0, 0.42, 0.495], { glow: 1.1 }),
    box([0.04, 0.8, 0.04], '#e0e7ec', [0.42, 0.5, -0.32]),
    box([0.04, 0.8, 0.04], '#e0e7ec', [0.32, 0.5, -0.42]),
    pillar([0.12, 0.12, 0.2], 8, '#8fb4cc', [-0.5, 0.24, 0], { turn: [0, 0, Math.PI / 2] }),
    pillar([0.12, 0.12, 0.2], 8, '#8fb4cc', [0.5, 0.24, 0], { turn: [0, 0, Math.PI / 2] }),
  ])
}

/** A mast with a cross-arm, insulators and a lamp. */
export function pole(): BufferGeometry {
  return merged([
    pillar([0.2, 0.25, 0.08], 6, '#35404b', [0, 0.04, 0], SIXTH),
    pillar([0.205, 0.23, 0.03], 6, '#ffffff', [0, 0.07, 0], { ...SIXTH, trim: true, glow: 0.9 }),
    pillar([0.045, 0.075, 1.3], 6, '#a97c50', [0, 0.7, 0]),
    box([0.78, 0.06, 0.07], '#8a6440', [0, 1.2, 0]),
    box([0.5, 0.05, 0.06], '#8a6440', [0, 0.98, 0]),
    ...[-0.33, 0.33].map((x) => pillar([0.04, 0.06, 0.13], 6, '#bfe8f5', [x, 1.29, 0])),
    ...[-0.2, 0.2].map((x) => pillar([0.04, 0.06, 0.11], 6, '#bfe8f5', [x, 1.06, 0])),
    ball(0.06, '#ffe08a', [0, 1.4, 0], { glow: 1.6 }),
  ])
}
