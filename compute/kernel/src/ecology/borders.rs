//! Where the cells around a chunk lie in the border lines of others.

use super::tiles::{BOTTOM, LEFT, Lines, RIGHT, TOP};
use crate::grid::{
    cell_at, chunk_count, chunk_extent, chunk_of, chunks_per_side, cross, offset_in_chunk,
};
use alloc::vec::Vec;
use core::ops::Range;

/// Cells of a line with one more at an end.
const LONG: usize = 65;
const ABOVE: Range<usize> = 0..LONG;
const BELOW: Range<usize> = LONG..2 * LONG;
const ON_THE_LEFT: Range<usize> = 2 * LONG..2 * LONG + 64;
const ON_THE_RIGHT: Range<usize> = 2 * LONG + 64..AROUND;
/// Cells around a chunk.
const AROUND: usize = 2 * LONG + 2 * 64;

/// What lies around a chunk gives: plants, then rest.
#[repr(align(64))]
pub(super) struct Halo(pub(super) [Ring; 2]);

/// The row above, columns 0..=64; the row below, columns -1..=63; the columns on the left and on the right.
pub(super) struct Ring([u8; AROUND]);

impl Ring {
    const EMPTY: Self = Self([0; AROUND]);

    pub(super) fn above(&self) -> &[u8] {
        &self.0[ABOVE]
    }

    pub(super) fn below(&self) -> &[u8] {
        &self.0[BELOW]
    }

    pub(super) fn left(&self) -> &[u8] {
        &self.0[ON_THE_LEFT]
    }

    pub(super) fn right(&self) -> &[u8] {
        &self.0[ON_THE_RIGHT]
    }
}

/// All bits of some bytes.
fn bits_of(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |all, byte| all | byte)
}

impl Halo {
    pub(super) const fn new() -> Self {
        Self([Ring::EMPTY, Ring::EMPTY])
    }

    /// True where a cell of the row above gives anything.
    pub(super) fn gives_above(&self) -> bool {
        self.0.iter().any(|ring| bits_of(ring.above()) != 0)
    }

    /// True where a cell of the row below gives anything.
    pub(super) fn gives_below(&self) -> bool {
        self.0.iter().any(|ring| bits_of(ring.below()) != 0)
    }

    /// True where a cell on the left or on the right of a row gives anything.
    #[inline(always)]
    pub(super) fn gives_beside(&self, row: usize) -> bool {
        let [plants, rest] = &self.0;
        plants.left()[row] | plants.right()[row] | rest.left()[row] | rest.right()[row] != 0
    }

    /// True where pollution flows in.
    pub(super) fn has_flux(&self) -> bool {
        bits_of(&self.0[1].0) & 0xf0 != 0
    }
}

/// Cells that follow one another on a border line, and in the same order around a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    /// Where in the ring.
    to: u16,
    length: u8,
    place: Place,
}

/// Where a cell lies in the border lines: of which chunk, on which of its lines, and where on that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    line: u8,
    position: u8,
    chunk: u32,
}

impl Place {
    fn after(self, cells: u8) -> Self {
        Self { position: self.position + cells, ..self }
    }
}

/// What the halo of a chunk on an edge of its diamond is made of.
#[derive(Default)]
struct Edge {
    runs: Vec<Run>,
    /// It has a pentagon, whose sixth neighbour is missing: where in the ring.
    gap: Option<u16>,
}

