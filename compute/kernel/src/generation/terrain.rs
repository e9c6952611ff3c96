//! Single cells of a new planet, and the beds that crystal stands on.

use super::climate::climate_at;
use super::codes::{INEXHAUSTIBLE, deposit, life, terrain};
use super::life::life_at;
use super::patches::deposit_at;
use super::place::Place;
use super::relief::Relief;
use crate::grid::{DIRECTIONS, neighbour};
use crate::random::mix32;

/// Elevation at which land begins: below it is sea, from it on is land.
const SEA_LEVEL: i32 = 100;
/// Ground above this, squared and times n, is never one step from the sea but for one shore cell in a hundred.
const SHORE_LIMIT: i64 = 2_100_000;

/// A cell of a new planet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GeneratedCell {
    /// A code of [`super::codes::terrain`].
    pub terrain: u8,
    /// 100 and more is land.
    pub elevation: u8,
    /// A code of [`super::codes::deposit`].
    pub deposit: u8,
    /// Units of 256 items; `INEXHAUSTIBLE` where it never runs dry.
    pub amount: u16,
    /// A code of [`super::codes::life`].
    pub life: u8,
    /// 1..=255 where something lives, else 0.
    pub mass: u8,
}

/// Makes the cells of one planet.
pub struct Generator {
    key: u32,
    n: u32,
    relief: Relief,
}

impl Generator {
    /// Of the planet that a seed and a frequency (1..=2048) name. Looks at a small sample of it for the sea level.
    pub fn new(seed: u32, n: u32) -> Self {
        let key = mix32(seed);
        Self { key, n, relief: Relief::new(key, n) }
    }

    pub(super) fn n(&self) -> u32 {
        self.n
    }

    /// Generates one cell.
    pub fn cell(&self, cell: u32) -> GeneratedCell {
        let place = Place::of(self.n, cell);
        let ground = self.relief.ground_at(&place);
        let height = self.relief.height_of(&place, ground);
        let elevation = (SEA_LEVEL + height) as u8;
        let bare = |terrain, deposit| GeneratedCell {
            terrain,
            elevation,
            deposit,
            amount: INEXHAUSTIBLE,
            life: life::NONE,
            mass: 0,
        };
        if height < 0 {
            return bare(sea_terrain(-height), deposit::WATER);
        }
        let terrain = self.terrain_of_land(cell, &place, ground, height);
        if place.from_pentagon == 0 {
            return bare(terrain, deposit::VENT);
        }
        let found = deposit_at(self.key, &place);
        let (life, mass) = life_at(self.key, &place, terrain, found.crystalline);
        GeneratedCell {
            terrain,
            elevation,
            deposit: found.deposit,
            amount: found.amount,
            life,
            mass,
        }
    }

    fn terrain_of_land(&self, cell: u32, place: &Place, ground: i32, height: i32) -> u8 {
        if self.relief.is_volcano(place) {
            return terrain::ROCK;
        }
        let (warmth, moisture) = climate_at(self.key, place, height);
        if warmth < 170 || height > 106 {
            terrain::SNOW
        } else if warmth < 330 {
            terrain::TUNDRA
        } else if self.is_shore(cell, ground) {
            terrain::BEACH
        } else if height > 38 {
            terrain::ROCK
        } else if moisture < -150 && warmth > 560 {
            terrain::DESERT
        } else if moisture > 100 {
            terrain::FOREST
        } else {
            terrain::GRASS
        }
    }

    /// True where a land cell that is no volcano touches the sea.
    fn is_shore(&self, cell: u32, ground: i32) -> bool {
        if i64::from(ground) * i64::from(ground) * i64::from(self.n) > SHORE_LIMIT {
            return false;
        }
        (0..DIRECTIONS).filter_map(|direction| neighbour(self.n, cell, direction)).any(|next| {
            let place = Place::of(self.n, next);
            !self.relief.is_volcano(&place) && self.relief.ground_at(&place) < 0
        })
    }
}

const fn sea_terrain(depth: i32) -> u8 {
    match depth {
        ..=16 => terrain::SHALLOWS,
        17..=50 => terrain::SEA,
        _ => terrain::DEEP_SEA,
    }
}
