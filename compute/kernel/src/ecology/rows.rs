//! The rule of 64 cells side by side, without branches: what a compiler makes vector instructions of. It is
//! the rule of `cell.rs`, which the tests hold it to.
//!
//! What a cell gives to its neighbours' sums is two bytes: the levels of moss and of resin trees, four bits
//! each, then the level of crystal and the flux. Three such bytes add up to 9 at most in each half, so six
//! are summed as three and three, and the halves are taken apart in between.

#![allow(clippy::needless_range_loop, reason = "one index keeps many arrays in step")]

use super::cell::{
    FUNGUS_APPETITE, FUNGUS_GROWTH, FUNGUS_STARVATION, MOSS_LIMIT, MOSS_LOSS, MOSS_UPTAKE, OLD_AGE,
    SINK_CHANCE,
};
use super::lanes::{Lanes, Row, SIDE};
use super::life::{LifeTables, level_of};
use crate::generation::codes::life::{CRYSTAL, FUNGUS, MOSS, NONE, RESIN_TREE};
use crate::random::{GOLDEN, mix32};

pub(super) type Words = [u32; SIDE];

/// The numbers of the living, as a row looks them up.
pub(super) struct Numbers {
    /// By terrain: of moss, resin trees, crystal, fungus.
    caps: [[u8; 16]; 4],
    /// By life.
    lo: [u8; 16],
    hi: [u8; 16],
    growth: [u8; 16],
    shrinkage: [u8; 16],
    /// Of moss, resin trees, crystal.
    crowd: [u8; 3],
    spread: [u16; 3],
    /// The upper byte of the highest threshold of settling.
    luck: u8,
}

impl Numbers {
    pub(super) fn new(tables: &LifeTables) -> Self {
        let [_, rules @ .., _] = &tables.rules;
        let [_, caps @ ..] = tables.caps;
        let most: u16 = rules.iter().map(|rule| u16::from(rule.crowd.min(18)) * rule.spread).sum();
        let mut numbers = Self {
            caps,
            lo: [0; 16],
            hi: [0; 16],
            growth: [0; 16],
            shrinkage: [0; 16],
            crowd: rules.map(|rule| rule.crowd),
            spread: rules.map(|rule| rule.spread),
            luck: (most >> 8) as u8,
        };
        for (life, rule) in (1..).zip(rules) {
            numbers.lo[life] = rule.lo;
            numbers.hi[life] = rule.hi;
            numbers.growth[life] = rule.growth;
            numbers.shrinkage[life] = rule.shrinkage;
        }
        numbers.growth[usize::from(FUNGUS)] = FUNGUS_GROWTH;
        numbers.shrinkage[usize::from(FUNGUS)] = FUNGUS_STARVATION;
        numbers
    }
}

/// The keys of a step's random words, and of the next one's.
#[derive(Clone, Copy)]
pub(super) struct Keys {
    pub(super) now: u32,
    pub(super) next: u32,
}

/// What rows are settled by.
#[derive(Clone, Copy)]
pub(super) struct Rule<'a, L> {
    pub(super) lanes: L,
    pub(super) numbers: &'a Numbers,
    pub(super) keys: Keys,
}

/// The random words of 64 cells, from the first on, whose ids are `apart`.
#[inline(always)]
pub(super) fn draw(key: u32, first: u32, apart: u32) -> Words {
    let start = key.wrapping_add(first.wrapping_mul(GOLDEN));
    let apart = apart.wrapping_mul(GOLDEN);
    let mut words = [0; SIDE];
    for (x, word) in words.iter_mut().enumerate() {
        *word = mix32(start.wrapping_add((x as u32).wrapping_mul(apart)));
    }
    words
}

/// A truth as a byte of ones or zeros.
#[inline(always)]
const fn mask(truth: bool) -> u8 {
    (truth as u8).wrapping_neg()
}

