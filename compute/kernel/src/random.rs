//! Counter-based randomness: a cell's word is a pure function of (seed, tick, cell), whoever asks and when.

pub(crate) const GOLDEN: u32 = 0x9e37_79b1;

/// The lowbias32 mixer: a bijection of `u32`.
#[inline(always)]
pub const fn mix32(value: u32) -> u32 {
    let x = (value ^ (value >> 16)).wrapping_mul(0x7feb_352d);
    let x = (x ^ (x >> 15)).wrapping_mul(0x846c_a68b);
    x ^ (x >> 16)
}

/// The key of one tick of one world, for [`word_of`].
#[inline]
pub const fn tick_key(seed: u32, tick: u64) -> u32 {
    mix32(mix32(seed ^ 0x6f72_7279).wrapping_add((tick as u32).wrapping_mul(GOLDEN)))
}

/// The random word of a cell under a tick's key; its four bytes serve four decisions.
#[inline(always)]
pub const fn word_of(key: u32, cell: u32) -> u32 {
    mix32(key.wrapping_add(cell.wrapping_mul(GOLDEN)))
}
