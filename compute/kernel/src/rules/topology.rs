//! Who stands beside whom and gives to whom. Only what lies around a change is looked at again: a planet full
//! of machines costs nothing when somebody lays a belt.

use super::cells::NONE;
use super::state::State;
use super::structure::{FROM_AFAR, Structure};
use crate::grid::{DIRECTIONS, cells_within, neighbour, step};
use crate::tables::{Kind, Tables};
use alloc::vec::Vec;

/// Steps from a change within which links, runs and sleepers are looked at again.
const CONCERNED: u32 = 2;

impl State {
    /// Puts a structure on its cell, as a blueprint or built, and tells those around it. Returns its slot.
    pub(crate) fn stand(&mut self, mut structure: Structure) -> u32 {
        let cell = structure.cell;
        let around: [u32; 6] = core::array::from_fn(|direction| {
            neighbour(self.n, cell, direction as u8).unwrap_or(NONE)
        });
        structure.near = around.map(|near| self.at(near).unwrap_or(NONE));
        let chunk = structure.chunk();
        let slot = match self.free.pop() {
            Some(slot) => {
                self.structures[slot as usize] = structure;
                slot
            }
            None => {
                self.structures.push(structure);
                self.digests.push([0; 2]);
                self.structures.len() as u32 - 1
            }
        };
        self.by_cell.set(cell, slot);
        let place = self.by_chunk[chunk]
            .partition_point(|&other| self.structures[other as usize].cell < cell);
        self.by_chunk[chunk].insert(place, slot);
        self.name_to_neighbours(slot, slot);
        self.unhashed.insert(slot);
        slot
    }

    /// Takes a structure that is in no run and no grid off its cell.
    pub(crate) fn clear(&mut self, slot: u32) {
        self.name_to_neighbours(slot, NONE);
        let structure = &self.structures[slot as usize];
        let (cell, chunk) = (structure.cell, structure.chunk());
        if structure.side == FROM_AFAR {
            self.forget_far_source(structure.target, slot);
        }
        self.by_cell.remove(cell);
        self.by_chunk[chunk].retain(|&other| other != slot);
        self.awake.remove(slot);
        self.unhashed.remove(slot);
        self.forget_digest(slot);
        self.free.push(slot);
    }

    /// Lets those around a structure know its slot, or that it is gone.
    fn name_to_neighbours(&mut self, slot: u32, name: u32) {
        let Structure { cell, near, .. } = self.structures[slot as usize];
        for other in near.into_iter().filter(|&other| other != NONE) {
            let from = self.structures[other as usize].cell;
            for direction in 0..DIRECTIONS {
                if neighbour(self.n, from, direction) == Some(cell) {
                    self.structures[other as usize].near[usize::from(direction)] = name;
                }
            }
        }
    }

    /// Slots of the structures within some steps of a cell.
    pub(crate) fn slots_within(&self, cell: u32, steps: u32) -> Vec<u32> {
        cells_within(self.n, cell, steps).into_iter().filter_map(|near| self.at(near)).collect()
    }

    /// To be called before what stands on a cell is built, turned or taken away: the runs of belts that it
    /// may concern are taken apart.
    pub(crate) fn unsettle(&mut self, cell: u32) {
        for slot in self.slots_within(cell, CONCERNED) {
            self.loosen(slot);
        }
    }

    /// To be called after it: links are found anew, and whom it may concern is woken.
    pub(crate) fn resettle(&mut self, tables: &Tables, cell: u32, kind: Kind) {
        if kind == Kind::Bridge {
            let reach = tables.longest_bridge();
            for slot in self.slots_within(cell, u32::from(reach)) {
                if self.structures[slot as usize].kind == Kind::Bridge {
                    self.relink(tables, slot);
                    self.wake(slot);
                }
            }
        }
        for slot in self.slots_within(cell, 1) {
            self.relink(tables, slot);
        }
        for slot in self.slots_within(cell, 1) {
            self.look_around(slot);
        }
        for slot in self.slots_within(cell, CONCERNED) {
            self.wake(slot);
        }
    }

