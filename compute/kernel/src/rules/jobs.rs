//! Jobs under way. They lie together, so that a tick of a hundred thousand machines reads little memory.

use super::cells::NONE;
use super::state::State;
use super::structure::Status;
use crate::tables::Tables;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Job {
    pub(crate) slot: u32,
    /// In 256ths of a tick.
    pub(crate) left: u32,
    /// That of the machine.
    pub(crate) grid: u32,
    /// Drawn in each tick, 0: none.
    pub(crate) power: u16,
    /// That of the machine.
    pub(crate) status: Status,
}

impl State {
    /// Begins a job of a machine that has none.
    pub(crate) fn begin_job(&mut self, tables: &Tables, slot: u32, left: u32) {
        let job = self.jobs.len() as u32;
        let machine = &mut self.structures[slot as usize];
        (machine.work_left, machine.job) = (0, job);
        let power = tables.prototype(machine.prototype).power;
        let (grid, status) = (machine.grid, machine.status);
        self.jobs.push(Job { slot, left, grid, power, status });
        self.unhashed.insert(slot);
    }

    /// Goes on with what a structure is built with: a saved state may say that it is at work.
    pub(crate) fn go_on(&mut self, tables: &Tables, slot: u32) {
        let structure = &self.structures[slot as usize];
        let left = structure.work_left;
        if left > 0 && structure.kind.does_jobs() {
            self.begin_job(tables, slot, left);
            self.count_lab(slot, true);
        }
    }

    /// Takes a job off the list; the last takes its place.
    pub(crate) fn end_job(&mut self, place: u32) {
        let job = self.jobs.swap_remove(place as usize);
        self.structures[job.slot as usize].job = NONE;
        self.unhashed.insert(job.slot);
        if let Some(moved) = self.jobs.get(place as usize) {
            self.structures[moved.slot as usize].job = place;
        }
    }

    /// What is left of a machine's job, or of a generator's fuel, in 256ths of a tick; 0: nothing.
    pub(crate) fn left(&self, slot: u32) -> u32 {
        let structure = &self.structures[slot as usize];
        match self.jobs.get(structure.job as usize) {
            Some(job) => job.left,
            None => structure.work_left,
        }
    }

    /// Says which grid a structure hangs on.
    pub(crate) fn set_grid(&mut self, slot: u32, grid: u32) {
        let structure = &mut self.structures[slot as usize];
        structure.grid = grid;
        if let Some(job) = self.jobs.get_mut(structure.job as usize) {
            job.grid = grid;
        }
    }
}
