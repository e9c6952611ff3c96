//! The shape of the ground: height above the sea, in units of elevation, negative under water.

use super::noise::{noise, octaves};
use super::place::Place;
use crate::grid::cell_count;
use alloc::vec::Vec;

/// Keys of the fields of one planet, so that no two are alike; noise adds its octave to a key.
const CONTINENTS: u32 = 0x1000;
const BEND: u32 = 0x2000;
const RIDGES: u32 = 0x3000;
const RANGES: u32 = 0x4000;

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
            return (ground >> 4).max(24) + 10 * (self.volcano - place.from_pentagon) as i32;
        }
        if ground < 0 {
            return (-1 + (ground >> 2)).max(-100);
        }
        // Mountains rise inland only: at the shore the ground is flat.
        let inland = (ground - 24).min(110);
        let mountain = if inland <= 0 { 0 } else { (self.ridge_at(place) * inland) >> 10 };
        ((ground >> 4) + mountain).min(155)
    }

    /// 0..=1024: how much of a mountain range passes here.
    fn ridge_at(&self, place: &Place) -> i32 {
        let Place { x, y, z, .. } = *place;
        let range = octaves(self.key.wrapping_add(RANGES), 26, 2, x, y, z) - 30;
        if range <= 0 {
            return 0;
        }
        let fold = octaves(self.key.wrapping_add(RIDGES), 44, self.ridges, x, y, z);
        let crest = 270 - fold.abs();
        if crest <= 0 { 0 } else { ((crest * range.min(250)) >> 6).min(1024) }
    }
}

/// The raw field of land and sea, without a level.
fn raw_height(key: u32, continents: u32, place: &Place) -> i32 {
    let Place { x, y, z, .. } = *place;
    // Bending space before sampling turns round blobs into coasts with bays and capes.
    let bend = |axis: u32| noise(key.wrapping_add(BEND + axis), x >> 5, y >> 5, z >> 5) * 22;
    let (wx, wy, wz) = (x + bend(0), y + bend(1), z + bend(2));
    let height = octaves(key.wrapping_add(CONTINENTS), 20, continents, wx, wy, wz);
    // Land gathers at the poles, so that both carry a cap of snow.
    height + 2 * (place.polarity() - 870).max(0)
}

fn shore_of(key: u32) -> i32 {
    let continents = octaves_for(SAMPLE_N, 20);
    let mut heights: Vec<i32> = (0..cell_count(SAMPLE_N))
        .map(|cell| raw_height(key, continents, &Place::of(SAMPLE_N, cell)))
        .collect();
    heights.sort_unstable();
    heights[(heights.len() * SEA_SHARE) >> 10]
}
