//! What the territory decided: claims, and structures placed, removed, turned, set to a recipe.

use super::cells::NONE;
use super::outcomes::{Named, Reason, reason_for};
use super::player::OrderRef;
use super::state::State;
use super::structure::{BuildOrder, Status, Structure};
use crate::tables::{Kind, Tables};

/// A structure that is asked for: the codes of prototypes that there are not are 0.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placed {
    pub(crate) cell: u32,
    pub(crate) prototype: u8,
    pub(crate) direction: u8,
}

impl State {
    pub(crate) fn claim_cells(&mut self, tables: &Tables, by: OrderRef, cells: &[u32]) {
        let mut done = 0;
        if let Some(index) = self.player_for(tables, &by.account) {
            for &cell in cells {
                if !self.is_cell(cell) {
                    continue;
                }
                let ground = self.planes.place(cell);
                if self.planes.owner[ground] == 0 {
                    self.set_owner(ground, index, index, 1);
                    done += 1;
                }
            }
        }
        let asked = cells.len() as u64;
        self.tell(by, done, asked, reason_for(done, asked, Reason::NotYours));
    }

    fn set_owner(&mut self, ground: usize, owner: u16, index: u16, claims: i64) {
        self.planes.owner[ground] = owner;
        self.players[usize::from(index) - 1].claims += claims;
        self.mark_ground(ground);
        self.mark_player(index);
    }

    pub(crate) fn release_cell(&mut self, by: OrderRef, cell: Named) {
        let id = cell.id();
        if self.is_cell(id)
            && let Some(index) = self.known_player(&by.account)
        {
            let ground = self.planes.place(id);
            if self.planes.owner[ground] == index {
                self.set_owner(ground, 0, index, -1);
                return self.tell_at(by, 1, 1, Reason::Done, cell);
            }
        }
        self.tell(by, 0, 1, Reason::NotYours);
    }

    pub(crate) fn place_structures(&mut self, tables: &Tables, by: OrderRef, placed: &[Placed]) {
        let asked = placed.len() as u32;
        let order = BuildOrder { by, asked, done: 0, open: 0, told: false, blueprints: 0 };
        let order = self.add_order(order);
        let account = self.orders[order as usize].by.account.clone();
        let mut is_locked = false;
        if let Some(index) = self.player_for(tables, &account) {
            for &placed in placed {
                let is_known =
                    placed.prototype != 0 && usize::from(placed.prototype) <= tables.prototypes();
                if is_known && self.is_cell(placed.cell) && self.at(placed.cell).is_none() {
                    is_locked |= !self.add_blueprint(tables, order, index, placed);
                }
            }
            self.may_build.insert(index);
        }
        let otherwise = if is_locked { Reason::NotResearched } else { Reason::NothingThere };
        if self.orders[order as usize].open == 0 {
            let (by, asked) = (self.orders[order as usize].by.clone(), u64::from(asked));
            self.tell(by, 0, asked, reason_for(0, asked, otherwise));
        }
        if self.orders[order as usize].blueprints == 0 {
            self.free_orders.push(order);
        }
    }

    /// Puts a blueprint on a free cell. Returns whether its owner knows how to build it.
    fn add_blueprint(&mut self, tables: &Tables, order: u32, owner: u16, placed: Placed) -> bool {
        let Placed { cell, prototype, direction } = placed;
        let row = tables.prototype(prototype);
        let is_unlocked = self.players[usize::from(owner) - 1].knows(tables, row.research);
        let waits_for = if is_unlocked {
            order
        } else {
            // What is not researched is told at once, so each waits for itself.
            let shared = self.orders[order as usize].clone();
            self.add_order(BuildOrder { asked: 1, told: true, blueprints: 0, ..shared })
        };
        self.orders[waits_for as usize].open += 1;
        self.orders[waits_for as usize].blueprints += 1;
        let ground = self.planes.place(cell) as u32;
        let structure = Structure::new(cell, ground, prototype, row.kind, owner, direction);
        let slot = self.stand(Structure { order: waits_for, ..structure });
        self.waiting.push(slot);
        self.mark_structure(slot);
        is_unlocked
    }

