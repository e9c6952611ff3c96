//! Who is in the world: entering, leaving, and the record that each account has here; and moving items between
//! a hand and a structure.

use super::holding::room_for;
use super::inventory::INVENTORY_LIMIT;
use super::outcomes::{Named, Reason, reason_for};
use super::player::{OrderRef, Player};
use super::state::State;
use crate::tables::{NO_ITEM, Tables};

/// Owners are u16 in the planes.
const MOST_PLAYERS: usize = 0xffff;

/// What a player asks to be moved.
#[derive(Debug, Clone)]
pub(crate) struct Transfer {
    pub(crate) cell: Named,
    /// Code, or `NO_ITEM`.
    pub(crate) item: u8,
    pub(crate) asked: u64,
    /// From the hand into the structure; else out of it.
    pub(crate) put: bool,
}

impl State {
    /// Index of the account's player.
    pub(crate) fn known_player(&self, account: &[u16]) -> Option<u16> {
        self.by_account.get(account).copied()
    }

    /// Index of the account's player, made where there is none; `None` when the world is full.
    pub(crate) fn player_for(&mut self, tables: &Tables, account: &[u16]) -> Option<u16> {
        let known = self.known_player(account);
        if known.is_some() || self.players.len() >= MOST_PLAYERS {
            return known;
        }
        let index = self.players.len() as u16 + 1;
        let player = Player::new(account.into(), index, tables.items(), tables.researches());
        self.players.push(player);
        self.by_account.insert(account.into(), index);
        self.mark_player(index);
        Some(index)
    }

    /// The first time at the landing cell with the starter kit, later where the player was.
    pub(crate) fn enter_world(&mut self, tables: &Tables, by: OrderRef, landing: u32) {
        let Some(index) = self.player_for(tables, &by.account) else {
            return self.tell(by, 0, 1, Reason::NoRoom);
        };
        let landing = if self.is_cell(landing) { landing } else { 0 };
        let player = &mut self.players[usize::from(index) - 1];
        player.here = true;
        if !core::mem::replace(&mut player.entered, true) {
            player.cell = landing;
            self.earn(tables, index, &tables.starter_kit);
        }
        self.mark_player(index);
        let cell = self.players[usize::from(index) - 1].cell;
        self.tell_at(by, 1, 1, Reason::Done, Named::Cell(cell));
    }

    /// The body stays where it is; what the hand was doing ends.
    pub(crate) fn leave_world(&mut self, tables: &Tables, by: OrderRef) {
        let index = self.known_player(&by.account);
        let here = index.filter(|&index| self.player(index).is_some_and(|player| player.here));
        let Some(index) = here else { return self.tell(by, 0, 1, Reason::NotEntered) };
        self.give_up_hand(tables, index);
        let player = &mut self.players[usize::from(index) - 1];
        player.here = false;
        let cell = player.cell;
        self.mark_player(index);
        self.tell_at(by, 1, 1, Reason::Done, Named::Cell(cell));
    }

    /// Moves items between a player's hand and a structure in reach, at once.
    pub(crate) fn transfer(&mut self, tables: &Tables, by: OrderRef, index: u16, order: Transfer) {
        let Transfer { cell, item, asked, put } = order;
        if !self.in_reach(tables, index, cell.id()) {
            return self.tell_at(by, 0, asked, Reason::OutOfReach, cell);
        }
        let Some(slot) = self.built_at(cell.id()) else {
            return self.tell_at(by, 0, asked, Reason::NoStructure, cell);
        };
        if self.structures[slot as usize].owner != index {
            return self.tell_at(by, 0, asked, Reason::NotYours, cell);
        }
        // No hand holds a fluid.
        let is_held = item != NO_ITEM && !tables.fluid(item);
        let count = if is_held { asked.min(u64::from(INVENTORY_LIMIT)) as u32 } else { 0 };
        if count == 0 {
            return self.tell_at(by, 0, asked, Reason::NothingThere, cell);
        }
        let (done, otherwise) = if put {
            self.put(tables, index, slot, item, count)
        } else {
            self.take_from(tables, index, slot, item, count)
        };
        let done = u64::from(done);
        self.tell_at(by, done, asked, reason_for(done, asked, otherwise), cell);
    }

    /// How many were moved, and why none were if so.
    fn put(
        &mut self,
        tables: &Tables,
        index: u16,
        slot: u32,
        item: u8,
        count: u32,
    ) -> (u32, Reason) {
        let held = self.players[usize::from(index) - 1].inventory[usize::from(item)];
        let room = room_for(tables, &self.structures[slot as usize], item);
        let done = self.take(index, item, room.min(u64::from(count)) as u32);
        if done > 0 {
            self.accept(tables, slot, item, done);
        }
        (done, if held == 0 { Reason::MissingMaterials } else { Reason::NoRoom })
    }

    fn take_from(
        &mut self,
        tables: &Tables,
        index: u16,
        slot: u32,
        item: u8,
        count: u32,
    ) -> (u32, Reason) {
        let there = self.structures[slot as usize].stock.get(item);
        let done = self.give(index, item, count.min(there));
        if done > 0 {
            self.take_out(tables, slot, item, done);
        }
        (done, if there == 0 { Reason::NothingThere } else { Reason::NoRoom })
    }
}
