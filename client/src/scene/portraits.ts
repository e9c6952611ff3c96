// Pictures of machines for buttons and panels, drawn once with the models of the world.

import {
  Color,
  Matrix4,
  OrthographicCamera,
  Scene,
  Vector3,
  type WebGLRenderer,
  WebGLRenderTarget,
} from 'three'
import { createModelMaterial, Instances } from './instances.ts'
import { modelOf } from './models.ts'
import { createShared, ownerColours } from './shading.ts'

const SIDE = 144
type View = { readonly half: number; readonly height: number; readonly middle: number }
/** What lies flat or is small is looked at more from above, or from nearer. */
const views: Readonly<Record<string, View>> = {
  belt: { half: 0.94, height: 5, middle: 0.1 },
  splitter: { half: 0.86, height: 3.6, middle: 0.16 },
  pipe: { half: 0.42, height: 2.6, middle: 0.24 },
  launcher: { half: 1.16, height: 2.6, middle: 0.84 },
  pole: { half: 0.86, height: 2.2, middle: 0.7 },
}
const known = new Map<string, string>()

/** A picture as data URL. The first of a prototype draws; later ones are remembered. */
export function portraitOf(renderer: WebGLRenderer, prototype: string): string {
  const made = known.get(prototype)
  if (made !== undefined) return made
  // Far from the planet's middle, so that up is up and the air is clear.
  const shared = createShared(1000)
  shared.uSun.value.set(0.45, 0.75, 0.5).normalize()
  const instances = new Instances(modelOf(prototype), createModelMaterial(shared), 1)
  instances.fill([
    {
      matrix: new Matrix4().makeRotationY(0.5).setPosition(0, 1000, 0),
      tint: new Color(ownerColours[1]),
      state: 2,
    },
  ])
  const scene = new Scene()
  scene.add(instances.mesh)
  const { half, height, middle } = views[prototype] ?? { half: 0.94, height: 2.6, middle: 0.62 }
  const eye = new OrthographicCamera(-half, half, half, -half, 0.1, 20)
  eye.position.set(2.4, 1000 + height, 3.4)
  eye.lookAt(new Vector3(0, 1000 + middle, 0))
  eye.updateMatrixWorld()
  shared.uCamera.value.copy(eye.position)
  const target = new WebGLRenderTarget(SIDE, SIDE, { samples: 4 })
  const pixels = new Uint8Array(SIDE * SIDE * 4)
  renderer.setRenderTarget(target)
  renderer.setClearColor(0x000000, 0)
  renderer.clear()
  renderer.render(scene, eye)
  renderer.readRenderTargetPixels(target, 0, 0, SIDE, SIDE, pixels)
  renderer.setRenderTarget(null)
  target.dispose()
  instances.dispose()
  const url = toUrl(pixels)
  known.set(prototype, url)
  return url
}

/** What a screen shows of a linear byte. */
const shown = Uint8ClampedArray.from({ length: 256 }, (_, byte) => 255 * (byte / 255) ** (1 / 2.2))

/** Linear rows from the bottom up → an image. */
function toUrl(pixels: Uint8Array): string {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = SIDE
  const context = canvas.getContext('2d')
  if (!context) return ''
  const image = context.createImageData(SIDE, SIDE)
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const from = ((SIDE - 1 - y) * SIDE + x) * 4
      const to = (y * SIDE + x) * 4
      for (let band = 0; band < 3; band++) {
        image.data[to + band] = shown[pixels[from + band]!]!
      }
      image.data[to + 3] = pixels[from + 3]!
    }
  }
  context.putImageData(image, 0, 0)
  return canvas.toDataURL()
}
