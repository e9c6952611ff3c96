//! Whole planets, chunk by chunk.

use super::chunk::Ground;
use super::terrain::Generator;
use crate::executor::{Executor, Shares};
use crate::instruction_set::InstructionSet;
use crate::planes::{CHUNK_PLACES, Planes};
use alloc::vec::Vec;

impl Planes {
    /// The planes of a new planet: of every cell what the seed and the frequency (1..=4096) say.
    pub fn generate(seed: u32, n: u32, executor: &dyn Executor) -> Self {
        Self::generate_by(seed, n, executor, InstructionSet::best())
    }

    /// The same with other vector instructions than the best that there are; the planes keep to them.
    pub fn generate_by(
        seed: u32,
        n: u32,
        executor: &dyn Executor,
        instructions: InstructionSet,
    ) -> Self {
        let mut planes = Self::empty(seed, n);
        planes.instructions = instructions;
        let generator = Generator::new(seed, n);
        let chunks = Shares::new(planes.grounds());
        executor.run(chunks.len(), &|chunk| {
            if let Some(ground) = chunks.take(chunk) {
                ground.fill(&generator, chunk as u32, instructions);
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
}
