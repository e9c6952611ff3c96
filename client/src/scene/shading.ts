// Shader code and uniforms that everything in the scene shares: one sun, one air, one look.

import { Color, type DepthTexture, type IUniform, Matrix4, Vector3 } from 'three'

export type Shared = {
  /** Seconds since the page opened, for what only decorates. */
  readonly uTime: IUniform<number>
  /** The tick that is drawn, with its fraction: for what shows the simulation. */
  readonly uTick: IUniform<number>
  /** Unit vector to the sun. */
  readonly uSun: IUniform<Vector3>
  readonly uRadius: IUniform<number>
  readonly uCamera: IUniform<Vector3>
  readonly uOwners: IUniform<Color[]>
  /** 1: cells are seen one by one, 0: from so far that their rims are not. */
  readonly uDetail: IUniform<number>
  /** 1: the ground shows an overlay, flat and without the sea's own looks. */
  readonly uOverlay: IUniform<number>
  /** How much more the owner's colour covers the ground: for the overlay of owners. */
  readonly uOwnerWash: IUniform<number>
  /** How deep the sun sees, from where to it, and how wide a texel of it is in units of the scene; 0: nothing casts a shadow. */
  readonly uShadowMap: IUniform<DepthTexture | null>
  readonly uShadowMatrix: IUniform<Matrix4>
  readonly uShadowTexel: IUniform<number>
}

/** Colours of owners: nobody, then eight that who sees no red or no green tells apart, too. */
export const ownerColours: readonly string[] = [
  '#000000',
  '#35e0ff',
  '#ff7a3d',
  '#c67bff',
  '#ffd84a',
  '#5dff9b',
  '#ff5d8f',
  '#6699cc',
  '#f4f0e6',
]

export function createShared(radius: number): Shared {
  return {
    uTime: { value: 0 },
    uTick: { value: 0 },
    uSun: { value: new Vector3(1, 0.3, 0.4).normalize() },
    uRadius: { value: radius },
    uCamera: { value: new Vector3() },
    uOwners: { value: ownerColours.map((colour) => new Color(colour)) },
    uDetail: { value: 1 },
    uOverlay: { value: 0 },
    uOwnerWash: { value: 0 },
    uShadowMap: { value: null },
    uShadowMatrix: { value: new Matrix4() },
    uShadowTexel: { value: 0 },
  }
}

export const NOISE = /* glsl */ `
float hash31(vec3 p) {
  p = fract(p * 0.1031);
  p += dot(p, p.zyx + 31.32);
  return fract((p.x + p.y) * p.z);
}
float noise3(vec3 p) {
  vec3 i = floor(p), f = fract(p);
  f = f * f * (3.0 - 2.0 * f);
  return mix(
    mix(mix(hash31(i), hash31(i + vec3(1, 0, 0)), f.x),
        mix(hash31(i + vec3(0, 1, 0)), hash31(i + vec3(1, 1, 0)), f.x), f.y),
    mix(mix(hash31(i + vec3(0, 0, 1)), hash31(i + vec3(1, 0, 1)), f.x),
        mix(hash31(i + vec3(0, 1, 1)), hash31(i + vec3(1, 1, 1)), f.x), f.y), f.z);
}
float fractal(vec3 p) {
  return 0.5 * noise3(p) + 0.25 * noise3(p * 2.03 + 7.0) + 0.125 * noise3(p * 4.1 + 3.0)
    + 0.0625 * noise3(p * 8.3 + 1.0);
}
`

