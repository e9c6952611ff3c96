//! The fields of 64 cells side by side: the same steps as for one cell, which a compiler makes vector
//! instructions of.

#![allow(clippy::needless_range_loop, reason = "one index keeps many arrays in step")]

use super::climate::{MOISTURE, WARMTH, climate_of};
use super::life::thicket_key;
use super::noise::{Octave, noise};
use super::patches::{Reach, outline_at};
use super::place::Place;
use super::relief::{BEND, CONTINENTS, RANGES, RIDGES, Relief, bent, capped, ridge_of};

pub(super) const SIDE: usize = 64;
/// A number for each cell of a row.
pub(super) type Field = [i32; SIDE];

/// Where the cells of a row lie.
pub(super) struct Places {
    /// On the planet.
    at: [Field; 3],
    /// In steps from cell to cell.
    pub(super) grain: [Field; 3],
    polarity: Field,
    pub(super) from_pentagon: [u32; SIDE],
}

impl Places {
    /// Of `count` cells, from the first on; what is beyond stands for the first.
    pub(super) fn of(n: u32, first: u32, count: usize) -> Self {
        let mut places = Self {
            at: [[0; SIDE]; 3],
            grain: [[0; SIDE]; 3],
            polarity: [0; SIDE],
            from_pentagon: [0; SIDE],
        };
        for x in 0..SIDE {
            let place = Place::of(n, if x < count { first + x as u32 } else { first });
            for (axis, at) in [place.x, place.y, place.z].into_iter().enumerate() {
                places.at[axis][x] = at;
            }
            for (axis, at) in [place.grain_x, place.grain_y, place.grain_z].into_iter().enumerate()
            {
                places.grain[axis][x] = at;
            }
            places.polarity[x] = place.polarity();
            places.from_pentagon[x] = place.from_pentagon;
        }
        places
    }
}

#[inline(always)]
fn noises(key: u32, at: &[Field; 3], scaled: impl Fn(i32) -> i32) -> Field {
    let mut found = [0; SIDE];
    for x in 0..SIDE {
        found[x] = noise(key, scaled(at[0][x]), scaled(at[1][x]), scaled(at[2][x]));
    }
    found
}

#[inline(always)]
fn octaves(key: u32, frequency: i32, count: u32, at: &[Field; 3]) -> Field {
    let mut sums = [0; SIDE];
    for octave in Octave::all(key, frequency, count) {
        for x in 0..SIDE {
            sums[x] += octave.at(at[0][x], at[1][x], at[2][x]);
        }
    }
    sums
}

/// How far the ground lies above the shore.
#[inline(always)]
pub(super) fn grounds(relief: &Relief, places: &Places) -> Field {
    let key = relief.key();
    let mut warped = places.at;
    for (axis, field) in warped.iter_mut().enumerate() {
        let bend = noises(key.wrapping_add(BEND + axis as u32), &places.at, |at| at >> 5);
        for x in 0..SIDE {
            field[x] = bent(field[x], bend[x]);
        }
    }
    let mut heights = octaves(key.wrapping_add(CONTINENTS), 20, relief.continents(), &warped);
    for x in 0..SIDE {
        heights[x] = capped(heights[x], places.polarity[x]) - relief.shore();
    }
    heights
}

/// How much of a mountain range passes.
#[inline(always)]
pub(super) fn ridges(relief: &Relief, places: &Places) -> Field {
    let ranges = octaves(relief.key().wrapping_add(RANGES), 26, 2, &places.at);
    if ranges.iter().all(|range| *range <= 30) {
        return [0; SIDE];
    }
    let folds = octaves(relief.key().wrapping_add(RIDGES), 44, relief.ridges(), &places.at);
    let mut ridges = [0; SIDE];
    for x in 0..SIDE {
        ridges[x] = ridge_of(ranges[x] - 30, folds[x]);
    }
    ridges
}

/// Warmth and moisture at heights above the sea.
#[inline(always)]
pub(super) fn climates(key: u32, places: &Places, heights: &Field) -> [(i32, i32); SIDE] {
    let sway = octaves(key.wrapping_add(WARMTH), 40, 2, &places.at);
    let moisture = octaves(key.wrapping_add(MOISTURE), 30, 3, &places.at);
    let mut climates = [(0, 0); SIDE];
    for x in 0..SIDE {
        climates[x] = climate_of(places.polarity[x], sway[x], moisture[x], heights[x]);
    }
    climates
}

/// Which of the eight patches around reach a cell, a bit for each.
#[inline(always)]
pub(super) fn reaches(key: u32, places: &Places) -> [u8; SIDE] {
    let mut reaches = [0_u8; SIDE];
    let [gx, gy, gz] = &places.grain;
    for corner in 0..8 {
        let mut found = [0_i32; SIDE];
        for x in 0..SIDE {
            let reach = Reach::of(key, corner, [gx[x], gy[x], gz[x]]);
            found[x] = i32::from(reach.distance < reach.radius * reach.radius);
        }
        for x in 0..SIDE {
            reaches[x] |= (found[x] as u8) << corner;
        }
    }
    reaches
}

/// The ragged outline of patches.
#[inline(always)]
pub(super) fn outlines(key: u32, places: &Places) -> Field {
    let [gx, gy, gz] = &places.grain;
    let mut found = [0; SIDE];
    for x in 0..SIDE {
        found[x] = outline_at(key, [gx[x], gy[x], gz[x]]);
    }
    found
}

/// The noise of thickets.
#[inline(always)]
pub(super) fn thickets(key: u32, places: &Places) -> Field {
    noises(thicket_key(key), &places.grain, |at| at * 2)
}
