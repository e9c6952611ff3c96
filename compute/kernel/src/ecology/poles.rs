//! The two poles: chunks of one cell with five neighbours, settled in plain steps.

use super::cell::{Cell, Given, Taken};
use super::life::LifeTables;
use super::sweep::Sums;
use super::tiles::{Lines, TOP};
use crate::grid::{DIRECTIONS, neighbour, north_pole};
use crate::planes::{CHUNK_PLACES, DIRTY_ALL, DIRTY_FEED, Planes};
use crate::random::word_of;

/// A pole as it is after a step, and what was taken from it.
pub(super) type SettledPole = (Cell, Taken);

/// Makes anew what the poles give, and wakes the chunks beside them that would notice.
pub(super) fn refresh_lines(planes: &mut Planes, key: u32) {
    for pole in 0..2 {
        let chunk = planes.chunks() - 2 + pole;
        let random = word_of(key, north_pole(planes.n()) + pole as u32);
        let given = cell_at(planes, chunk * CHUNK_PLACES).gives(random);
        let mut lines = Lines::EMPTY;
        let [moss, trees, crystal] = given.levels;
        lines.0[0][TOP][0] = moss | trees << 4;
        lines.0[1][TOP][0] = crystal | given.flux << 4;
        let tiles = &mut planes.tiles;
        let otherwise = tiles.now[chunk] != lines;
        tiles.now[chunk] = lines;
        tiles.next[chunk] = lines;
        if otherwise {
            tiles.wake_around(chunk);
        }
    }
}

/// What the poles become, from the planes as they are before the step.
pub(super) fn settle(planes: &Planes, tables: &LifeTables, key: u32) -> [SettledPole; 2] {
    let n = planes.n();
    [0, 1].map(|pole| {
        let cell = north_pole(n) + pole;
        let mut sums = Given::default();
        for next in (0..DIRECTIONS).filter_map(|direction| neighbour(n, cell, direction)) {
            sums.add(cell_at(planes, planes.place(next)).gives(word_of(key, next)));
        }
        cell_at(planes, planes.place(cell)).settled(tables, sums, 5, word_of(key, cell))
    })
}

/// Writes what the poles became.
pub(super) fn put(planes: &mut Planes, settled: [SettledPole; 2]) -> Sums {
    let mut sums = Sums::default();
    for (pole, (new, taken)) in settled.into_iter().enumerate() {
        let chunk = planes.chunks() - 2 + pole;
        let place = chunk * CHUNK_PLACES;
        let old = cell_at(planes, place);
        planes.life[place] = new.life;
        planes.mass[place] = new.mass;
        planes.pollution[place] = new.pollution;
        planes.fertility[place] = new.fertility;
        if (new.life, new.mass, new.pollution) != (old.life, old.mass, old.pollution) {
            planes.dirty[chunk] = DIRTY_ALL;
        } else if new.fertility != old.fertility {
            planes.dirty[chunk] |= DIRTY_ALL & !DIRTY_FEED;
        }
        sums.sunk += u64::from(taken.sunk);
        sums.absorbed += u64::from(taken.absorbed);
    }
    sums
}

fn cell_at(planes: &Planes, place: usize) -> Cell {
    Cell {
        terrain: planes.terrain[place],
        life: planes.life[place],
        mass: planes.mass[place],
        pollution: planes.pollution[place],
        fertility: planes.fertility[place],
        crystal_bed: planes.crystal_bed[place],
    }
}
