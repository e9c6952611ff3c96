// What lies round the planet: stars, a nebula, the sun's disc, the air's glow, clouds and a moon.

import {
  AdditiveBlending,
  BackSide,
  BufferGeometry,
  Float32BufferAttribute,
  Group,
  IcosahedronGeometry,
  InstancedBufferAttribute,
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
  /** Turned about the axis with the sun. */
  readonly moons: Group
}

/** Longitudes from the sun's, radians; distances and sizes in radii of the planet. */
const MOONS: readonly {
  readonly longitude: number
  readonly latitude: number
  readonly distance: number
  readonly size: number
}[] = [
  { longitude: 3.365, latitude: 0.43, distance: 1.85, size: 0.17 },
  { longitude: 3.75, latitude: 0.86, distance: 5, size: 0.24 },
  { longitude: 5.85, latitude: 0.86, distance: 5, size: 0.2 },
  { longitude: 7.95, latitude: 0.86, distance: 5, size: 0.22 },
]

export function createSky(shared: Shared, seed: number, allowance: Allowance): Sky {
  const far = new Group()
  const near = new Group()
  const clouds = createClouds(shared, seed, allowance)
  far.add(createNebula(shared, seed), createStars(shared, seed), createGlow(shared))
  const moons = createMoons(shared)
  near.add(clouds, moons)
  return { far, near, clouds, moons }
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
  const mesh = new Mesh(geometry, nebulaMaterial(shared))
  mesh.frustumCulled = false
  // After everything solid, at the depth of the far plane: what is hidden costs nothing.
  mesh.renderOrder = 1
  return mesh
}

