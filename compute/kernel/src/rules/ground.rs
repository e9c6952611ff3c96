//! What is dug, cut and spread: deposits are counted in units of 256 items, and the opened unit's rest stays
//! with the cell.

use super::state::State;
use crate::generation::codes::INEXHAUSTIBLE;
use crate::grid::cells_within;
use crate::tables::{NO_ITEM, Tables};
use alloc::vec::Vec;

const ITEMS_PER_UNIT: u32 = 256;
/// A harvester leaves this mass standing, so that the patch grows again.
const LEFT_STANDING: u8 = 32;
/// Ecology steps for which fertiliser works.
const FERTILE_STEPS: u8 = 255;
/// A cell is fertilised again when no more steps than this are left.
const FERTILE_REST: u8 = 32;

impl State {
    /// True where only the last unit is left, which gives for ever, slowly.
    pub(crate) fn is_trickle(&self, ground: usize, cell: u32) -> bool {
        self.planes.amount[ground] == 1 && self.opened.get(cell).unwrap_or(0) == 0
    }

    /// Digs one item, which `item_beneath` says, out of a cell for a player.
    pub(crate) fn dig(&mut self, cell: u32, ground: usize, item: u8, by: u16) {
        self.produce(by, item, 1);
        match self.opened.get(cell).unwrap_or(0) {
            0 => self.open_unit(cell, ground),
            1 => self.opened.remove(cell),
            left => self.opened.set(cell, left - 1),
        }
    }

    fn open_unit(&mut self, cell: u32, ground: usize) {
        let amount = self.planes.amount[ground];
        if amount <= 1 || amount == INEXHAUSTIBLE {
            return;
        }
        self.planes.amount[ground] = amount - 1;
        self.opened.set(cell, ITEMS_PER_UNIT - 1);
        self.mark_ground(ground);
    }

    /// Takes one of the living mass of a place, as an item, for a player.
    pub(crate) fn cut(&mut self, ground: usize, item: u8, by: u16) {
        self.planes.mass[ground] -= 1;
        if self.planes.mass[ground] == 0 {
            self.planes.life[ground] = 0;
        }
        self.produce(by, item, 1);
        self.mark_ground(ground);
    }

    /// Fertilises those places where something lives. Returns whether any needed it.
    fn fertilise(&mut self, grounds: &[usize]) -> bool {
        let lives = |ground: &&usize| self.planes.mass[**ground] > 0;
        let living: Vec<usize> = grounds.iter().filter(lives).copied().collect();
        if !living.iter().any(|&ground| self.planes.fertility[ground] <= FERTILE_REST) {
            return false;
        }
        for ground in living {
            self.planes.fertility[ground] = FERTILE_STEPS;
            self.mark_ground(ground);
        }
        true
    }

    /// A harvester's job: one unit of what lives in its reach, of the kind whose turn it is, or of the next
    /// that there is. Returns whether it cut any.
    pub(crate) fn run_harvest(&mut self, tables: &Tables, slot: u32) -> bool {
        let harvester = &self.structures[slot as usize];
        let (owner, turn) = (harvester.owner, harvester.turn);
        let reach = tables.prototype(harvester.prototype).reach;
        // Its owner's land and nobody's: never that of others.
        let near = cells_within(self.n, harvester.cell, u32::from(reach)).into_iter();
        let free = |ground: &usize| [0, owner].contains(&self.planes.owner[*ground]);
        let grounds: Vec<usize> = near.map(|cell| self.planes.place(cell)).filter(free).collect();
        if harvester.stock.get(tables.fertiliser) > 0 && self.fertilise(&grounds) {
            self.take_out(tables, slot, tables.fertiliser, 1);
            self.consume(owner, tables.fertiliser, 1);
        }
        let kinds = tables.living.len() - 1;
        for offset in 0..kinds {
            let life = 1 + (usize::from(turn) + offset) % kinds;
            let Some(best) = self.fullest(&grounds, life as u8) else { continue };
            let item = tables.living[life];
            if item == NO_ITEM {
                continue;
            }
            self.cut(best, item, owner);
            self.accept(tables, slot, item, 1);
            self.structures[slot as usize].turn = (life % kinds) as u8;
            return true;
        }
        false
    }

    /// The place with most of a kind of life, the first among equals, if any has enough.
    fn fullest(&self, grounds: &[usize], life: u8) -> Option<usize> {
        let mut best = None;
        let mut most = LEFT_STANDING;
        for &ground in grounds {
            if self.planes.life[ground] == life && self.planes.mass[ground] > most {
                best = Some(ground);
                most = self.planes.mass[ground];
            }
        }
        best
    }
}
