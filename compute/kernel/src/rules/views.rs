//! The state as the kernel's port shows it, in the bytes of the wire (`docs/compute.md`): codes in place of names.

use super::lanes::Lanes;
use super::orders::EVENT_TYPES;
use super::outcomes::{Named, Outcome};
use super::player::Player;
use super::state::State;
use super::structure::Structure;
use crate::bytes::Writer;
use crate::grid::{CHUNK_SIDE, chunk_extent};
use crate::planes::CHUNK_PLACES;
use crate::tables::Tables;
use alloc::vec::Vec;

const CELLS_MAGIC: u16 = 0x6b43;
const CELLS_VERSION: u8 = 1;

/// What packed cells are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cells {
    /// Every cell of the chunk.
    Snapshot,
    /// Those that differ from what was told before.
    Changes,
}

const HAS_PROGRESS: u8 = 1;
const HAS_ITEMS: u8 = 2;
const HAS_CONTENTS: u8 = 4;

/// Places of a chunk's cells, ascending; of a chunk that the planet lacks none.
pub(crate) fn places_of(n: u32, chunk: u32) -> impl Iterator<Item = usize> {
    let (rows, columns) = chunk_extent(n, chunk);
    let first = chunk as usize * CHUNK_PLACES;
    (0..rows * CHUNK_SIDE)
        .step_by(CHUNK_SIDE as usize)
        .flat_map(move |row| (row..row + columns).map(move |at| first + at as usize))
}

impl State {
    /// `docs/chunk-format.md`.
    pub(crate) fn write_cells(&self, out: &mut Writer, kind: Cells, chunk: u32, places: &[usize]) {
        out.u16(CELLS_MAGIC);
        out.u8(CELLS_VERSION);
        out.u8(u8::from(kind == Cells::Changes));
        out.u32(chunk);
        out.count(places.len());
        let planes = &self.planes;
        for &at in places {
            let [offset, offset_high] = ((at % CHUNK_PLACES) as u16).to_le_bytes();
            let [amount, amount_high] = planes.amount[at].to_le_bytes();
            let [pollution, pollution_high] = planes.pollution[at].to_le_bytes();
            let [owner, owner_high] = planes.owner[at].to_le_bytes();
            let (terrain, elevation) = (planes.terrain[at], planes.elevation[at]);
            let (deposit, life, mass) = (planes.deposit[at], planes.life[at], planes.mass[at]);
            // At once: there are thousands.
            out.bytes(&[
                offset,
                offset_high,
                terrain,
                elevation,
                deposit,
                amount,
                amount_high,
                life,
                mass,
                pollution,
                pollution_high,
                owner,
                owner_high,
            ]);
        }
    }

    /// The structure in a slot; whole: with its contents.
    pub(crate) fn write_structure_view(
        &self,
        out: &mut Writer,
        slot: u32,
        lanes: &mut Lanes,
        whole: bool,
    ) {
        let structure = &self.structures[slot as usize];
        let lane = lanes.of(&self.runs, structure.run, structure.place);
        let is_busy = self.left(slot) > 0;
        let has_contents = whole && structure.kind.holds_items();
        let [owner_low, owner_high] = structure.owner.to_le_bytes();
        let [a, b, c, d] = structure.cell.to_le_bytes();
        let flags = (if is_busy { HAS_PROGRESS } else { 0 })
            | (if lane.is_some() { HAS_ITEMS } else { 0 })
            | (if has_contents { HAS_CONTENTS } else { 0 });
        let Structure { prototype, direction, recipe, .. } = *structure;
        let status = structure.status as u8;
        // At once: views of a chunk are made by the thousand.
        out.bytes(&[
            a, b, c, d, prototype, direction, owner_low, owner_high, status, recipe, flags,
        ]);
        if is_busy {
            out.wide(structure.start_tick as i64);
            out.u32(structure.duration);
        }
        if let Some(lane) = lane {
            out.u8(lane.len() as u8);
            out.bytes(lane);
        }
        if has_contents {
            let held = structure.stock.held();
            out.u8(held.len() as u8);
            for (item, count) in held {
                out.u8(item);
                out.u32(count);
            }
        }
    }

