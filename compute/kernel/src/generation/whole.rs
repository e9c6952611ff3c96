//! Whole planets, chunk by chunk, and the beds that crystal stands on.

use super::codes::deposit;
use super::terrain::Generator;
use crate::grid::{CHUNK_CELLS, cell_in_chunk, cells_within};
use crate::planes::{CHUNK_PLACES, Planes};

/// Steps within which brine and silica must both lie where crystal stands.
const BED_REACH: u32 = 2;

impl Planes {
    /// The planes of a new planet: of every cell what the seed and the frequency (1..=2048) say.
    pub fn generate(seed: u32, n: u32) -> Self {
        let mut planes = Self::empty(seed, n);
        let generator = Generator::new(seed, n);
        for chunk in 0..planes.chunks() {
            planes.generate_ground(&generator, chunk);
        }
        for chunk in 0..planes.chunks() {
            planes.generate_beds(chunk);
        }
        planes.mark_all();
        planes
    }

    /// Fills a chunk without its crystal beds.
    fn generate_ground(&mut self, generator: &Generator, chunk: usize) {
        for offset in 0..CHUNK_CELLS {
            let Some(cell) = cell_in_chunk(self.n(), chunk as u32, offset) else { continue };
            let place = chunk * CHUNK_PLACES + offset as usize;
            let generated = generator.cell(cell);
            self.terrain[place] = generated.terrain;
            self.elevation[place] = generated.elevation;
            self.deposit[place] = generated.deposit;
            self.amount[place] = generated.amount;
            self.life[place] = generated.life;
            self.mass[place] = generated.mass;
        }
    }

    /// Marks the crystal beds of a chunk, where the deposits around it are there.
    fn generate_beds(&mut self, chunk: usize) {
        let n = self.n();
        for offset in 0..CHUNK_CELLS {
            let Some(cell) = cell_in_chunk(n, chunk as u32, offset) else { continue };
            let touches = |wanted: u8| {
                cells_within(n, cell, BED_REACH)
                    .into_iter()
                    .any(|near| self.deposit[self.place(near)] == wanted)
            };
            let bed = touches(deposit::BRINE) && touches(deposit::SILICA);
            self.crystal_bed[chunk * CHUNK_PLACES + offset as usize] = u8::from(bed);
        }
    }
}
