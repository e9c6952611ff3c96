//! Machines at work: they begin what they can, power is shared out, and what is finished is there.
//!
//! Only those are looked at that work or were woken. Drills, pumps and crafters touch nothing but their own, so
//! their order does not matter; laboratories and harvesters go ascending by cell.

use super::cells::NONE;
use super::power::FULL;
use super::state::State;
use super::structure::{Status, Structure};
use crate::tables::{Kind, NO_ITEM, Tables};
use alloc::vec::Vec;

/// What a pump brings up in a job.
const PUMPED_AT_ONCE: u32 = 4;

impl State {
    /// One tick of every machine.
    pub(crate) fn run_machines(&mut self, tables: &Tables) {
        self.begin_jobs(tables);
        self.share_power(tables);
        let mut in_order = Vec::new();
        let mut at = 0;
        while let Some(job) = self.jobs.get_mut(at) {
            let speed = match job.power {
                0 => FULL,
                _ => self.grids.satisfaction(job.grid),
            };
            job.left = job.left.saturating_sub(speed);
            let is_done = job.left == 0;
            let slot = job.slot;
            let status = if speed == 0 { Status::Unpowered } else { Status::Working };
            if job.status != status {
                job.status = status;
                self.set_status(slot, status);
            }
            if !is_done {
                at += 1;
                continue;
            }
            // Another job takes its place, and has its turn next.
            self.end_job(at as u32);
            self.awake.insert(slot);
            if matches!(self.structures[slot as usize].kind, Kind::Lab | Kind::Harvester) {
                in_order.push(slot);
            } else {
                self.finish_and_emit(tables, slot);
            }
        }
        in_order.sort_unstable_by_key(|&slot| self.structures[slot as usize].cell);
        for slot in in_order {
            self.finish_and_emit(tables, slot);
        }
    }

    /// Lets those that are awake begin what they can.
    fn begin_jobs(&mut self, tables: &Tables) {
        let mut labs = Vec::new();
        for word in 0..self.awake.words() {
            let mut bits = self.awake.word(word);
            while bits != 0 {
                let slot = (word as u32) << 6 | bits.trailing_zeros();
                bits &= bits - 1;
                let machine = &self.structures[slot as usize];
                if machine.job != NONE {
                    // It wakes when that is done.
                    self.awake.remove(slot);
                } else if machine.kind == Kind::Lab {
                    labs.push(slot);
                } else {
                    self.begin(tables, slot);
                }
            }
        }
        labs.sort_unstable_by_key(|&slot| self.structures[slot as usize].cell);
        for slot in labs {
            self.begin(tables, slot);
        }
    }

    /// Begins a job where one can begin; else the machine sleeps. What it waits for wakes it: an item that
    /// comes or goes, an order, a research.
    fn begin(&mut self, tables: &Tables, slot: u32) {
        let start = self.start_of(tables, slot);
        self.awake.remove(slot);
        match start {
            Ok(ticks) => {
                let tick = self.tick;
                let machine = &mut self.structures[slot as usize];
                machine.start_tick = tick;
                machine.duration = ticks;
                self.set_status(slot, Status::Working);
                self.mark_structure(slot);
                self.begin_job(tables, slot, ticks * FULL);
            }
            Err(status) => self.set_status(slot, status),
        }
    }

    /// Ticks of the job that begins now, or why none does.
    fn start_of(&mut self, tables: &Tables, slot: u32) -> Result<u32, Status> {
        let machine = &self.structures[slot as usize];
        let prototype = tables.prototype(machine.prototype);
        let (ticks, capacity) = (u32::from(prototype.ticks), u64::from(prototype.capacity));
        match machine.kind {
            Kind::Drill => {
                let ground = machine.ground as usize;
                if self.item_beneath(tables, ground).is_none() {
                    return Err(Status::Exhausted);
                }
                if machine.load >= capacity {
                    return Err(Status::Blocked);
                }
                Ok(if self.is_trickle(ground, machine.cell) {
                    ticks * TRICKLE_SLOWNESS
                } else {
                    ticks
                })
            }
            Kind::Pump => {
                if self.pumped_item(tables, machine).is_none() {
                    return Err(Status::Exhausted);
                }
                let is_full = machine.load + u64::from(PUMPED_AT_ONCE) > capacity;
                if is_full { Err(Status::Blocked) } else { Ok(ticks) }
            }
            Kind::Harvester => {
                let spread = u64::from(machine.stock.get(tables.fertiliser));
                let is_full = machine.load.saturating_sub(spread) >= capacity;
                if is_full { Err(Status::Blocked) } else { Ok(ticks) }
            }
            Kind::Lab => self.start_lab(tables, slot),
            _ => self.start_crafter(tables, slot),
        }
    }

    fn pumped_item(&self, tables: &Tables, pump: &Structure) -> Option<u8> {
        let deposit = self.planes.deposit[pump.ground as usize];
        Some(tables.pumped[usize::from(deposit)]).filter(|&item| item != NO_ITEM)
    }

