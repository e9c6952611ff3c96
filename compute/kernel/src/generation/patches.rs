//! Deposits lie in patches of tens of cells, as large on every planet. Space is cut in cubes of nine steps;
//! each has one patch at a point of its own, and a cell belongs to the patch that reaches it, if any.

use super::codes::{INEXHAUSTIBLE, deposit};
use super::noise::{hash_at, noise};
use super::place::Place;
use crate::random::mix32;

const PATCHES: u32 = 0x7000;
const OUTLINE: u32 = 0x8000;

/// Side of a cube, and the radii of patches, in units of grain (67 a step). Radii stay below half a side.
const CUBE: i32 = 600;
const SMALLEST: u32 = 140;
const LARGEST: u32 = 280;
/// Shares count in 1/1024; this is the edge of a patch.
const EDGE: i64 = 1024;

/// A pan is a brine pool in a ring of silica: where the two meet, crystal grows.
const PAN: u8 = deposit::BRINE;
/// What a patch holds: one of sixteen lots.
const LOTS: [u8; 16] = [
    deposit::IRON,
    deposit::IRON,
    deposit::IRON,
    deposit::IRON,
    deposit::IRON,
    deposit::COPPER,
    deposit::COPPER,
    deposit::COPPER,
    deposit::COAL,
    deposit::COAL,
    deposit::COAL,
    deposit::SILICA,
    deposit::PHOSPHATE,
    deposit::PHOSPHATE,
    PAN,
    PAN,
];

pub(super) struct Deposit {
    pub(super) deposit: u8,
    /// Units of 256 items, or INEXHAUSTIBLE.
    pub(super) amount: u16,
    /// True where brine and silica meet.
    pub(super) crystalline: bool,
}

const NOTHING: Deposit = Deposit { deposit: deposit::NONE, amount: 0, crystalline: false };

/// The lower of the two cubes along an axis that a patch must begin in to reach a point.
const fn first_cube(at: i32) -> i32 {
    (at - CUBE / 2).div_euclid(CUBE)
}

/// The deposit in the ground of a place on land.
pub(super) fn deposit_at(key: u32, place: &Place) -> Deposit {
    let Place { grain_x, grain_y, grain_z, .. } = *place;
    let (x0, y0, z0) = (first_cube(grain_x), first_cube(grain_y), first_cube(grain_z));
    let mut closest = EDGE;
    let mut patch = 0;
    for corner in 0..8 {
        let (cx, cy, cz) = (x0 + (corner & 1), y0 + ((corner >> 1) & 1), z0 + (corner >> 2));
        let hash = hash_at(key.wrapping_add(PATCHES), cx, cy, cz);
        let spot = mix32(hash);
        let along = |cube: i32, shift: u32, at: i32| {
            i64::from(cube * CUBE + ((spot >> shift) & 511) as i32 + 44 - at)
        };
        let (dx, dy, dz) = (along(cx, 0, grain_x), along(cy, 9, grain_y), along(cz, 18, grain_z));
        let radius = i64::from(SMALLEST + (hash >> 16) % (LARGEST - SMALLEST));
        // 0 in the middle, EDGE at the edge; the square of the distance, so amounts fall off like a dome.
        let share = (dx * dx + dy * dy + dz * dz) * EDGE / (radius * radius);
        if share < closest {
            closest = share;
            patch = hash;
        }
    }
    if closest >= EDGE {
        return NOTHING;
    }
    let key = key.wrapping_add(OUTLINE);
    let ragged = closest as i32 + (noise(key, grain_x * 5, grain_y * 5, grain_z * 5) >> 1);
    if i64::from(ragged) >= EDGE { NOTHING } else { content_of(patch, closest as u32) }
}

fn content_of(patch: u32, share: u32) -> Deposit {
    let kind = LOTS[(patch & 15) as usize];
    let richness = 120 + ((patch >> 4) & 255);
    let amount = (20 + ((richness * (EDGE as u32 - share)) >> 10)) as u16;
    if kind != PAN {
        return Deposit { deposit: kind, amount, crystalline: false };
    }
    let crystalline = share > 220 && share < 640;
    if share < 400 {
        Deposit { deposit: PAN, amount: INEXHAUSTIBLE, crystalline }
    } else {
        Deposit { deposit: deposit::SILICA, amount, crystalline }
    }
}
