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
const EDGE: i32 = 1024;

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

/// How near a place is to the middle of a patch.
pub(super) struct Reach {
    hash: u32,
    /// The square of the distance.
    pub(super) distance: i32,
    pub(super) radius: i32,
}

impl Reach {
    /// To the patch of one of the eight cubes (bits: x, y, z) that could reach the place.
    #[inline(always)]
    pub(super) fn of(key: u32, corner: i32, grain: [i32; 3]) -> Self {
        let cube = |axis: usize, bit: i32| first_cube(grain[axis]) + ((corner >> bit) & 1);
        let (cx, cy, cz) = (cube(0, 0), cube(1, 1), cube(2, 2));
        let hash = hash_at(key.wrapping_add(PATCHES), cx, cy, cz);
        let spot = mix32(hash);
        let along =
            |cube: i32, shift: u32, at: i32| cube * CUBE + ((spot >> shift) & 511) as i32 + 44 - at;
        let (dx, dy, dz) =
            (along(cx, 0, grain[0]), along(cy, 9, grain[1]), along(cz, 18, grain[2]));
        let radius = SMALLEST + (hash >> 16) % (LARGEST - SMALLEST);
        Self { hash, distance: dx * dx + dy * dy + dz * dz, radius: radius as i32 }
    }

    /// 0 in the middle, EDGE at the edge; the square of the distance, so amounts fall off like a dome.
    fn share(&self) -> i32 {
        let radius = i64::from(self.radius);
        (i64::from(self.distance) * i64::from(EDGE) / (radius * radius)) as i32
    }
}

/// The noise that makes the outline of patches ragged.
#[inline(always)]
pub(super) fn outline_at(key: u32, grain: [i32; 3]) -> i32 {
    noise(key.wrapping_add(OUTLINE), grain[0] * 5, grain[1] * 5, grain[2] * 5)
}

/// The deposit in the ground of a place on land.
pub(super) fn deposit_at(key: u32, place: &Place) -> Deposit {
    let grain = [place.grain_x, place.grain_y, place.grain_z];
    deposit_within(key, grain, 0xff, || outline_at(key, grain))
}

/// The same, where it is known which of the eight patches around may reach the place.
pub(super) fn deposit_within(
    key: u32,
    grain: [i32; 3],
    reaches: u8,
    outline: impl FnOnce() -> i32,
) -> Deposit {
    let mut closest = EDGE;
    let mut patch = 0;
    for corner in (0..8).filter(|corner| reaches >> corner & 1 != 0) {
        let reach = Reach::of(key, corner, grain);
        let share = reach.share();
        if share < closest {
            closest = share;
            patch = reach.hash;
        }
    }
    if closest >= EDGE || closest + (outline() >> 1) >= EDGE {
        return NOTHING;
    }
    content_of(patch, closest as u32)
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