export function nebulaMaterial(shared: Shared): ShaderMaterial {
  return new ShaderMaterial({
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
  })
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

function createStars(shared: Shared, seed: number): Points {
  const chance = series(seed)
  const count = 3200
  const positions: number[] = []
  const colours: number[] = []
  const sizes: number[] = []
  for (let star = 0; star < count; star++) {
    const z = chance() * 2 - 1
    const angle = chance() * Math.PI * 2
    const flat = Math.sqrt(1 - z * z)
    positions.push(flat * Math.cos(angle), flat * Math.sin(angle), z)
    const light = 0.3 + 1.9 * chance() ** 7
    const warm = chance()
    colours.push(light * (0.72 + 0.28 * warm), light * 0.86, light * (1 - 0.3 * warm))
    sizes.push(1.5 + 3.4 * chance() ** 10)
  }
  const geometry = new BufferGeometry()
  geometry.setAttribute('position', new Float32BufferAttribute(positions, 3))
  geometry.setAttribute('aColour', new Float32BufferAttribute(colours, 3))
  geometry.setAttribute('aSize', new Float32BufferAttribute(sizes, 1))
  const points = new Points(geometry, starsMaterial(shared))
  points.frustumCulled = false
  points.renderOrder = 1
  return points
}

export function starsMaterial(shared: Shared): ShaderMaterial {
  return new ShaderMaterial({
    transparent: true,
    depthWrite: false,
    blending: AdditiveBlending,
    uniforms: { ...shared },
    vertexShader: /* glsl */ `
        in vec3 aColour;
        in float aSize;
        uniform vec3 uSun;
        uniform vec3 uCamera;
        uniform float uRadius;
        out vec3 vColour;
        void main() {
          // Under a lit sky few are seen, by night all of them, and brighter than from orbit.
          float height = length(uCamera);
          float day = smoothstep(-0.3, 0.15, dot(uCamera / height, uSun));
          float low = 1.0 - smoothstep(1.1, 1.8, height / uRadius);
          vColour = aColour * mix(1.0, mix(2.2, 0.5, day), low);
          gl_PointSize = aSize * mix(1.0, mix(1.25, 0.9, day), low);
          gl_Position = (projectionMatrix * vec4(mat3(viewMatrix) * position, 1.0)).xyww;
        }`,
    fragmentShader: /* glsl */ `
        in vec3 vColour;
        void main() {
          vec2 off = gl_PointCoord - 0.5;
          gl_FragColor = vec4(vColour * (1.0 - smoothstep(0.12, 0.3, dot(off, off))), 1.0);
          ${OUTPUT}
        }`,
  })
}

/** The shell of air: how near a line of sight comes to the ground says how much of it lies on the way. */
function createGlow(shared: Shared): Mesh {
  const mesh = new Mesh(
    new SphereGeometry(shared.uRadius.value * 1.22, 64, 40),
    glowMaterial(shared),
  )
  mesh.renderOrder = 4
  return mesh
}

export function glowMaterial(shared: Shared): ShaderMaterial {
  return new ShaderMaterial({
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
  })
}

/** Rafts of round lumps with level bases, in two layers, thick in some regions and rare in others; they drift about the axis. */
function createClouds(
  shared: Shared,
  seed: number,
  { clouds: count, cloudDetail }: Allowance,
): Group {
  const chance = series(seed + 5)
  const scale = shared.uRadius.value / 100
  const lumps: Matrix4[] = []
  const middles: number[] = []
  for (let cloud = 0; cloud < count; cloud++) {
    const up = cloudyPlace(chance, seed)
    const east = new Vector3(0, 1, 0).cross(up).normalize()
    const along = east.applyAxisAngle(up, (chance() - 0.5) * 1.2)
    const across = up.clone().cross(along)
    const turn = new Quaternion().setFromUnitVectors(new Vector3(0, 1, 0), up)
    const size = (1.2 + 1.7 * chance() ** 2) * Math.min(1.6, scale)
    const layer = chance() < 0.62 ? 7 : 11.5
    const base = shared.uRadius.value + layer * Math.min(1.5, scale) + chance()
    const parts = 6 + Math.floor(chance() * 7)
    const length = size * (1.6 + chance() * 1.6)
    for (let part = 0; part < parts; part++) {
      const place = (part + 0.5) / parts - 0.5
      const lump = size * (1.15 - Math.abs(place) * 1.3) * (0.62 + chance() * 0.5)
      const flat = 0.5 + chance() * 0.16
      const at = up
        .clone()
        .multiplyScalar(base + lump * flat * 0.62)
        .addScaledVector(along, place * 2 * length)
        .addScaledVector(across, (chance() - 0.5) * 1.7 * size)
      lumps.push(new Matrix4().compose(at, turn, new Vector3(lump, lump * flat, lump)))
      middles.push(up.x * base, up.y * base, up.z * base)
    }
  }
  const geometry = new IcosahedronGeometry(1, cloudDetail)
  geometry.setAttribute('aMiddle', new InstancedBufferAttribute(Float32Array.from(middles), 3))
  const mesh = new InstancedMesh(geometry, cloudMaterial(shared), lumps.length)
  for (const [index, lump] of lumps.entries()) mesh.setMatrixAt(index, lump)
  mesh.frustumCulled = false
  const group = new Group()
  group.add(mesh)
  return group
}

/** A direction in which clouds gather. */
function cloudyPlace(chance: () => number, seed: number): Vector3 {
  for (let tries = 0; ; tries++) {
    const z = (chance() * 2 - 1) * 0.88
    const angle = chance() * Math.PI * 2
    const flat = Math.sqrt(1 - z * z)
    const way: Vector = [flat * Math.cos(angle), z, flat * Math.sin(angle)]
    if (tries > 12 || fractalNoise(scaled(way, 2.6), seed % 89) > 0.46) return new Vector3(...way)
  }
}

function cloudMaterial(shared: Shared): ShaderMaterial {
  return new ShaderMaterial({
    uniforms: { ...shared },
    vertexShader: /* glsl */ `
      in vec3 aMiddle;
      uniform vec3 uCamera;
      flat out vec3 vNormal;
      out vec3 vPoint;
      void main() {
        mat4 place = modelMatrix * instanceMatrix;
        vNormal = normalize(mat3(place) * normal);
        vec3 middle = mat3(modelMatrix) * aMiddle;
        // What hangs between the eye and the ground it looks at would only be in the way: it dwindles.
        float grown = smoothstep(46.0, 62.0, distance(middle, uCamera));
        vPoint = middle + ((place * vec4(position, 1.0)).xyz - middle) * grown;
        gl_Position = projectionMatrix * viewMatrix * vec4(vPoint, 1.0);
      }`,
    fragmentShader: /* glsl */ `
      flat in vec3 vNormal;
      in vec3 vPoint;
      ${LIGHT}
      void main() {
        vec3 up = normalize(vPoint);
        // The sun sets later up there than on the ground.
        float sunHeight = dot(up, uSun) + 0.1;
        float day = smoothstep(-0.16, 0.22, sunHeight);
        float lit = 0.5 + 0.5 * dot(vNormal, uSun);
        float above = 0.5 + 0.5 * dot(vNormal, up);
        // White in the sun, blue below and where it is turned away.
        vec3 white = mix(vec3(0.34, 0.46, 0.72), vec3(1.0, 0.98, 0.95), smoothstep(0.12, 0.8, lit * 0.7 + 0.3 * above));
        vec3 dusk = mix(mix(vec3(0.5, 0.42, 0.6), vec3(1.0, 0.56, 0.36), lit), vec3(1.0), smoothstep(0.0, 0.35, sunHeight));
        // By night the moons light it from above, a little brighter than the sky behind; from orbit less, for the towns' sake.
        float low = 1.0 - smoothstep(1.2, 2.0, length(uCamera) / uRadius);
        vec3 moonlit = mix(vec3(0.035, 0.04, 0.095), vec3(0.13, 0.155, 0.27), smoothstep(0.25, 0.95, above)) * mix(0.45, 1.0, low);
        // The air before it is dark, too: all of its haze would make a brown lump of it.
        vec3 seen = mix(mix(moonlit, haze(moonlit, vPoint), 0.5), haze(white * dusk, vPoint), day);
        gl_FragColor = vec4(seen, 1.0);
        ${OUTPUT}
      }`,
  })
}

/**
 * Moons keep their place to the sun, so that one stands beside the planet in the first view of a visit, and one low over the
 * horizon for whoever works north of the equator and looks north, wherever that is.
 */
function createMoons(shared: Shared): Group {
  const radius = shared.uRadius.value
  const material = moonMaterial(shared)
  const moons = new Group()
  for (const { longitude, latitude, distance, size } of MOONS) {
    const moon = new Mesh(new IcosahedronGeometry(radius * size, 8), material)
    const flat = Math.cos(latitude) * distance * radius
    moon.position.set(
      flat * Math.cos(longitude),
      Math.sin(latitude) * distance * radius,
      -flat * Math.sin(longitude),
    )
    moon.rotation.set(longitude * 3, longitude, latitude)
    moons.add(moon)
  }
  return moons
}

function moonMaterial(shared: Shared): ShaderMaterial {
  return new ShaderMaterial({
    uniforms: { ...shared },
    vertexShader: /* glsl */ `
      out vec3 vLocal;
      out vec3 vNormal;
      void main() {
        vLocal = normalize(position);
        vNormal = mat3(modelMatrix) * vLocal;
        gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
      }`,
    fragmentShader: /* glsl */ `
      in vec3 vLocal;
      in vec3 vNormal;
      uniform vec3 uSun;
      ${NOISE}
      void main() {
        vec3 local = normalize(vLocal);
        float maria = smoothstep(0.36, 0.56, fractal(local * 2.6));
        vec3 colour = vec3(0.60, 0.56, 0.49) * mix(0.5, 1.0, maria) * (0.85 + 0.3 * noise3(local * 13.0));
        vec3 normal = normalize(vNormal);
        for (int k = 0; k < 14; k++) {
          float one = float(k);
          vec3 crater = normalize(vec3(hash31(vec3(one, 1.3, 7.1)), hash31(vec3(one, 5.7, 2.9)), hash31(vec3(one, 9.1, 4.4))) - 0.5);
          float ring = length(local - crater) / (0.07 + 0.2 * hash31(vec3(one, 3.3, 6.2)) * hash31(vec3(one, 8.8, 1.9)));
          // A floor in shade, a bright rim.
          colour *= mix(1.0, mix(0.66, 1.22, smoothstep(0.7, 1.0, ring)), 1.0 - smoothstep(1.0, 1.3, ring));
        }
        gl_FragColor = vec4(colour * (0.02 + 1.35 * max(dot(normal, uSun), 0.0)), 1.0);
        ${OUTPUT}
      }`,
  })
}
