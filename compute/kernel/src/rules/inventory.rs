//! What a player holds: counters by item, no slots, each up to a bound.

use super::player::Player;
use super::state::State;
use crate::tables::{Amount, Tables};

/// Most of one item that a player can hold.
pub(crate) const INVENTORY_LIMIT: u32 = 1_000_000_000;

impl Player {
    pub(crate) fn holds(&self, amounts: &[Amount]) -> bool {
        let held = |amount: &Amount| self.inventory[usize::from(amount.item)];
        amounts.iter().all(|amount| held(amount) >= u32::from(amount.count))
    }
}

impl State {
    /// Adds up to `count` of an item and returns how many fitted.
    pub(crate) fn give(&mut self, index: u16, item: u8, count: u32) -> u32 {
        let Some(player) = self.player_mut(index) else { return 0 };
        let held = &mut player.inventory[usize::from(item)];
        let fits = count.min(INVENTORY_LIMIT.saturating_sub(*held));
        if fits > 0 {
            *held += fits;
            self.may_build.insert(index);
            self.mark_player(index);
        }
        fits
    }

    /// Takes up to `count` of an item and returns how many there were.
    pub(crate) fn take(&mut self, index: u16, item: u8, count: u32) -> u32 {
        let Some(player) = self.player_mut(index) else { return 0 };
        let held = &mut player.inventory[usize::from(item)];
        let taken = count.min(*held);
        if taken > 0 {
            *held -= taken;
            self.mark_player(index);
        }
        taken
    }

    /// Takes a cost out of the world; the player must hold it.
    pub(crate) fn spend(&mut self, index: u16, amounts: &[Amount]) {
        for amount in amounts {
            let taken = self.take(index, amount.item, u32::from(amount.count));
            self.balance.used[usize::from(amount.item)] += i64::from(taken);
        }
    }

    /// Brings items into the world, into the player's hands; a fluid and what does not fit does not come to be.
    pub(crate) fn earn(&mut self, tables: &Tables, index: u16, amounts: &[Amount]) {
        for amount in amounts {
            self.earn_item(tables, index, amount.item, u32::from(amount.count));
        }
    }

    pub(crate) fn earn_item(&mut self, tables: &Tables, index: u16, item: u8, count: u32) {
        if !tables.fluid(item) {
            let fitted = self.give(index, item, count);
            self.balance.made[usize::from(item)] += i64::from(fitted);
        }
    }

    /// Gives back items that exist already; a fluid and what does not fit is lost, and counted as used.
    pub(crate) fn give_back(&mut self, tables: &Tables, index: u16, item: u8, count: u32) {
        let fitted = if tables.fluid(item) { 0 } else { self.give(index, item, count) };
        self.balance.used[usize::from(item)] += i64::from(count - fitted);
    }
}
