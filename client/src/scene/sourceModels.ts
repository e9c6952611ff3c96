// Machines that bring something out of the world: fluids, plants, power.

import type { BufferGeometry } from 'three'
import { ball, box, foot, merged, pillar, ring, spout } from './modelParts.ts'

/** A nodding beam over a well, with its tank behind. */
export function pump(): BufferGeometry {
  return merged([
    ...foot(),
    pillar([0.3, 0.34, 0.26], 10, '#3f86b8', [0, 0.24, 0.12]),
    ring(0.31, 0.04, '#d8e2ea', [0, 0.37, 0.12]),
    pillar([0.24, 0.24, 0.03], 10, '#46c6ff', [0, 0.38, 0.12], { glow: 0.9, whenWorking: true }),
    pillar([0.035, 0.035, 0.62], 6, '#c9d4dc', [0, 0.62, 0.12]),
    box([0.08, 0.86, 0.08], '#e0e7ec', [-0.17, 0.54, -0.18], { turn: [0, 0, -0.14] }),
    box([0.08, 0.86, 0.08], '#e0e7ec', [0.17, 0.54, -0.18], { turn: [0, 0, 0.14] }),
    box([0.13, 0.13, 0.98], '#2f7fb5', [0, 1.0, -0.1], { turn: [0.16, 0, 0], moves: 'nods' }),
    box([0.2, 0.3, 0.16], '#276996', [0, 0.92, 0.36], { turn: [0.16, 0, 0], moves: 'nods' }),
    box([0.28, 0.24, 0.2], '#37424d', [0, 1.06, -0.52], { turn: [0.16, 0, 0], moves: 'nods' }),
    box([0.3, 0.24, 0.26], '#4a5763', [0, 0.22, -0.48]),
    ...[-1, 1].map((side) =>
      pillar([0.07, 0.07, 0.5], 7, '#7fa8c4', [side * 0.46, 0.24, 0.1], {
        turn: [Math.PI / 2, 0, 0],
      }),
    ),
    ball(0.05, '#6fe0ff', [0, 1.16, -0.1], { glow: 1.8, whenWorking: true }),
  ])
}

/** A cabin with a turning boom that carries two blades. */
export function harvester(): BufferGeometry {
  return merged([
    ...foot(),
    ...spout('#2c3a2e'),
    pillar([0.42, 0.48, 0.2], 8, '#4f7d3a', [0, 0.2, 0]),
    pillar([0.4, 0.42, 0.1], 8, '#2c3a2e', [0, 0.34, 0]),
    box([0.44, 0.36, 0.42], '#7fbf4d', [0, 0.56, -0.04]),
    box([0.38, 0.2, 0.06], '#173a52', [0, 0.62, 0.18]),
    box([0.46, 0.06, 0.46], '#dfe8d8', [0, 0.76, -0.04]),
    pillar([0.07, 0.09, 0.34], 7, '#39443a', [0, 0.92, 0]),
    pillar([0.13, 0.13, 0.1], 8, '#f2c94c', [0, 1.1, 0], { moves: 'spins' }),
    box([1.36, 0.07, 0.09], '#f2c94c', [0, 1.13, 0], { moves: 'spins' }),
    box([0.2, 0.04, 0.34], '#dfe7ec', [0.62, 1.06, 0], { moves: 'spins' }),
    box([0.2, 0.04, 0.34], '#dfe7ec', [-0.62, 1.06, 0], { moves: 'spins' }),
    pillar([0.03, 0.03, 0.12], 6, '#8b96a1', [0.62, 1.1, 0], { moves: 'spins' }),
    pillar([0.03, 0.03, 0.12], 6, '#8b96a1', [-0.62, 1.1, 0], { moves: 'spins' }),
    box([0.16, 0.22, 0.2], '#a8763e', [-0.4, 0.4, -0.28]),
    box([0.16, 0.22, 0.2], '#a8763e', [0.4, 0.4, -0.28]),
  ])
}

/** A boiler with two stacks and coils that shine under load. */
export function generator(): BufferGeometry {
  return merged([
    ...foot(0.78),
    pillar([0.33, 0.33, 0.86], 10, '#5d6874', [0, 0.42, 0.06], { turn: [0, 0, Math.PI / 2] }),
    ...[-0.3, 0, 0.3].map((x) =>
      pillar([0.355, 0.355, 0.07], 10, '#c8823c', [x, 0.42, 0.06], { turn: [0, 0, Math.PI / 2] }),
    ),
    box([0.3, 0.2, 0.06], '#241d1c', [0, 0.3, 0.39]),
    box([0.22, 0.12, 0.05], '#ff8c2e', [0, 0.3, 0.41], { glow: 2.6, whenWorking: true }),
    box([0.96, 0.14, 0.62], '#333d47', [0, 0.16, 0]),
    ...[-0.24, 0.24].flatMap((x) => [
      pillar([0.09, 0.13, 0.9], 8, '#77828d', [x, 0.8, -0.3]),
      pillar([0.12, 0.12, 0.07], 8, '#d8593c', [x, 1.2, -0.3]),
      pillar([0.1, 0.1, 0.07], 8, '#e8edf1', [x, 1.08, -0.3]),
      pillar([0.07, 0.07, 0.02], 8, '#ff7a22', [x, 1.25, -0.3], { glow: 1.6, whenWorking: true }),
    ]),
    ...[0.3, 0.39, 0.48].map((y) =>
      ring(0.12, 0.03, '#ffd75e', [0.56, y, 0.1], { glow: 1.2, whenWorking: true }),
    ),
    pillar([0.05, 0.05, 0.44], 7, '#e9eef2', [0.56, 0.34, 0.1]),
    ball(0.08, '#ffe9a0', [0.56, 0.62, 0.1], { glow: 1.6, whenWorking: true }),
    pillar([0.18, 0.18, 0.12], 8, '#8b96a1', [-0.52, 0.42, 0.06], { turn: [0, 0, Math.PI / 2] }),
  ])
}
