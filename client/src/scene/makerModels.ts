// Machines that make something of something else, up to the rocket.

import type { BufferGeometry } from 'three'
import { ball, box, foot, merged, pillar, ring, SIXTH, spout } from './modelParts.ts'

/** Four columns, a heavy head and the anvil under it. */
export function press(): BufferGeometry {
  const columns = [-1, 1].flatMap((x) => [-1, 1].map((z) => [x, z] as const))
  return merged([
    ...foot(),
    ...spout('#2d343c'),
    box([0.8, 0.24, 0.7], '#45515d', [0, 0.22, 0]),
    box([0.5, 0.1, 0.44], '#8b98a4', [0, 0.38, 0]),
    ...columns.map(([x, z]) => pillar([0.05, 0.05, 0.86], 6, '#d4dde4', [x * 0.3, 0.74, z * 0.25])),
    box([0.74, 0.2, 0.64], '#d9552f', [0, 1.16, 0]),
    box([0.76, 0.05, 0.66], '#f2c94c', [0, 1.05, 0]),
    pillar([0.12, 0.12, 0.4], 8, '#c3cdd5', [0, 0.95, 0], { moves: 'strikes' }),
    box([0.46, 0.18, 0.4], '#5d6a76', [0, 0.72, 0], { moves: 'strikes' }),
    box([0.36, 0.04, 0.3], '#ffab4d', [0, 0.45, 0], { glow: 1.5, whenWorking: true }),
    pillar([0.16, 0.18, 0.14], 8, '#333d47', [0, 1.32, 0]),
    box([0.18, 0.1, 0.04], '#7df0b0', [0.24, 1.17, 0.32], { glow: 1.4, whenWorking: true }),
  ])
}

/** A drum with a stirrer that shows over its rim. */
export function mixer(): BufferGeometry {
  return merged([
    ...foot(),
    ...spout('#37304a'),
    pillar([0.46, 0.34, 0.5], 10, '#8f7cc9', [0, 0.42, 0]),
    ring(0.46, 0.05, '#e6e2f4', [0, 0.67, 0]),
    pillar([0.41, 0.41, 0.03], 10, '#63e6c4', [0, 0.63, 0], { glow: 0.7, whenWorking: true }),
    box([0.68, 0.06, 0.08], '#e6e2f4', [0, 0.68, 0], { moves: 'spins' }),
    box([0.08, 0.06, 0.68], '#e6e2f4', [0, 0.68, 0], { moves: 'spins' }),
    pillar([0.05, 0.05, 0.5], 7, '#c3cdd5', [0, 0.88, 0], { moves: 'spins' }),
    box([0.1, 0.1, 1.06], '#564a80', [0, 1.16, 0]),
    box([0.1, 1.06, 0.12], '#564a80', [0, 0.64, -0.54]),
    box([0.1, 1.06, 0.12], '#564a80', [0, 0.64, 0.5]),
    pillar([0.15, 0.15, 0.2], 8, '#38424c', [0, 1.26, 0]),
    pillar([0.1, 0.14, 0.4], 8, '#cdd6dc', [0.5, 0.34, -0.2]),
    pillar([0.1, 0.14, 0.4], 8, '#cdd6dc', [-0.5, 0.34, -0.2]),
  ])
}

/** A bench with two arms under a roof of cogs. */
export function assembler(): BufferGeometry {
  const cog = [0, 1, 2, 3].map((step) =>
    box([0.84, 0.13, 0.16], '#dfe8ee', [0, 0.86, 0], {
      turn: [0, (step * Math.PI) / 4, 0],
      moves: 'spins',
    }),
  )
  return merged([
    ...foot(0.78),
    ...spout('#24413f'),
    box([0.96, 0.32, 0.76], '#2f8f86', [0, 0.27, 0]),
    box([0.98, 0.06, 0.78], '#e6eef2', [0, 0.45, 0]),
    box([0.72, 0.26, 0.56], '#c9d6dc', [0, 0.6, 0]),
    box([0.5, 0.1, 0.04], '#5ff0dc', [0, 0.6, 0.29], { glow: 1.3, whenWorking: true }),
    box([0.04, 0.1, 0.4], '#5ff0dc', [0.37, 0.6, 0], { glow: 1.3, whenWorking: true }),
    box([0.04, 0.1, 0.4], '#5ff0dc', [-0.37, 0.6, 0], { glow: 1.3, whenWorking: true }),
    ...cog,
    pillar([0.32, 0.32, 0.14], 10, '#b3c2cb', [0, 0.86, 0], { moves: 'spins' }),
    pillar([0.12, 0.12, 0.2], 8, '#24413f', [0, 0.92, 0]),
    pillar([0.1, 0.1, 0.3], 7, '#77858f', [0.42, 0.6, -0.32]),
    pillar([0.1, 0.1, 0.44], 7, '#77858f', [-0.42, 0.66, -0.32]),
  ])
}

