//! What lies on the belts of runs that were read already: views of a chunk's belts read each run once.

use super::cells::NONE;
use super::run::Run;
use alloc::vec::Vec;

/// Item codes by belt, of the runs as they stood when they were read.
#[derive(Default)]
pub(crate) struct Lanes {
    /// By run: where the lanes of its belts begin, or [`NONE`].
    first: Vec<u32>,
    /// The runs that were read.
    read: Vec<u32>,
    /// By belt of a run: from where to where its items lie.
    lanes: Vec<[u32; 2]>,
    items: Vec<u8>,
}

impl Lanes {
    /// The runs have moved on.
    pub(crate) fn forget(&mut self) {
        for run in self.read.drain(..) {
            self.first[run as usize] = NONE;
        }
        self.lanes.clear();
        self.items.clear();
    }

    /// Item codes on a belt of a run, in order of travel; `None` where there is no such run or belt.
    pub(crate) fn of(&mut self, runs: &[Run], run: u32, place: u32) -> Option<&[u8]> {
        let known = runs.get(run as usize)?;
        if place as usize >= known.belts.len() {
            return None;
        }
        if self.first.len() < runs.len() {
            self.first.resize(runs.len(), NONE);
        }
        if self.first[run as usize] == NONE {
            self.read(run, known);
        }
        let [from, to] = self.lanes[(self.first[run as usize] + place) as usize];
        Some(&self.items[from as usize..to as usize])
    }

    fn read(&mut self, run: u32, known: &Run) {
        let first = self.lanes.len();
        self.first[run as usize] = first as u32;
        self.read.push(run);
        self.lanes.resize(first + known.belts.len(), [0, 0]);
        for (place, _, item) in known.each() {
            let at = self.items.len() as u32;
            let lane = &mut self.lanes[first + place as usize];
            if lane[0] == lane[1] {
                lane[0] = at;
            }
            lane[1] = at + 1;
            self.items.push(item);
        }
    }
}
