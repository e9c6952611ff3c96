// What lies round the planet: stars, a nebula, the sun's disc, the air's glow, clouds and a moon.

import {
  AdditiveBlending,
  BackSide,
  BufferGeometry,
  Float32BufferAttribute,
  Group,
  IcosahedronGeometry,
  InstancedMesh,
  Matrix4,
  Mesh,
  Points,
  Quaternion,
  ShaderMaterial,
  SphereGeometry,
  Vector3,
} from 'three'
import { fractalNoise, series } from '../planet/chance.ts'
import { dot, plus, scaled, unit, type Vector } from '../planet/sphere.ts'
import type { Allowance } from './quality.ts'
import { LIGHT, NOISE, OUTPUT, type Shared } from './shading.ts'

export type Sky = {
  /** What is seen of a planet from afar: space about it, and its air. */
  readonly far: Group
  readonly near: Group
  readonly clouds: Group
}

export function createSky(shared: Shared, seed: number, allowance: Allowance): Sky {
  const far = new Group()
  const near = new Group()
  const clouds = createClouds(shared, seed, allowance)
  far.add(createNebula(shared, seed), createStars(seed), createGlow(shared))
  near.add(clouds, createMoon(shared))
  return { far, near, clouds }
}

/** Soft clouds of colour, painted once on the corners of a ball: noise for every pixel would cost too much. */
function createNebula(shared: Shared, seed: number): Mesh {
  const geometry = new SphereGeometry(1, 64, 32)
  const positions = geometry.getAttribute('position')
  const colours = new Float32Array(positions.count * 3)
  for (let vertex = 0; vertex < positions.count; vertex++) {
    const way: Vector = [positions.getX(vertex), positions.getY(vertex), positions.getZ(vertex)]
    colours.set(nebulaColour(way, seed), vertex * 3)
  }
  geometry.setAttribute('aColour', new Float32BufferAttribute(colours, 3))
  const mesh = new Mesh(
    geometry,
    new ShaderMaterial({
      side: BackSide,
      depthWrite: false,
      uniforms: { ...shared },
      vertexShader: /* glsl */ `
        in vec3 aColour;
        out vec3 vColour;
        out vec3 vWay;
        void main() {
          vColour = aColour;
          vWay = position;
          vec4 clip = projectionMatrix * vec4(mat3(viewMatrix) * position, 1.0);
          gl_Position = clip.xyww;
        }`,
      fragmentShader: /* glsl */ `
        in vec3 vColour;
        in vec3 vWay;
        uniform vec3 uSun;
        void main() {
          vec3 colour = vColour;
          float toSun = dot(vWay, uSun) * inversesqrt(dot(vWay, vWay));
          if (toSun > 0.9) colour += vec3(1.0, 0.93, 0.8) * (smoothstep(0.99955, 0.9998, toSun) * 9.0
            + pow(toSun, 900.0) * 1.4 + pow(toSun, 60.0) * 0.1);
          gl_FragColor = vec4(colour, 1.0);
          ${OUTPUT}
        }`,
    }),
  )
  mesh.frustumCulled = false
  // After everything solid, at the depth of the far plane: what is hidden costs nothing.
  mesh.renderOrder = 1
  return mesh
}

function nebulaColour(way: Vector, seed: number): [number, number, number] {
  const place = (seed % 97) * 0.37
  // Value noise shows its lattice: warped it no longer does.
  const warp = fractalNoise(scaled(way, 1.9), place) * 1.6
  const coarse = fractalNoise(plus(scaled(way, 1.7), [warp, -warp, warp]), place)
  const fine = fractalNoise(plus(scaled(way, 3.2), [-warp * 1.5, warp, warp * 1.5]), place + 7)
  const band = Math.exp(-((dot(way, unit([0.3, 0.8, -0.5])) * 1.9) ** 2))
  const violet = fine ** 2.2 * (0.3 + band) * 1.15
  const teal = coarse ** 2.4 * (0.35 + band) * 1.2
  return [
    0.0035 + 0.15 * violet + 0.01 * teal,
    0.006 + 0.05 * violet + 0.1 * teal,
    0.017 + 0.3 * violet + 0.17 * teal,
  ]
}

