//! The rule of one cell, in plain steps: for the poles, and what the sweep is tested against.

use super::life::{LifeTables, level_of};
use crate::generation::codes::life::{CRYSTAL, FUNGUS, MOSS, NONE};

/// Pollution above which moss loses mass.
pub(crate) const MOSS_LIMIT: u8 = 96;
/// What moss loses in a step above the limit.
pub(crate) const MOSS_LOSS: u8 = 2;
/// Of 256: how often moss takes up a unit of pollution.
pub(crate) const MOSS_UPTAKE: u8 = 64;
/// Of 65,536: how often what is full-grown falls back to a quarter, so that a planet never comes to rest.
pub(crate) const OLD_AGE: u8 = 20;
/// Of 256: how often fungus, where it starves, loses mass, and where it is fed, gains some.
pub(crate) const FUNGUS_STARVATION: u8 = 96;
pub(crate) const FUNGUS_GROWTH: u8 = 48;
/// Most that fungus eats in a step.
pub(crate) const FUNGUS_APPETITE: u8 = 4;
/// Of 256: how often the ground takes a unit from a polluted cell, an ecology step.
pub(crate) const SINK_CHANCE: u8 = 6;

/// What changes in a cell, and what it is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) terrain: u8,
    pub(crate) life: u8,
    pub(crate) mass: u8,
    pub(crate) pollution: u16,
    pub(crate) fertility: u8,
    pub(crate) crystal_bed: u8,
}

/// What a cell gives to each neighbour's sums, or the sums of what six neighbours give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Given {
    /// Levels of moss, resin trees and crystal.
    pub(crate) levels: [u8; 3],
    /// Units of pollution along an edge.
    pub(crate) flux: u8,
}

/// What the ground and the living took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Taken {
    pub(crate) sunk: u8,
    pub(crate) absorbed: u8,
}

impl Given {
    pub(crate) fn add(&mut self, other: Self) {
        for (sum, level) in self.levels.iter_mut().zip(other.levels) {
            *sum += level;
        }
        self.flux += other.flux;
    }
}

impl Cell {
    /// What the cell gives to each of its neighbours, under its random word.
    pub(crate) fn gives(&self, random: u32) -> Given {
        let mut given = Given { levels: [0; 3], flux: flux_of(self.pollution, random) };
        if (MOSS..=CRYSTAL).contains(&self.life) {
            given.levels[usize::from(self.life - MOSS)] = level_of(self.mass);
        }
        given
    }

    /// The cell after a step, from the sums of its neighbours; `edges` is 5 for a pentagon, else 6.
    pub(crate) fn settled(
        &self,
        tables: &LifeTables,
        sums: Given,
        edges: u16,
        random: u32,
    ) -> (Self, Taken) {
        let mut next = *self;
        let out = u16::from(flux_of(self.pollution, random)) * edges;
        let mut dirt = self.pollution - out + u16::from(sums.flux);
        let sunk = u8::from(dirt > 0 && ((random >> 8) as u8) < SINK_CHANCE);
        dirt -= u16::from(sunk);
        let absorbed = self.uptake(dirt, random);
        next.pollution = dirt - u16::from(absorbed);
        if self.life == NONE {
            next.settle(tables, sums, random);
        } else {
            next.grow(tables, sums, random);
        }
        next.fertility = self.fertility.saturating_sub(1);
        (next, Taken { sunk, absorbed })
    }

    fn uptake(&self, dirt: u16, random: u32) -> u8 {
        match self.life {
            MOSS => u8::from(dirt > 0 && ((random >> 24) as u8) < MOSS_UPTAKE),
            FUNGUS => dirt.min(FUNGUS_APPETITE.min(level_of(self.mass)).into()) as u8,
            _ => 0,
        }
    }

    fn cap(&self, tables: &LifeTables, life: u8) -> u8 {
        tables.caps[usize::from(life)][usize::from(self.terrain)]
    }

    /// Grows or shrinks what lives here; the pollution is the new one.
    fn grow(&mut self, tables: &LifeTables, sums: Given, random: u32) {
        let change = if self.life == FUNGUS {
            self.fungus_change(tables, random)
        } else {
            self.change(tables, sums, random)
        };
        if change == 0 {
            return;
        }
        self.mass = (i16::from(self.mass) + change).max(0) as u8;
        if self.mass == 0 {
            let born = self.life == MOSS && self.pollution > MOSS_LIMIT.into();
            self.life = if born { FUNGUS } else { NONE };
            self.mass = born.into();
        }
    }

    fn change(&self, tables: &LifeTables, sums: Given, random: u32) -> i16 {
        if self.life == MOSS && self.pollution > MOSS_LIMIT.into() {
            return -i16::from(MOSS_LOSS);
        }
        let rule = &tables.rules[usize::from(self.life)];
        let n = sums.levels[usize::from(self.life - MOSS)];
        let chance = (random >> 16) as u8;
        let cap = self.cap(tables, self.life);
        let wider = u8::from(self.fertility != 0);
        let outside = n < rule.lo.saturating_sub(wider) || n > rule.hi.saturating_add(2 * wider);
        if outside || self.mass > cap {
            return -i16::from(chance < rule.shrinkage);
        }
        if self.mass < cap {
            return i16::from(chance < rule.growth);
        }
        if random >> 16 < OLD_AGE.into() {
            return i16::from(self.mass >> 2) - i16::from(self.mass);
        }
        0
    }

    fn fungus_change(&self, tables: &LifeTables, random: u32) -> i16 {
        let chance = (random >> 16) as u8;
        if self.pollution < level_of(self.mass).into() {
            return -i16::from(chance < FUNGUS_STARVATION);
        }
        i16::from(self.mass < self.cap(tables, FUNGUS) && chance < FUNGUS_GROWTH)
    }

    /// Settles an empty cell from its neighbours, the kinds tried in the order of their codes.
    fn settle(&mut self, tables: &LifeTables, sums: Given, random: u32) {
        let mut threshold = 0;
        for life in MOSS..=CRYSTAL {
            let n = sums.levels[usize::from(life - MOSS)];
            let rule = &tables.rules[usize::from(life)];
            if n == 0 || n > rule.crowd || self.cap(tables, life) == 0 {
                continue;
            }
            if life == CRYSTAL && self.crystal_bed == 0 {
                continue;
            }
            if life == MOSS && self.pollution > MOSS_LIMIT.into() {
                continue;
            }
            threshold += u32::from(n) * u32::from(rule.spread);
            if random >> 16 < threshold {
                self.life = life;
                self.mass = 1;
                return;
            }
        }
    }
}

/// What a cell with `pollution` sends across each of its edges, 0..=3: a sixth at most, so that six edges
/// never send more than there is; and 3 where it could overflow, so that nothing ever does.
fn flux_of(pollution: u16, random: u32) -> u8 {
    let share = (u32::from(pollution) + (random & 63)) >> 6;
    share.min(u32::from(pollution) / 6).min(3) as u8
}