    pub(crate) fn add_order(&mut self, order: BuildOrder) -> u32 {
        match self.free_orders.pop() {
            Some(place) => {
                self.orders[place as usize] = order;
                place
            }
            None => {
                self.orders.push(order);
                self.orders.len() as u32 - 1
            }
        }
    }
}

impl State {
    /// Builds the blueprints whose materials are there, in the order of their placing.
    pub(crate) fn build_blueprints(&mut self, tables: &Tables) {
        if self.may_build.is_empty() {
            return;
        }
        let owners = core::mem::take(&mut self.may_build);
        let mut waiting = core::mem::take(&mut self.waiting);
        waiting.retain(|&slot| {
            let structure = &self.structures[slot as usize];
            let owner = structure.owner;
            let prototype = tables.prototype(structure.prototype);
            let may = owners.contains(&owner)
                && self.player(owner).is_some_and(|player| {
                    player.knows(tables, prototype.research) && player.holds(&prototype.cost)
                });
            if may {
                self.spend(owner, &prototype.cost);
                self.build(tables, slot);
            }
            !may
        });
        self.waiting = waiting;
    }

    fn build(&mut self, tables: &Tables, slot: u32) {
        let structure = &mut self.structures[slot as usize];
        let cell = structure.cell;
        let order = core::mem::replace(&mut structure.order, NONE);
        structure.status = Status::Idle;
        self.raise(tables, slot, alloc::vec![]);
        self.mark_structure(slot);
        self.orders[order as usize].done += 1;
        self.close(order, cell);
    }

    /// Connects what is built from now on with what stands around it; `lane`: what lies on it, if it is a belt.
    pub(crate) fn raise(&mut self, tables: &Tables, slot: u32, lane: alloc::vec::Vec<(u8, u8)>) {
        let structure = &self.structures[slot as usize];
        let (cell, kind) = (structure.cell, structure.kind);
        self.unsettle(cell);
        if kind == Kind::Belt {
            self.add_loose(slot, lane);
        }
        self.go_on(tables, slot);
        self.rewire(tables, slot, true);
        self.resettle(tables, cell, kind);
    }

    /// One structure of an order is built or gone; the outcome comes with the last.
    fn close(&mut self, place: u32, cell: u32) {
        let order = &mut self.orders[place as usize];
        order.open -= 1;
        order.blueprints -= 1;
        if order.blueprints == 0 {
            self.free_orders.push(place);
        }
        let order = &self.orders[place as usize];
        if order.open > 0 || order.told {
            return;
        }
        let (by, done, asked) = (order.by.clone(), u64::from(order.done), u64::from(order.asked));
        let reason = reason_for(done, asked, Reason::Interrupted);
        if asked == 1 {
            self.tell_at(by, done, asked, reason, Named::Cell(cell));
        } else {
            self.tell(by, done, asked, reason);
        }
    }

    /// The slot of the structure on a cell and the index of its owner, if that is the account's player.
    fn own_structure(&self, account: &[u16], cell: u32) -> Option<(u32, u16)> {
        let slot = self.at(cell)?;
        let index = self.known_player(account)?;
        (self.structures[slot as usize].owner == index).then_some((slot, index))
    }

    fn why_not(&self, cell: u32) -> Reason {
        if self.at(cell).is_some() { Reason::NotYours } else { Reason::NoStructure }
    }

    pub(crate) fn remove_structures(&mut self, tables: &Tables, by: OrderRef, cells: &[u32]) {
        let mut done = 0;
        for &cell in cells {
            if let Some((slot, index)) = self.own_structure(&by.account, cell) {
                self.remove(tables, slot, index);
                done += 1;
            }
        }
        let asked = cells.len() as u64;
        let otherwise = self.why_not(cells.first().copied().unwrap_or(NONE));
        self.tell(by, done, asked, reason_for(done, asked, otherwise));
    }

