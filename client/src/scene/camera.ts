// A camera that circles the planet from afar and leans over as it comes down.
// It keeps a focus on the sphere and a forward tangent, so that no pole is special.

import { MathUtils, type PerspectiveCamera, Quaternion, Vector3 } from 'three'

export type CameraPose = {
  /** Degrees. */
  readonly longitude: number
  readonly latitude: number
  /** Degrees clockwise from north. */
  readonly heading: number
  /** Distance of the eye from the focus, in units of the scene. */
  readonly distance: number
}

const NEAREST = 7
const FARTHEST_RADII = 4.2
const TILT_MAX = 1.28
const FIELD_OF_VIEW = 38
/** What is left of a speed after a second, and how fast wished distances are reached. */
const DRIFT_LEFT = 0.02
const APPROACH_PER_S = 7
const FLIGHT_MS = 1600

type Flight = {
  readonly from: Vector3
  readonly to: Vector3
  readonly fromDistance: number
  readonly toDistance: number
  elapsedMs: number
}

export class OrbitCamera {
  readonly focus = new Vector3(0, 0, 1)
  readonly forward = new Vector3(0, 1, 0)
  distance: number
  private wished: number
  /** Radians added to the tilt by hand. */
  private lean = 0
  private readonly drift = { right: 0, ahead: 0 }
  private flight: Flight | undefined
  private readonly camera: PerspectiveCamera
  private readonly radius: number
  private readonly calm: boolean

  /** @param calm no inertia and no flights, for who prefers reduced motion */
  constructor(camera: PerspectiveCamera, radius: number, calm: boolean) {
    this.camera = camera
    this.radius = radius
    this.calm = calm
    camera.fov = FIELD_OF_VIEW
    this.distance = this.wished = radius * 2.9
  }

  get farthest(): number {
    return this.radius * FARTHEST_RADII
  }

  /** 0 at the ground, 1 in orbit. */
  get height01(): number {
    return MathUtils.clamp(
      Math.log(this.distance / NEAREST) / Math.log((this.radius * 1.6) / NEAREST),
      0,
      1,
    )
  }

  get moving(): boolean {
    return (
      this.flight !== undefined ||
      Math.abs(this.wished / this.distance - 1) > 0.002 ||
      Math.hypot(this.drift.right, this.drift.ahead) > 1e-4
    )
  }

  /** Drags the ground under the pointer, in pixels. */
  drag(dx: number, dy: number, viewportHeight: number): void {
    const angle = this.anglePerPixel(viewportHeight)
    this.flight = undefined
    this.turnBy(-dx * angle, dy * angle)
    if (this.calm) return
    const share = 0.35
    this.drift.right += (-dx * angle * 60 - this.drift.right) * share
    this.drift.ahead += (dy * angle * 60 - this.drift.ahead) * share
  }

  /** The pointer rests: what follows is no throw. */
  hold(): void {
    this.drift.right = this.drift.ahead = 0
  }

  /** Moves by the share of the visible height (keyboard). */
  pan(right: number, ahead: number, seconds: number): void {
    const reach = this.anglePerPixel(1) * seconds * 0.9
    this.flight = undefined
    this.turnBy(right * reach, ahead * reach)
  }

  rotate(radians: number): void {
    this.forward.applyAxisAngle(this.focus, -radians)
  }

  tilt(radians: number): void {
    this.lean = MathUtils.clamp(this.lean + radians, -0.9, 0.35)
  }

  /** @param factor above 1: farther */
  zoom(factor: number): void {
    this.flight = undefined
    this.wished = MathUtils.clamp(this.wished * factor, NEAREST, this.farthest)
    if (this.calm) this.distance = this.wished
  }

  flyTo(focus: Vector3, distance: number): void {
    this.hold()
    if (this.calm) {
      this.setFocus(focus)
      this.distance = this.wished = distance
      return
    }
    this.flight = {
      from: this.focus.clone(),
      to: focus.clone().normalize(),
      fromDistance: this.distance,
      toDistance: distance,
      elapsedMs: 0,
    }
  }

  pose(): CameraPose {
    const { east, north } = this.compass()
    return {
      longitude: MathUtils.radToDeg(Math.atan2(-this.focus.z, this.focus.x)),
      latitude: MathUtils.radToDeg(Math.asin(MathUtils.clamp(this.focus.y, -1, 1))),
      heading: MathUtils.radToDeg(Math.atan2(this.forward.dot(east), this.forward.dot(north))),
      distance: this.distance,
    }
  }