/// What cells give by what lives there: moss and resin trees, crystal.
#[inline(always)]
pub(super) fn give_life(life: &Row, mass: &Row, plants: &mut Row, rest: &mut Row) {
    for x in 0..SIDE {
        let level = level_of(mass[x]);
        plants[x] = (level & mask(life[x] == MOSS)) | ((level << 4) & mask(life[x] == RESIN_TREE));
        rest[x] = level & mask(life[x] == CRYSTAL);
    }
}

/// Adds the flux to what cells give.
#[inline(always)]
pub(super) fn give_flux(pollution: &[u16; SIDE], words: &Words, rest: &mut Row) {
    let mut thin = [0_u8; SIDE];
    for x in 0..SIDE {
        thin[x] = pollution[x].min(255) as u8;
    }
    for x in 0..SIDE {
        let q = thin[x];
        let share = q.saturating_add(words[x] as u8 & 63) >> 6;
        let sixth = u8::from(q >= 6) + u8::from(q >= 12) + u8::from(q >= 18);
        rest[x] |= share.min(sixth) << 4;
    }
}

/// Six neighbours' bytes, in the order in which they are summed: three and three.
pub(super) type Six<'a> = [&'a Row; 6];

/// The sums of the lower and of the upper halves.
#[inline(always)]
fn sums(six: Six<'_>) -> (Row, Row) {
    let (mut low, mut high) = ([0; SIDE], [0; SIDE]);
    for x in 0..SIDE {
        let a = six[0][x] + six[1][x] + six[2][x];
        let b = six[3][x] + six[4][x] + six[5][x];
        low[x] = (a & 15) + (b & 15);
        high[x] = (a >> 4) + (b >> 4);
    }
    (low, high)
}

/// A row's cells as they are, and then as they become.
pub(super) struct RowCells<'a> {
    pub(super) terrain: &'a Row,
    pub(super) crystal_bed: &'a Row,
    pub(super) fertility: &'a Row,
    pub(super) life: &'a mut Row,
    pub(super) mass: &'a mut Row,
}

/// The pollution of a row.
pub(super) struct RowDirt<'a> {
    pub(super) pollution: &'a mut [u16; SIDE],
    /// What the cells give besides plants; the flux is in the upper half.
    pub(super) gives: &'a Row,
    /// Ones where there is a cell, zeros in padding, of which the first column holds what the halo gives.
    pub(super) is_cell: &'a Row,
}

/// What came of some rows; sums by column.
pub(super) struct Outcome {
    /// Something changed that can be seen.
    pub(super) changed: bool,
    /// Chance could change something.
    pub(super) restless: bool,
    /// Not zero where there is pollution now.
    pub(super) polluted: [u16; SIDE],
    pub(super) sunk: Row,
    pub(super) absorbed: [u16; SIDE],
}

impl Outcome {
    pub(super) const NONE: Self = Self {
        changed: false,
        restless: false,
        polluted: [0; SIDE],
        sunk: [0; SIDE],
        absorbed: [0; SIDE],
    };
}