function createStars(seed: number): Points {
  const chance = series(seed)
  const count = 1500
  const positions: number[] = []
  const colours: number[] = []
  const sizes: number[] = []
  for (let star = 0; star < count; star++) {
    const z = chance() * 2 - 1
    const angle = chance() * Math.PI * 2
    const flat = Math.sqrt(1 - z * z)
    positions.push(flat * Math.cos(angle), flat * Math.sin(angle), z)
    const light = 0.32 + 1.6 * chance() ** 6
    const warm = chance()
    colours.push(light * (0.72 + 0.28 * warm), light * 0.86, light * (1 - 0.3 * warm))
    sizes.push(1.4 + 2.6 * chance() ** 9)
  }
  const geometry = new BufferGeometry()
  geometry.setAttribute('position', new Float32BufferAttribute(positions, 3))
  geometry.setAttribute('aColour', new Float32BufferAttribute(colours, 3))
  geometry.setAttribute('aSize', new Float32BufferAttribute(sizes, 1))
  const points = new Points(
    geometry,
    new ShaderMaterial({
      transparent: true,
      depthWrite: false,
      blending: AdditiveBlending,
      vertexShader: /* glsl */ `
        in vec3 aColour;
        in float aSize;
        out vec3 vColour;
        void main() {
          vColour = aColour;
          gl_PointSize = aSize;
          gl_Position = (projectionMatrix * vec4(mat3(viewMatrix) * position, 1.0)).xyww;
        }`,
      fragmentShader: /* glsl */ `
        in vec3 vColour;
        void main() {
          gl_FragColor = vec4(vColour, 1.0);
          ${OUTPUT}
        }`,
    }),
  )
  points.frustumCulled = false
  points.renderOrder = 1
  return points
}

/** The shell of air: how near a line of sight comes to the ground says how much of it lies on the way. */
function createGlow(shared: Shared): Mesh {
  const mesh = new Mesh(
    new SphereGeometry(shared.uRadius.value * 1.22, 64, 40),
    new ShaderMaterial({
      side: BackSide,
      transparent: true,
      depthWrite: false,
      blending: AdditiveBlending,
      uniforms: { ...shared },
      vertexShader: /* glsl */ `
        out vec3 vPoint;
        void main() {
          vPoint = position;
          gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
        }`,
      fragmentShader: /* glsl */ `
        in vec3 vPoint;
        ${LIGHT}
        void main() {
          vec3 view = normalize(vPoint - uCamera);
          float ahead = max(0.0, -dot(uCamera, view));
          vec3 closest = uCamera + view * ahead;
          float distance = length(closest);
          if (distance > uRadius * 1.2) discard;
          float unit = uRadius * 0.01;
          float altitude = max(distance - uRadius * 0.998, 0.0) / unit;
          float density = exp(-altitude / 1.5) * 0.8 + exp(-altitude / 3.6) * 0.55 + exp(-altitude / 8.5) * 0.17;
          density *= smoothstep(1.2, 1.07, distance / uRadius);
          vec3 up = closest / distance;
          vec3 bright = vec3(0.62, 0.86, 1.0) * smoothstep(-0.1, 0.3, dot(up, uSun));
          vec3 colour = mix(airAt(up, view), bright, 0.45 * exp(-altitude / 1.7)) * density * 1.12;
          gl_FragColor = vec4(colour, 1.0);
          ${OUTPUT}
        }`,
    }),
  )
  mesh.renderOrder = 4
  return mesh
}