/// Which lines make up the halo of each chunk. Inside of a diamond that is arithmetic; chunks on its edges,
/// where frames turn, have lists of runs.
pub(super) struct Borders {
    /// Chunks along a side of a diamond.
    side: u32,
    /// Rows and columns of the last chunk along a side.
    last: u32,
    /// By chunk; of those inside of a diamond nothing.
    edges: Vec<Edge>,
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
            edges: (0..chunks).map(|_| Edge::default()).collect(),
            starts: Vec::new(),
            touching: Vec::new(),
        };
        let mut pairs = Vec::new();
        for chunk in 0..chunks - 2 {
            let edge = around(n, chunk);
            for other in edge.runs.iter().map(|run| run.place.chunk).filter(|&other| other != chunk)
            {
                pairs.push((chunk, other));
                pairs.push((other, chunk));
            }
            if borders.is_on_edge(chunk) {
                borders.edges[chunk as usize] = edge;
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
    #[inline]
    pub(super) fn gather(&self, lines: &[Lines], chunk: usize, halo: &mut Halo) {
        if self.edges[chunk].runs.is_empty() {
            self.gather_inside(lines, chunk, halo);
        } else {
            gather_edge(&self.edges[chunk], lines, chunk, halo);
        }
    }

    fn gather_inside(&self, lines: &[Lines], chunk: usize, halo: &mut Halo) {
        let side = self.side as usize;
        for (kind, Ring(ring)) in halo.0.iter_mut().enumerate() {
            let line = |chunk: usize, line: usize| &lines[chunk].0[kind][line];
            ring[..64].copy_from_slice(line(chunk - side, BOTTOM));
            ring[64] = line(chunk - side + 1, BOTTOM)[0];
            ring[LONG] = line(chunk + side - 1, TOP)[63];
            ring[LONG + 1..2 * LONG].copy_from_slice(line(chunk + side, TOP));
            ring[ON_THE_LEFT].copy_from_slice(line(chunk - 1, RIGHT));
            ring[ON_THE_RIGHT].copy_from_slice(line(chunk + 1, LEFT));
        }
    }
}

fn gather_edge(edge: &Edge, lines: &[Lines], chunk: usize, halo: &mut Halo) {
    for (kind, Ring(ring)) in halo.0.iter_mut().enumerate() {
        ring.fill(0);
        for run in &edge.runs {
            let Place { line, position, chunk } = run.place;
            let line = &lines[chunk as usize].0[kind][usize::from(line)];
            let to = &mut ring[usize::from(run.to)..];
            if let (64, Some(to)) = (run.length, to.first_chunk_mut()) {
                *to = *line;
            } else {
                let length = usize::from(run.length);
                to[..length].copy_from_slice(&line[usize::from(position)..][..length]);
            }
        }
    }
    if let Some(gap) = edge.gap {
        // A pentagon sends its flux along five edges, and the rule counts six: one comes back.
        halo.0[1].0[usize::from(gap)] = lines[chunk].0[1][BOTTOM][0] & 0xf0;
    }
}

/// What lies around a chunk, as far as it has rows and columns; the rest is never read.
fn around(n: u32, chunk: u32) -> Edge {
    let side = chunks_per_side(n);
    let diamond = chunk / (side * side);
    let (first_i, first_j) = ((chunk / side % side * 64 + 1) as i32, (chunk % side * 64) as i32);
    let (rows, columns) = chunk_extent(n, chunk);
    let (rows, columns) = (rows as i32, columns as i32);
    let mut edge = Edge::default();
    let mut add = |at: Range<usize>, cells: i32, point: &dyn Fn(i32) -> (i32, i32)| {
        let places: Vec<_> = (0..cells)
            .map(|cell| {
                let (row, column) = point(cell);
                places_of(n, diamond, first_i + row, first_j + column)
            })
            .collect();
        add_runs(&mut edge, at.start as u16, &places);
    };
    add(ABOVE, columns + 1, &|column| (-1, column));
    add(BELOW, columns + 1, &|column| (rows, column - 1));
    add(ON_THE_LEFT, rows, &|row| (row, -1));
    add(ON_THE_RIGHT, rows, &|row| (row, columns));
    edge
}

/// On which lines a cell lies: a corner on two or more, a pentagon's gap on none.
type Places = [Option<Place>; 4];

/// Adds what lies along a side of a chunk.
fn add_runs(edge: &mut Edge, start: u16, places: &[Places]) {
    let mut last: Option<Run> = None;
    for (at, cell) in (0..).zip(places) {
        let next = last.map(|run| run.place.after(run.length));
        if let (Some(run), true) = (&mut last, next.is_some() && cell.contains(&next)) {
            run.length += 1;
            continue;
        }
        edge.runs.extend(last.take());
        // Of a corner's lines that one which goes on.
        let goes_on = |place: &Place| {
            places.get(at + 1).is_some_and(|following| following.contains(&Some(place.after(1))))
        };
        let mut found = cell.iter().flatten().copied();
        match found.clone().find(goes_on).or(found.next()) {
            Some(place) => last = Some(Run { to: start + at as u16, length: 1, place }),
            None => edge.gap = Some(start + at as u16),
        }
    }
    edge.runs.extend(last);
}

/// Where a point of a diamond, or one step outside of it, lies in the border lines.
fn places_of(n: u32, diamond: u32, i: i32, j: i32) -> Places {
    let length = n as i32;
    let cell = if (1..=length).contains(&i) && (0..length).contains(&j) {
        cell_at(n, diamond, i as u32, j as u32)
    } else {
        match cross(n, diamond, i as u32, j) {
            Some((cell, _)) => cell,
            None => return [None; 4],
        }
    };
    let (chunk, offset) = (chunk_of(n, cell), offset_in_chunk(n, cell));
    let (rows, columns) = chunk_extent(n, chunk);
    let (row, column) = (offset / 64, offset % 64);
    let place = |is_there: bool, line: usize, position: u32| {
        is_there.then_some(Place { line: line as u8, position: position as u8, chunk })
    };
    let places = [
        place(row == 0, TOP, column),
        place(row + 1 == rows, BOTTOM, column),
        place(column == 0, LEFT, row),
        place(column + 1 == columns, RIGHT, row),
    ];
    debug_assert_ne!(places, [None; 4], "what lies around a chunk lies on a border");
    places
}
