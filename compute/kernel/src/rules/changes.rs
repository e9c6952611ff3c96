//! What changed since somebody asked: dirty chunks, lists of changes for watched chunks, players.
//!
//! For each watched chunk a copy of what was told last is kept; a list is the difference to it. Copies of chunks
//! that nobody watches any more are dropped, so memory is bounded by what is watched.

#![allow(clippy::needless_range_loop, reason = "one index keeps many arrays in step")]

use super::lanes::Lanes;
use super::state::State;
use super::views::{Cells, places_of};
use crate::bytes::Writer;
use crate::grid::{CHUNK_SIDE, chunk_extent};
use crate::planes::{CHUNK_PLACES, DIRTY_FEED, Planes};
use crate::tables::Tables;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

/// A copy that nobody asked about for this many ticks is dropped.
const FORGET_TICKS: u64 = 600;

/// What was told of a chunk.
struct Told {
    seen: Seen,
    views: Views,
    /// It may differ from the state.
    stale: bool,
    asked_tick: u64,
}

/// What the one consumer of a state's changes was told.
#[derive(Default)]
pub(crate) struct Feed {
    told: BTreeMap<u32, Told>,
    /// Room for views that are being made.
    spare: Views,
    lanes: Lanes,
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
        let mut views = Views::default();
        self.lanes.forget();
        if known {
            views.take(state, chunk, &mut self.lanes);
        }
        out.count(views.cells.len());
        out.bytes(&views.bytes);
        if known {
            let seen = Seen::of(&state.planes, chunk);
            self.told.insert(chunk, Told { seen, views, stale: false, asked_tick: state.tick });
        }
    }

    /// The changes of the watched chunks (ascending, without repetition) since they were told last; chunks without
    /// any are left out, and one that was never told comes whole. Drops what is long unwatched.
    pub(crate) fn write_changes(&mut self, state: &State, out: &mut Writer, watch: &[u32]) {
        let at = out.position();
        out.u32(0);
        let mut count = 0;
        self.lanes.forget();
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
                self.spare.take(state, chunk, &mut self.lanes);
                count += u32::from(told.write_changes(state, out, chunk, &mut self.spare));
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
    /// Writes what is otherwise now; `now` is left with the views that were told before. Returns whether there was any.
    fn write_changes(
        &mut self,
        state: &State,
        out: &mut Writer,
        chunk: u32,
        now: &mut Views,
    ) -> bool {
        let cells = self.seen.look_again(&state.planes, chunk);
        let views = self.views.compared_with(now);
        core::mem::swap(&mut self.views, now);
        let any = !(cells.is_empty() && views.news.is_empty() && views.removed.is_empty());
        if any {
            out.u32(chunk);
            out.u8(0);
            out.wide(state.tick as i64);
            out.u8((!cells.is_empty()).into());
            if !cells.is_empty() {
                state.write_cells(out, Cells::Changes, chunk, &cells);
            }
            out.count(views.news.len());
            for index in views.news {
                out.bytes(self.views.view(index));
            }
            out.count(views.removed.len());
            for cell in views.removed {
                out.u32(cell);
            }
        }
        any
    }
}

/// What was seen of a chunk's cells, row after row, without padding.
struct Seen {
    /// Amount, life and mass.
    ground: Vec<u32>,
    /// Pollution and owner.
    dirt: Vec<u32>,
}

/// A row of a chunk as it may be seen now.
struct SeenRow {
    ground: [u32; SIDE],
    dirt: [u32; SIDE],
}

const SIDE: usize = CHUNK_SIDE as usize;

impl SeenRow {
    fn at(planes: &Planes, place: usize) -> Self {
        let mut row = Self { ground: [0; SIDE], dirt: [0; SIDE] };
        let (amount, owner) = (row_at(&planes.amount, place), row_at(&planes.owner, place));
        let (life, mass) = (row_at(&planes.life, place), row_at(&planes.mass, place));
        let pollution = row_at(&planes.pollution, place);
        for x in 0..SIDE {
            row.ground[x] =
                u32::from(amount[x]) | u32::from(life[x]) << 16 | u32::from(mass[x]) << 24;
            row.dirt[x] = u32::from(pollution[x]) | u32::from(owner[x]) << 16;
        }
        row
    }
}

