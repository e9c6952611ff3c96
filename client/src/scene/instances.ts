// Many copies of one model: matrices, an owner's colour and a state for each, in buffers that grow.

import {
  type BufferGeometry,
  type Color,
  DynamicDrawUsage,
  InstancedBufferAttribute,
  InstancedMesh,
  type Matrix4,
  ShaderMaterial,
} from 'three'
import { LIGHT, OUTPUT, type Shared } from './shading.ts'

export type Instance = {
  readonly matrix: Matrix4
  readonly tint: Color
  /** 0 a plan, 1 at rest, 2 at work. */
  readonly state: number
  /** Light of lamps by night, 0 to 1; none where nothing is said. */
  readonly light?: number
}

/**
 * Shades models with the attributes of models.ts. A tint replaces a trim's colour; `plain` shapes
 * (rocks, plants) have no attributes of their own and are tinted all over.
 */
export function createModelMaterial(
  shared: Shared,
  options: { plain?: boolean; glow?: number; sway?: boolean } = {},
): ShaderMaterial {
  return new ShaderMaterial({
    defines: {
      ...(options.plain ? { PLAIN: 1 } : {}),
      ...(options.sway ? { SWAY: 1 } : {}),
      GLOW: (options.glow ?? 0).toFixed(2),
    },
    uniforms: { ...shared },
    vertexShader: MODEL_VERTEX,
    fragmentShader: MODEL_FRAGMENT,
  })
}

const MODEL_VERTEX = /* glsl */ `
in vec4 aTint;
#ifdef PLAIN
#else
in vec3 aColour;
in vec4 aTraits;
#endif
uniform float uTime;
out vec3 vColour;
out vec3 vPoint;
out vec3 vNormal;
out float vGlow;
out float vPlan;
out float vShadow;
out float vLamp;
void main() {
  vec3 at = position;
  vec3 leaning = normal;
  // The light of lamps is the fraction of the state.
  float state = floor(aTint.w);
  vLamp = (aTint.w - state) * 2.0;
  vPlan = state < 0.5 ? 1.0 : 0.0;
#ifdef PLAIN
  vColour = aTint.rgb;
  vGlow = GLOW;
  #ifdef SWAY
  vec3 base = instanceMatrix[3].xyz;
  float wind = sin(uTime * 1.3 + dot(base, vec3(0.7, 0.5, 0.6))) * 0.045 * at.y * at.y;
  at.x += wind;
  #endif
#else
  vColour = mix(aColour, aTint.rgb, aTraits.y);
  float working = step(1.5, state);
  vGlow = aTraits.x * mix(1.0, working, aTraits.w);
  if (aTraits.w > 0.5) vColour *= mix(0.22, 1.0, working);
  // No two machines keep time with each other.
  float phase = instanceMatrix[3].x * 3.0;
  // Fire flickers.
  vGlow *= 1.0 + 0.2 * aTraits.w * sin(uTime * 8.0 + phase) * sin(uTime * 5.1 + phase);
  if (aTraits.z > 2.5) {
    at.y -= working * 0.22 * sin(uTime * 2.4 + phase) * (at.z + 0.1);
  } else if (aTraits.z > 1.5) {
    float beat = fract(uTime * 0.8 + phase);
    at.y -= working * 0.13 * smoothstep(0.0, 0.1, beat) * (1.0 - smoothstep(0.25, 0.85, beat));
  } else if (aTraits.z > 0.5) {
    float angle = uTime * 4.0 * max(working, step(2.5, state)) + phase;
    mat2 turn = mat2(cos(angle), -sin(angle), sin(angle), cos(angle));
    at.xz = turn * at.xz;
    leaning.xz = turn * leaning.xz;
  }
#endif
  mat4 place = modelMatrix * instanceMatrix;
  vec4 point = place * vec4(at, 1.0);
  vPoint = point.xyz;
  vNormal = mat3(place) * leaning;
  vShadow = smoothstep(-0.05, 0.55, at.y);
  gl_Position = projectionMatrix * viewMatrix * point;
}
`

const MODEL_FRAGMENT = /* glsl */ `
in vec3 vColour;
in vec3 vPoint;
in vec3 vNormal;
in float vGlow;
in float vPlan;
in float vShadow;
in float vLamp;
${LIGHT}
void main() {
  vec3 up = normalize(vPoint);
  vec3 normal = normalize(vNormal);
  float sunlit = sunlitAt(vPoint, normal);
  vec3 colour = shade(vColour, normal, up, 0.55 + 0.45 * vShadow, sunlit) + vColour * vGlow;
  // Lamps hang low: what stands high above them is dark.
  colour += lampAt(vColour, up, vLamp * (1.0 - 0.6 * vShadow));
  if (vPlan > 0.5) {
    // A plan is seen through: every other line of a fine grid, in the colour of light.
    if (fract((gl_FragCoord.x + gl_FragCoord.y) * 0.25) < 0.5) discard;
    colour = colour * 0.35 + vec3(0.16, 0.55, 0.68) * 0.7;
  }
  gl_FragColor = vec4(haze(colour, vPoint), 1.0);
  ${OUTPUT}
}
`

/** An instanced mesh that takes a new list at any time. */
export class Instances {
  readonly mesh: InstancedMesh
  private capacity: number

  constructor(geometry: BufferGeometry, material: ShaderMaterial, capacity = 64) {
    this.capacity = capacity
    this.mesh = new InstancedMesh(geometry.clone(), material, capacity)
    this.mesh.frustumCulled = false
    this.mesh.count = 0
    this.allocate()
  }

  fill(list: readonly Instance[]): void {
    if (list.length > this.capacity) {
      while (this.capacity < list.length) this.capacity *= 2
      // Buffers on the device cannot grow: the old ones are given back.
      this.dispose()
      this.allocate()
    }
    const tints = this.mesh.geometry.getAttribute('aTint') as InstancedBufferAttribute
    for (const [index, { matrix, tint, state, light = 0 }] of list.entries()) {
      this.mesh.setMatrixAt(index, matrix)
      tints.setXYZW(index, tint.r, tint.g, tint.b, state + light * 0.49)
    }
    this.mesh.count = list.length
    this.mesh.visible = list.length > 0
    this.mesh.instanceMatrix.needsUpdate = true
    tints.needsUpdate = true
  }

  dispose(): void {
    this.mesh.geometry.dispose()
    this.mesh.dispose()
  }

  private allocate(): void {
    const matrices = new InstancedBufferAttribute(new Float32Array(this.capacity * 16), 16)
    const tints = new InstancedBufferAttribute(new Float32Array(this.capacity * 4), 4)
    this.mesh.instanceMatrix = matrices.setUsage(DynamicDrawUsage)
    this.mesh.geometry.setAttribute('aTint', tints.setUsage(DynamicDrawUsage))
  }
}