    fn start_crafter(&mut self, tables: &Tables, slot: u32) -> Result<u32, Status> {
        let crafter = &self.structures[slot as usize];
        let Some(recipe) = tables.recipe(crafter.recipe) else { return Err(Status::Idle) };
        let owner = crafter.owner;
        if !self.player(owner).is_some_and(|player| player.knows(tables, recipe.research)) {
            return Err(Status::Locked);
        }
        let capacity = u64::from(tables.prototype(crafter.prototype).capacity);
        let held = |item: u8| u64::from(crafter.stock.get(item));
        if recipe.outputs.iter().any(|made| held(made.item) + u64::from(made.count) > capacity) {
            return Err(Status::Blocked);
        }
        if recipe.inputs.iter().any(|used| held(used.item) < u64::from(used.count)) {
            return Err(Status::Starved);
        }
        for used in &recipe.inputs {
            self.take_out(tables, slot, used.item, u32::from(used.count));
            self.consume(owner, used.item, u32::from(used.count));
        }
        Ok(u32::from(recipe.ticks))
    }

    fn start_lab(&mut self, tables: &Tables, slot: u32) -> Result<u32, Status> {
        let lab = &self.structures[slot as usize];
        let owner = lab.owner;
        let Some(player) = self.player(owner) else { return Err(Status::Idle) };
        let code = player.research;
        let Some(research) = tables.research(code) else { return Err(Status::Idle) };
        // First, for nobody wakes it when another one begins: what it is must not depend on who looked when.
        if research.packs.iter().any(|&pack| lab.stock.get(pack) == 0) {
            return Err(Status::Starved);
        }
        let place = usize::from(code) - 1;
        // The last units are under way elsewhere; when they are done or given up the player's structures wake.
        if u32::from(player.units[place]) + player.begun[place] >= u32::from(research.units) {
            return Err(Status::Idle);
        }
        for &pack in &research.packs {
            self.take_out(tables, slot, pack, 1);
            self.consume(owner, pack, 1);
        }
        self.structures[slot as usize].recipe = code;
        self.players[usize::from(owner) - 1].begun[place] += 1;
        Ok(u32::from(research.ticks))
    }

    fn finish_and_emit(&mut self, tables: &Tables, slot: u32) {
        if self.finish(tables, slot) {
            let machine = &self.structures[slot as usize];
            let (ground, owner) = (machine.ground, machine.owner);
            self.emit(ground, tables.prototype(machine.prototype).pollution, owner);
        }
    }

    /// What a finished job brings. Returns whether it brought anything.
    fn finish(&mut self, tables: &Tables, slot: u32) -> bool {
        let machine = &self.structures[slot as usize];
        let owner = machine.owner;
        match machine.kind {
            Kind::Drill => {
                let (cell, ground) = (machine.cell, machine.ground as usize);
                let Some(item) = self.item_beneath(tables, ground) else { return false };
                self.dig(cell, ground, item, owner);
                self.accept(tables, slot, item, 1);
                true
            }
            Kind::Pump => {
                let Some(item) = self.pumped_item(tables, machine) else { return false };
                self.produce(owner, item, PUMPED_AT_ONCE);
                self.accept(tables, slot, item, PUMPED_AT_ONCE);
                true
            }
            Kind::Harvester => self.run_harvest(tables, slot),
            Kind::Lab => {
                let code = machine.recipe;
                self.count_lab(slot, false);
                self.structures[slot as usize].recipe = 0;
                self.learn_unit(tables, owner, code);
                true
            }
            _ => {
                self.finish_run(tables, slot);
                true
            }
        }
    }

    fn finish_run(&mut self, tables: &Tables, slot: u32) {
        let crafter = &self.structures[slot as usize];
        let owner = crafter.owner;
        let recipe = tables.recipe(crafter.recipe);
        let outputs = recipe.map_or(&[][..], |recipe| &recipe.outputs);
        for made in outputs {
            self.accept(tables, slot, made.item, u32::from(made.count));
            self.produce(owner, made.item, u32::from(made.count));
        }
        if outputs.is_empty()
            && let Some(player) = self.player_mut(owner)
        {
            player.launches += 1;
            self.mark_player(owner);
        }
    }

    /// Counts a built laboratory's job among those under way, or no more.
    pub(crate) fn count_lab(&mut self, slot: u32, begins: bool) {
        let lab = &self.structures[slot as usize];
        let (kind, recipe, owner) = (lab.kind, lab.recipe, lab.owner);
        if kind != Kind::Lab || recipe == 0 {
            return;
        }
        if let Some(player) = self.player_mut(owner)
            && let Some(begun) = player.begun.get_mut(usize::from(recipe) - 1)
        {
            *begun = if begins { *begun + 1 } else { begun.saturating_sub(1) };
        }
    }
}

/// The last unit of a deposit never ends, but a drill on it takes this many times as long.
const TRICKLE_SLOWNESS: u32 = 8;
