//! What structures take, and what they have to give.

use super::active::Phase;
use super::cells::NONE;
use super::state::State;
use super::structure::Structure;
use crate::tables::{Kind, NO_ITEM, Tables};

/// A crafter takes inputs for this many runs ahead.
const RUNS_AHEAD: u32 = 4;
/// Fertiliser that a harvester keeps.
const FERTILISER_KEPT: u32 = 4;

/// How many of an item a structure would take; 0 for blueprints, belts and what digs.
pub(crate) fn room_for(tables: &Tables, target: &Structure, item: u8) -> u64 {
    if !target.is_built() {
        return 0;
    }
    let prototype = tables.prototype(target.prototype);
    let capacity = u64::from(prototype.capacity);
    let left = |most: u64| most.saturating_sub(u64::from(target.stock.get(item)));
    match target.kind {
        Kind::Crafter => {
            let inputs = tables.recipe(target.recipe).map_or(&[][..], |recipe| &recipe.inputs);
            let input = inputs.iter().find(|input| input.item == item);
            input.map_or(0, |input| left(u64::from(input.count) * u64::from(RUNS_AHEAD)))
        }
        Kind::Depot | Kind::Splitter | Kind::Bridge if !tables.fluid(item) => {
            capacity.saturating_sub(target.load)
        }
        Kind::Generator if prototype.burns.iter().any(|burnt| burnt.item == item) => left(capacity),
        Kind::Lab if tables.packs.contains(&item) => left(capacity),
        Kind::Harvester if item == tables.fertiliser => left(u64::from(FERTILISER_KEPT)),
        Kind::Pipe if tables.fluid(item) && target.fluid.is_none_or(|fluid| fluid == item) => {
            capacity.saturating_sub(target.load)
        }
        _ => 0,
    }
}

/// Whether a structure (no belt) takes one more of an item, when `already` of that item and `already_all`
/// items altogether are on their way to it.
pub(crate) fn can_accept(
    tables: &Tables,
    target: &Structure,
    item: u8,
    already: u64,
    already_all: u64,
) -> bool {
    let shares_room = matches!(target.kind, Kind::Depot | Kind::Splitter | Kind::Bridge);
    room_for(tables, target, item) > if shares_room { already_all } else { already }
}

impl State {
    /// Puts items into a structure that has room for them.
    pub(crate) fn accept(&mut self, tables: &Tables, slot: u32, item: u8, count: u32) {
        let target = self.structure_mut(slot);
        target.stock.set(item, target.stock.get(item).wrapping_add(count), tables.items());
        target.load = target.load.wrapping_add(u64::from(count));
        self.changed(slot, item);
    }

    /// Takes items out of a structure that has them.
    pub(crate) fn take_out(&mut self, tables: &Tables, slot: u32, item: u8, count: u32) {
        let source = self.structure_mut(slot);
        source.stock.set(item, source.stock.get(item).wrapping_sub(count), tables.items());
        source.load = source.load.wrapping_sub(u64::from(count));
        self.changed(slot, item);
    }

    fn changed(&mut self, slot: u32, item: u8) {
        let structure = self.structure_mut(slot);
        if structure.kind == Kind::Pipe {
            structure.fluid = (structure.load > 0).then_some(item);
        }
        self.mark_structure(slot);
        self.wake(slot);
    }

    /// Wakes a structure and all who may give to it or take from it.
    pub(crate) fn wake(&mut self, slot: u32) {
        self.unhashed.insert(slot);
        let structure = &self.structures[slot as usize];
        let Structure { cell, kind, target, near, is_fed, is_watched, .. } = *structure;
        if structure.is_built() && kind.does_jobs() {
            self.awake.insert(slot);
        }
        if is_fed {
            self.active.wake(Phase::FromBelts, cell);
            self.active.wake(Phase::FromMachines, cell);
        }
        if target != NONE {
            let cell = self.structures[target as usize].cell;
            self.active.wake(Phase::FromMachines, cell);
        }
        match kind {
            Kind::Splitter => self.active.wake(Phase::Splitting, cell),
            Kind::Depot => self.active.wake(Phase::Serving, cell),
            Kind::Pump | Kind::Crafter => self.active.wake(Phase::Pouring, cell),
            Kind::Pipe => {
                self.active.wake(Phase::Equalising, cell);
                self.active.wake(Phase::Tapping, cell);
            }
            _ => {}
        }
        if is_watched {
            for other in near {
                self.wake_watcher(other, kind);
            }
        }
    }

    /// Wakes one beside a structure of a kind that changed, if that matters to it.
    fn wake_watcher(&mut self, slot: u32, beside: Kind) {
        let Some(&Structure { cell, kind, .. }) = self.structure_in(slot) else { return };
        match kind {
            Kind::Splitter => self.active.wake(Phase::Splitting, cell),
            Kind::Depot => self.active.wake(Phase::Serving, cell),
            Kind::Pipe => {
                self.active.wake(Phase::Equalising, cell);
                self.active.wake(Phase::Tapping, cell);
            }
            Kind::Pump | Kind::Crafter if beside == Kind::Pipe => {
                self.active.wake(Phase::Pouring, cell);
            }
            _ => {}
        }
    }

    /// The item that a machine, a bridge or a splitter has to give to what it faces. Fluids leave by pipes.
    pub(crate) fn item_to_give(&self, tables: &Tables, source: &Structure) -> Option<u8> {
        if source.load == 0 {
            return None;
        }
        match source.kind {
            Kind::Drill => {
                let item = self.item_beneath(tables, source.ground as usize);
                item.filter(|&item| source.stock.get(item) > 0)
            }
            Kind::Harvester => {
                let living = tables.living.iter().copied();
                living.filter(|&item| item != NO_ITEM).find(|&item| source.stock.get(item) > 0)
            }
            Kind::Bridge | Kind::Splitter => source.stock.first(),
            Kind::Crafter => {
                let outputs =
                    tables.recipe(source.recipe).map_or(&[][..], |recipe| &recipe.outputs);
                let there = |item: u8| source.stock.get(item) > 0 && !tables.fluid(item);
                outputs.iter().map(|output| output.item).find(|&item| there(item))
            }
            _ => None,
        }
    }

    /// The item that can be dug from a place.
    pub(crate) fn item_beneath(&self, tables: &Tables, ground: usize) -> Option<u8> {
        if self.planes.amount[ground] == 0 {
            return None;
        }
        Some(tables.dug[usize::from(self.planes.deposit[ground])]).filter(|&item| item != NO_ITEM)
    }
}
