//! Power: what poles connect shares what its generators give, and generators burn as fast as that is asked for.

use super::cells::NONE;
use super::state::State;
use super::structure::Status;
use crate::grid::cells_within;
use crate::tables::{Kind, Prototype, Tables};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

/// Full satisfaction, and the work of one tick at full speed.
pub(crate) const FULL: u32 = 256;
/// Steps from a pole to the machines and generators that it serves.
const POLE_SERVES: u32 = 2;

/// What is connected by poles.
#[derive(Debug, Clone, Default)]
struct Grid {
    /// Slots, ascending by cell.
    generators: Vec<u32>,
    /// Of the tick under way: the power asked for, and how much of 256 is there.
    demand: u64,
    satisfaction: u32,
}

/// All grids, in the order of their lowest poles.
#[derive(Debug, Clone, Default)]
pub(crate) struct Grids {
    grids: Vec<Grid>,
    /// A pole came or went: they are to be found anew.
    pub(crate) are_stale: bool,
    /// Slots of the poles by cell, each with those that its wire reaches.
    poles: BTreeMap<u32, (u32, Vec<u32>)>,
    /// Slots of what hangs on a grid.
    hung: Vec<u32>,
    /// Grids that power was asked of in the tick before, and new ones.
    unsettled: Vec<u32>,
}

impl Grids {
    /// How much of full work a machine that draws power does in this tick.
    pub(crate) fn satisfaction(&self, grid: u32) -> u32 {
        self.grids.get(grid as usize).map_or(0, |grid| grid.satisfaction)
    }
}

fn hangs(prototype: &Prototype) -> bool {
    u32::from(prototype.power) + u32::from(prototype.supply) > 0
}

impl State {
    /// Connects what was just built, or what is about to go, with the grids.
    pub(crate) fn rewire(&mut self, tables: &Tables, slot: u32, comes: bool) {
        let structure = &self.structures[slot as usize];
        let prototype = tables.prototype(structure.prototype);
        if structure.kind == Kind::Pole {
            self.rewire_pole(tables, slot, comes);
        }
        if !hangs(prototype) || self.grids.are_stale {
            return;
        }
        if comes {
            self.hang_on_lowest(tables, slot);
        } else {
            self.unhang(slot);
        }
    }

    fn rewire_pole(&mut self, tables: &Tables, slot: u32, comes: bool) {
        let (cell, owner, prototype) = {
            let pole = &self.structures[slot as usize];
            (pole.cell, pole.owner, pole.prototype)
        };
        self.grids.are_stale = true;
        let poles = self.slots_within(cell, u32::from(tables.longest_wire()));
        if !comes {
            self.grids.poles.remove(&cell);
        }
        for other in poles {
            let pole = &self.structures[other as usize];
            if other == slot || pole.kind != Kind::Pole || pole.owner != owner || !pole.is_built() {
                continue;
            }
            let reach = tables.prototype(pole.prototype).reach;
            let Some((_, wires)) = self.grids.poles.get_mut(&pole.cell) else { continue };
            if !comes {
                wires.retain(|&wired| wired != slot);
            } else if !wires.contains(&slot)
                && cells_within(self.n, pole.cell, u32::from(reach)).contains(&cell)
            {
                wires.push(slot);
            }
        }
        if comes {
            let reach = tables.prototype(prototype).reach;
            let mut wires = self.slots_within(cell, u32::from(reach));
            wires.retain(|&other| {
                let pole = &self.structures[other as usize];
                other != slot && pole.kind == Kind::Pole && pole.owner == owner && pole.is_built()
            });
            self.grids.poles.insert(cell, (slot, wires));
        }
    }

    /// Hangs a structure on the first of the grids whose poles are near.
    fn hang_on_lowest(&mut self, tables: &Tables, slot: u32) {
        let (cell, owner) = {
            let structure = &self.structures[slot as usize];
            (structure.cell, structure.owner)
        };
        let near = self.slots_within(cell, POLE_SERVES);
        let poles = near.into_iter().map(|slot| &self.structures[slot as usize]);
        let own =
            poles.filter(|pole| pole.kind == Kind::Pole && pole.owner == owner && pole.is_built());
        if let Some(grid) = own.map(|pole| pole.grid).min().filter(|&grid| grid != NONE) {
            self.hang(tables, slot, grid);
        }
    }

    fn hang(&mut self, tables: &Tables, slot: u32, grid: u32) {
        self.set_grid(slot, grid);
        let structure = &self.structures[slot as usize];
        let cell = structure.cell;
        let generates = tables.prototype(structure.prototype).supply > 0;
        self.grids.hung.push(slot);
        if generates {
            let generators = &mut self.grids.grids[grid as usize].generators;
            let place =
                generators.partition_point(|&other| self.structures[other as usize].cell < cell);
            generators.insert(place, slot);
        }
    }

    fn unhang(&mut self, slot: u32) {
        let grid = self.structures[slot as usize].grid;
        self.set_grid(slot, NONE);
        if let Some(grid) = self.grids.grids.get_mut(grid as usize) {
            grid.generators.retain(|&other| other != slot);
        }
        // The list is not searched for what goes; it is made anew before it is mostly of the dead.
        if self.grids.hung.len() > 2 * self.structures.len() {
            self.grids.are_stale = true;
        }
    }

