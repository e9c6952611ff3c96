//! What changed since somebody asked: dirty chunks, lists of changes for watched chunks, players.
//!
//! For each watched chunk a copy of what was told last is kept; a list is the difference to it. Copies of chunks
//! that nobody watches any more are dropped, so memory is bounded by what is watched.

use super::state::State;
use super::views::{Cells, Lanes, places_of};
use crate::bytes::Writer;
use crate::planes::{DIRTY_FEED, Planes};
use crate::tables::Tables;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

/// A copy that nobody asked about for this many ticks is dropped.
const FORGET_TICKS: u64 = 600;

/// What was told of a chunk.
struct Told {
    /// By place among the chunk's cells: amount, life and mass in one word; pollution and owner in another.
    seen: Vec<[u32; 2]>,
    /// View of each structure, by cell.
    structures: BTreeMap<u32, Vec<u8>>,
    /// It may differ from the state.
    stale: bool,
    asked_tick: u64,
}

/// What the one consumer of a state's changes was told.
#[derive(Default)]
pub(crate) struct Feed {
    told: BTreeMap<u32, Told>,
}

fn seen_at(planes: &Planes, at: usize) -> [u32; 2] {
    let ground = u32::from(planes.amount[at]) | u32::from(planes.life[at]) << 16;
    [
        ground | u32::from(planes.mass[at]) << 24,
        u32::from(planes.pollution[at]) | u32::from(planes.owner[at]) << 16,
    ]
}

impl Feed {
    /// Chunks with any visible change since this was asked last, ascending.
    pub(crate) fn write_dirty(&mut self, state: &mut State, out: &mut Writer) {
        let at = out.position();
        out.u32(0);
        let mut count = 0;
        for (chunk, dirty) in state.planes.dirty.iter_mut().enumerate() {
            if *dirty & DIRTY_FEED == 0 {
                continue;
            }
            *dirty &= !DIRTY_FEED;
            if let Some(told) = self.told.get_mut(&(chunk as u32)) {
                told.stale = true;
            }
            out.u32(chunk as u32);
            count += 1;
        }
        out.patch(at, count);
    }

    /// The chunk as it is now; its next list of changes is against this. An empty one for a chunk that there is not.
    pub(crate) fn write_snapshot(
        &mut self,
        state: &State,
        out: &mut Writer,
        chunk: u32,
        known: bool,
    ) {
        out.wide(state.tick as i64);
        let known = known && (chunk as usize) < state.planes.chunks();
        let places: Vec<usize> =
            if known { places_of(state.n, chunk).collect() } else { Vec::new() };
        state.write_cells(out, Cells::Snapshot, chunk, &places);
        let views = if known { views_of(state, chunk) } else { BTreeMap::new() };
        write_views(out, views.values());
        if known {
            let seen = places.iter().map(|&at| seen_at(&state.planes, at)).collect();
            let told = Told { seen, structures: views, stale: false, asked_tick: state.tick };
            self.told.insert(chunk, told);
        }
    }

    /// The changes of the watched chunks (ascending, without repetition) since they were told last; chunks without
    /// any are left out, and one that was never told comes whole. Drops what is long unwatched.
    pub(crate) fn write_changes(&mut self, state: &State, out: &mut Writer, watch: &[u32]) {
        let at = out.position();
        out.u32(0);
        let mut count = 0;
        for &chunk in watch {
            if chunk as usize >= state.planes.chunks() {
                continue;
            }
            let Some(told) = self.told.get_mut(&chunk) else {
                out.u32(chunk);
                out.u8(1);
                self.write_snapshot(state, out, chunk, true);
                count += 1;
                continue;
            };
            told.asked_tick = state.tick;
            if told.stale || state.planes.dirty[chunk as usize] & DIRTY_FEED != 0 {
                told.stale = false;
                count += u32::from(told.write_changes(state, out, chunk));
            }
        }
        self.told.retain(|_, told| state.tick - told.asked_tick <= FORGET_TICKS);
        out.patch(at, count);
    }

    /// Players whose view may have changed since this was asked last, by index.
    pub(crate) fn write_players(
        &mut self,
        state: &mut State,
        tables: &Tables,
        out: &mut Writer,
        all: bool,
    ) {
        let changed = core::mem::take(&mut state.changed_players);
        let players: Vec<_> = changed.into_iter().filter_map(|index| state.player(index)).collect();
        out.count(if all { players.len() } else { 0 });
        for player in players.into_iter().filter(|_| all) {
            state.write_player_view(out, tables, player);
        }
    }
}

impl Told {
    /// Returns whether there were any.
    fn write_changes(&mut self, state: &State, out: &mut Writer, chunk: u32) -> bool {
        let mut changed = Vec::new();
        for (seen, at) in self.seen.iter_mut().zip(places_of(state.n, chunk)) {
            let now = seen_at(&state.planes, at);
            if *seen != now {
                *seen = now;
                changed.push(at);
            }
        }
        let views = views_of(state, chunk);
        let removed: Vec<u32> =
            self.structures.keys().copied().filter(|cell| !views.contains_key(cell)).collect();
        let before = core::mem::take(&mut self.structures);
        let news: Vec<_> = views
            .iter()
            .filter(|(cell, view)| before.get(cell) != Some(view))
            .map(|(_, view)| view)
            .collect();
        let any = !(changed.is_empty() && news.is_empty() && removed.is_empty());
        if any {
            out.u32(chunk);
            out.u8(0);
            out.wide(state.tick as i64);
            out.u8((!changed.is_empty()).into());
            if !changed.is_empty() {
                state.write_cells(out, Cells::Changes, chunk, &changed);
            }
            write_views(out, news.into_iter());
            out.count(removed.len());
            for cell in removed {
                out.u32(cell);
            }
        }
        self.structures = views;
        any
    }
}

/// Views of a chunk's structures by cell, as anybody may see them.
fn views_of(state: &State, chunk: u32) -> BTreeMap<u32, Vec<u8>> {
    let mut lanes = Lanes::new();
    let view = |&slot: &u32| {
        let mut bytes = Vec::new();
        state.write_structure_view(&mut Writer::new(&mut bytes), slot, &mut lanes, false);
        (state.structures[slot as usize].cell, bytes)
    };
    state.by_chunk[chunk as usize].iter().map(view).collect()
}

fn write_views<'a>(out: &mut Writer, views: impl ExactSizeIterator<Item = &'a Vec<u8>>) {
    out.count(views.len());
    for view in views {
        out.bytes(view);
    }
}
