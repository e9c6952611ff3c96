//! Integer noise. Coordinates are in 1/1024 of a noise cell; all arithmetic is modulo 2³².

use crate::random::mix32;

/// One unit of noise coordinate, and the height of a full swing of the noise.
const ONE: i32 = 1024;

const HASH_X: u32 = 0x9e37_79b1;
const HASH_Y: u32 = 0x85eb_ca77;
const HASH_Z: u32 = 0xc2b2_ae3d;

/// A u32 for a point of an integer lattice; `key` sets fields of one planet, and planets, apart.
#[inline(always)]
pub(super) const fn hash_at(key: u32, x: i32, y: i32, z: i32) -> u32 {
    mix32(corner_of(key, x, y, z))
}

const fn corner_of(key: u32, x: i32, y: i32, z: i32) -> u32 {
    (x as u32)
        .wrapping_mul(HASH_X)
        .wrapping_add((y as u32).wrapping_mul(HASH_Y))
        .wrapping_add((z as u32).wrapping_mul(HASH_Z))
        .wrapping_add(key)
}

/// 3t² - 2t³ for t = 0..=1024, in 1/1024.
const fn ease(t: i32) -> i32 {
    (t * t * (3 * ONE - 2 * t)) >> 20
}

/// The slope that the hash of a noise cell's corner gives, at an offset from that corner: along one of the
/// twelve edges of a cube, four of them twice, to make sixteen.
#[inline(always)]
fn slope(corner: u32, x: i32, y: i32, z: i32) -> i32 {
    let edge = (corner ^ (corner >> 15)).wrapping_mul(0x2c1b_3c6d) >> 28;
    // 0..4: x, y; 4..8: x, z; 8..12: y, z; 12 and 13: x, y; 14 and 15: z, y. No table, so it vectorises.
    let along = if edge < 8 {
        x
    } else if edge < 12 {
        y
    } else if edge < 14 {
        x
    } else {
        z
    };
    let across = if (4..12).contains(&edge) { z } else { y };
    let signed = |at: i32, bit: u32| if edge & bit != 0 { -at } else { at };
    signed(along, 1) + signed(across, 2)
}

#[inline(always)]
const fn between(a: i32, b: i32, part: i32) -> i32 {
    a + (((b - a) * part) >> 10)
}

/// Gradient noise: within -1024..=1024, mean 0, standard deviation about 265.
#[inline(always)]
pub(super) fn noise(key: u32, at_x: i32, at_y: i32, at_z: i32) -> i32 {
    // Noise vanishes on lattice points; a shift of each field's own keeps them off the symmetry planes.
    let x = at_x + (key & 1023) as i32;
    let y = at_y + ((key >> 10) & 1023) as i32;
    let z = at_z + ((key >> 20) & 1023) as i32;
    let (fx, fy, fz) = (x & (ONE - 1), y & (ONE - 1), z & (ONE - 1));
    let (gx, gy, gz) = (fx - ONE, fy - ONE, fz - ONE);
    let (u, v) = (ease(fx), ease(fy));
    let first = corner_of(key, x >> 10, y >> 10, z >> 10);
    // The square of four corners at a depth of the noise cell.
    let square = |base: u32, fz: i32| {
        between(
            between(slope(base, fx, fy, fz), slope(base.wrapping_add(HASH_X), gx, fy, fz), u),
            between(
                slope(base.wrapping_add(HASH_Y), fx, gy, fz),
                slope(base.wrapping_add(HASH_X.wrapping_add(HASH_Y)), gx, gy, fz),
                u,
            ),
            v,
        )
    };
    between(square(first, fz), square(first.wrapping_add(HASH_Z), gz), ease(fz))
}

/// One of some octaves of noise, each of twice the frequency and 5/8 of the height of the one before.
#[derive(Clone, Copy)]
pub(super) struct Octave {
    key: u32,
    scale: i32,
    offset: i32,
    height: i32,
}

impl Octave {
    /// `count` octaves, at most 8. `frequency` is that of the first, in sixteenths of a noise cell per planet
    /// radius (65,536 units).
    #[inline(always)]
    pub(super) fn all(key: u32, frequency: i32, count: u32) -> impl Iterator<Item = Self> {
        let mut height = ONE;
        (0..count).map(move |octave| {
            let found = Self {
                key: key.wrapping_add(octave),
                scale: frequency << octave,
                // An offset of its own keeps the octaves' zeros, which lie on lattice points, from coinciding.
                offset: 389 * octave as i32,
                height,
            };
            height = (height * 5) >> 3;
            found
        })
    }

    /// Its part of the sum at a point; |x|, |y| and |z| below 100,000.
    #[inline(always)]
    pub(super) fn at(self, x: i32, y: i32, z: i32) -> i32 {
        let Self { key, scale, offset, height } = self;
        let scaled = |at: i32| ((at * scale) >> 10) + offset;
        (noise(key, scaled(x), scaled(y), scaled(z)) * height) >> 10
    }
}

/// The sum of octaves at a point.
pub(super) fn octaves(key: u32, frequency: i32, count: u32, x: i32, y: i32, z: i32) -> i32 {
    Octave::all(key, frequency, count).map(|octave| octave.at(x, y, z)).sum()
}
