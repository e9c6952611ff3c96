//! Chunks: each diamond is cut in tiles of 64×64 cells; each pole is a chunk of one cell.

use super::lattice::{cell_at, north_pole};

/// Cells along one side of a chunk.
pub const CHUNK_SIDE: u32 = 64;
/// Places of a chunk, padding included.
pub const CHUNK_CELLS: u32 = CHUNK_SIDE * CHUNK_SIDE;

/// Chunks along one side of a diamond.
#[inline]
pub const fn chunks_per_side(n: u32) -> u32 {
    n.div_ceil(CHUNK_SIDE)
}

/// How many chunks a planet has: 10·T² + 2, T = ⌈n/64⌉; the last two are the poles.
#[inline]
pub const fn chunk_count(n: u32) -> u32 {
    let side = chunks_per_side(n);
    10 * side * side + 2
}

/// The chunk that holds a cell: diamond·T² + row·T + column.
#[inline]
pub const fn chunk_of(n: u32, cell: u32) -> u32 {
    let side = chunks_per_side(n);
    if cell >= north_pole(n) {
        return 10 * side * side + (cell - north_pole(n));
    }
    let line = cell / n;
    let diamond = line / n;
    let row = (line - diamond * n) / CHUNK_SIDE;
    let column = (cell - line * n) / CHUNK_SIDE;
    (diamond * side + row) * side + column
}

/// Where a cell lies in its chunk: 0..4096, row-major (i, then j); 0 for a pole.
#[inline]
pub const fn offset_in_chunk(n: u32, cell: u32) -> u32 {
    if cell >= north_pole(n) {
        return 0;
    }
    let line = cell / n;
    let row = (line % n) % CHUNK_SIDE;
    let column = (cell - line * n) % CHUNK_SIDE;
    row * CHUNK_SIDE + column
}

/// The cell at an offset (0..4096) of a chunk; `None` where the offset is padding.
#[inline]
pub const fn cell_in_chunk(n: u32, chunk: u32, offset: u32) -> Option<u32> {
    let side = chunks_per_side(n);
    if chunk >= 10 * side * side {
        let pole = chunk - 10 * side * side;
        return if offset == 0 && pole < 2 { Some(north_pole(n) + pole) } else { None };
    }
    let band = chunk / side;
    let diamond = band / side;
    let line = (band - diamond * side) * CHUNK_SIDE + offset / CHUNK_SIDE;
    let j = (chunk - band * side) * CHUNK_SIDE + offset % CHUNK_SIDE;
    if line < n && j < n { Some(cell_at(n, diamond, line + 1, j)) } else { None }
}

/// Rows and columns of a chunk that hold cells; 1 and 1 for a pole. The rest is padding.
#[inline]
pub const fn chunk_extent(n: u32, chunk: u32) -> (u32, u32) {
    let side = chunks_per_side(n);
    if chunk >= 10 * side * side {
        return (1, 1);
    }
    let row = chunk / side % side;
    let column = chunk % side;
    (least(n - row * CHUNK_SIDE, CHUNK_SIDE), least(n - column * CHUNK_SIDE, CHUNK_SIDE))
}

const fn least(a: u32, b: u32) -> u32 {
    if a < b { a } else { b }
}
