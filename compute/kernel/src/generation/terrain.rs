//! Single cells of a new planet, and the beds that crystal stands on.

use super::climate::climate_at;
use super::codes::{INEXHAUSTIBLE, deposit, life, terrain};
use super::life::life_at;
use super::patches::{Deposit, deposit_at};
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
    pub(super) key: u32,
    pub(super) n: u32,
    pub(super) relief: Relief,
}

impl Generator {
    /// Of the planet that a seed and a frequency name. Looks at a small sample of it for the sea level.
    pub fn new(seed: u32, n: u32) -> Self {
        let key = mix32(seed);
        Self { key, n, relief: Relief::new(key, n) }
    }

    /// Generates one cell.
    pub fn cell(&self, cell: u32) -> GeneratedCell {
        let place = Place::of(self.n, cell);
        let ground = self.relief.ground_at(&place);
        let height = self.relief.height_of(&place, ground);
        if height < 0 {
            return GeneratedCell::bare(sea_terrain(-height), height, deposit::WATER);
        }
        let terrain = if self.relief.is_volcano(&place) {
            terrain::ROCK
        } else {
            let climate = climate_at(self.key, &place, height);
            terrain_of_land(climate, height, || self.is_shore(cell, ground))
        };
        if place.from_pentagon == 0 {
            return GeneratedCell::bare(terrain, height, deposit::VENT);
        }
        let found = deposit_at(self.key, &place);
        let life = life_at(self.key, &place, terrain, found.crystalline);
        GeneratedCell::land(terrain, height, &found, life)
    }

    /// True where land of this ground can touch the sea.
    pub(super) fn may_be_shore(&self, ground: i32) -> bool {
        i64::from(ground) * i64::from(ground) * i64::from(self.n) <= SHORE_LIMIT
    }

    /// True where a land cell that is no volcano touches the sea.
    fn is_shore(&self, cell: u32, ground: i32) -> bool {
        self.may_be_shore(ground)
            && (0..DIRECTIONS)
                .filter_map(|direction| neighbour(self.n, cell, direction))
                .any(|next| self.is_sea_beside(next))
    }

    /// True where a cell is sea to the shore beside it.
    pub(super) fn is_sea_beside(&self, cell: u32) -> bool {
        let place = Place::of(self.n, cell);
        !self.relief.is_volcano(&place) && self.relief.ground_at(&place) < 0
    }
}

impl GeneratedCell {
    /// A cell with a deposit that never runs dry and without life.
    pub(super) fn bare(terrain: u8, height: i32, deposit: u8) -> Self {
        let elevation = (SEA_LEVEL + height) as u8;
        Self { terrain, elevation, deposit, amount: INEXHAUSTIBLE, life: life::NONE, mass: 0 }
    }

    pub(super) fn land(terrain: u8, height: i32, found: &Deposit, life: (u8, u8)) -> Self {
        let &Deposit { deposit, amount, .. } = found;
        let (life, mass) = life;
        Self { terrain, elevation: (SEA_LEVEL + height) as u8, deposit, amount, life, mass }
    }
}

/// The terrain of land that is no volcano.
pub(super) fn terrain_of_land(
    (warmth, moisture): (i32, i32),
    height: i32,
    is_shore: impl FnOnce() -> bool,
) -> u8 {
    if warmth < 170 || height > 106 {
        terrain::SNOW
    } else if warmth < 330 {
        terrain::TUNDRA
    } else if is_shore() {
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

pub(super) const fn sea_terrain(depth: i32) -> u8 {
    match depth {
        ..=16 => terrain::SHALLOWS,
        17..=50 => terrain::SEA,
        _ => terrain::DEEP_SEA,
    }
}