/** Needs nothing but the shared uniforms. Colours are linear. */
export const LIGHT = /* glsl */ `
uniform vec3 uSun;
uniform float uRadius;
uniform vec3 uCamera;
uniform float uTime;

/** 0 in the night, 1 in full day; soft over the terminator. */
float dayAt(vec3 up) { return smoothstep(-0.12, 0.2, dot(up, uSun)); }

/** Colour of lit air above a place. */
vec3 airAt(vec3 up, vec3 view) {
  float sunHeight = dot(up, uSun);
  vec3 day = vec3(0.26, 0.53, 1.0);
  vec3 dusk = vec3(1.0, 0.42, 0.17);
  float lit = smoothstep(-0.2, 0.34, sunHeight);
  float low = smoothstep(-0.24, 0.0, sunHeight) * (1.0 - smoothstep(0.02, 0.34, sunHeight));
  float forward = max(dot(view, uSun), 0.0);
  forward *= forward;
  forward *= forward;
  forward *= forward;
  return mix(day * lit, dusk * 0.85, low * 0.62) + vec3(1.0, 0.8, 0.55) * forward * 0.32 * lit;
}

uniform sampler2DShadow uShadowMap;
uniform mat4 uShadowMatrix;
uniform float uShadowTexel;

/** 1 in the sun, 0 in the shadow of something; soft by a texel or two. */
float sunlitAt(vec3 point, vec3 normal) {
  if (uShadowTexel == 0.0) return 1.0;
  // A step along the normal, or a surface that the sun grazes would lie in its own shadow.
  vec3 from = point + normal * (uShadowTexel * 1.6 + 0.015);
  vec3 at = (uShadowMatrix * vec4(from, 1.0)).xyz;
  vec2 rim = abs(at.xy - 0.5);
  float known = 1.0 - smoothstep(0.42, 0.49, max(rim.x, rim.y));
  if (known == 0.0) return 1.0;
  float texel = 0.75 / float(textureSize(uShadowMap, 0).x);
  float lit = texture(uShadowMap, at + vec3(-texel, -texel * 0.4, 0.0)) + texture(uShadowMap, at + vec3(texel * 0.4, -texel, 0.0))
    + texture(uShadowMap, at + vec3(texel, texel * 0.4, 0.0)) + texture(uShadowMap, at + vec3(-texel * 0.4, texel, 0.0));
  return mix(1.0, lit * 0.25, known);
}

/** @param sunlit as sunlitAt tells, or 1 */
vec3 shade(vec3 albedo, vec3 normal, vec3 up, float open, float sunlit) {
  float day = dayAt(up);
  float facing = max(dot(normal, uSun), 0.0);
  float sunHeight = dot(up, uSun);
  vec3 sunlight = mix(vec3(1.0, 0.52, 0.26), vec3(1.0, 0.93, 0.82), smoothstep(0.0, 0.45, sunHeight));
  // On the ground the night is moonlit, to work in; from orbit it is dark, to look at.
  float moonlight = mix(1.0, 0.5, smoothstep(1.2, 2.0, length(uCamera) / uRadius));
  vec3 sky = mix(vec3(0.22, 0.30, 0.52) * moonlight, vec3(0.36, 0.45, 0.62), day);
  vec3 ground = mix(vec3(0.08, 0.10, 0.17) * moonlight, vec3(0.24, 0.20, 0.17), day);
  // The night takes colours away before it takes the light.
  albedo = mix(vec3(dot(albedo, vec3(0.3, 0.55, 0.15))), albedo, 0.5 + 0.5 * day);
  vec3 ambient = mix(ground, sky, 0.5 + 0.5 * dot(normal, up)) * open;
  return albedo * (sunlight * (facing * day * 1.4 * sunlit * (0.45 + 0.55 * open)) + ambient);
}

/** What a lamp gives by night to what it shines on. */
vec3 lampAt(vec3 albedo, vec3 up, float light) {
  return (albedo * 1.25 + 0.04) * vec3(1.0, 0.62, 0.30) * (light * (1.0 - dayAt(up)));
}

/** What the air between the eye and a point does to its colour. */
vec3 haze(vec3 colour, vec3 point) {
  vec3 way = point - uCamera;
  float far = length(way);
  vec3 view = way / far;
  vec3 up = normalize(point);
  float unit = uRadius * 0.01;
  // What rises from behind the horizon stands before the sky and not in it: in the air where its line of sight is lowest.
  float lowest = clamp(-dot(uCamera, view), 0.0, far);
  vec3 over = uCamera + view * lowest;
  float height = length(over);
  over /= height;
  float behind = smoothstep(2.0, 24.0, (far - lowest) / unit) * exp(-max(height - uRadius, 0.0) / (3.5 * unit));
  // From above, only the last stretch of the way lies in the air.
  float inAir = min(far, 10.0 * unit / max(dot(up, -view), 0.08));
  float amount = min(0.86, 1.0 - exp(-inAir * inAir / (5600.0 * unit * unit)));
  amount = mix(amount * smoothstep(-0.3, 0.25, dot(over, uSun) + 0.1), 0.94, behind);
  return mix(colour, airAt(over, view) * 0.92, amount);
}
`

/** The end of every fragment shader: tone mapping and colour space, as the renderer is set. */
export const OUTPUT = /* glsl */ `
#include <tonemapping_fragment>
#include <colorspace_fragment>
`
