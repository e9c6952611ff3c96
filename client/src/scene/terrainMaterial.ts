// How the ground is shaded: strata on cliffs, the sea, grain and rims, borders as lines. Colours: cellColours.ts.

import { DataTexture, ShaderMaterial } from 'three'
import { terrainColours } from '../planet/cellColours.ts'
import { VERTICES_PER_CELL } from '../planet/geometry.ts'
import { MARKS_SIDE } from '../planet/marks.ts'
import type { Quality } from './quality.ts'
import { LIGHT, NOISE, OUTPUT, type Shared } from './shading.ts'

const VERTEX = /* glsl */ `
uniform sampler2D uNature;
uniform sampler2D uHuman;
uniform sampler2D uLamps;
uniform float uDetail;
in vec4 surface;
flat out vec3 vColour;
flat out vec3 vNormal;
flat out vec4 vHuman;
flat out int vEdge;
flat out int vTerrain;
flat out float vWall;
flat out float vSpeck;
flat out float vSmog;
out vec3 vPoint;
out float vRim;
out float vOpen;
/** Light of lamps; in the sea: how deep it is, and how near the coast. */
out vec3 vSoft;

void main() {
  int place = gl_VertexID / ${VERTICES_PER_CELL};
  int corner = gl_VertexID - place * ${VERTICES_PER_CELL};
  ivec2 texel = ivec2(place & 63, place >> 6);
  vec4 nature = texelFetch(uNature, texel, 0);
  vHuman = floor(texelFetch(uHuman, texel, 0) * 255.0 + 0.5);
  // Colours are stored as square roots, so that dark ones keep their steps.
  vColour = nature.rgb * nature.rgb;
  vTerrain = int(nature.a * 255.0 + 0.5);
  vWall = corner < 7 ? 0.0 : 1.0;
  vEdge = corner < 7 ? (corner + 5) % 6 : (corner - 7) / 2;
  vRim = corner == 0 ? 0.0 : uDetail;
  vOpen = surface.w;
  vNormal = surface.xyz;
  vPoint = position;
  // Six corners of half a byte each, and the middle.
  ivec4 lamps = ivec4(texelFetch(uLamps, texel, 0) * 255.0 + 0.5);
  int at = corner < 7 ? corner - 1 : (corner - 7 + 11) / 2 % 6;
  int two = lamps[max(at, 0) >> 1];
  vSoft.x = float(corner == 0 ? lamps.a : (at & 1) == 0 ? two & 15 : two >> 4) / 15.0;
  if (vTerrain < 4) {
    vNormal = normalize(position);
    vSoft.yz = surface.xy;
  }
  vSpeck = step(127.5, vHuman.a);
  vSmog = mod(vHuman.a, 128.0) / 127.0;
  gl_Position = projectionMatrix * viewMatrix * vec4(position, 1.0);
}
`

/** The colours of deep sea, sea and shallows, as the shader knows them. */
const seas = [1, 2, 3].map((terrain) => {
  const { r, g, b } = terrainColours[terrain]!
  return `#define SEA_${terrain} vec3(${r.toFixed(4)}, ${g.toFixed(4)}, ${b.toFixed(4)})`
})

