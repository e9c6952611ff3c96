//! Fluids: machines give to the pipes beside them, pipes equalise edge by edge, machines take from pipes.

use super::active::Phase;
use super::cells::NONE;
use super::holding::room_for;
use super::rotation::rotated;
use super::state::State;
use super::structure::Structure;
use crate::tables::{Kind, Tables};

/// Most that passes between a machine and one pipe in a tick.
const PASSED_AT_ONCE: u32 = 4;
/// Capacity for which an amount is its own level: a tank of ten times as much rises ten times as slowly.
const LEVELS: u64 = 100;

/// Slots of a structure's neighbours, at most six.
pub(crate) struct Few {
    slots: [u32; 6],
    count: usize,
}

impl Few {
    pub(crate) fn slots(&self) -> &[u32] {
        &self.slots[..self.count]
    }
}

impl State {
    /// The neighbours by direction that are built, belong to the same owner and are of one of some kinds.
    pub(crate) fn beside(&self, slot: u32, kinds: &[Kind]) -> Few {
        let Structure { near, owner, .. } = self.structures[slot as usize];
        let mut few = Few { slots: [NONE; 6], count: 0 };
        for other in near {
            let Some(neighbour) = self.structure_in(other) else { continue };
            if neighbour.is_built() && neighbour.owner == owner && kinds.contains(&neighbour.kind) {
                few.slots[few.count] = other;
                few.count += 1;
            }
        }
        few
    }

    /// The slot of what stands on a cell, if it is built.
    pub(crate) fn built_at(&self, cell: u32) -> Option<u32> {
        self.at(cell).filter(|&slot| self.structures[slot as usize].is_built())
    }

    /// One tick of all that flows.
    pub(crate) fn run_fluids(&mut self, tables: &Tables, key: u32) {
        self.each_awake(Phase::Pouring, |state, slot| state.pour_out(tables, slot, key));
        self.each_awake(Phase::Equalising, |state, slot| state.equalise_edges(tables, slot));
        self.each_awake(Phase::Tapping, |state, slot| state.tap(tables, slot, key));
    }

    /// Does the work of a phase where somebody is awake, ascending by cell.
    pub(crate) fn each_awake(&mut self, phase: Phase, mut work: impl FnMut(&mut Self, u32)) {
        let mut from = 0;
        while let Some(cell) = self.active.take(phase, from) {
            from = cell + 1;
            if let Some(slot) = self.built_at(cell) {
                work(self, slot);
            }
        }
    }

    fn pour_out(&mut self, tables: &Tables, slot: u32, key: u32) {
        let source = &self.structures[slot as usize];
        if source.load == 0 {
            return;
        }
        let pipes = self.drains(slot);
        let Some(item) = fluid_to_give(tables, source) else { return };
        let cell = source.cell;
        for &pipe in rotated(pipes.slots(), key, cell) {
            let there = self.structures[slot as usize].stock.get(item).min(PASSED_AT_ONCE);
            let room = room_for(tables, &self.structures[pipe as usize], item);
            self.pass(tables, slot, pipe, item, u64::from(there).min(room));
        }
    }

    /// The pipes that a pump or a crafter pours into. A crafter pours only into the one behind it: else its
    /// water could get into the pipe that brings brine, in a tick in which that one is empty.
    fn drains(&self, slot: u32) -> Few {
        let source = &self.structures[slot as usize];
        match source.kind {
            Kind::Pump => self.beside(slot, &[Kind::Pipe]),
            Kind::Crafter => {
                let behind = source.near[usize::from((source.direction + 3) % 6)];
                let is_drain = self.structure_in(behind).is_some_and(|pipe| {
                    pipe.kind == Kind::Pipe && pipe.is_built() && pipe.owner == source.owner
                });
                Few { slots: [behind; 6], count: usize::from(is_drain) }
            }
            _ => Few { slots: [NONE; 6], count: 0 },
        }
    }

    /// The edges between a pipe and those of higher cells, by direction.
    fn equalise_edges(&mut self, tables: &Tables, slot: u32) {
        let cell = self.structures[slot as usize].cell;
        if self.structures[slot as usize].kind != Kind::Pipe {
            return;
        }
        for &other in self.beside(slot, &[Kind::Pipe]).slots() {
            if self.structures[other as usize].cell > cell {
                self.equalise(tables, slot, other);
            }
        }
    }

    /// An eighth of the difference in level flows, at least 1 where it is 2 or more. Edges go one after the
    /// other, on what is there by then: so nothing is ever overdrawn, and no pipe overflows.
    fn equalise(&mut self, tables: &Tables, a: u32, b: u32) {
        let (one, other) = (&self.structures[a as usize], &self.structures[b as usize]);
        let (one_fluid, other_fluid) = (one.fluid, other.fluid);
        let Some(item) = one_fluid.or(other_fluid) else { return };
        if other_fluid.is_some_and(|other| other != item) {
            return;
        }
        let (one, other) = (level_of(tables, one), level_of(tables, other));
        let size = one.abs_diff(other);
        if size < 2 {
            return;
        }
        let amount = (size >> 3).max(1);
        if one > other {
            self.pass(tables, a, b, item, amount);
        } else {
            self.pass(tables, b, a, item, amount);
        }
    }

    /// A pipe serves the machines beside it that want what it holds, in rotation.
    fn tap(&mut self, tables: &Tables, slot: u32, key: u32) {
        let cell = self.structures[slot as usize].cell;
        if self.structures[slot as usize].kind != Kind::Pipe {
            return;
        }
        let machines = self.beside(slot, &[Kind::Crafter]);
        for &machine in rotated(machines.slots(), key, cell) {
            let pipe = &self.structures[slot as usize];
            let Some(item) = pipe.fluid else { return };
            let most = pipe.load.min(u64::from(PASSED_AT_ONCE));
            let room = room_for(tables, &self.structures[machine as usize], item);
            self.pass(tables, slot, machine, item, most.min(room));
        }
    }

    fn pass(&mut self, tables: &Tables, from: u32, to: u32, item: u8, amount: u64) {
        if amount > 0 {
            self.take_out(tables, from, item, amount as u32);
            self.accept(tables, to, item, amount as u32);
        }
    }
}

fn fluid_to_give(tables: &Tables, source: &Structure) -> Option<u8> {
    if source.kind == Kind::Pump {
        return source.stock.first();
    }
    let outputs = tables.recipe(source.recipe).map_or(&[][..], |recipe| &recipe.outputs);
    let there = |item: u8| tables.fluid(item) && source.stock.get(item) > 0;
    outputs.iter().map(|output| output.item).find(|&item| there(item))
}

fn level_of(tables: &Tables, pipe: &Structure) -> u64 {
    let capacity = u64::from(tables.prototype(pipe.prototype).capacity);
    (pipe.load * LEVELS).checked_div(capacity).unwrap_or(0)
}
