//! A step of the ecology over the whole planet.

use super::cell::{Cell, Given};
use super::life::LifeTables;
use crate::executor::Executor;
use crate::grid::{DIRECTIONS, is_pentagon, neighbour};
use crate::instruction_set::InstructionSet;
use crate::planes::{CHUNK_PLACES, DIRTY_ALL, DIRTY_FEED, Planes};
use crate::random::{tick_key, word_of};
use alloc::vec::Vec;

/// What a step took out of the world, in units of pollution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    /// By the ground.
    pub sunk: u64,
    /// By what lives.
    pub absorbed: u64,
}

/// Runs the ecology of a tick. The bits depend neither on the executor nor on the instruction set.
pub fn run(
    planes: &mut Planes,
    tables: &LifeTables,
    tick: u64,
    _executor: &dyn Executor,
    _instructions: InstructionSet,
) -> Sums {
    let key = tick_key(planes.seed(), tick);
    let n = planes.n();
    let given: Vec<Given> = (0..planes.cells())
        .map(|cell| cell_of(planes, planes.place(cell)).gives(word_of(key, cell)))
        .collect();
    let mut total = Sums::default();
    for cell in 0..planes.cells() {
        let place = planes.place(cell);
        let old = cell_of(planes, place);
        let mut sums = Given::default();
        for next in (0..DIRECTIONS).filter_map(|direction| neighbour(n, cell, direction)) {
            sums.add(given[next as usize]);
        }
        let edges = if is_pentagon(n, cell) { 5 } else { 6 };
        let (new, taken) = old.settled(tables, sums, edges, word_of(key, cell));
        total.sunk += u64::from(taken.sunk);
        total.absorbed += u64::from(taken.absorbed);
        let seen = (new.life, new.mass, new.pollution) != (old.life, old.mass, old.pollution);
        if seen || new.fertility != old.fertility {
            planes.life[place] = new.life;
            planes.mass[place] = new.mass;
            planes.pollution[place] = new.pollution;
            planes.fertility[place] = new.fertility;
            planes.dirty[place / CHUNK_PLACES] |=
                if seen { DIRTY_ALL } else { DIRTY_ALL & !DIRTY_FEED };
        }
    }
    total
}

fn cell_of(planes: &Planes, place: usize) -> Cell {
    Cell {
        terrain: planes.terrain[place],
        life: planes.life[place],
        mass: planes.mass[place],
        pollution: planes.pollution[place],
        fertility: planes.fertility[place],
        crystal_bed: planes.crystal_bed[place],
    }
}