/** A clean hall: white, windowed, with a lit core. */
export function fab(): BufferGeometry {
  return merged([
    ...foot(0.82),
    ...spout('#27324a'),
    pillar([0.6, 0.64, 0.42], 6, '#e8eef4', [0, 0.32, 0], SIXTH),
    pillar([0.615, 0.625, 0.09], 6, '#5d9bff', [0, 0.34, 0], {
      ...SIXTH,
      glow: 1.1,
      whenWorking: true,
    }),
    pillar([0.4, 0.56, 0.14], 6, '#93a4b8', [0, 0.6, 0], SIXTH),
    pillar([0.3, 0.34, 0.4], 6, '#d2dce6', [0, 0.86, 0], SIXTH),
    pillar([0.22, 0.22, 0.1], 6, '#7fb6ff', [0, 1.08, 0], {
      ...SIXTH,
      glow: 1.6,
      whenWorking: true,
    }),
    pillar([0.26, 0.26, 0.05], 6, '#3b4c66', [0, 1.15, 0], SIXTH),
    box([0.34, 0.05, 0.05], '#c9d8ff', [0, 1.22, 0], { moves: 'spins' }),
    ...[-1, 1].flatMap((side) => [
      pillar([0.11, 0.11, 0.62], 8, '#5f7390', [side * 0.42, 0.62, -0.34]),
      ball(0.115, '#8fa6c4', [side * 0.42, 0.94, -0.34]),
    ]),
    pillar([0.02, 0.02, 0.36], 5, '#c3cdd5', [0.14, 1.32, 0]),
    ball(0.035, '#ff6a4d', [0.14, 1.5, 0], { glow: 2 }),
  ])
}

/** A glass vessel with something green in it, between its tanks. */
export function bioreactor(): BufferGeometry {
  return merged([
    ...foot(0.78),
    ...spout('#23402c'),
    pillar([0.42, 0.48, 0.18], 10, '#3d5a48', [0, 0.2, 0]),
    pillar([0.34, 0.34, 0.56], 12, '#58d68a', [0, 0.56, 0], { glow: 0.28 }),
    pillar([0.1, 0.2, 0.5], 7, '#b7ff8a', [0, 0.56, 0.3], { glow: 0.9, whenWorking: true }),
    ring(0.35, 0.045, '#e3efe6', [0, 0.38, 0]),
    ring(0.35, 0.045, '#e3efe6', [0, 0.74, 0]),
    ball(0.35, '#7fe3a4', [0, 0.86, 0], { glow: 0.2 }),
    pillar([0.1, 0.16, 0.2], 8, '#e3efe6', [0, 1.22, 0]),
    box([0.4, 0.05, 0.07], '#e3efe6', [0, 1.34, 0], { moves: 'spins' }),
    ...[-1, 1].flatMap((side) => [
      pillar([0.14, 0.14, 0.5], 9, '#d9e2dc', [side * 0.52, 0.36, -0.18]),
      ball(0.14, '#f29f4b', [side * 0.52, 0.62, -0.18]),
      box([0.3, 0.06, 0.06], '#8fa398', [side * 0.36, 0.5, -0.14]),
    ]),
    ball(0.06, '#eaffd0', [0.2, 0.62, 0.26], { glow: 1.2, whenWorking: true }),
    ball(0.05, '#eaffd0', [-0.18, 0.48, 0.28], { glow: 1.2, whenWorking: true }),
  ])
}