/** Puffs of a few round lumps each; the whole group drifts slowly about the axis. */
function createClouds(
  shared: Shared,
  seed: number,
  { clouds: count, cloudDetail }: Allowance,
): Group {
  const chance = series(seed + 5)
  const scale = shared.uRadius.value / 100
  const lumps: Matrix4[] = []
  for (let cloud = 0; cloud < count; cloud++) {
    const z = (chance() * 2 - 1) * 0.86
    const angle = chance() * Math.PI * 2
    const up = new Vector3(Math.sqrt(1 - z * z) * Math.cos(angle), z, 0)
    up.z = Math.sqrt(1 - z * z) * Math.sin(angle)
    const along = new Vector3(0, 1, 0).cross(up).normalize()
    const across = up.clone().cross(along)
    const turn = new Quaternion().setFromUnitVectors(new Vector3(0, 1, 0), up)
    const size = (1.1 + 2.1 * chance() ** 2) * Math.min(1.6, scale)
    const altitude = shared.uRadius.value + 6.2 * Math.min(1.5, scale) + chance() * 1.6
    const parts = 5 + Math.floor(chance() * 6)
    for (let part = 0; part < parts; part++) {
      const place = (part / Math.max(1, parts - 1) - 0.5) * 3.4 * size
      const lump = size * (1.05 - (Math.abs(place) / (3.4 * size)) * 1.1) * (0.7 + chance() * 0.4)
      const at = up
        .clone()
        .multiplyScalar(altitude + chance() * 0.25)
        .addScaledVector(along, place + (chance() - 0.5) * 0.5)
        .addScaledVector(across, (chance() - 0.5) * 1.4 * size)
      lumps.push(new Matrix4().compose(at, turn, new Vector3(lump, lump * 0.5, lump)))
    }
  }
  const mesh = new InstancedMesh(
    new IcosahedronGeometry(1, cloudDetail),
    cloudMaterial(shared),
    lumps.length,
  )
  for (const [index, lump] of lumps.entries()) mesh.setMatrixAt(index, lump)
  mesh.frustumCulled = false
  mesh.renderOrder = 5
  const group = new Group()
  group.add(mesh)
  return group
}

function cloudMaterial(shared: Shared): ShaderMaterial {
  return new ShaderMaterial({
    transparent: true,
    uniforms: { ...shared },
    vertexShader: /* glsl */ `
      flat out vec3 vNormal;
      out vec3 vPoint;
      void main() {
        mat4 place = modelMatrix * instanceMatrix;
        vNormal = normalize(mat3(place) * normal);
        vec4 point = place * vec4(position, 1.0);
        vPoint = point.xyz;
        gl_Position = projectionMatrix * viewMatrix * point;
      }`,
    fragmentShader: /* glsl */ `
      flat in vec3 vNormal;
      in vec3 vPoint;
      ${LIGHT}
      void main() {
        vec3 up = normalize(vPoint);
        float day = smoothstep(-0.16, 0.22, dot(up, uSun));
        vec3 white = mix(vec3(0.62, 0.70, 0.86), vec3(1.0, 0.98, 0.95), 0.5 + 0.5 * dot(vNormal, uSun));
        vec3 dusk = mix(vec3(1.0, 0.6, 0.42), vec3(1.0), smoothstep(0.0, 0.35, dot(up, uSun)));
        // What hangs between the eye and the ground it looks at would only be in the way.
        float close = smoothstep(24.0, 64.0, length(vPoint - uCamera));
        gl_FragColor = vec4(haze(white * dusk * (0.03 + 0.97 * day), vPoint), 0.92 * close);
        ${OUTPUT}
      }`,
  })
}

function createMoon(shared: Shared): Mesh {
  const radius = shared.uRadius.value
  const geometry = new IcosahedronGeometry(radius * 0.2, 12)
  const material = new ShaderMaterial({
    uniforms: { ...shared },
    vertexShader: /* glsl */ `
      out vec3 vLocal;
      void main() {
        vLocal = normalize(position);
        gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
      }`,
    fragmentShader: /* glsl */ `
      in vec3 vLocal;
      ${NOISE}
      ${LIGHT}
      void main() {
        float maria = smoothstep(0.36, 0.56, fractal(vLocal * 2.6));
        vec3 colour = vec3(0.50, 0.47, 0.42) * mix(0.5, 1.0, maria) * (0.85 + 0.3 * noise3(vLocal * 13.0));
        for (int k = 0; k < 9; k++) {
          vec3 crater = normalize(vec3(hash31(vec3(k)), hash31(vec3(k) + 5.0), hash31(vec3(k) + 9.0)) - 0.5);
          float ring = length(vLocal - crater) / (0.08 + 0.16 * hash31(vec3(k) + 3.0));
          colour *= mix(1.0, mix(0.62, 1.18, smoothstep(0.75, 1.0, ring)), 1.0 - smoothstep(1.0, 1.25, ring));
        }
        gl_FragColor = vec4(colour * (0.02 + 1.35 * max(dot(vLocal, uSun), 0.0)), 1.0);
        ${OUTPUT}
      }`,
  })
  const moon = new Mesh(geometry, material)
  moon.position.set(-4.6, 1.7, 2.9).multiplyScalar(radius)
  return moon
}