const FRAGMENT = /* glsl */ `
precision highp float;
precision highp int;
${seas.join('\n')}
flat in vec3 vColour;
flat in vec3 vNormal;
flat in vec4 vHuman;
flat in int vEdge;
flat in int vTerrain;
flat in float vWall;
flat in float vSpeck;
flat in float vSmog;
in vec3 vPoint;
in float vRim;
in float vOpen;
in vec3 vSoft;
uniform vec3 uOwners[9];
uniform float uOverlay;
uniform float uOwnerWash;
${NOISE}
${LIGHT}

bool hasBit(float mask, int bit) { return ((int(mask + 0.5) >> bit) & 1) == 1; }

vec3 cliff(vec3 colour, float height, vec3 up) {
  vec3 soil = mix(vec3(0.25, 0.125, 0.06), vec3(0.155, 0.135, 0.12), smoothstep(1.4, 3.4, height));
  if (vTerrain == 10) soil = vec3(0.32, 0.38, 0.48);
  if (vTerrain == 4 || vTerrain == 7) soil = vec3(0.46, 0.25, 0.09);
  soil *= 0.86 + 0.16 * sin(height * 15.0 + sin(dot(up, vec3(91.0, 67.0, 83.0))) * 1.4);
#if QUALITY > 0
  soil *= 0.84 + 0.32 * noise3(up * uRadius * 1.2 + vec3(0.0, height * 5.0, 0.0));
#endif
  return mix(soil, colour * 0.8, smoothstep(0.52, 0.98, vOpen) * 0.55);
}

/** What the sea is by its depth: over sand at the coast, and ever darker. */
vec3 seaAt(float depth) {
  vec3 colour = mix(vec3(0.44, 0.56, 0.40), vec3(0.075, 0.37, 0.44), smoothstep(0.0, 0.11, depth));
  colour = mix(colour, vec3(0.028, 0.20, 0.36), smoothstep(0.06, 0.36, depth));
  return mix(colour, vec3(0.010, 0.075, 0.21), smoothstep(0.25, 1.0, depth));
}

vec3 water(vec3 tint, vec3 up, vec3 view, float far, out float gleam) {
  float depth = vSoft.y;
  float shore = vSoft.z;
  vec3 colour = seaAt(depth) * tint;
  float near = 1.0 - smoothstep(40.0, 160.0, far);
  vec3 ripple = up;
#if QUALITY > 0
  vec3 p = vPoint * 0.9;
  vec3 drift = vec3(uTime * 0.22, uTime * 0.1, -uTime * 0.17);
  float level = noise3(p + drift);
  vec3 slope = vec3(noise3(p + drift + vec3(0.15, 0, 0)), noise3(p + drift + vec3(0, 0.15, 0)),
    noise3(p + drift + vec3(0, 0, 0.15))) - level;
  ripple = normalize(up - 0.9 * slope * (1.0 - smoothstep(20.0, 140.0, far)));
  float wander = noise3(vPoint * 2.2 + uTime * 0.25);
  // Light plays on the sand where it is shallow.
  float play = noise3(vPoint * 4.5 + drift * 1.7);
  float veins = 1.0 - smoothstep(0.0, 0.09, abs(play - 0.5));
  colour *= 1.0 + near * (1.0 - smoothstep(0.03, 0.3, depth)) * 0.16 * veins + (level - 0.5) * 0.14 * near;
  float reach = shore + (wander - 0.5) * 0.3;
  float wave = 0.5 + 0.5 * sin(reach * 17.0 - uTime * 1.3 + wander * 4.0);
  float foam = smoothstep(0.84, 0.97, reach) * 0.85 + smoothstep(0.3, 0.8, reach) * smoothstep(0.75, 0.97, wave) * 0.4;
  colour = mix(colour, vec3(0.86, 0.95, 1.0), clamp(foam, 0.0, 0.9) * mix(0.3, 1.0, near));
#else
  colour = mix(colour, vec3(0.78, 0.92, 0.97), smoothstep(0.8, 0.98, shore) * 0.6 * mix(0.3, 1.0, near));
#endif
  float grazing = 1.0 - max(dot(ripple, -view), 0.0);
  float fresnel = grazing * grazing * grazing * grazing;
  float facing = max(dot(ripple, normalize(uSun - view)), 0.0);
  float spark = 0.0;
  // Near, the sun breaks on the ripples; from afar it is a wide soft sheen.
  if (facing > 0.7) spark = pow(facing, 600.0) * 0.7 * near + pow(facing, 60.0) * 0.07 + pow(facing, 14.0) * 0.05;
  gleam = spark * dayAt(up);
  return mix(colour, vec3(0.36, 0.62, 0.92), fresnel * 0.5 * dayAt(up));
}

void main() {
  vec3 up = normalize(vPoint);
  vec3 way = vPoint - uCamera;
  float far = length(way);
  vec3 view = way / far;
  float height = length(vPoint) - uRadius;
  float near = 1.0 - smoothstep(40.0, 130.0, far);
  vec3 colour = vColour;
  vec3 normal = vNormal;
  float gleam = 0.0;
  bool sea = vTerrain < 4;
  if (sea) {
    // The cell's own colour differs from its terrain's by what lies on it.
    vec3 tint = vColour / (vTerrain == 1 ? SEA_1 : vTerrain == 2 ? SEA_2 : SEA_3);
    normal = up;
    colour = water(tint, up, view, far, gleam);
    colour *= 1.0 - 0.035 * smoothstep(0.955, 0.985, vRim) * near;
  } else if (vWall > 0.5) {
    colour = cliff(colour, height, up);
  } else {
#if QUALITY > 0
    float grain = noise3(vPoint * 3.1) * 0.6 + noise3(vPoint * 9.0) * 0.4;
    colour *= 1.0 + (grain - 0.5) * 0.3 * near;
    // From afar a wood is its canopy: crowns, each with a side in the sun.
    if (vTerrain == 6 && near < 1.0) {
      float crown = noise3(vPoint * 1.9);
      colour *= 1.0 + (1.0 - near) * (0.5 * (crown - 0.5) + 0.9 * (crown - noise3((vPoint + uSun * 0.3) * 1.9)));
    }
    if (vSpeck > 0.5) colour *= 0.86 + 0.3 * smoothstep(0.46, 0.66, noise3(vPoint * 6.0)) * near + 0.14 * (1.0 - near);
#else
    if (vSpeck > 0.5) colour *= 0.86 + 0.3 * step(0.5, fract(sin(dot(floor(vPoint * 3.0), vec3(12.9, 78.2, 37.7))) * 437.5)) * near;
#endif
    colour *= 1.0 - 0.16 * smoothstep(0.945, 0.985, vRim) * near;
#if QUALITY > 0
    // A bevel: near the rim the surface leans outward, along the gradient of vRim.
    vec3 dx = dFdx(vPoint), dy = dFdy(vPoint);
    vec3 r1 = cross(dy, normal), r2 = cross(normal, dx);
    vec3 outward = sign(dot(dx, r1)) * (dFdx(vRim) * r1 + dFdy(vRim) * r2);
    normal = normalize(normal + 0.6 * near * smoothstep(0.88, 0.98, vRim) * normalize(outward + 1e-6));
#endif
  }
  if (uOverlay > 0.5) {
    // What an overlay shows must be read by night too, and over the sea.
    colour = vWall > 0.5 ? vColour * 0.55 : vColour * (1.0 - 0.12 * smoothstep(0.94, 0.985, vRim) * near);
    gleam = 0.0;
  }
  float open = sea ? 0.75 + 0.25 * vOpen : vOpen;
  float sunlit = 1.0;
#if QUALITY > 0
  sunlit = sunlitAt(vPoint, sea ? up : vNormal);
#endif
  vec3 lit = shade(colour, normal, up, open, sunlit) + vec3(1.0, 0.88, 0.68) * (gleam * sunlit);
  if (vSoft.x > 0.0) {
    lit += lampAt(colour, up, vSoft.x * (vWall > 0.5 ? 0.7 : 1.0));
    // From afar the lamps themselves are seen: towns.
    lit += vec3(1.0, 0.62, 0.28) * (vSoft.x * vSoft.x * smoothstep(90.0, 240.0, far) * (1.0 - dayAt(up)));
  }
  if (uOverlay > 0.5) lit = mix(lit, colour, 0.72);

  float owner = vHuman.r;
  if (owner > 0.5 && vWall < 0.5) {
    vec3 ours = uOwners[int(owner + 0.5)];
    lit = mix(lit, ours * (0.35 + 0.65 * dayAt(up)), 0.06 + 0.26 * smoothstep(90.0, 260.0, far) + uOwnerWash);
    if (hasBit(vHuman.g, vEdge)) {
      float soft = fwidth(vRim) * 1.2;
      float line = smoothstep(0.80 - soft, 0.82, vRim) * (1.0 - smoothstep(0.935, 0.95 + soft, vRim));
      lit += ours * (line * 0.95 + smoothstep(0.35, 0.85, vRim) * 0.14);
    }
  }
  // Smog lies over what is polluted, in slow swathes.
  if (vSmog > 0.0 && uOverlay < 0.5) {
    float swathe = 0.75;
#if QUALITY > 0
    swathe = 0.35 + 0.9 * noise3(vPoint * 0.35 + vec3(uTime * 0.06, 0.0, uTime * 0.04));
#endif
    vec3 smog = vec3(0.34, 0.29, 0.19) * (0.22 + 0.78 * dayAt(up));
    lit = mix(lit, smog, min(0.62, sqrt(vSmog) * 0.8 * swathe));
  }
  gl_FragColor = vec4(haze(lit, vPoint), 1.0);
  ${OUTPUT.replaceAll('\n', '\n  ')}
}
`

/** One material per chunk; all share one program. */
export function createTerrainMaterial(
  shared: Shared,
  quality: Quality,
  nature: DataTexture,
  human: DataTexture,
  lamps: DataTexture,
): ShaderMaterial {
  return new ShaderMaterial({
    defines: { QUALITY: quality === 'low' ? 0 : quality === 'medium' ? 1 : 2 },
    uniforms: {
      ...shared,
      uNature: { value: nature },
      uHuman: { value: human },
      uLamps: { value: lamps },
    },
    vertexShader: VERTEX,
    fragmentShader: FRAGMENT,
  })
}

/** A texture of a chunk: four bytes for each cell. */
export function createMarks(): DataTexture {
  return new DataTexture(new Uint8Array(MARKS_SIDE * MARKS_SIDE * 4), MARKS_SIDE, MARKS_SIDE)
}
