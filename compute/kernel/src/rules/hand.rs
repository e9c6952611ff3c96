//! What a player does by hand, over time: walking, harvesting, crafting.

use super::inventory::INVENTORY_LIMIT;
use super::outcomes::{Named, Reason, reason_for};
use super::player::{Craft, Harvest, Move, OrderRef};
use super::state::State;
use crate::generation::codes::terrain::{DEEP_SEA, SHALLOWS};
use crate::grid::{DIRECTIONS, distance_within, neighbour};
use crate::tables::{NO_ITEM, Tables};
use alloc::vec::Vec;

/// How far a hand reaches, in steps.
const REACH: u32 = 3;
const TICKS_PER_STEP: u64 = 4;
const TICKS_PER_HARVEST: u64 = 10;
/// Directions of a path that are walked; the rest is only counted.
pub(crate) const LONGEST_PATH: usize = 64;
const MOST_CRAFTS: u64 = 1000;
const CRAFT_QUEUE: usize = 8;

impl State {
    pub(crate) fn in_reach(&self, tables: &Tables, index: u16, cell: u32) -> bool {
        let Some(player) = self.player(index) else { return false };
        let reach = REACH + player.extra_reach(tables);
        self.is_cell(cell) && distance_within(self.n, player.cell, cell, reach).is_some()
    }

    pub(crate) fn order_move(&mut self, by: OrderRef, index: u16, path: Vec<u8>, asked: u32) {
        self.end_move(index, Reason::Interrupted);
        let moving = Move { by, path, asked, done: 0 };
        if let Some(player) = self.player_mut(index) {
            player.moving = Some(moving);
        }
        self.mark_player(index);
    }

    fn end_move(&mut self, index: u16, otherwise: Reason) {
        let Some(player) = self.player_mut(index) else { return };
        let cell = player.cell;
        if let Some(Move { by, asked, done, .. }) = player.moving.take() {
            self.mark_player(index);
            self.tell_at(by, u64::from(done), asked.into(), otherwise, Named::Cell(cell));
        }
    }

    fn walk(&mut self, index: u16) {
        let Some(player) = self.player(index) else { return };
        let Some(moving) = &player.moving else { return };
        let (mut done, asked) = (moving.done as usize, moving.asked);
        let length = moving.path.len();
        if let Some(&direction) = moving.path.get(done) {
            if self.tick < player.next_step_tick {
                return;
            }
            let Some(next) = self.next_cell(player.cell, direction) else {
                return self.end_move(index, Reason::Blocked);
            };
            done += 1;
            let next_step_tick = self.tick + TICKS_PER_STEP;
            if let Some(player) = self.player_mut(index) {
                player.cell = next;
                player.next_step_tick = next_step_tick;
                if let Some(moving) = &mut player.moving {
                    moving.done = done as u32;
                }
            }
            self.mark_player(index);
        }
        if done >= length {
            self.end_move(index, reason_for(done as u64, asked.into(), Reason::Partly));
        }
    }

    /// Where a step leads; nowhere into the sea, and where a pentagon lacks the direction.
    fn next_cell(&self, cell: u32, direction: u8) -> Option<u32> {
        if direction >= DIRECTIONS {
            return None;
        }
        let next = neighbour(self.n, cell, direction)?;
        let terrain = self.planes.terrain[self.planes.place(next)];
        (!(DEEP_SEA..=SHALLOWS).contains(&terrain)).then_some(next)
    }

    pub(crate) fn start_harvest(&mut self, tables: &Tables, by: OrderRef, index: u16, cell: Named) {
        self.end_harvest(index, Reason::Interrupted);
        match self.why_no_harvest(tables, index, cell.id()) {
            Some(hindrance) => self.tell_at(by, 0, 1, hindrance, cell),
            None => {
                let next_tick = self.tick + TICKS_PER_HARVEST;
                let harvest = Harvest { by, cell: cell.id(), done: 0, next_tick };
                if let Some(player) = self.player_mut(index) {
                    player.harvest = Some(harvest);
                }
            }
        }
        self.mark_player(index);
    }

    pub(crate) fn stop_harvest(&mut self, by: OrderRef, index: u16) {
        let stopped = self.player(index).is_some_and(|player| player.harvest.is_some());
        self.end_harvest(index, Reason::Done);
        let reason = if stopped { Reason::Done } else { Reason::NothingThere };
        self.tell(by, u64::from(stopped), 1, reason);
    }

    /// A harvest has no end of its own: asked is what was done, or 1 where that is nothing.
    fn end_harvest(&mut self, index: u16, reason: Reason) {
        let Some(player) = self.player_mut(index) else { return };
        if let Some(Harvest { by, cell, done, .. }) = player.harvest.take() {
            self.mark_player(index);
            self.tell_at(by, done, done.max(1), reason, Named::Cell(cell));
        }
    }

    /// The item that a hand gets from a place: what lives there first, then the deposit.
    fn harvest_item(&self, tables: &Tables, ground: usize) -> Option<u8> {
        if self.planes.mass[ground] > 0 {
            let life = usize::from(self.planes.life[ground]);
            return Some(tables.living[life]).filter(|&item| item != NO_ITEM);
        }
        self.item_beneath(tables, ground)
    }