/// Settles the pollution of a row: what flows, what sinks, what is eaten. Returns what is left, where it is
/// more than 200 not exactly.
#[inline(always)]
fn settle_dirt(
    dirt: RowDirt<'_>,
    life: &Row,
    mass: &Row,
    inflow: &Row,
    words: &Words,
    outcome: &mut Outcome,
) -> Row {
    let mut thin = [0_u8; SIDE];
    for x in 0..SIDE {
        thin[x] = dirt.pollution[x].min(255) as u8;
    }
    let (mut ground, mut uptake) = ([0_u8; SIDE], [0_u8; SIDE]);
    for x in 0..SIDE {
        ground[x] = (words[x] >> 8) as u8;
        uptake[x] = (words[x] >> 24) as u8;
    }
    let (mut left, mut change) = ([0_u8; SIDE], [0_u8; SIDE]);
    let (mut eaten, mut any_change) = ([0_u8; SIDE], 0);
    for x in 0..SIDE {
        let inflow = inflow[x] & dirt.is_cell[x];
        let outflow = ((dirt.gives[x] >> 4) * 6) & dirt.is_cell[x];
        let there = thin[x].saturating_add(inflow) - outflow;
        let sunk = u8::from(ground[x] < SINK_CHANCE) & u8::from(there != 0);
        let there = there - sunk;
        let by_moss =
            u8::from(there != 0) & u8::from(uptake[x] < MOSS_UPTAKE) & mask(life[x] == MOSS);
        let appetite = level_of(mass[x]).min(FUNGUS_APPETITE);
        let by_fungus = there.min(appetite) & mask(life[x] == FUNGUS);
        eaten[x] = by_moss | by_fungus;
        left[x] = there - eaten[x];
        change[x] = inflow.wrapping_sub(outflow).wrapping_sub(sunk).wrapping_sub(eaten[x]);
        outcome.sunk[x] += sunk;
        any_change |= change[x];
    }
    outcome.changed |= any_change != 0;
    for x in 0..SIDE {
        let new = dirt.pollution[x].wrapping_add_signed(i16::from(change[x] as i8));
        dirt.pollution[x] = new;
        outcome.polluted[x] |= new;
        outcome.absorbed[x] += u16::from(eaten[x]);
    }
    left
}