/** A dome with a telescope's slit, and a ring of thought. */
export function lab(): BufferGeometry {
  return merged([
    ...foot(0.78),
    pillar([0.52, 0.58, 0.3], 10, '#eef3f7', [0, 0.24, 0]),
    pillar([0.535, 0.55, 0.07], 10, '#3b4c66', [0, 0.28, 0]),
    ball(0.48, '#8fd2ff', [0, 0.42, 0], { glow: 0.22 }),
    ring(0.5, 0.045, '#ffffff', [0, 0.42, 0]),
    box([0.09, 0.1, 0.9], '#f4f8fb', [0, 0.7, 0], { turn: [0, 0, 0] }),
    ring(0.34, 0.028, '#c58cff', [0, 1.08, 0], { glow: 1.8, whenWorking: true }),
    ball(0.1, '#d9b3ff', [0, 1.08, 0], { glow: 1.5, whenWorking: true }),
    pillar([0.03, 0.05, 0.3], 6, '#c3cdd5', [0, 0.92, 0]),
    ball(0.05, '#ffffff', [0.34, 1.08, 0], { glow: 1.4, moves: 'spins' }),
    ball(0.05, '#ffffff', [-0.34, 1.08, 0], { glow: 1.4, moves: 'spins' }),
    box([0.26, 0.24, 0.2], '#dbe4eb', [0.48, 0.23, 0.36], { turn: [0, -0.9, 0] }),
    box([0.2, 0.08, 0.04], '#6fe0ff', [0.55, 0.27, 0.44], { turn: [0, -0.9, 0], glow: 1 }),
    pillar([0.02, 0.02, 0.5], 5, '#c3cdd5', [-0.5, 0.6, -0.24]),
    pillar([0.16, 0.03, 0.08], 8, '#eef3f7', [-0.5, 0.86, -0.24], { turn: [0.5, 0, 0.4] }),
  ])
}

/** A rocket on its pad, beside the gantry. */
export function launcher(): BufferGeometry {
  const fins = [0, 1, 2, 3].map((quarter) => {
    const angle = (quarter * Math.PI) / 2 + Math.PI / 4
    return box(
      [0.05, 0.34, 0.2],
      '#d8402f',
      [Math.sin(angle) * 0.25, 0.42, Math.cos(angle) * 0.25],
      {
        turn: [0, angle, 0],
      },
    )
  })
  const geometry = merged([
    ...foot(0.84),
    pillar([0.5, 0.56, 0.12], 8, '#59646f', [0, 0.17, 0]),
    ring(0.42, 0.035, '#ffcf5c', [0, 0.24, 0], { glow: 0.7 }),
    pillar([0.13, 0.2, 0.14], 8, '#3a424a', [0, 0.31, 0]),
    pillar([0.15, 0.15, 0.05], 8, '#ff9a3d', [0, 0.25, 0], { glow: 2.6, whenWorking: true }),
    pillar([0.22, 0.2, 0.72], 10, '#f2f5f8', [0, 0.7, 0]),
    pillar([0.225, 0.225, 0.07], 10, '#d8402f', [0, 0.62, 0]),
    pillar([0.225, 0.225, 0.05], 10, '#2e3b48', [0, 0.98, 0]),
    pillar([0.12, 0.22, 0.24], 10, '#d8402f', [0, 1.18, 0]),
    pillar([0, 0.12, 0.18], 10, '#d8402f', [0, 1.39, 0]),
    ball(0.08, '#7fd8ff', [0, 0.86, 0.18], { glow: 0.8 }),
    ...fins,
    ...[-0.08, 0.08].flatMap((z) => [
      box([0.05, 1.2, 0.05], '#c94a34', [0.42, 0.8, z - 0.12]),
      box([0.05, 1.2, 0.05], '#c94a34', [0.56, 0.8, z - 0.12]),
    ]),
    ...[0.36, 0.62, 0.88, 1.14].map((y) => box([0.2, 0.04, 0.22], '#e0765f', [0.49, y, -0.12])),
    box([0.26, 0.05, 0.08], '#e8edf1', [0.3, 1.0, -0.06]),
    ball(0.04, '#ff6a4d', [0.49, 1.44, -0.12], { glow: 2.2 }),
    pillar([0.15, 0.15, 0.34], 8, '#cdd6dc', [-0.5, 0.28, -0.24]),
    ball(0.15, '#cdd6dc', [-0.5, 0.46, -0.24]),
  ])
  // The tallest thing of a factory.
  return geometry.scale(1, 1.3, 1)
}