    /// A player as the account itself sees it.
    pub(crate) fn write_player_view(&self, out: &mut Writer, tables: &Tables, player: &Player) {
        out.text(&player.account);
        out.u16(player.index);
        out.u8(player.here.into());
        out.u32(player.cell);
        write_counts(out, player.inventory.iter().map(|&count| i64::from(count)));
        out.wide(player.claims);
        out.u32(player.claim_limit(tables));
        let known: Vec<u8> = player.known(tables).map(|(code, _)| code).collect();
        out.u8(known.len() as u8);
        out.bytes(&known);
        out.wide(self.tick as i64);
        out.u8(player.harvest.is_some().into());
        if let Some(harvest) = &player.harvest {
            out.u32(harvest.cell);
        }
        out.u8(player.research);
        if player.research > 0 {
            out.u16(player.units[usize::from(player.research) - 1]);
        }
        let craft = player.crafts.front();
        out.u8(craft.map_or(0, |craft| craft.recipe));
        if let Some(craft) = craft {
            out.wide(i64::from(craft.count) - i64::from(craft.done));
        }
    }

    /// Everybody who ever entered, best first: by packs per pollution, then by packs, then by index.
    pub(crate) fn leaderboard(&self, tables: &Tables) -> Vec<Standing> {
        let entered = self.players.iter().filter(|player| player.entered);
        let mut rows: Vec<_> = entered.map(|player| Standing::of(tables, player)).collect();
        rows.sort_by_key(|row| (-row.packs_per_million, -row.packs, row.index));
        rows
    }

    /// A row of the leaderboard; `rank` from 1.
    pub(crate) fn write_standing(
        &self,
        out: &mut Writer,
        tables: &Tables,
        rank: usize,
        row: &Standing,
    ) {
        let Some(player) = self.player(row.index) else { return };
        out.text(&player.account);
        out.u16(row.index);
        out.u32(rank as u32);
        for &pack in &tables.packs {
            out.wide(player.produced[usize::from(pack)]);
        }
        out.wide(player.pollution);
        out.wide(row.packs_per_million);
        out.wide(player.launches);
    }

    /// What a player made and used up.
    pub(crate) fn write_statistics(&self, out: &mut Writer, player: &Player) {
        write_counts(out, player.produced.iter().copied());
        write_counts(out, player.consumed.iter().copied());
    }
}

/// A player's place among all.
pub(crate) struct Standing {
    pub(crate) index: u16,
    packs: i64,
    packs_per_million: i64,
}

impl Standing {
    fn of(tables: &Tables, player: &Player) -> Self {
        let made = tables.packs.iter().map(|&pack| player.produced[usize::from(pack)]);
        let packs: i64 = made.sum();
        let per_million = i128::from(packs) * 1_000_000 / i128::from(player.pollution.max(1));
        Self { index: player.index, packs, packs_per_million: per_million as i64 }
    }
}

/// Item codes with counts, of what there is any of.
fn write_counts(out: &mut Writer, counts: impl Iterator<Item = i64> + Clone) {
    let there = counts.enumerate().filter(|&(_, count)| count > 0);
    out.u8(there.clone().count() as u8);
    for (item, count) in there {
        out.u8(item as u8);
        out.wide(count);
    }
}

pub(crate) fn write_outcome(out: &mut Writer, outcome: &Outcome) {
    out.wide(outcome.tick as i64);
    out.u32(outcome.index);
    out.text(&outcome.by.account);
    out.text(&outcome.by.command);
    let order = &outcome.by.order;
    match EVENT_TYPES.iter().position(|name| name.encode_utf16().eq(order.iter().copied())) {
        Some(code) => out.u8(code as u8),
        None => {
            out.u8(u8::MAX);
            out.text(order);
        }
    }
    out.wide(outcome.done as i64);
    out.wide(outcome.asked as i64);
    out.u8(outcome.reason as u8);
    match outcome.cell {
        None => out.u8(0),
        Some(Named::Cell(cell)) => {
            out.u8(1);
            out.u32(cell);
        }
        Some(Named::Absurd(bits)) => {
            out.u8(2);
            out.wide(bits as i64);
        }
    }
}
