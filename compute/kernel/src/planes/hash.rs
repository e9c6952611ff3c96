//! The planes' part of the state hash, kept by chunk: the sum of a digest of every cell, so no order matters.

use super::{CHUNK_PLACES, DIRTY_HASH, Planes};
use crate::grid::{CHUNK_SIDE, cell_in_chunk, chunk_extent};
use crate::random::{GOLDEN, mix32};

const OTHER: u32 = 0x85eb_ca77;

impl Planes {
    /// The sums of a chunk's digests, low and high: of what changes. Terrain, elevation and deposits follow
    /// from the seed. Worked out only where the chunk changed since.
    pub fn hash_chunk(&mut self, chunk: usize) -> [u32; 2] {
        if self.dirty[chunk] & DIRTY_HASH != 0 {
            self.chunk_hashes[chunk] = self.sum_chunk(chunk);
            self.dirty[chunk] &= !DIRTY_HASH;
        }
        self.chunk_hashes[chunk]
    }

    /// The sums of all chunks.
    pub fn hash(&mut self) -> [u32; 2] {
        (0..self.chunks()).fold([0, 0], |[low, high], chunk| {
            let [more_low, more_high] = self.hash_chunk(chunk);
            [low.wrapping_add(more_low), high.wrapping_add(more_high)]
        })
    }

    fn sum_chunk(&self, chunk: usize) -> [u32; 2] {
        let (rows, columns) = chunk_extent(self.n, chunk as u32);
        let mut sums = [0_u32; 2];
        for row in 0..rows {
            let offset = row * CHUNK_SIDE;
            let Some(first) = cell_in_chunk(self.n, chunk as u32, offset) else { continue };
            let place = chunk * CHUNK_PLACES + offset as usize;
            for column in 0..columns as usize {
                let at = place + column;
                let ground = u32::from(self.amount[at])
                    | u32::from(self.life[at]) << 16
                    | u32::from(self.mass[at]) << 24;
                let dirt = u32::from(self.pollution[at]) | u32::from(self.owner[at]) << 16;
                let fertility = u32::from(self.fertility[at]).wrapping_mul(OTHER);
                let id = (first + column as u32).wrapping_mul(GOLDEN);
                let mixed = mix32(id.wrapping_add(ground) ^ fertility);
                sums[0] = sums[0].wrapping_add(mix32(mixed ^ dirt));
                sums[1] = sums[1].wrapping_add(mix32(mixed.wrapping_mul(OTHER).wrapping_add(dirt)));
            }
        }
        sums
    }
}
