//! The shape of the ground: height above the sea, in units of elevation, negative under water.

use super::noise::{noise, octaves};
use super::place::Place;
use crate::grid::cell_count;
use alloc::vec::Vec;

/// Keys of the fields of one planet, so that no two are alike; noise adds its octave to a key.
pub(super) const CONTINENTS: u32 = 0x1000;
pub(super) const BEND: u32 = 0x2000;
pub(super) const RIDGES: u32 = 0x3000;
pub(super) const RANGES: u32 = 0x4000;

/// Share of a planet that is sea before polar land and vents are raised, in 1/1024.
const SEA_SHARE: usize = 440;
/// Frequency of the planet that the sea level is measured on.
const SAMPLE_N: u32 = 10;

/// Octaves from this frequency up to the one whose waves are two or three cells long.
fn octaves_for(n: u32, frequency: u32) -> u32 {
    let mut count = 1;
    while count < 8 && frequency << count <= n * 7 {
        count += 1;
    }
    count
}

/// Steps from a pentagon that its volcano reaches; it stands above any sea.
const fn volcano_reach(n: u32) -> u32 {
    match n {
        ..8 => 0,
        8..32 => 1,
        32..128 => 2,
        _ => 3,
    }
}

/// What the relief of one planet is worked out from.
pub(super) struct Relief {
    key: u32,
    /// The raw height of the shore: that below which SEA_SHARE of a small sample of the planet lies.
    shore: i32,
    continents: u32,
    ridges: u32,
    volcano: u32,
}

impl Relief {
    pub(super) fn new(key: u32, n: u32) -> Self {
        Self {
            key,
            shore: shore_of(key),
            continents: octaves_for(n, 20),
            ridges: octaves_for(n, 44).min(4),
            volcano: volcano_reach(n),
        }
    }

    /// How far the ground lies above the shore, before volcanoes and mountains; finer than elevation by 16.
    pub(super) fn ground_at(&self, place: &Place) -> i32 {
        raw_height(self.key, self.continents, place) - self.shore
    }

    /// True where the volcano of a pentagon stands: it is land whatever the ground is.
    pub(super) fn is_volcano(&self, place: &Place) -> bool {
        place.from_pentagon <= self.volcano
    }

    /// Height above sea level, given the ground there: -100..=-1 is under water, 0..=155 is land.
    pub(super) fn height_of(&self, place: &Place, ground: i32) -> i32 {
        if self.is_volcano(place) {
            return self.volcano_height(place.from_pentagon, ground);
        }
        if ground < 0 {
            return sea_height(ground);
        }
        let ridge = if is_inland(ground) { self.ridge_at(place) } else { 0 };
        land_height(ground, ridge)
    }

    /// 0..=1024: how much of a mountain range passes here.
    fn ridge_at(&self, place: &Place) -> i32 {
        let Place { x, y, z, .. } = *place;
        let range = octaves(self.key.wrapping_add(RANGES), 26, 2, x, y, z) - 30;
        if range <= 0 {
            return 0;
        }
        ridge_of(range, octaves(self.key.wrapping_add(RIDGES), 44, self.ridges, x, y, z))
    }

    /// Height above sea level of a volcano, so many steps from its pentagon.
    pub(super) fn volcano_height(&self, from_pentagon: u32, ground: i32) -> i32 {
        (ground >> 4).max(24) + 10 * (self.volcano - from_pentagon) as i32
    }

    /// Steps from a pentagon that its volcano reaches.
    pub(super) fn volcano(&self) -> u32 {
        self.volcano
    }

    pub(super) fn key(&self) -> u32 {
        self.key
    }

    pub(super) fn shore(&self) -> i32 {
        self.shore
    }

    /// Octaves of the continents.
    pub(super) fn continents(&self) -> u32 {
        self.continents
    }

    /// Octaves of the ridges.
    pub(super) fn ridges(&self) -> u32 {
        self.ridges
    }
}

/// The ridge of a range's and a fold's field, 0..=1024.
#[inline(always)]
pub(super) fn ridge_of(range: i32, fold: i32) -> i32 {
    let crest = 270 - fold.abs();
    let ridge = (crest * range.min(250)) >> 6;
    if range <= 0 || crest <= 0 { 0 } else { ridge.min(1024) }
}

/// Height above sea level of ground under water, negative.
pub(super) fn sea_height(ground: i32) -> i32 {
    (-1 + (ground >> 2)).max(-100)
}

/// Mountains rise inland only: at the shore the ground is flat.
pub(super) const fn is_inland(ground: i32) -> bool {
    ground > 24
}

/// Height above sea level of land that is no volcano.
pub(super) fn land_height(ground: i32, ridge: i32) -> i32 {
    let inland = (ground - 24).clamp(0, 110);
    ((ground >> 4) + ((ridge * inland) >> 10)).min(155)
}

/// Bending space before sampling turns round blobs into coasts with bays and capes.
#[inline(always)]
pub(super) const fn bent(at: i32, bend: i32) -> i32 {
    at + bend * 22
}

/// Land gathers at the poles, so that both carry a cap of snow.
#[inline(always)]
pub(super) fn capped(height: i32, polarity: i32) -> i32 {
    height + 2 * (polarity - 870).max(0)
}

/// The raw field of land and sea, without a level.
fn raw_height(key: u32, continents: u32, place: &Place) -> i32 {
    let Place { x, y, z, .. } = *place;
    let bend = |axis: u32| noise(key.wrapping_add(BEND + axis), x >> 5, y >> 5, z >> 5);
    let (wx, wy, wz) = (bent(x, bend(0)), bent(y, bend(1)), bent(z, bend(2)));
    let height = octaves(key.wrapping_add(CONTINENTS), 20, continents, wx, wy, wz);
    capped(height, place.polarity())
}

fn shore_of(key: u32) -> i32 {
    let continents = octaves_for(SAMPLE_N, 20);
    let mut heights: Vec<i32> = (0..cell_count(SAMPLE_N))
        .map(|cell| raw_height(key, continents, &Place::of(SAMPLE_N, cell)))
        .collect();
    heights.sort_unstable();
    heights[(heights.len() * SEA_SHARE) >> 10]
}
