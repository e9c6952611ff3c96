//! The beds that crystal stands on: where brine and silica both lie within two steps.

use super::codes::deposit;
use super::terrain::Generator;
use crate::executor::{Executor, Shares};
use crate::grid::{CHUNK_SIDE, DIRECTIONS, cell_in_chunk, cells_within, chunk_extent, neighbour};
use crate::planes::{CHUNK_PLACES, Planes, place_of};
use alloc::vec;
use alloc::vec::Vec;

const BRINE: u8 = 1;
const SILICA: u8 = 2;
const BOTH: u8 = BRINE | SILICA;
const SIDE: usize = CHUNK_SIDE as usize;

/// What a deposit has to do with beds.
const fn bits_of(found: u8) -> u8 {
    match found {
        deposit::BRINE => BRINE,
        deposit::SILICA => SILICA,
        _ => 0,
    }
}

impl Generator {
    /// True where crystal can stand on a new planet. Generates the cells around, so it needs no other chunk.
    pub fn is_crystal_bed(&self, cell: u32) -> bool {
        let near = cells_within(self.n, cell, 2);
        near.into_iter().fold(0, |bits, near| bits | bits_of(self.cell(near).deposit)) == BOTH
    }
}

impl Planes {
    /// Marks the crystal beds of the whole planet, from its deposits.
    pub(super) fn generate_beds(&mut self, executor: &dyn Executor) {
        let n = self.n();
        let bits: Vec<u8> = self.deposit.iter().map(|found| bits_of(*found)).collect();
        let mut near = vec![0; bits.len()];
        spread(n, &bits, &mut near, executor);
        spread(n, &near, &mut self.crystal_bed, executor);
        for bed in self.crystal_bed.iter_mut() {
            *bed = u8::from(*bed == BOTH);
        }
    }
}

/// Each cell's bits, or-ed with those of its neighbours.
fn spread(n: u32, bits: &[u8], spread: &mut [u8], executor: &dyn Executor) {
    let chunks = Shares::new(spread.chunks_exact_mut(CHUNK_PLACES).collect());
    executor.run(chunks.len(), &|chunk| {
        if let Some(spread) = chunks.take(chunk) {
            spread_chunk(n, chunk, bits, spread);
        }
    });
}

fn spread_chunk(n: u32, chunk: usize, bits: &[u8], spread: &mut [u8]) {
    let (rows, columns) = chunk_extent(n, chunk as u32);
    let (rows, columns) = (rows as usize, columns as usize);
    let own = &bits[chunk * CHUNK_PLACES..(chunk + 1) * CHUNK_PLACES];
    for row in 1..rows.max(2) - 1 {
        for at in row * SIDE + 1..row * SIDE + columns.max(2) - 1 {
            let beside = own[at - 1] | own[at + 1];
            let above = own[at - SIDE] | own[at - SIDE + 1];
            let below = own[at + SIDE] | own[at + SIDE - 1];
            spread[at] = own[at] | beside | above | below;
        }
    }
    // The frame has neighbours in other chunks.
    for row in 0..rows {
        let whole = row == 0 || row + 1 == rows;
        let stride = if whole { 1 } else { (columns - 1).max(1) };
        for at in (row * SIDE..row * SIDE + columns).step_by(stride) {
            let Some(cell) = cell_in_chunk(n, chunk as u32, at as u32) else { continue };
            spread[at] = (0..DIRECTIONS)
                .filter_map(|direction| neighbour(n, cell, direction))
                .fold(own[at], |all, next| all | bits[place_of(n, next)]);
        }
    }
}