    /// Finds the grids anew: connected poles, in the order of the lowest; what two grids reach belongs to that
    /// of the lower pole.
    fn settle_grids(&mut self, tables: &Tables) {
        self.grids.are_stale = false;
        for slot in core::mem::take(&mut self.grids.hung) {
            self.set_grid(slot, NONE);
        }
        let poles: Vec<u32> = self.grids.poles.values().map(|&(slot, _)| slot).collect();
        for &slot in &poles {
            self.structures[slot as usize].grid = NONE;
        }
        self.grids.grids.clear();
        for slot in poles {
            if self.structures[slot as usize].grid == NONE {
                self.connect(tables, slot);
            }
        }
        self.grids.unsettled = (0..self.grids.grids.len() as u32).collect();
    }

    /// Makes the grid of a pole that is in none.
    fn connect(&mut self, tables: &Tables, first: u32) {
        let grid = self.grids.grids.len() as u32;
        self.grids.grids.push(Grid::default());
        self.structures[first as usize].grid = grid;
        let mut connected = alloc::vec![first];
        let mut at = 0;
        while let Some(&pole) = connected.get(at) {
            at += 1;
            let cell = self.structures[pole as usize].cell;
            let Some((_, wires)) = self.grids.poles.get(&cell) else { continue };
            for &other in wires {
                let other_pole = &mut self.structures[other as usize];
                if other_pole.grid == NONE {
                    other_pole.grid = grid;
                    connected.push(other);
                }
            }
        }
        for pole in connected {
            let (cell, owner) = {
                let pole = &self.structures[pole as usize];
                (pole.cell, pole.owner)
            };
            for slot in self.slots_within(cell, POLE_SERVES) {
                let structure = &self.structures[slot as usize];
                let is_free = structure.grid == NONE && structure.is_built();
                if is_free
                    && structure.owner == owner
                    && hangs(tables.prototype(structure.prototype))
                {
                    self.hang(tables, slot, grid);
                }
            }
        }
    }

    /// Sets each grid's satisfaction for the tick, from the machines that work in it, and burns what that takes.
    pub(crate) fn share_power(&mut self, tables: &Tables) {
        if self.grids.are_stale {
            self.settle_grids(tables);
        }
        if self.grids.grids.is_empty() {
            return;
        }
        for &grid in &self.grids.unsettled {
            self.grids.grids[grid as usize].demand = 0;
        }
        let mut asked = Vec::new();
        for job in self.jobs.iter().filter(|job| job.power > 0) {
            let Some(grid) = self.grids.grids.get_mut(job.grid as usize) else { continue };
            if grid.demand == 0 {
                asked.push(job.grid);
            }
            grid.demand += u64::from(job.power);
        }
        for grid in core::mem::replace(&mut self.grids.unsettled, asked.clone()) {
            if self.grids.grids[grid as usize].demand == 0 {
                self.rest_grid(grid);
            }
        }
        for grid in asked {
            self.run_grid(tables, grid);
        }
    }

    /// Nobody asks for power.
    fn rest_grid(&mut self, slot: u32) {
        let grid = &mut self.grids.grids[slot as usize];
        grid.satisfaction = 0;
        let generators = core::mem::take(&mut grid.generators);
        for &generator in &generators {
            self.set_status(generator, Status::Idle);
        }
        self.grids.grids[slot as usize].generators = generators;
    }

    fn run_grid(&mut self, tables: &Tables, slot: u32) {
        let grid = &mut self.grids.grids[slot as usize];
        grid.satisfaction = 0;
        let demand = grid.demand;
        let generators = core::mem::take(&mut grid.generators);
        let mut lit = Vec::new();
        let mut supply = 0;
        for &generator in &generators {
            if self.structures[generator as usize].work_left > 0 || self.light(tables, generator) {
                let prototype = self.structures[generator as usize].prototype;
                supply += u64::from(tables.prototype(prototype).supply);
                lit.push(generator);
            }
        }
        let full = u64::from(FULL);
        let grid = &mut self.grids.grids[slot as usize];
        grid.generators = generators;
        if supply == 0 {
            return;
        }
        grid.satisfaction = (full * supply / demand).min(full) as u32;
        let load = (full * demand).div_ceil(supply).min(full) as u32;
        for generator in lit {
            self.burn(tables, generator, load);
        }
    }

    /// Begins to burn the first fuel of the table that is there.
    fn light(&mut self, tables: &Tables, slot: u32) -> bool {
        let generator = &self.structures[slot as usize];
        let owner = generator.owner;
        let burns = &tables.prototype(generator.prototype).burns;
        let Some(fuel) = burns.iter().find(|fuel| generator.stock.get(fuel.item) > 0) else {
            self.set_status(slot, Status::Starved);
            return false;
        };
        self.take_out(tables, slot, fuel.item, 1);
        self.consume(owner, fuel.item, 1);
        let tick = self.tick;
        let generator = &mut self.structures[slot as usize];
        generator.work_left = u32::from(fuel.count) * FULL;
        generator.start_tick = tick;
        generator.duration = u32::from(fuel.count);
        true
    }

    fn burn(&mut self, tables: &Tables, slot: u32, load: u32) {
        self.set_status(slot, Status::Working);
        self.unhashed.insert(slot);
        let generator = &mut self.structures[slot as usize];
        generator.work_left = generator.work_left.saturating_sub(load);
        if generator.work_left == 0 {
            let (ground, owner) = (generator.ground, generator.owner);
            let pollution = tables.prototype(generator.prototype).pollution;
            self.emit(ground, pollution, owner);
        }
    }
}
