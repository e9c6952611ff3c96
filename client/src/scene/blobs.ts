// Shadows where none can be cast: soft patches on the ground that lean away from the sun, one for each thing.

import { PlaneGeometry, ShaderMaterial, type Vector3 } from 'three'
import { Copies } from './copies.ts'
import { OUTPUT, type Shared } from './shading.ts'

export type Blob = {
  /** Where the thing stands on the ground. */
  readonly at: Vector3
  readonly radius: number
  readonly height: number
}

export class Blobs {
  private readonly copies: Copies
  private readonly shared: Shared

  constructor(shared: Shared) {
    this.shared = shared
    const quad = new PlaneGeometry(2, 2).deleteAttribute('uv').deleteAttribute('normal')
    this.copies = new Copies(quad, createMaterial(shared), 2)
  }

  get mesh() {
    return this.copies.mesh
  }

  /** Lists all anew; nothing where real shadows are cast. */
  fill(list: () => readonly Blob[]): void {
    const blobs = this.shared.uShadowMap.value === null ? list() : []
    const aPlace = new Float32Array(blobs.length * 3)
    const aSize = new Float32Array(blobs.length * 2)
    blobs.forEach(({ at, radius, height }, index) => {
      at.toArray(aPlace, index * 3)
      aSize.set([radius, height], index * 2)
    })
    this.copies.fill(blobs.length, { aPlace, aSize })
  }
}

function createMaterial(shared: Shared): ShaderMaterial {
  return new ShaderMaterial({
    transparent: true,
    depthWrite: false,
    uniforms: { ...shared },
    vertexShader: /* glsl */ `
      in vec3 aPlace;
      in vec2 aSize;
      uniform vec3 uSun;
      out vec2 vAcross;
      out float vLong;
      out float vDark;
      void main() {
        vec3 up = normalize(aPlace);
        float sunHeight = max(dot(up, uSun), 0.0);
        vec3 away = -normalize(uSun - up * sunHeight + up.zxy * 1e-4);
        vec3 side = cross(away, up);
        // As long as the thing is high and the sun low, but not so long that it leaves its cell far behind.
        vLong = min(aSize.y * sqrt(1.0 - sunHeight * sunHeight) / max(sunHeight, 0.1), 1.3) / aSize.x;
        vAcross = vec2(position.x, (position.y * 0.5 + 0.5) * (vLong + 2.0) - 1.0);
        vDark = smoothstep(0.02, 0.2, sunHeight);
        vec3 at = aPlace + up * 0.035 + (side * vAcross.x + away * vAcross.y) * aSize.x;
        gl_Position = projectionMatrix * viewMatrix * vec4(at, 1.0);
      }`,
    fragmentShader: /* glsl */ `
      in vec2 vAcross;
      in float vLong;
      in float vDark;
      void main() {
        float off = length(vec2(vAcross.x, vAcross.y - clamp(vAcross.y, 0.0, vLong)));
        gl_FragColor = vec4(0.01, 0.015, 0.04, 0.42 * vDark * (1.0 - smoothstep(0.55, 1.0, off)));
        ${OUTPUT}
      }`,
  })
}