    /// Connects everything that is built, as after a state was read. `lanes`: what lies on each, by slot.
    pub(crate) fn raise_all(&mut self, tables: &Tables, lanes: Vec<Vec<(u8, u8)>>) {
        self.grids.are_stale = true;
        let slots = 0..self.structures.len() as u32;
        for (slot, lane) in slots.clone().zip(lanes) {
            let structure = &self.structures[slot as usize];
            if !structure.is_built() {
                continue;
            }
            match structure.kind {
                Kind::Belt => self.add_loose(slot, lane),
                Kind::Pole => self.rewire(tables, slot, true),
                _ => self.go_on(tables, slot),
            }
        }
        for slot in slots.clone() {
            self.relink(tables, slot);
        }
        for slot in slots.clone() {
            self.look_around(slot);
        }
        for slot in slots {
            self.wake(slot);
        }
        self.settle_runs();
    }

    /// Finds what a structure gives to.
    fn relink(&mut self, tables: &Tables, slot: u32) {
        let source = &self.structures[slot as usize];
        let (before, side_before) = (source.target, source.side);
        let (target, side) = self.link_from(tables, slot).unwrap_or((NONE, 0));
        if side_before == FROM_AFAR && (before != target || side != FROM_AFAR) {
            self.forget_far_source(before, slot);
        }
        let source = &mut self.structures[slot as usize];
        (source.target, source.side) = (target, side);
        if target != NONE {
            self.structures[target as usize].is_fed = true;
        }
        if side == FROM_AFAR && (before != target || side_before != FROM_AFAR) {
            let cell_of = |slot: u32| self.structures[slot as usize].cell;
            let sources = self.far_sources.entry(target).or_default();
            sources.push(slot);
            sources.sort_unstable_by_key(|&slot| cell_of(slot));
        }
    }

    fn forget_far_source(&mut self, target: u32, slot: u32) {
        if let Some(sources) = self.far_sources.get_mut(&target) {
            sources.retain(|&other| other != slot);
            if sources.is_empty() {
                self.far_sources.remove(&target);
            }
        }
    }

    /// What a structure gives to, and its side that the giver is on: the one it faces, or for a bridge the
    /// next bridge.
    fn link_from(&self, tables: &Tables, slot: u32) -> Option<(u32, u8)> {
        let source = &self.structures[slot as usize];
        if !source.is_built() || !source.kind.gives_ahead() {
            return None;
        }
        if source.kind == Kind::Bridge
            && let Some(far) = self.next_bridge(tables, slot)
        {
            return Some((far, FROM_AFAR));
        }
        self.link_to(slot, source.near[usize::from(source.direction)])
    }

    /// The next bridge in the line of a bridge, walked by step.
    fn next_bridge(&self, tables: &Tables, slot: u32) -> Option<u32> {
        let source = &self.structures[slot as usize];
        let (mut cell, mut direction) = (source.cell, source.direction);
        for _ in 0..tables.prototype(source.prototype).reach {
            (cell, direction) = step(self.n, cell, direction)?;
            let Some(there) = self.at(cell) else { continue };
            let other = &self.structures[there as usize];
            if there == slot || !other.is_built() || other.owner != source.owner {
                continue;
            }
            if other.kind == Kind::Bridge && other.direction == direction {
                return Some(there);
            }
        }
        None
    }

    /// The link to a neighbour, if the one may give to the other.
    pub(crate) fn link_to(&self, slot: u32, target: u32) -> Option<(u32, u8)> {
        let source = &self.structures[slot as usize];
        let other = self.structure_in(target)?;
        if !other.is_built() || other.owner != source.owner {
            return None;
        }
        // A belt takes nothing from what it gives to.
        if other.is_belt() && other.near[usize::from(other.direction)] == slot {
            return None;
        }
        let side = other.near.iter().position(|&near| near == slot)?;
        Some((target, side as u8))
    }

    /// Says what a structure means to those around it.
    fn look_around(&mut self, slot: u32) {
        let near = self.structures[slot as usize].near;
        let far = self.far_sources.get(&slot).is_some_and(|sources| !sources.is_empty());
        let is_fed = far
            || near
                .iter()
                .any(|&other| self.structure_in(other).is_some_and(|source| source.target == slot));
        let is_watched = near.iter().any(|&other| {
            self.structure_in(other).is_some_and(|watcher| {
                use Kind::{Crafter, Depot, Pipe, Pump, Splitter};
                matches!(watcher.kind, Splitter | Depot | Pipe | Pump | Crafter)
            })
        });
        let structure = &mut self.structures[slot as usize];
        (structure.is_fed, structure.is_watched) = (is_fed, is_watched);
    }
}
