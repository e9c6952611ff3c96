//! A whole chunk of a new planet, row by row.

use super::codes::{deposit, terrain};
use super::life::{grows_on, life_among};
use super::patches::deposit_within;
use super::relief::{is_inland, land_height, sea_height};
use super::rows::{Field, Places, SIDE, climates, grounds, outlines, reaches, ridges, thickets};
use super::terrain::{GeneratedCell, Generator, sea_terrain, terrain_of_land};
use crate::grid::{DIRECTIONS, STEP_I, STEP_J, cell_in_chunk, chunk_extent, neighbour, north_pole};
use crate::instruction_set::{InstructionSet, Level};
use alloc::vec::Vec;

/// The planes of one chunk that generation fills.
pub(super) struct Ground<'a> {
    pub(super) terrain: &'a mut [u8],
    pub(super) elevation: &'a mut [u8],
    pub(super) deposit: &'a mut [u8],
    pub(super) amount: &'a mut [u16],
    pub(super) life: &'a mut [u8],
    pub(super) mass: &'a mut [u8],
}

impl Ground<'_> {
    /// Fills the planes of a chunk, which were zero.
    pub(super) fn fill(self, generator: &Generator, chunk: u32, instructions: InstructionSet) {
        match instructions.level() {
            Level::Baseline => fill(self, generator, chunk),
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => {
                // SAFETY: an instruction set names AVX2 only where the machine has it.
                unsafe { fill_avx2(self, generator, chunk) }
            }
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => {
                // SAFETY: an instruction set names AVX-512 only where the machine has it.
                unsafe { fill_avx512(self, generator, chunk) }
            }
        }
    }

    fn put(&mut self, at: usize, cell: GeneratedCell) {
        self.terrain[at] = cell.terrain;
        self.elevation[at] = cell.elevation;
        self.deposit[at] = cell.deposit;
        self.amount[at] = cell.amount;
        self.life[at] = cell.life;
        self.mass[at] = cell.mass;
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn fill_avx2(ground: Ground<'_>, generator: &Generator, chunk: u32) {
    fill(ground, generator, chunk);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn fill_avx512(ground: Ground<'_>, generator: &Generator, chunk: u32) {
    fill(ground, generator, chunk);
}

#[inline(always)]
fn fill(mut ground: Ground<'_>, generator: &Generator, chunk: u32) {
    let n = generator.n;
    let Some(first) = cell_in_chunk(n, chunk, 0) else { return };
    if first >= north_pole(n) {
        ground.put(0, generator.cell(first));
        return;
    }
    let (rows, columns) = chunk_extent(n, chunk);
    let span = Span { first, rows: rows as usize, columns: columns as usize };
    // The shore looks at the ground of the rows above and below.
    let places: Vec<Places> =
        (0..rows).map(|row| Places::of(n, first + row * n, span.columns)).collect();
    let mut levels = Vec::with_capacity(span.rows);
    for places in &places {
        levels.push(grounds(&generator.relief, places));
    }
    for (row, places) in places.iter().enumerate() {
        fill_row(&mut ground, generator, span, row, places, &levels);
    }
}

/// Which cells a chunk has.
#[derive(Clone, Copy)]
struct Span {
    first: u32,
    rows: usize,
    columns: usize,
}

#[inline(always)]
fn fill_row(
    ground: &mut Ground<'_>,
    generator: &Generator,
    span: Span,
    row: usize,
    places: &Places,
    levels: &[Field],
) {
    let (key, relief) = (generator.key, &generator.relief);
    let level = &levels[row];
    let is_volcano = |x: usize| places.from_pentagon[x] <= relief.volcano();
    let columns = 0..span.columns;
    let inland = columns.clone().any(|x| is_inland(level[x]));
    let ridges = if inland { ridges(relief, places) } else { [0; SIDE] };
    let mut heights = [0; SIDE];
    for x in columns.clone() {
        heights[x] = if is_volcano(x) {
            relief.volcano_height(places.from_pentagon[x], level[x])
        } else if level[x] < 0 {
            sea_height(level[x])
        } else {
            land_height(level[x], ridges[x])
        };
    }
    let at = row * SIDE;
    if columns.clone().all(|x| heights[x] < 0) {
        for x in columns {
            let cell = GeneratedCell::bare(sea_terrain(-heights[x]), heights[x], deposit::WATER);
            ground.put(at + x, cell);
        }
        return;
    }
    let climates = climates(key, places, &heights);
    let reaches = reaches(key, places);
    let outlines = if reaches == [0; SIDE] { [0; SIDE] } else { outlines(key, places) };
    let mut terrains = [0; SIDE];
    for x in columns.clone() {
        terrains[x] = if heights[x] < 0 {
            sea_terrain(-heights[x])
        } else if is_volcano(x) {
            terrain::ROCK
        } else {
            terrain_of_land(climates[x], heights[x], || {
                generator.may_be_shore(level[x]) && touches_sea(generator, span, row, x, levels)
            })
        };
    }
    let thicket = terrains.iter().any(|terrain| grows_on(*terrain));
    let thickets = if thicket { thickets(key, places) } else { [0; SIDE] };
    for x in columns {
        let (terrain, height) = (terrains[x], heights[x]);
        let cell = if height < 0 {
            GeneratedCell::bare(terrain, height, deposit::WATER)
        } else if places.from_pentagon[x] == 0 {
            GeneratedCell::bare(terrain, height, deposit::VENT)
        } else {
            let grain = places.grain.map(|axis| axis[x]);
            let found = deposit_within(key, grain, reaches[x], || outlines[x]);
            let life = life_among(key, grain, terrain, found.crystalline, || thickets[x]);
            GeneratedCell::land(terrain, height, &found, life)
        };
        ground.put(at + x, cell);
    }
}

/// True where a cell of a chunk touches the sea; what lies in other chunks is worked out cell by cell.
fn touches_sea(
    generator: &Generator,
    span: Span,
    row: usize,
    column: usize,
    levels: &[Field],
) -> bool {
    let n = generator.n;
    (0..DIRECTIONS).any(|direction| {
        let (down, right) = (STEP_I[usize::from(direction)], STEP_J[usize::from(direction)]);
        let (i, j) =
            (row.wrapping_add_signed(down as isize), column.wrapping_add_signed(right as isize));
        let cell = span.first + row as u32 * n + column as u32;
        if i < span.rows && j < span.columns {
            // Most of what is below the shore is no volcano.
            let next = cell.wrapping_add_signed(down * n as i32 + right);
            return levels[i][j] < 0 && generator.is_sea_beside(next);
        }
        neighbour(n, cell, direction).is_some_and(|next| generator.is_sea_beside(next))
    })
}
