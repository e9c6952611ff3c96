//! What machines give away, and what serves several sides: splitters give to three, depots to the machines
//! around them.

use super::active::Phase;
use super::cells::NONE;
use super::holding::{can_accept, room_for};
use super::rotation::rotated;
use super::state::State;
use super::structure::Structure;
use crate::tables::{Amounts, Kind, Tables};
use alloc::vec::Vec;

/// Whether what lay on offer was taken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Laid {
    Yes,
    No,
    /// Not on this run, until something moves there.
    RunIsFull(u32),
}

impl State {
    /// Grants what machines and bridges have to give, by the cell of what they give to.
    pub(crate) fn give_from_machines(&mut self, tables: &Tables, key: u32) {
        self.each_awake(Phase::FromMachines, |state, slot| state.give_to(tables, slot, key));
    }

    fn give_to(&mut self, tables: &Tables, slot: u32, key: u32) {
        let asking = self.asking(tables, slot);
        let cell = self.structures[slot as usize].cell;
        for &source in rotated(&asking, key, cell) {
            let giver = &self.structures[source as usize];
            let Some(item) = self.item_to_give(tables, giver) else { continue };
            match self.lay(tables, slot, item) {
                Laid::Yes => self.take_out(tables, source, item, 1),
                Laid::No => {}
                Laid::RunIsFull(run) => self.wait_for_run(run, (Phase::FromMachines, cell)),
            }
        }
    }

    /// Machines and bridges that have something to give to a structure, by side; those that give from afar come
    /// last, ascending by cell.
    fn asking(&self, tables: &Tables, slot: u32) -> Vec<u32> {
        let target = &self.structures[slot as usize];
        let mut asking = Vec::new();
        for (side, &near) in target.near.iter().enumerate() {
            let Some(source) = self.structure_in(near) else { continue };
            if source.target == slot
                && usize::from(source.side) == side
                && !source.is_belt()
                && self.item_to_give(tables, source).is_some()
            {
                asking.push(near);
            }
        }
        if target.kind == Kind::Bridge
            && let Some(sources) = self.far_sources.get(&slot)
        {
            let has = |&source: &u32| {
                self.item_to_give(tables, &self.structures[source as usize]).is_some()
            };
            asking.extend(sources.iter().copied().filter(has));
        }
        asking
    }

    /// Lays an item on a belt, or puts it into anything else, where there is room.
    fn lay(&mut self, tables: &Tables, slot: u32, item: u8) -> Laid {
        let target = &self.structures[slot as usize];
        if target.is_belt() {
            let run = target.run;
            return if self.lay_on_belt(slot, item) { Laid::Yes } else { Laid::RunIsFull(run) };
        }
        if !can_accept(tables, target, item, 0, 0) {
            return Laid::No;
        }
        self.accept(tables, slot, item, 1);
        Laid::Yes
    }

    /// One tick of all that serves its sides: splitters, then depots.
    pub(crate) fn run_serving(&mut self, tables: &Tables, key: u32) {
        self.each_awake(Phase::Splitting, |state, slot| state.split(tables, slot));
        self.each_awake(Phase::Serving, |state, slot| state.serve(tables, slot, key));
    }

    /// Gives at most one item to each side, and begins next time after the side that was served last. A
    /// splitter gives ahead, then to the sides before and after; a pentagon may lack one.
    fn split(&mut self, tables: &Tables, slot: u32) {
        let Structure { kind, near, direction, turn, cell, .. } = self.structures[slot as usize];
        if kind != Kind::Splitter {
            return;
        }
        let mut targets = [NONE; 3];
        let mut count = 0;
        for side in [0, 5, 1] {
            let target = near[usize::from((direction + side) % 6)];
            if self.link_to(slot, target).is_some() {
                targets[count] = target;
                count += 1;
            }
        }
        for offset in 0..count {
            let place = (usize::from(turn) + offset) % count;
            let splitter = &self.structures[slot as usize];
            let Some(item) = self.item_to_give(tables, splitter) else { return };
            match self.lay(tables, targets[place], item) {
                Laid::Yes => {
                    self.take_out(tables, slot, item, 1);
                    self.structures[slot as usize].turn = ((place + 1) % count) as u8;
                }
                Laid::No => {}
                Laid::RunIsFull(run) => self.wait_for_run(run, (Phase::Splitting, cell)),
            }
        }
    }

    /// A depot gives each machine beside it one item a tick of what that still wants, in rotation.
    fn serve(&mut self, tables: &Tables, slot: u32, key: u32) {
        let depot = &self.structures[slot as usize];
        if depot.kind != Kind::Depot || depot.load == 0 {
            return;
        }
        let cell = depot.cell;
        let kinds = [Kind::Crafter, Kind::Lab, Kind::Generator, Kind::Harvester];
        let machines = self.beside(slot, &kinds);
        for &machine in rotated(machines.slots(), key, cell) {
            let depot = &self.structures[slot as usize];
            let wants = &self.structures[machine as usize];
            let Some(item) = wanted_from(tables, depot, wants) else { continue };
            self.take_out(tables, slot, item, 1);
            self.accept(tables, machine, item, 1);
        }
    }
}

/// The first item in the depot that the machine has room for.
fn wanted_from(tables: &Tables, depot: &Structure, machine: &Structure) -> Option<u8> {
    let fits = |&item: &u8| depot.stock.get(item) > 0 && room_for(tables, machine, item) > 0;
    let first = |wanted: &Amounts| wanted.iter().map(|wanted| wanted.item).find(fits);
    match machine.kind {
        Kind::Crafter => first(&tables.recipe(machine.recipe)?.inputs),
        Kind::Generator => first(&tables.prototype(machine.prototype).burns),
        Kind::Lab => tables.packs.iter().copied().find(fits),
        _ => Some(tables.fertiliser).filter(fits),
    }
}
