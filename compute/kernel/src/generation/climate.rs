//! Warmth and moisture, which with the height decide what grows where.

use super::noise::octaves;
use super::place::Place;

pub(super) const WARMTH: u32 = 0x5000;
pub(super) const MOISTURE: u32 = 0x6000;

/// (warmth, moisture) at a place `height` units of elevation above the sea: warmth about 0 (the pole, high
/// peaks) ..= 1000 (the equator at sea level), moisture about -800 (dry) ..= 800 (wet).
pub(super) fn climate_at(key: u32, place: &Place, height: i32) -> (i32, i32) {
    let Place { x, y, z, .. } = *place;
    let sway = octaves(key.wrapping_add(WARMTH), 40, 2, x, y, z);
    let moisture = octaves(key.wrapping_add(MOISTURE), 30, 3, x, y, z);
    climate_of(place.polarity(), sway, moisture, height)
}

/// The climate, from its fields.
#[inline(always)]
pub(super) fn climate_of(polarity: i32, sway: i32, moisture: i32, height: i32) -> (i32, i32) {
    // Rain falls at the equator, and the belt of deserts lies at 15° to 35°, as on Earth.
    let belt = if polarity > 60 && polarity < 340 { -90 } else { 60 };
    (1000 - polarity + (sway >> 2) - height * 2, moisture + belt)
}
