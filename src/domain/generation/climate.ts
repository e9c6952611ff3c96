// Warmth and moisture, which with the height decide what grows where.

import { mix32, octaves } from './noise.ts'
import { type Place, polarityOf } from './place.ts'

const FIELD = { warmth: 0x5000, moisture: 0x6000 }

export type Climate = {
  /** About 0 (the pole, high peaks) .. 1000 (the equator at sea level). */
  readonly warmth: number
  /** About -800 (dry) .. 800 (wet). */
  readonly moisture: number
}

/** The climate at a place that is `height` units of elevation above the sea (0 or more). */
export function climateAt(seed: number, place: Place, height: number): Climate {
  const key = mix32(seed)
  const polarity = polarityOf(place)
  const { x, y, z } = place
  const sway = octaves(key + FIELD.warmth, 40, 2, x, y, z) >> 2
  const moisture = octaves(key + FIELD.moisture, 30, 3, x, y, z)
  // Rain falls at the equator, and the belt of deserts lies at 15° to 35°, as on Earth.
  const belt = polarity > 60 && polarity < 340 ? -90 : 60
  return { warmth: 1000 - polarity + sway - height * 2, moisture: moisture + belt }
}
