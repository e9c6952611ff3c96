// Light that spills: only at high quality, and loaded only there.

import {
  HalfFloatType,
  type PerspectiveCamera,
  type Scene,
  Vector2,
  type WebGLRenderer,
  WebGLRenderTarget,
} from 'three'
import { EffectComposer } from 'three/examples/jsm/postprocessing/EffectComposer.js'
import { OutputPass } from 'three/examples/jsm/postprocessing/OutputPass.js'
import { RenderPass } from 'three/examples/jsm/postprocessing/RenderPass.js'
import { UnrealBloomPass } from 'three/examples/jsm/postprocessing/UnrealBloomPass.js'

export function createBloom(renderer: WebGLRenderer, scene: Scene, eye: PerspectiveCamera) {
  const size = renderer.getDrawingBufferSize(new Vector2())
  const target = new WebGLRenderTarget(size.x, size.y, { type: HalfFloatType, samples: 4 })
  const composer = new EffectComposer(renderer, target)
  composer.setPixelRatio(1)
  composer.addPass(new RenderPass(scene, eye))
  // Above what the sun makes of white sand: only what shines by itself spills.
  composer.addPass(new UnrealBloomPass(size.clone().multiplyScalar(0.5), 0.3, 0.5, 1.5))
  composer.addPass(new OutputPass())
  return composer
}
