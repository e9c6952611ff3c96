// Strokes that leave no mark: a triangle of no area with each of the shaders that the first planet needs. Where the processor stands in
// for a graphics device it makes its programs when they are drawn with, not when they are linked: so they are drawn with while the world is
// asked for. What is drawn must have the attributes of the real thing, or another program is made for that.

import {
  BufferAttribute,
  BufferGeometry,
  Mesh,
  PerspectiveCamera,
  Points,
  Scene,
  type ShaderMaterial,
  type WebGLRenderer,
} from 'three'
import { farGlobeMaterial } from './farGlobe.ts'
import type { Quality } from './quality.ts'
import { createShared, type Shared } from './shading.ts'
import { glowMaterial, nebulaMaterial, starsMaterial } from './sky.ts'
import { createMarks, createTerrainMaterial } from './terrainMaterial.ts'

const CORNERS = 3
/** What a ball of three.js has beside its positions; whether there are normals is a part of a program. */
const ball = { normal: 3 }

/** A chunk without area, of the layout that chunks have. */
export function practiceGround(
  shared: Shared,
  quality: Quality,
): Mesh<BufferGeometry, ShaderMaterial> {
  const geometry = speck({})
  geometry.setAttribute('surface', new BufferAttribute(new Int8Array(CORNERS * 4), 4, true))
  const marks = createMarks()
  return new Mesh(geometry, createTerrainMaterial(shared, quality, marks, marks, marks))
}

/**
 * Draws with each shader of the first planet, once they are translated.
 * @returns what was drawn: while it is kept, so are its programs
 */
export async function practise(renderer: WebGLRenderer, quality: Quality): Promise<Scene> {
  const shared = createShared(1)
  const scene = new Scene()
  scene.add(
    practiceGround(shared, quality),
    new Mesh(speck({ ...ball, aColour: 3 }), farGlobeMaterial(shared)),
    new Mesh(speck({ ...ball, aColour: 3 }), nebulaMaterial(shared)),
    new Points(speck({ aColour: 3, aSize: 1 }), starsMaterial(shared)),
    new Mesh(speck(ball), glowMaterial(shared)),
  )
  for (const one of scene.children) one.frustumCulled = false
  const eye = new PerspectiveCamera()
  await renderer.compileAsync(scene, eye)
  renderer.render(scene, eye)
  return scene
}

/** @param attributes beside the position: how many floats each has */
function speck(attributes: Readonly<Record<string, number>>): BufferGeometry {
  const geometry = new BufferGeometry()
  for (const [name, size] of Object.entries({ position: 3, ...attributes })) {
    geometry.setAttribute(name, new BufferAttribute(new Float32Array(CORNERS * size), size))
  }
  return geometry
}
