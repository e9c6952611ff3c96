// Which cell is drawn at every pixel, asked of the graphics device: slow, and right by definition. The page picks
// by arithmetic; this tells tests whether it picks what is seen.

import {
  type Camera,
  type Group,
  Mesh,
  Scene,
  ShaderMaterial,
  type WebGLRenderer,
  WebGLRenderTarget,
} from 'three'
import { cellsOfChunk } from '../../../src/domain/grid/chunk.ts'
import { VERTICES_PER_CELL } from '../planet/geometry.ts'

/** Chunk and place in it as the four bytes of a pixel; white is no cell. */
const VERTEX = /* glsl */ `
uniform float uChunk;
flat out vec4 vCode;
void main() {
  int place = gl_VertexID / ${VERTICES_PER_CELL};
  vCode = vec4(float(place & 255), float(place >> 8), mod(uChunk, 256.0), floor(uChunk / 256.0)) / 255.0;
  gl_Position = projectionMatrix * viewMatrix * vec4(position, 1.0);
}
`
const FRAGMENT = /* glsl */ `
flat in vec4 vCode;
void main() { gl_FragColor = vCode; }
`

/** @returns row by row from below, -1 where no cell is drawn */
export function scanCells(
  renderer: WebGLRenderer,
  terrain: Group,
  eye: Camera,
  n: number,
  width: number,
  height: number,
): { width: number; height: number; cells: readonly number[] } {
  const target = new WebGLRenderTarget(width, height)
  const scene = new Scene()
  const materials = terrain.children
    .filter((mesh): mesh is Mesh => mesh instanceof Mesh && mesh.visible)
    .map((mesh) => {
      const material = new ShaderMaterial({
        uniforms: { uChunk: { value: mesh.userData.chunk } },
        vertexShader: VERTEX,
        fragmentShader: FRAGMENT,
      })
      scene.add(new Mesh(mesh.geometry, material))
      return material
    })
  const bytes = new Uint8Array(width * height * 4)
  renderer.setRenderTarget(target)
  renderer.setClearColor('#ffffff', 1)
  renderer.clear()
  renderer.render(scene, eye)
  renderer.readRenderTargetPixels(target, 0, 0, width, height, bytes)
  renderer.setRenderTarget(null)
  renderer.setClearColor('#000000', 1)
  for (const material of materials) material.dispose()
  target.dispose()
  return { width, height, cells: decode(n, bytes) }
}

function decode(n: number, bytes: Uint8Array): number[] {
  const chunks = new Map<number, readonly number[]>()
  return Array.from({ length: bytes.length / 4 }, (_, pixel) => {
    const [low, high, chunkLow, chunkHigh] = bytes.subarray(pixel * 4, pixel * 4 + 4)
    if (chunkHigh === 255) return -1
    const chunk = chunkLow! + chunkHigh! * 256
    const cells = chunks.get(chunk) ?? cellsOfChunk(n, chunk)
    chunks.set(chunk, cells)
    return cells[low! + high! * 256] ?? -1
  })
}
