// Puffs over chimneys: they rise, grow and fade in the vertex shader, so nothing moves on the processor.

import {
  type BufferGeometry,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  Mesh,
  ShaderMaterial,
  type Vector3,
} from 'three'
import { LIGHT, OUTPUT, type Shared } from './shading.ts'

const PUFFS = 5

export class Smoke {
  readonly mesh: Mesh<InstancedBufferGeometry, ShaderMaterial>
  private readonly puff: BufferGeometry

  constructor(puff: BufferGeometry, shared: Shared) {
    this.puff = puff
    this.mesh = new Mesh(new InstancedBufferGeometry(), createMaterial(shared))
    this.mesh.frustumCulled = false
    this.mesh.visible = false
    this.mesh.renderOrder = 3
  }

  fill(chimneys: readonly { at: Vector3; up: Vector3 }[]): void {
    const starts = new Float32Array(chimneys.length * PUFFS * 4)
    const ups = new Float32Array(chimneys.length * PUFFS * 3)
    chimneys.forEach(({ at, up }, chimney) => {
      for (let puff = 0; puff < PUFFS; puff++) {
        const place = chimney * PUFFS + puff
        const phase = puff / PUFFS + ((Math.abs(at.x) * 7.3) % 1)
        starts.set([at.x, at.y, at.z, phase], place * 4)
        ups.set([up.x, up.y, up.z], place * 3)
      }
    })
    this.mesh.geometry.dispose()
    const geometry = new InstancedBufferGeometry()
    geometry.index = this.puff.index
    geometry.setAttribute('position', this.puff.getAttribute('position'))
    geometry.setAttribute('normal', this.puff.getAttribute('normal'))
    geometry.setAttribute('aStart', new InstancedBufferAttribute(starts, 4))
    geometry.setAttribute('aUp', new InstancedBufferAttribute(ups, 3))
    geometry.instanceCount = chimneys.length * PUFFS
    this.mesh.geometry = geometry
    this.mesh.visible = chimneys.length > 0
  }
}

function createMaterial(shared: Shared): ShaderMaterial {
  return new ShaderMaterial({
    transparent: true,
    depthWrite: false,
    uniforms: { ...shared },
    vertexShader: /* glsl */ `
      in vec4 aStart;
      in vec3 aUp;
      uniform float uTime;
      out vec3 vPoint;
      out vec3 vNormal;
      out float vFade;
      void main() {
        float age = fract(uTime * 0.22 + aStart.w);
        vec3 wind = normalize(cross(aUp, vec3(0.35, 0.9, 0.2)));
        vec3 at = aStart.xyz + aUp * age * 2.4 + wind * age * age * 1.3;
        vFade = smoothstep(0.0, 0.12, age) * (1.0 - age);
        vPoint = at + position * (0.1 + 0.3 * age);
        vNormal = normal;
        gl_Position = projectionMatrix * viewMatrix * vec4(vPoint, 1.0);
      }`,
    fragmentShader: /* glsl */ `
      in vec3 vPoint;
      in vec3 vNormal;
      in float vFade;
      ${LIGHT}
      void main() {
        vec3 colour = shade(vec3(0.62, 0.63, 0.66), normalize(vNormal), normalize(vPoint), 1.0, 1.0);
        gl_FragColor = vec4(haze(colour, vPoint), 0.5 * vFade);
        ${OUTPUT}
      }`,
  })
}