  setPose(pose: CameraPose): void {
    const longitude = MathUtils.degToRad(pose.longitude)
    const latitude = MathUtils.degToRad(MathUtils.clamp(pose.latitude, -89.9, 89.9))
    this.flight = undefined
    this.focus.set(
      Math.cos(latitude) * Math.cos(longitude),
      Math.sin(latitude),
      -Math.cos(latitude) * Math.sin(longitude),
    )
    const { east, north } = this.compass()
    const heading = MathUtils.degToRad(pose.heading)
    this.forward
      .copy(north)
      .multiplyScalar(Math.cos(heading))
      .addScaledVector(east, Math.sin(heading))
    this.distance = this.wished = MathUtils.clamp(pose.distance, NEAREST, this.farthest)
  }

  /**
   * Moves on and places the three.js camera.
   * @param ground height of the relief under the focus, relative to the radius
   * @param clearance height of the relief under the eye, likewise
   */
  update(elapsedMs: number, ground: number): void {
    const seconds = Math.min(0.1, elapsedMs / 1000)
    if (this.flight) this.fly(this.flight, elapsedMs)
    else this.glide(seconds)
    const tilt = this.currentTilt()
    const target = this.focus.clone().multiplyScalar(this.radius + ground)
    const eye = target
      .clone()
      .addScaledVector(this.focus, Math.cos(tilt) * this.distance)
      .addScaledVector(this.forward, -Math.sin(tilt) * this.distance)
    this.camera.position.copy(eye)
    this.camera.up.copy(tilt < 0.02 ? this.forward : this.focus)
    this.camera.lookAt(target)
    this.camera.near = Math.max(0.4, (eye.length() - this.radius) * 0.03)
    this.camera.far = this.radius * 14
    this.camera.updateProjectionMatrix()
    this.camera.updateMatrixWorld()
  }

  private currentTilt(): number {
    const down = 1 - this.height01
    return MathUtils.clamp(TILT_MAX * down ** 0.5 + this.lean * Math.min(1, down * 3), 0, 1.35)
  }

  private glide(seconds: number): void {
    this.distance *= (this.wished / this.distance) ** Math.min(1, seconds * APPROACH_PER_S)
    if (this.drift.right !== 0 || this.drift.ahead !== 0) {
      this.turnBy(this.drift.right * seconds, this.drift.ahead * seconds)
      const left = DRIFT_LEFT ** seconds
      this.drift.right *= left
      this.drift.ahead *= left
    }
  }

  private fly(flight: Flight, elapsedMs: number): void {
    flight.elapsedMs += elapsedMs
    const t = Math.min(1, flight.elapsedMs / FLIGHT_MS)
    const eased = t * t * (3 - 2 * t)
    const angle = flight.from.angleTo(flight.to)
    const axis = flight.from.clone().cross(flight.to)
    if (axis.lengthSq() > 1e-12) {
      const at = flight.from.clone().applyAxisAngle(axis.normalize(), angle * eased)
      this.setFocus(at)
    }
    this.distance = this.wished =
      flight.fromDistance * (flight.toDistance / flight.fromDistance) ** eased
    if (t === 1) this.flight = undefined
  }

  /** Carries the forward tangent along, so that a flight does not spin. */
  private setFocus(focus: Vector3): void {
    const carry = new Quaternion().setFromUnitVectors(this.focus, focus)
    this.focus.copy(focus).normalize()
    this.forward.applyQuaternion(carry)
    this.straighten()
  }

  private turnBy(right: number, ahead: number): void {
    const side = this.forward.clone().cross(this.focus).normalize()
    const turn = new Quaternion()
      .setFromAxisAngle(side, -ahead)
      .multiply(new Quaternion().setFromAxisAngle(this.forward, right))
    this.focus.applyQuaternion(turn).normalize()
    this.forward.applyQuaternion(turn)
    this.straighten()
  }

  private straighten(): void {
    this.forward.addScaledVector(this.focus, -this.forward.dot(this.focus)).normalize()
  }

  private compass(): { east: Vector3; north: Vector3 } {
    const east = new Vector3(0, 1, 0).cross(this.focus)
    if (east.lengthSq() < 1e-9) east.set(1, 0, 0)
    east.normalize()
    return { east, north: this.focus.clone().cross(east) }
  }

  private anglePerPixel(viewportHeight: number): number {
    const span = 2 * Math.tan(MathUtils.degToRad(FIELD_OF_VIEW / 2)) * this.distance
    return Math.min(span / this.radius, 2.2) / viewportHeight
  }
}
