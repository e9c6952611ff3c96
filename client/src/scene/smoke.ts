// Puffs over chimneys: they rise, grow and fade in the vertex shader, so nothing moves on the processor.

import { IcosahedronGeometry, ShaderMaterial, type Vector3 } from 'three'
import { Copies } from './copies.ts'
import { LIGHT, OUTPUT, type Shared } from './shading.ts'

const PUFFS = 6

export class Smoke {
  private readonly copies: Copies

  constructor(shared: Shared) {
    const puff = new IcosahedronGeometry(1, 1).deleteAttribute('uv')
    this.copies = new Copies(puff, createMaterial(shared), 3)
  }

  get mesh() {
    return this.copies.mesh
  }

  fill(chimneys: readonly { at: Vector3; up: Vector3 }[]): void {
    const count = chimneys.length * PUFFS
    const aStart = new Float32Array(count * 4)
    const aUp = new Float32Array(count * 3)
    chimneys.forEach(({ at, up }, chimney) => {
      for (let puff = 0; puff < PUFFS; puff++) {
        const place = chimney * PUFFS + puff
        const phase = puff / PUFFS + ((Math.abs(at.x) * 7.3) % 1)
        aStart.set([at.x, at.y, at.z, phase], place * 4)
        aUp.set([up.x, up.y, up.z], place * 3)
      }
    })
    this.copies.fill(count, { aStart, aUp })
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
      out float vEmber;
      void main() {
        float age = fract(uTime * 0.22 + aStart.w);
        vec3 wind = normalize(cross(aUp, vec3(0.35, 0.9, 0.2)));
        vec3 at = aStart.xyz + aUp * age * 2.4 + wind * age * age * 1.3;
        vFade = smoothstep(0.0, 0.08, age) * (1.0 - age) * (1.0 + 0.6 * age);
        vEmber = 1.0 - smoothstep(0.0, 0.2, age);
        vPoint = at + position * (0.11 + 0.34 * age);
        vNormal = normal;
        gl_Position = projectionMatrix * viewMatrix * vec4(vPoint, 1.0);
      }`,
    fragmentShader: /* glsl */ `
      in vec3 vPoint;
      in vec3 vNormal;
      in float vFade;
      in float vEmber;
      ${LIGHT}
      void main() {
        vec3 colour = shade(vec3(0.66, 0.67, 0.7), normalize(vNormal), normalize(vPoint), 1.0, 1.0);
        // What comes out of the fire is still lit by it.
        colour += vec3(0.85, 0.3, 0.08) * (vEmber * (0.75 - 0.4 * dayAt(normalize(vPoint))));
        gl_FragColor = vec4(haze(colour, vPoint), 0.74 * vFade);
        ${OUTPUT}
      }`,
  })
}
