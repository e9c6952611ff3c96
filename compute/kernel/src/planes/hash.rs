//! The planes' part of the state hash, kept by chunk: the sum of a digest of every cell, so no order matters.

use super::{CHUNK_PLACES, DIRTY_HASH, Planes};
use crate::executor::{Alone, Executor, PARTS_A_THREAD, Shares};
use crate::grid::{cell_in_chunk, chunk_extent};
use crate::instruction_set::Level;
use crate::random::{GOLDEN, mix32};
use alloc::vec::Vec;

const OTHER: u32 = 0x85eb_ca77;
const SIDE: usize = 64;

impl Planes {
    /// The sums of a chunk's digests, low and high: of what changes. Terrain, elevation and deposits follow
    /// from the seed. Worked out only where the chunk changed since.
    pub fn hash_chunk(&mut self, chunk: usize) -> [u32; 2] {
        if self.dirty[chunk] & DIRTY_HASH != 0 {
            self.chunk_hashes[chunk] = sum_chunk(self, chunk);
            self.dirty[chunk] &= !DIRTY_HASH;
        }
        self.chunk_hashes[chunk]
    }

    /// The sums of all chunks.
    pub fn hash(&mut self) -> [u32; 2] {
        self.hash_on(&Alone)
    }

    /// The sums of all chunks, worked out by parts.
    pub fn hash_on(&mut self, executor: &dyn Executor) -> [u32; 2] {
        let stale: Vec<usize> =
            (0..self.chunks()).filter(|&chunk| self.dirty[chunk] & DIRTY_HASH != 0).collect();
        let share = stale.len().div_ceil(PARTS_A_THREAD * executor.threads().max(1)).max(1);
        let mut sums = alloc::vec![[0; 2]; stale.len()];
        let parts = Shares::new(stale.chunks(share).zip(sums.chunks_mut(share)).collect());
        let planes = &*self;
        executor.run(parts.len(), &|part| {
            let Some((chunks, sums)) = parts.take(part) else { return };
            for (sum, chunk) in sums.iter_mut().zip(chunks) {
                *sum = sum_chunk(planes, *chunk);
            }
        });
        for (sum, chunk) in sums.into_iter().zip(stale) {
            self.chunk_hashes[chunk] = sum;
            self.dirty[chunk] &= !DIRTY_HASH;
        }
        self.chunk_hashes.iter().fold([0, 0], |[low, high], [more_low, more_high]| {
            [low.wrapping_add(*more_low), high.wrapping_add(*more_high)]
        })
    }
}

fn sum_chunk(planes: &Planes, chunk: usize) -> [u32; 2] {
    match planes.instructions.level() {
        Level::Baseline => sum_rows(planes, chunk),
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => {
            // SAFETY: an instruction set names AVX2 only where the machine has it.
            unsafe { sum_rows_avx2(planes, chunk) }
        }
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 => {
            // SAFETY: an instruction set names AVX-512 only where the machine has it.
            unsafe { sum_rows_avx512(planes, chunk) }
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn sum_rows_avx2(planes: &Planes, chunk: usize) -> [u32; 2] {
    sum_rows(planes, chunk)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn sum_rows_avx512(planes: &Planes, chunk: usize) -> [u32; 2] {
    sum_rows(planes, chunk)
}

#[inline(always)]
fn sum_rows(planes: &Planes, chunk: usize) -> [u32; 2] {
    let n = planes.n;
    let (rows, columns) = chunk_extent(n, chunk as u32);
    let first = cell_in_chunk(n, chunk as u32, 0).unwrap_or_default();
    let (mut low, mut high) = ([0_u32; SIDE], [0_u32; SIDE]);
    for row in 0..rows {
        let at = chunk * CHUNK_PLACES + row as usize * SIDE;
        let (amount, owner) = (row_at(&planes.amount, at), row_at(&planes.owner, at));
        let (life, mass) = (row_at(&planes.life, at), row_at(&planes.mass, at));
        let (pollution, fertility) = (row_at(&planes.pollution, at), row_at(&planes.fertility, at));
        let id = first.wrapping_add(row * n).wrapping_mul(GOLDEN);
        for x in 0..SIDE {
            let ground = u32::from(amount[x]) | u32::from(life[x]) << 16 | u32::from(mass[x]) << 24;
            let dirt = u32::from(pollution[x]) | u32::from(owner[x]) << 16;
            let fertile = u32::from(fertility[x]).wrapping_mul(OTHER);
            let id = id.wrapping_add((x as u32).wrapping_mul(GOLDEN));
            let mixed = mix32(id.wrapping_add(ground) ^ fertile);
            low[x] = low[x].wrapping_add(mix32(mixed ^ dirt));
            high[x] = high[x].wrapping_add(mix32(mixed.wrapping_mul(OTHER).wrapping_add(dirt)));
        }
    }
    // What is added up in columns beyond a diamond's edge belongs to no cell.
    let sum = |sums: &[u32; SIDE]| {
        sums[..columns as usize].iter().fold(0, |sum: u32, more| sum.wrapping_add(*more))
    };
    [sum(&low), sum(&high)]
}

#[inline(always)]
fn row_at<T: Copy + Default>(plane: &[T], at: usize) -> [T; SIDE] {
    plane[at..].first_chunk().copied().unwrap_or([T::default(); SIDE])
}