impl Seen {
    fn of(planes: &Planes, chunk: u32) -> Self {
        let (rows, columns) = extent(planes, chunk);
        let mut seen = Self { ground: Vec::new(), dirt: Vec::new() };
        for row in 0..rows {
            let now = SeenRow::at(planes, chunk as usize * CHUNK_PLACES + row * SIDE);
            seen.ground.extend_from_slice(&now.ground[..columns]);
            seen.dirt.extend_from_slice(&now.dirt[..columns]);
        }
        seen
    }

    /// The places that are not as they were seen, ascending; they have been seen now.
    fn look_again(&mut self, planes: &Planes, chunk: u32) -> Vec<usize> {
        let (rows, columns) = extent(planes, chunk);
        let mut changed = Vec::new();
        for row in 0..rows {
            let first = chunk as usize * CHUNK_PLACES + row * SIDE;
            let now = SeenRow::at(planes, first);
            let range = row * columns..(row + 1) * columns;
            let (ground, dirt) = (&mut self.ground[range.clone()], &mut self.dirt[range]);
            // Whole rows are compared first: most stay as they were.
            if ground == &now.ground[..columns] && dirt == &now.dirt[..columns] {
                continue;
            }
            for x in 0..columns {
                if ground[x] != now.ground[x] || dirt[x] != now.dirt[x] {
                    changed.push(first + x);
                }
            }
            ground.copy_from_slice(&now.ground[..columns]);
            dirt.copy_from_slice(&now.dirt[..columns]);
        }
        changed
    }
}

/// Rows and columns of a chunk: of a pole one of each.
fn extent(planes: &Planes, chunk: u32) -> (usize, usize) {
    let (rows, columns) = chunk_extent(planes.n(), chunk);
    (rows as usize, columns as usize)
}

fn row_at<T: Copy + Default>(plane: &[T], at: usize) -> [T; SIDE] {
    plane[at..].first_chunk().copied().unwrap_or([T::default(); SIDE])
}

/// Views of a chunk's structures, as anybody may see them, one behind the other, ascending by cell.
#[derive(Default)]
struct Views {
    cells: Vec<u32>,
    /// Where each view ends in `bytes`.
    ends: Vec<u32>,
    bytes: Vec<u8>,
}

/// How views differ from those before.
struct Difference {
    /// Places among the views, ascending, of those that are new or otherwise.
    news: Vec<usize>,
    /// Cells of those that are no more.
    removed: Vec<u32>,
}

impl Views {
    /// Makes them anew.
    fn take(&mut self, state: &State, chunk: u32, lanes: &mut Lanes) {
        self.cells.clear();
        self.ends.clear();
        self.bytes.clear();
        for &slot in &state.by_chunk[chunk as usize] {
            self.cells.push(state.structures[slot as usize].cell);
            state.write_structure_view(&mut Writer::new(&mut self.bytes), slot, lanes, false);
            self.ends.push(self.bytes.len() as u32);
        }
    }

    fn view(&self, index: usize) -> &[u8] {
        let from = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.bytes[from as usize..self.ends[index] as usize]
    }

    /// Both ascend by cell, so one walk along them finds everything.
    fn compared_with(&self, now: &Self) -> Difference {
        let mut difference = Difference { news: Vec::new(), removed: Vec::new() };
        let mut before = 0;
        for (index, &cell) in now.cells.iter().enumerate() {
            while self.cells.get(before).is_some_and(|&other| other < cell) {
                difference.removed.push(self.cells[before]);
                before += 1;
            }
            if self.cells.get(before) != Some(&cell) {
                difference.news.push(index);
            } else {
                if self.view(before) != now.view(index) {
                    difference.news.push(index);
                }
                before += 1;
            }
        }
        difference.removed.extend_from_slice(&self.cells[before.min(self.cells.len())..]);
        difference
    }
}
