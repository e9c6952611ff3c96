//! Where the cells around a chunk lie in the border lines of others.

use super::tiles::{BOTTOM, LEFT, Lines, RIGHT, TOP};
use crate::grid::{
    cell_at, chunk_count, chunk_extent, chunk_of, chunks_per_side, cross, offset_in_chunk,
};
use alloc::vec;
use alloc::vec::Vec;

/// Cells of a line with one more at an end.
const LONG: usize = 65;
/// Cells around a chunk: the row above, the row below, the columns on the left and on the right.
const AROUND: usize = 2 * LONG + 2 * 64;
/// Cells of a chunk's four lines.
const PLACES: u32 = 4 * 64;
/// The gap of a pentagon: nothing lies there.
const GAP: u32 = u32::MAX;

/// What lies around a chunk gives: plants, then rest.
#[repr(align(64))]
pub(super) struct Halo(pub(super) [Ring; 2]);

pub(super) struct Ring {
    /// The row above, columns 0..=64.
    pub(super) above: [u8; LONG],
    /// The row below, columns -1..=63.
    pub(super) below: [u8; LONG],
    pub(super) left: [u8; 64],
    pub(super) right: [u8; 64],
}

impl Halo {
    pub(super) const fn new() -> Self {
        const EMPTY: Ring =
            Ring { above: [0; LONG], below: [0; LONG], left: [0; 64], right: [0; 64] };
        Self([EMPTY, EMPTY])
    }

    /// True where a cell of the row above gives anything.
    pub(super) fn gives_above(&self) -> bool {
        self.0.iter().any(|ring| ring.above.iter().any(|given| *given != 0))
    }

    /// True where a cell of the row below gives anything.
    pub(super) fn gives_below(&self) -> bool {
        self.0.iter().any(|ring| ring.below.iter().any(|given| *given != 0))
    }

    /// True where a cell on the left or on the right of a row gives anything.
    #[inline(always)]
    pub(super) fn gives_beside(&self, row: usize) -> bool {
        let [plants, rest] = &self.0;
        plants.left[row] | plants.right[row] | rest.left[row] | rest.right[row] != 0
    }

    /// True where pollution flows in.
    pub(super) fn has_flux(&self) -> bool {
        let Ring { above, below, left, right } = &self.0[1];
        let or = |bytes: &[u8]| bytes.iter().fold(0, |all, byte| all | byte);
        (or(above) | or(below) | or(left) | or(right)) & 0xf0 != 0
    }
}

/// Which lines make up the halo of each chunk. Inside of a diamond that is arithmetic; chunks on its edges,
/// where frames turn, have tables.
pub(super) struct Borders {
    /// Chunks along a side of a diamond.
    side: u32,
    /// Rows and columns of the last chunk along a side.
    last: u32,
    /// By chunk: its table's number, or GAP where it needs none.
    table_of: Vec<u32>,
    /// By table: chunk·256 + line·64 + position of each cell around.
    tables: Vec<[u32; AROUND]>,
    /// Chunks that touch a chunk: of chunk c from starts[c] to before starts[c + 1].
    starts: Vec<u32>,
    touching: Vec<u32>,
}