/// Settles a row; `dirt` where there is pollution or could be. `plants` and `rest` are what the six
/// neighbours of each cell give.
#[inline(always)]
pub(super) fn settle_row<L: Lanes>(
    rule: Rule<'_, L>,
    plants: Six<'_>,
    rest: Six<'_>,
    cells: RowCells<'_>,
    dirt: Option<RowDirt<'_>>,
    words: &Words,
    outcome: &mut Outcome,
) {
    let Rule { lanes, numbers, .. } = rule;
    let (moss, trees) = sums(plants);
    let (crystal, inflow) = sums(rest);
    let (life, mass) = (*cells.life, *cells.mass);
    let left = match dirt {
        Some(dirt) => settle_dirt(dirt, &life, &mass, &inflow, words, outcome),
        None => [0; SIDE],
    };

    let mut anything = 0;
    for x in 0..SIDE {
        anything |= life[x] | moss[x] | trees[x] | crystal[x] | left[x] | cells.fertility[x];
    }
    // Seas and deserts: whole rows in which nothing lives or could settle.
    if anything == 0 {
        return;
    }

    let mut chance = [0_u16; SIDE];
    for x in 0..SIDE {
        chance[x] = (words[x] >> 16) as u16;
    }
    let (mut low, mut high) = ([0_u8; SIDE], [0_u8; SIDE]);
    for x in 0..SIDE {
        low[x] = chance[x] as u8;
        high[x] = (chance[x] >> 8) as u8;
    }
    let caps = [
        lanes.look_up(&numbers.caps[0], cells.terrain),
        lanes.look_up(&numbers.caps[1], cells.terrain),
        lanes.look_up(&numbers.caps[2], cells.terrain),
        lanes.look_up(&numbers.caps[3], cells.terrain),
    ];
    let lo = lanes.look_up(&numbers.lo, &life);
    let hi = lanes.look_up(&numbers.hi, &life);
    let growth = lanes.look_up(&numbers.growth, &life);
    let shrinkage = lanes.look_up(&numbers.shrinkage, &life);

    // What would settle on an empty cell: the sum of each kind that may.
    let mut settlers = [[0_u8; SIDE]; 3];
    let (mut new_life, mut new_mass) = ([0_u8; SIDE], [0_u8; SIDE]);
    for x in 0..SIDE {
        let (kind, old) = (life[x], mass[x]);
        let byte = low[x];
        let is_fungus = kind == FUNGUS;
        let n = (moss[x] & mask(kind == MOSS))
            | (trees[x] & mask(kind == RESIN_TREE))
            | (crystal[x] & mask(kind == CRYSTAL));
        let cap = (caps[0][x] & mask(kind == MOSS))
            | (caps[1][x] & mask(kind == RESIN_TREE))
            | (caps[2][x] & mask(kind == CRYSTAL))
            | (caps[3][x] & mask(is_fungus));
        let wider = u8::from(cells.fertility[x] != 0);
        let crowded =
            (n < lo[x].saturating_sub(wider)) | (n > hi[x].saturating_add(2 * wider)) | (old > cap);
        let starving = left[x] < level_of(old);
        let outside = if is_fungus { starving } else { crowded };
        let lives = kind != NONE;
        let poisoned = (kind == MOSS) & (left[x] > MOSS_LIMIT);
        let shrinks = lives & outside & (byte < shrinkage[x]);
        let grows = lives & !outside & (old < cap) & (byte < growth[x]);
        let ages = lives & !outside & !is_fungus & (old == cap) & (high[x] == 0) & (byte < OLD_AGE);
        let loss = if poisoned { MOSS_LOSS } else { u8::from(shrinks) };
        let grown = old + (u8::from(grows) & !mask(poisoned));
        let aged = if ages & !poisoned { old >> 2 } else { grown };
        let next = aged.saturating_sub(loss);
        let lost = poisoned | shrinks | (ages & (old != 0));
        let dies = lost & (next == 0);
        let born = dies & poisoned;
        new_life[x] = if dies { FUNGUS & mask(born) } else { kind };
        new_mass[x] = next | (u8::from(born));
        let empty = mask(!lives);
        let clean = mask(left[x] <= MOSS_LIMIT);
        let may = |n: u8, cap: u8, crowd: u8| n & empty & mask(cap != 0) & mask(n <= crowd);
        settlers[0][x] = may(moss[x], caps[0][x], numbers.crowd[0]) & clean;
        settlers[1][x] = may(trees[x], caps[1][x], numbers.crowd[1]);
        settlers[2][x] =
            may(crystal[x], caps[2][x], numbers.crowd[2]) & mask(cells.crystal_bed[x] != 0);
    }
    let settled = settle_empty(numbers, &settlers, &chance, &high);
    let (mut changed, mut restless) = (0, 0);
    for x in 0..SIDE {
        let new = new_life[x] | settled[x];
        let more = if settled[x] != 0 { 1 } else { new_mass[x] };
        changed |= (new ^ life[x]) | (more ^ mass[x]);
        let settlers = settlers[0][x] | settlers[1][x] | settlers[2][x];
        restless |= life[x] | left[x] | cells.fertility[x] | settlers;
        new_life[x] = new;
        new_mass[x] = more;
    }
    outcome.changed |= changed != 0;
    outcome.restless |= restless != 0;
    (*cells.life, *cells.mass) = (new_life, new_mass);
}

/// Which kind settles on each empty cell, 0 where none does.
#[inline(always)]
fn settle_empty(numbers: &Numbers, settlers: &[Row; 3], chance: &[u16; SIDE], high: &Row) -> Row {
    let mut lucky = 0;
    for x in 0..SIDE {
        let anyone = settlers[0][x] | settlers[1][x] | settlers[2][x];
        lucky |= anyone & mask(high[x] <= numbers.luck);
    }
    // The thresholds are low, so most rows are done here.
    if lucky == 0 {
        return [0; SIDE];
    }
    let mut settled = [0_u16; SIDE];
    for x in 0..SIDE {
        let first = u16::from(settlers[0][x]) * numbers.spread[0];
        let second = first + u16::from(settlers[1][x]) * numbers.spread[1];
        let third = second + u16::from(settlers[2][x]) * numbers.spread[2];
        // They rise, so the kind is one less for each more that the chance lies below.
        let kind = 3 - u16::from(chance[x] < second) - u16::from(chance[x] < first);
        settled[x] = if chance[x] < third { kind } else { 0 };
    }
    settled.map(|kind| kind as u8)
}