    fn why_no_harvest(&self, tables: &Tables, index: u16, cell: u32) -> Option<Reason> {
        if !self.in_reach(tables, index, cell) {
            return Some(Reason::OutOfReach);
        }
        let ground = self.planes.place(cell);
        if ![0, index].contains(&self.planes.owner[ground]) {
            return Some(Reason::NotYours);
        }
        let Some(item) = self.harvest_item(tables, ground) else {
            return Some(Reason::NothingThere);
        };
        let player = self.player(index)?;
        (player.inventory[usize::from(item)] >= INVENTORY_LIMIT).then_some(Reason::NoRoom)
    }

    fn harvest(&mut self, tables: &Tables, index: u16) {
        let Some(player) = self.player(index) else { return };
        let Some(harvest) = &player.harvest else { return };
        if self.tick < harvest.next_tick {
            return;
        }
        let (cell, done) = (harvest.cell, harvest.done);
        if let Some(hindrance) = self.why_no_harvest(tables, index, cell) {
            let is_done = hindrance == Reason::NothingThere && done > 0;
            return self.end_harvest(index, if is_done { Reason::Done } else { hindrance });
        }
        let ground = self.planes.place(cell);
        let Some(item) = self.harvest_item(tables, ground) else { return };
        if self.planes.mass[ground] > 0 {
            self.cut(ground, item, index);
        } else {
            self.dig(cell, ground, item, index);
        }
        self.give(index, item, 1);
        let next_tick = self.tick + TICKS_PER_HARVEST;
        if let Some(harvest) = self.player_mut(index).and_then(|player| player.harvest.as_mut()) {
            harvest.done += 1;
            harvest.next_tick = next_tick;
        }
    }

    pub(crate) fn order_craft(
        &mut self,
        tables: &Tables,
        by: OrderRef,
        index: u16,
        code: u8,
        asked: u64,
    ) {
        let count = asked.min(MOST_CRAFTS) as u16;
        let known = tables.recipe(code).filter(|recipe| recipe.by_hand && count > 0);
        let Some(recipe) = known else { return self.tell(by, 0, asked, Reason::NothingThere) };
        let Some(player) = self.player_mut(index) else { return };
        if !player.knows(tables, recipe.research) {
            return self.tell(by, 0, asked, Reason::NotResearched);
        }
        if player.crafts.len() >= CRAFT_QUEUE {
            return self.tell(by, 0, asked, Reason::NoRoom);
        }
        player.crafts.push_back(Craft { by, recipe: code, asked, count, done: 0, ticks_left: 0 });
        self.mark_player(index);
    }

    /// Works at the first order of the queue; an order that lacks materials ends.
    fn craft(&mut self, tables: &Tables, index: u16) {
        let Some(player) = self.player_mut(index) else { return };
        let Some(order) = player.crafts.front() else { return };
        let Some(recipe) = tables.recipe(order.recipe) else { return };
        if order.ticks_left == 0 {
            if !player.holds(&recipe.inputs) {
                return self.end_craft(tables, index, Reason::MissingMaterials);
            }
            self.spend(index, &recipe.inputs);
            self.count_craft(index, |player| {
                for used in &recipe.inputs {
                    player.consumed[usize::from(used.item)] += i64::from(used.count);
                }
                player.crafts[0].ticks_left = recipe.ticks;
            });
        }
        let Some(player) = self.player_mut(index) else { return };
        let order = &mut player.crafts[0];
        order.ticks_left = order.ticks_left.saturating_sub(1);
        if order.ticks_left > 0 {
            return;
        }
        self.earn(tables, index, &recipe.outputs);
        let mut ended = None;
        self.count_craft(index, |player| {
            for made in &recipe.outputs {
                player.produced[usize::from(made.item)] += i64::from(made.count);
            }
            let order = &mut player.crafts[0];
            order.done += 1;
            if order.done >= u32::from(order.count) {
                ended = Some(reason_for(u64::from(order.done), order.asked, Reason::Partly));
            }
        });
        self.mark_player(index);
        if let Some(reason) = ended {
            self.end_craft(tables, index, reason);
        }
    }

    fn count_craft(&mut self, index: u16, count: impl FnOnce(&mut super::player::Player)) {
        if let Some(player) = self.player_mut(index) {
            count(player);
        }
    }

    fn end_craft(&mut self, tables: &Tables, index: u16, reason: Reason) {
        let Some(player) = self.player_mut(index) else { return };
        let Some(order) = player.crafts.pop_front() else { return };
        if order.ticks_left > 0
            && let Some(recipe) = tables.recipe(order.recipe)
        {
            self.earn(tables, index, &recipe.inputs);
            for used in &recipe.inputs {
                self.unconsume(index, used.item, u32::from(used.count));
            }
        }
        self.mark_player(index);
        self.tell(order.by, u64::from(order.done), order.asked, reason);
    }

    /// Ends all that the hand does; materials of an unfinished craft come back.
    pub(crate) fn give_up_hand(&mut self, tables: &Tables, index: u16) {
        self.end_move(index, Reason::Interrupted);
        self.end_harvest(index, Reason::Interrupted);
        while self.player(index).is_some_and(|player| !player.crafts.is_empty()) {
            self.end_craft(tables, index, Reason::Interrupted);
        }
    }

    /// One tick of every player's hand, by index.
    pub(crate) fn run_hands(&mut self, tables: &Tables) {
        for place in 0..self.players.len() {
            if self.players[place].here {
                let index = place as u16 + 1;
                self.walk(index);
                self.harvest(tables, index);
                self.craft(tables, index);
            }
        }
    }
}