    fn remove(&mut self, tables: &Tables, slot: u32, index: u16) {
        self.mark_structure(slot);
        let Structure { cell, kind, order, prototype, .. } = self.structures[slot as usize];
        if order != NONE {
            self.waiting.retain(|&waiting| waiting != slot);
            self.clear(slot);
            return self.close(order, cell);
        }
        self.unsettle(cell);
        for (_, item) in self.take_loose(slot) {
            self.give_back(tables, index, item, 1);
        }
        self.abandon_job(tables, slot, index);
        self.empty_into(tables, slot, index);
        self.rewire(tables, slot, false);
        self.clear(slot);
        self.resettle(tables, cell, kind);
        self.earn(tables, index, &tables.prototype(prototype).cost);
    }

    fn empty_into(&mut self, tables: &Tables, slot: u32, index: u16) {
        for (item, count) in self.structures[slot as usize].empty() {
            self.give_back(tables, index, item, count);
        }
    }

    pub(crate) fn rotate_structure(
        &mut self,
        tables: &Tables,
        by: OrderRef,
        cell: Named,
        direction: u8,
    ) {
        let Some((slot, _)) = self.own_structure(&by.account, cell.id()) else {
            let reason = self.why_not(cell.id());
            return self.tell(by, 0, 1, reason);
        };
        self.unsettle(cell.id());
        self.structures[slot as usize].direction = direction;
        self.resettle(tables, cell.id(), self.structures[slot as usize].kind);
        self.mark_structure(slot);
        self.tell_at(by, 1, 1, Reason::Done, cell);
    }

    /// What the machine holds goes back to its owner, and a job under way is given up: its inputs too.
    pub(crate) fn select_recipe(&mut self, tables: &Tables, by: OrderRef, cell: Named, code: u8) {
        let Some((slot, index)) = self.own_structure(&by.account, cell.id()) else {
            let reason = self.why_not(cell.id());
            return self.tell(by, 0, 1, reason);
        };
        let Structure { prototype, recipe: before, .. } = self.structures[slot as usize];
        let known = tables.recipe(code).filter(|recipe| recipe.machines.contains(&prototype));
        let Some(recipe) = known else {
            return self.tell_at(by, 0, 1, Reason::NothingThere, cell);
        };
        if code != before {
            self.abandon_job(tables, slot, index);
            self.empty_into(tables, slot, index);
            self.structures[slot as usize].recipe = code;
            self.mark_structure(slot);
            self.wake(slot);
        }
        // It is selected all the same, and runs as soon as it is known.
        if !self.players[usize::from(index) - 1].knows(tables, recipe.research) {
            return self.tell_at(by, 0, 1, Reason::NotResearched, cell);
        }
        self.tell_at(by, 1, 1, Reason::Done, cell);
    }

    /// Gives the inputs of an unfinished run back; what burns is gone.
    fn abandon_job(&mut self, tables: &Tables, slot: u32, index: u16) {
        let Structure { kind, recipe, job, .. } = self.structures[slot as usize];
        let work_left = self.left(slot);
        if job != NONE {
            self.end_job(job);
            self.awake.insert(slot);
        }
        if work_left > 0 && kind == Kind::Lab {
            let packs = tables.research(recipe).map_or(&[][..], |research| &research.packs);
            for &pack in packs {
                self.earn_item(tables, index, pack, 1);
            }
            for &pack in packs {
                self.unconsume(index, pack, 1);
            }
            if self.structures[slot as usize].is_built() {
                self.count_lab(slot, false);
            }
            self.wake_structures(index);
        } else if work_left > 0 {
            let inputs = tables.recipe(recipe).map_or(&[][..], |recipe| &recipe.inputs);
            self.earn(tables, index, inputs);
            for used in inputs {
                self.unconsume(index, used.item, u32::from(used.count));
            }
        }
        let structure = &mut self.structures[slot as usize];
        structure.work_left = 0;
        structure.duration = 0;
        self.unhashed.insert(slot);
    }
}