impl Borders {
    pub(super) fn new(n: u32) -> Self {
        let side = chunks_per_side(n);
        let chunks = chunk_count(n);
        let mut borders = Self {
            side,
            last: n - (side - 1) * 64,
            table_of: vec![GAP; chunks as usize],
            tables: Vec::new(),
            starts: Vec::new(),
            touching: Vec::new(),
        };
        let mut pairs = Vec::new();
        for chunk in 0..chunks - 2 {
            let table = around(n, chunk);
            for place in table {
                if place != GAP && place / PLACES != chunk {
                    pairs.push((chunk, place / PLACES));
                    pairs.push((place / PLACES, chunk));
                }
            }
            if borders.is_on_edge(chunk) {
                borders.table_of[chunk as usize] = borders.tables.len() as u32;
                borders.tables.push(table);
            }
            // Most of them come many times.
            if chunk % 64 == 63 {
                pairs.sort_unstable();
                pairs.dedup();
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        borders.touching = pairs.iter().map(|&(_, other)| other).collect();
        borders.starts = (0..=chunks)
            .map(|chunk| pairs.partition_point(|&(from, _)| from < chunk) as u32)
            .collect();
        borders
    }

    fn is_on_edge(&self, chunk: u32) -> bool {
        let (row, column) = (chunk / self.side % self.side, chunk % self.side);
        row == 0 || column == 0 || row + 1 == self.side || column + 1 == self.side
    }

    /// Rows and columns of a chunk of a diamond.
    pub(super) fn extent(&self, chunk: usize) -> (usize, usize) {
        let (row, column) = (chunk as u32 / self.side % self.side, chunk as u32 % self.side);
        let size = |at| if at + 1 == self.side { self.last as usize } else { 64 };
        (size(row), size(column))
    }

    /// The chunks that touch a chunk.
    pub(super) fn touching(&self, chunk: usize) -> &[u32] {
        &self.touching[self.starts[chunk] as usize..self.starts[chunk + 1] as usize]
    }

    /// Gathers what the cells around a chunk give.
    pub(super) fn gather(&self, lines: &[Lines], chunk: usize, halo: &mut Halo) {
        match self.tables.get(self.table_of[chunk] as usize) {
            Some(table) => self.gather_by_table(lines, chunk, table, halo),
            None => self.gather_inside(lines, chunk, halo),
        }
    }

    fn gather_inside(&self, lines: &[Lines], chunk: usize, halo: &mut Halo) {
        let side = self.side as usize;
        for (kind, ring) in halo.0.iter_mut().enumerate() {
            let line = |chunk: usize, line: usize| &lines[chunk].0[kind][line];
            ring.above[..64].copy_from_slice(line(chunk - side, BOTTOM));
            ring.above[64] = line(chunk - side + 1, BOTTOM)[0];
            ring.below[1..].copy_from_slice(line(chunk + side, TOP));
            ring.below[0] = line(chunk + side - 1, TOP)[63];
            ring.left = *line(chunk - 1, RIGHT);
            ring.right = *line(chunk + 1, LEFT);
        }
    }

    fn gather_by_table(
        &self,
        lines: &[Lines],
        chunk: usize,
        table: &[u32; AROUND],
        halo: &mut Halo,
    ) {
        let own = &lines[chunk].0[1][BOTTOM];
        for (kind, ring) in halo.0.iter_mut().enumerate() {
            let given = |&place: &u32| {
                if place == GAP {
                    // A pentagon sends its flux along five edges, and the rule counts six: one comes back.
                    return if kind == 1 { own[0] & 0xf0 } else { 0 };
                }
                let (chunk, place) = (place / PLACES, (place % PLACES) as usize);
                lines[chunk as usize].0[kind][place / 64][place % 64]
            };
            let (above, rest) = table.split_at(LONG);
            let (below, rest) = rest.split_at(LONG);
            let (left, right) = rest.split_at(64);
            fill(&mut ring.above, above, given);
            fill(&mut ring.below, below, given);
            fill(&mut ring.left, left, given);
            fill(&mut ring.right, right, given);
        }
    }
}

fn fill(ring: &mut [u8], places: &[u32], given: impl Fn(&u32) -> u8) {
    for (byte, place) in ring.iter_mut().zip(places) {
        *byte = given(place);
    }
}

/// The table of a chunk: what lies around it, as far as it has rows and columns; the rest is never read and
/// stands for the chunk's own first cell.
fn around(n: u32, chunk: u32) -> [u32; AROUND] {
    let side = chunks_per_side(n);
    let diamond = chunk / (side * side);
    let (first_i, first_j) = (chunk / side % side * 64 + 1, chunk % side * 64);
    let (rows, columns) = chunk_extent(n, chunk);
    let at = |row: i32, column: i32| {
        place_in_lines(n, diamond, first_i as i32 + row, first_j as i32 + column)
    };
    let mut table = [chunk * PLACES; AROUND];
    let (last_row, last_column) = (rows as i32, columns as i32);
    for column in 0..=last_column {
        table[column as usize] = at(-1, column);
        table[LONG + column as usize] = at(last_row, column - 1);
    }
    for row in 0..last_row {
        table[2 * LONG + row as usize] = at(row, -1);
        table[2 * LONG + 64 + row as usize] = at(row, last_column);
    }
    table
}

/// Where a point of a diamond, or one step outside of it, lies in the border lines.
fn place_in_lines(n: u32, diamond: u32, i: i32, j: i32) -> u32 {
    let length = n as i32;
    let cell = if (1..=length).contains(&i) && (0..length).contains(&j) {
        cell_at(n, diamond, i as u32, j as u32)
    } else {
        match cross(n, diamond, i as u32, j) {
            Some((cell, _)) => cell,
            None => return GAP,
        }
    };
    let (chunk, offset) = (chunk_of(n, cell), offset_in_chunk(n, cell));
    let (rows, columns) = chunk_extent(n, chunk);
    let (row, column) = (offset / 64, offset % 64);
    let (line, position) = if row == 0 {
        (TOP, column)
    } else if row + 1 == rows {
        (BOTTOM, column)
    } else if column == 0 {
        (LEFT, row)
    } else {
        debug_assert_eq!(column + 1, columns, "what lies around a chunk lies on a border");
        (RIGHT, row)
    };
    chunk * PLACES + line as u32 * 64 + position
}
