//! What the ecology keeps of each chunk beside its planes: whether it sleeps, and what the cells of its four
//! border lines give to their neighbours.
//!
//! The lines lie apart from the planes, so that the halo of a chunk is read from a few cache lines, and twice:
//! what is given in this step and in the next. So chunks can be settled in place and in any order.

use super::borders::Borders;
use crate::grid::chunk_count;
use alloc::vec;
use alloc::vec::Vec;

/// Chance could change something, or something around it changed.
pub(super) const AWAKE: u8 = 1;
/// The planes were written to since the border lines were made.
pub(super) const STALE: u8 = 2;
/// There is pollution, or may be.
pub(super) const POLLUTED: u8 = 4;
/// There is fertiliser, or may be.
pub(super) const FERTILE: u8 = 8;
/// There are crystal beds, or may be.
pub(super) const BEDS: u8 = 16;

/// What a cell, or a chunk, holds that most do not.
#[derive(Clone, Copy)]
pub(crate) struct Holds {
    pub(crate) pollution: bool,
    pub(crate) fertility: bool,
    pub(crate) crystal_bed: bool,
}

impl Holds {
    fn flags(self) -> u8 {
        let flag = |holds, flag| if holds { flag } else { 0 };
        flag(self.pollution, POLLUTED)
            | flag(self.fertility, FERTILE)
            | flag(self.crystal_bed, BEDS)
    }
}

pub(crate) struct Tiles {
    pub(super) borders: Borders,
    /// By chunk.
    pub(super) flags: Vec<u8>,
    /// By chunk: what its border lines give in this step, and in the next.
    pub(super) now: Vec<Lines>,
    pub(super) next: Vec<Lines>,
    /// The tick for which `now` was made, if nobody wrote to the planes since.
    pub(super) tick: Option<u64>,
}

/// What the cells of four border lines give: plants and rest as in `rows.rs`, each by line.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(align(64))]
pub(super) struct Lines(pub(super) [[[u8; 64]; 4]; 2]);

/// Lines of a chunk: its first and last row, its first and last column.
pub(super) const TOP: usize = 0;
pub(super) const BOTTOM: usize = 1;
pub(super) const LEFT: usize = 2;
pub(super) const RIGHT: usize = 3;

impl Lines {
    /// Of a chunk that gives nothing.
    pub(super) const EMPTY: Self = Self([[[0; 64]; 4]; 2]);
}

impl Tiles {
    pub(crate) fn new(n: u32) -> Self {
        let chunks = chunk_count(n) as usize;
        Self {
            borders: Borders::new(n),
            flags: vec![AWAKE | STALE; chunks],
            now: vec![Lines::EMPTY; chunks],
            next: vec![Lines::EMPTY; chunks],
            tick: None,
        }
    }

    /// Says that planes of a chunk were written to.
    #[inline]
    pub(crate) fn mark(&mut self, chunk: usize, holds: Holds) {
        self.flags[chunk] |= AWAKE | STALE | holds.flags();
    }

    /// Says that planes of a chunk were written to, and what they hold now.
    pub(crate) fn mark_whole(&mut self, chunk: usize, holds: Holds) {
        self.flags[chunk] = AWAKE | STALE | holds.flags();
    }

    /// Another tick than the one that `now` was made for: fluxes hang on chance, and chance on the tick.
    pub(super) fn forget_fluxes(&mut self) {
        for flags in self.flags.iter_mut().filter(|flags| **flags & POLLUTED != 0) {
            *flags |= STALE;
        }
    }

    /// Wakes the chunks that touch a chunk.
    pub(super) fn wake_around(&mut self, chunk: usize) {
        for &other in self.borders.touching(chunk) {
            self.flags[other as usize] |= AWAKE;
        }
    }

    /// The step is done; the next one is that of a tick.
    pub(super) fn turn(&mut self, tick: u64) {
        core::mem::swap(&mut self.now, &mut self.next);
        self.tick = Some(tick);
    }

    /// How many chunks the next step will look at, the poles aside.
    pub(crate) fn awake(&self) -> usize {
        let diamonds = self.flags.len() - 2;
        self.flags[..diamonds].iter().filter(|flags| *flags & AWAKE != 0).count()
    }
}
