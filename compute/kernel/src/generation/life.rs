//! What lives on a cell when the planet is new.

use super::codes::{life, terrain};
use super::noise::{hash_at, noise};
use super::place::Place;

const THICKETS: u32 = 0xa000;
const SEEDS: u32 = 0xb000;

struct Growth {
    terrain: u8,
    life: u8,
    /// Grows where the thicket noise (-1024..=1024) is at least this.
    level: i32,
    /// The mass of its densest cells.
    mass: i32,
}

/// The first line that fits a cell holds.
const GROWTHS: [Growth; 5] = [
    Growth { terrain: terrain::FOREST, life: life::RESIN_TREE, level: -40, mass: 180 },
    Growth { terrain: terrain::FOREST, life: life::MOSS, level: -330, mass: 90 },
    Growth { terrain: terrain::GRASS, life: life::RESIN_TREE, level: 330, mass: 90 },
    Growth { terrain: terrain::GRASS, life: life::MOSS, level: 40, mass: 140 },
    Growth { terrain: terrain::TUNDRA, life: life::MOSS, level: 190, mass: 80 },
];

/// The key of the noise of thickets.
pub(super) const fn thicket_key(key: u32) -> u32 {
    key.wrapping_add(THICKETS)
}

/// (life, mass) on a land cell of a terrain; crystal grows where the ground is crystalline. The mass is
/// 1..=255 where something lives, else 0.
pub(super) fn life_at(key: u32, place: &Place, ground: u8, crystalline: bool) -> (u8, u8) {
    let grain = [place.grain_x, place.grain_y, place.grain_z];
    life_among(key, grain, ground, crystalline, || {
        noise(thicket_key(key), grain[0] * 2, grain[1] * 2, grain[2] * 2)
    })
}

/// The same, with the noise of thickets to be asked for.
pub(super) fn life_among(
    key: u32,
    grain: [i32; 3],
    ground: u8,
    crystalline: bool,
    thicket: impl FnOnce() -> i32,
) -> (u8, u8) {
    let chance = hash_at(key.wrapping_add(SEEDS), grain[0], grain[1], grain[2]);
    if crystalline && chance & 3 != 0 {
        return (life::CRYSTAL, 40 + ((chance >> 8) & 63) as u8);
    }
    if !grows_on(ground) {
        return (life::NONE, 0);
    }
    let thicket = thicket();
    let Some(growth) =
        GROWTHS.iter().find(|growth| growth.terrain == ground && thicket >= growth.level)
    else {
        return (life::NONE, 0);
    };
    if chance & 7 == 0 {
        return (life::NONE, 0);
    }
    let dense = 30 + ((thicket - growth.level) >> 2) + ((chance >> 8) & 31) as i32;
    (growth.life, growth.mass.min(dense) as u8)
}

/// True where thickets can grow on a terrain.
pub(super) fn grows_on(ground: u8) -> bool {
    GROWTHS.iter().any(|growth| growth.terrain == ground)
}
