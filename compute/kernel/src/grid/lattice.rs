//! Ids of cells and their places on the lattice: a diamond owns i in 1..=n, j in 0..n.

/// Diamond number that stands for the north pole, which belongs to no diamond.
pub const NORTH_POLE_DIAMOND: u32 = 10;
/// Diamond number that stands for the south pole.
pub const SOUTH_POLE_DIAMOND: u32 = 11;

/// How many cells a planet of frequency n has. Ids are below it.
#[inline]
pub const fn cell_count(n: u32) -> u32 {
    10 * n * n + 2
}

/// The id of the north pole.
#[inline]
pub const fn north_pole(n: u32) -> u32 {
    10 * n * n
}

/// The id of the south pole.
#[inline]
pub const fn south_pole(n: u32) -> u32 {
    10 * n * n + 1
}

/// The id of a point that the diamond owns: diamond 0..=9, i in 1..=n, j in 0..n; unchecked.
#[inline]
pub const fn cell_at(n: u32, diamond: u32, i: u32, j: u32) -> u32 {
    (diamond * n + i - 1) * n + j
}

/// The inverse of [`cell_at`]: (diamond, i, j). The poles are diamonds 10 and 11 with i = j = 0.
#[inline]
pub const fn lattice_of(n: u32, cell: u32) -> (u32, u32, u32) {
    let owned = 10 * n * n;
    if cell >= owned {
        return (NORTH_POLE_DIAMOND + (cell - owned), 0, 0);
    }
    let row = cell / n;
    let diamond = row / n;
    (diamond, row - diamond * n + 1, cell - row * n)
}

/// True for the twelve cells with five neighbours: (n, 0) of each diamond, and the poles.
#[inline]
pub const fn is_pentagon(n: u32, cell: u32) -> bool {
    cell >= 10 * n * n || cell % (n * n) == n * (n - 1)
}

/// True where a value is the id of a cell of a planet of frequency n.
#[inline]
pub const fn is_cell(n: u32, value: u32) -> bool {
    value < cell_count(n)
}
