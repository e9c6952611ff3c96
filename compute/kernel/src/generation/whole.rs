//! Whole planets, chunk by chunk, and the beds that crystal stands on.

use super::codes::deposit;
use super::terrain::Generator;
use crate::executor::{Executor, Shares};
use crate::grid::{CHUNK_CELLS, cell_in_chunk, cells_within};
use crate::planes::{CHUNK_PLACES, Planes};
use alloc::vec::Vec;

/// Steps within which brine and silica must both lie where crystal stands.
const BED_REACH: u32 = 2;

/// The planes of one chunk that generation fills.
struct Ground<'a> {
    terrain: &'a mut [u8],
    elevation: &'a mut [u8],
    deposit: &'a mut [u8],
    amount: &'a mut [u16],
    life: &'a mut [u8],
    mass: &'a mut [u8],
}

impl Planes {
    /// The planes of a new planet: of every cell what the seed and the frequency (1..=2048) say.
    pub fn generate(seed: u32, n: u32, executor: &dyn Executor) -> Self {
        let mut planes = Self::empty(seed, n);
        let generator = Generator::new(seed, n);
        let chunks = Shares::new(planes.grounds());
        executor.run(chunks.len(), &|chunk| {
            if let Some(ground) = chunks.take(chunk) {
                ground.fill(&generator, n, chunk as u32);
            }
        });
        planes.generate_beds(executor);
        planes.mark_all();
        planes
    }

    /// The chunks, to be filled apart.
    fn grounds(&mut self) -> Vec<Ground<'_>> {
        let mut elevations = self.elevation.chunks_exact_mut(CHUNK_PLACES);
        let mut deposits = self.deposit.chunks_exact_mut(CHUNK_PLACES);
        let mut amounts = self.amount.chunks_exact_mut(CHUNK_PLACES);
        let mut lives = self.life.chunks_exact_mut(CHUNK_PLACES);
        let mut masses = self.mass.chunks_exact_mut(CHUNK_PLACES);
        self.terrain
            .chunks_exact_mut(CHUNK_PLACES)
            .filter_map(|terrain| {
                Some(Ground {
                    terrain,
                    elevation: elevations.next()?,
                    deposit: deposits.next()?,
                    amount: amounts.next()?,
                    life: lives.next()?,
                    mass: masses.next()?,
                })
            })
            .collect()
    }

    /// Marks the crystal beds, from the deposits of the whole planet.
    fn generate_beds(&mut self, executor: &dyn Executor) {
        let n = self.n();
        let Self { deposit, crystal_bed, .. } = self;
        let deposit: &[u8] = deposit;
        let at = |cell| deposit[crate::planes::place_of(n, cell)];
        let chunks = Shares::new(crystal_bed.chunks_exact_mut(CHUNK_PLACES).collect());
        executor.run(chunks.len(), &|chunk| {
            let Some(beds) = chunks.take(chunk) else { return };
            for (offset, bed) in beds.iter_mut().enumerate() {
                let Some(cell) = cell_in_chunk(n, chunk as u32, offset as u32) else { continue };
                *bed = u8::from(is_bed(n, cell, at));
            }
        });
    }
}

impl Ground<'_> {
    fn fill(self, generator: &Generator, n: u32, chunk: u32) {
        for offset in 0..CHUNK_CELLS {
            let Some(cell) = cell_in_chunk(n, chunk, offset) else { continue };
            let at = offset as usize;
            let generated = generator.cell(cell);
            self.terrain[at] = generated.terrain;
            self.elevation[at] = generated.elevation;
            self.deposit[at] = generated.deposit;
            self.amount[at] = generated.amount;
            self.life[at] = generated.life;
            self.mass[at] = generated.mass;
        }
    }
}

impl Generator {
    /// True where crystal can stand on a new planet: brine and silica both lie within two steps. Generates
    /// the cells around, so it needs no other chunk.
    pub fn is_crystal_bed(&self, cell: u32) -> bool {
        is_bed(self.n(), cell, |near| self.cell(near).deposit)
    }
}

fn is_bed(n: u32, cell: u32, deposit_of: impl Fn(u32) -> u8) -> bool {
    let (mut brine, mut silica) = (false, false);
    for near in cells_within(n, cell, BED_REACH) {
        let found = deposit_of(near);
        brine |= found == deposit::BRINE;
        silica |= found == deposit::SILICA;
    }
    brine && silica
}
