// Shadows of the sun: what stands about the focus of the camera, seen from the sun into a map of depths. It is drawn anew
// only when the view has moved on, something was built, or the sun has gone a little further.

import {
  DepthTexture,
  LessEqualCompare,
  LinearFilter,
  Matrix4,
  type Object3D,
  OrthographicCamera,
  type Scene,
  ShaderMaterial,
  UnsignedIntType,
  Vector3,
  type WebGLRenderer,
  WebGLRenderTarget,
} from 'three'
import type { OrbitCamera } from './camera.ts'
import type { Shared } from './shading.ts'

/** Whatever has this layer casts a shadow. */
const LAYER = 1
/** The sun is so quick that the map may be so old. */
const INTERVAL_MS = 600
/** Steps in which the reach of the map grows, so that it need not follow every turn of the wheel. */
const REACH_STEP = 1.3
const REACH_LEAST = 14

export function castsShadow(object: Object3D, does = true): void {
  if (does) object.layers.enable(LAYER)
  else object.layers.disable(LAYER)
}

export class Shadows {
  private readonly shared: Shared
  private readonly target: WebGLRenderTarget
  private readonly sun = new OrthographicCamera()
  private readonly material = new ShaderMaterial({
    colorWrite: false,
    vertexShader: /* glsl */ `
      void main() {
        vec4 point = vec4(position, 1.0);
        #ifdef USE_INSTANCING
        point = instanceMatrix * point;
        #endif
        gl_Position = projectionMatrix * viewMatrix * modelMatrix * point;
      }`,
    fragmentShader: 'void main() { gl_FragColor = vec4(1.0); }',
  })
  private drawn = { ms: Number.NEGATIVE_INFINITY, reach: 0, middle: new Vector3() }

  /** @param side texels along one side of the map */
  constructor(shared: Shared, side: number) {
    this.shared = shared
    const depth = new DepthTexture(side, side, UnsignedIntType)
    depth.compareFunction = LessEqualCompare
    depth.minFilter = depth.magFilter = LinearFilter
    this.target = new WebGLRenderTarget(side, side, { depthTexture: depth })
    this.sun.layers.set(LAYER)
    shared.uShadowMap.value = depth
  }

  /** Something that casts a shadow has changed. */
  stale(): void {
    this.drawn.ms = Number.NEGATIVE_INFINITY
  }

  /** Draws the map, where it is not what is needed any more. @param now ms */
  update(renderer: WebGLRenderer, scene: Scene, camera: OrbitCamera, now: number): void {
    const { reach, middle } = this.wanted(camera)
    const moved = middle.distanceTo(this.drawn.middle) > reach * 0.1 || reach !== this.drawn.reach
    if (!moved && now - this.drawn.ms < INTERVAL_MS) return
    if (moved) this.drawn = { ms: now, reach, middle }
    else this.drawn.ms = now
    this.aim()
    const before = scene.overrideMaterial
    scene.overrideMaterial = this.material
    renderer.setRenderTarget(this.target)
    renderer.render(scene, this.sun)
    renderer.setRenderTarget(null)
    scene.overrideMaterial = before
  }

  dispose(): void {
    this.shared.uShadowMap.value = null
    this.shared.uShadowTexel.value = 0
    this.target.depthTexture?.dispose()
    this.target.dispose()
    this.material.dispose()
  }

  /** What of the planet must be in the map: the ground before the eye, or all of it from orbit. */
  private wanted({ distance, focus, forward }: OrbitCamera): { reach: number; middle: Vector3 } {
    const radius = this.shared.uRadius.value
    const near = Math.max(REACH_LEAST, distance * 1.15)
    const reach = Math.min(
      radius * 1.15,
      REACH_LEAST * REACH_STEP ** Math.ceil(Math.log(near / REACH_LEAST) / Math.log(REACH_STEP)),
    )
    const whole = Math.max(0, 1 - (reach / (radius * 1.15)) ** 2)
    const middle = focus.clone().multiplyScalar(radius * whole)
    return { reach, middle: middle.addScaledVector(forward, reach * 0.35 * whole) }
  }

  private aim(): void {
    const { sun, shared, target } = this
    const { reach, middle } = this.drawn
    const far = shared.uRadius.value * 2.4
    sun.left = sun.bottom = -reach
    sun.right = sun.top = reach
    sun.near = 0
    sun.far = far * 2
    sun.position.copy(middle).addScaledVector(shared.uSun.value, far)
    sun.lookAt(middle)
    sun.updateProjectionMatrix()
    sun.updateMatrixWorld()
    shared.uShadowTexel.value = (reach * 2) / target.width
    shared.uShadowMatrix.value
      .copy(toTexture)
      .multiply(sun.projectionMatrix)
      .multiply(sun.matrixWorldInverse)
  }
}

/** From −1…1 to 0…1. */
const toTexture = new Matrix4().makeScale(0.5, 0.5, 0.5).setPosition(0.5, 0.5, 0.5)
