//! The planes of a planet: one field, one plane, chunk after chunk.
//!
//! A place is chunk·4096 + offset. Padding (of chunks that a diamond's edge cuts, and all but the first place
//! of the poles' chunks) is 0 in every plane and stays so.

mod aligned;
mod hash;

use crate::ecology::{Holds, Tiles};
use crate::grid::{CHUNK_CELLS, cell_count, cell_in_chunk, chunk_count, chunk_of, offset_in_chunk};
use crate::instruction_set::InstructionSet;
use alloc::vec;
use alloc::vec::Vec;

pub use aligned::Aligned;

/// Places of a chunk, padding included.
pub const CHUNK_PLACES: usize = CHUNK_CELLS as usize;
/// The planes of the chunk changed since its hash was cached.
pub const DIRTY_HASH: u8 = 1;
/// Anything that can be seen in the chunk changed since the feed asked.
pub const DIRTY_FEED: u8 = 2;
/// What [`Planes::mark`] sets. The bits from 4 on are for whoever keeps copies of the planes: each is set
/// by every change, and cleared by its owner alone.
pub const DIRTY_ALL: u8 = 0xff;

/// The cells of a planet, as a structure of arrays. Whoever writes into a plane says so with [`Planes::mark`].
pub struct Planes {
    seed: u32,
    n: u32,
    /// What generation and hashes are worked out with; the bits do not depend on it.
    pub instructions: InstructionSet,
    /// Code of the terrain; 0 is padding.
    pub terrain: Aligned<u8>,
    /// 100 and more is land.
    pub elevation: Aligned<u8>,
    /// Code of the deposit.
    pub deposit: Aligned<u8>,
    /// What is left of the deposit, in units of 256 items.
    pub amount: Aligned<u16>,
    /// Code of what lives here.
    pub life: Aligned<u8>,
    /// How much of it.
    pub mass: Aligned<u8>,
    /// Units of pollution.
    pub pollution: Aligned<u16>,
    /// Index of the player whose land it is, 0: nobody's.
    pub owner: Aligned<u16>,
    /// Ecology steps for which fertiliser still works.
    pub fertility: Aligned<u8>,
    /// 1 where crystal can stand.
    pub crystal_bed: Aligned<u8>,
    /// Bits by chunk: DIRTY_HASH, DIRTY_FEED and those of copies.
    pub dirty: Vec<u8>,
    chunk_hashes: Vec<[u32; 2]>,
    pub(crate) tiles: Tiles,
}

impl Planes {
    /// The planes of a planet of frequency n (1..=4096), all zero.
    ///
    /// # Panics
    /// For another n.
    pub fn empty(seed: u32, n: u32) -> Self {
        assert!((1..=4096).contains(&n), "a planet's frequency is 1 to 4096, not {n}");
        let chunks = chunk_count(n) as usize;
        let places = chunks * CHUNK_PLACES;
        Self {
            seed,
            n,
            instructions: InstructionSet::best(),
            terrain: Aligned::zeroed(places),
            elevation: Aligned::zeroed(places),
            deposit: Aligned::zeroed(places),
            amount: Aligned::zeroed(places),
            life: Aligned::zeroed(places),
            mass: Aligned::zeroed(places),
            pollution: Aligned::zeroed(places),
            owner: Aligned::zeroed(places),
            fertility: Aligned::zeroed(places),
            crystal_bed: Aligned::zeroed(places),
            dirty: vec![DIRTY_ALL; chunks],
            chunk_hashes: vec![[0; 2]; chunks],
            tiles: Tiles::new(n),
        }
    }

    /// The seed that the planet was generated from.
    pub fn seed(&self) -> u32 {
        self.seed
    }

    /// The planet's frequency.
    pub fn n(&self) -> u32 {
        self.n
    }

    /// How many cells there are; ids are below it.
    pub fn cells(&self) -> u32 {
        cell_count(self.n)
    }

    /// How many chunks there are; the last two are the poles.
    pub fn chunks(&self) -> usize {
        self.dirty.len()
    }

    /// Where a cell lies in the planes.
    #[inline]
    pub fn place(&self, cell: u32) -> usize {
        place_of(self.n, cell)
    }

    /// The cell at a place; `None` for padding.
    #[inline]
    pub fn cell_at(&self, place: usize) -> Option<u32> {
        cell_in_chunk(self.n, (place / CHUNK_PLACES) as u32, (place % CHUNK_PLACES) as u32)
    }

    /// Says that planes of a place changed. The ecology looks at its chunk again.
    #[inline]
    pub fn mark(&mut self, place: usize) {
        let chunk = place / CHUNK_PLACES;
        self.dirty[chunk] = DIRTY_ALL;
        let holds = Holds {
            pollution: self.pollution[place] != 0,
            fertility: self.fertility[place] != 0,
            crystal_bed: self.crystal_bed[place] != 0,
        };
        self.tiles.mark(chunk, holds);
    }

    /// Says that any plane of any chunk may have changed, as after they were loaded.
    pub fn mark_all(&mut self) {
        self.dirty.fill(DIRTY_ALL);
        for chunk in 0..self.chunks() {
            let places = chunk * CHUNK_PLACES..(chunk + 1) * CHUNK_PLACES;
            let holds = Holds {
                pollution: holds_any(&self.pollution[places.clone()]),
                fertility: holds_any(&self.fertility[places.clone()]),
                crystal_bed: holds_any(&self.crystal_bed[places]),
            };
            self.tiles.mark_whole(chunk, holds);
        }
    }

    /// How many chunks the next step of the ecology will look at, the poles aside; the others sleep.
    pub fn awake_chunks(&self) -> usize {
        self.tiles.awake()
    }
}

/// Where a cell of a planet of frequency n lies in its planes.
#[inline]
pub(crate) fn place_of(n: u32, cell: u32) -> usize {
    chunk_of(n, cell) as usize * CHUNK_PLACES + offset_in_chunk(n, cell) as usize
}

fn holds_any<T: Copy + Default + PartialEq>(values: &[T]) -> bool {
    values.iter().any(|value| *value != T::default())
}
