//! The six neighbours of a cell, in one order everywhere: counter-clockwise seen from outside.

use super::lattice::{cell_at, north_pole};
use super::seams::cross;

/// How many directions there are.
pub const DIRECTIONS: u8 = 6;
/// Change of i by direction.
pub const STEP_I: [i32; 6] = [0, -1, -1, 0, 1, 1];
/// Change of j by direction.
pub const STEP_J: [i32; 6] = [1, 1, 0, -1, -1, 0];

/// The cell next to a pole in direction 0..=4.
pub(super) fn neighbour_of_pole(n: u32, cell: u32, direction: u8) -> Option<u32> {
    let direction = u32::from(direction);
    if direction > 4 {
        return None;
    }
    Some(if cell == north_pole(n) {
        cell_at(n, direction, 1, 0)
    } else {
        cell_at(n, 9 - direction, n, n - 1)
    })
}

/// The neighbour of a cell in a direction 0..=5; `None` where a pentagon lacks it. Arithmetic only.
///
/// # Panics
/// For a direction above 5.
pub fn neighbour(n: u32, cell: u32, direction: u8) -> Option<u32> {
    if cell >= north_pole(n) {
        return neighbour_of_pole(n, cell, direction);
    }
    let row = cell / n;
    let diamond = row / n;
    let i = ((row - diamond * n + 1) as i32 + STEP_I[usize::from(direction)]) as u32;
    let j = (cell - row * n) as i32 + STEP_J[usize::from(direction)];
    if i >= 1 && i <= n && j >= 0 && j < n as i32 {
        return Some(cell_at(n, diamond, i, j as u32));
    }
    cross(n, diamond, i, j).map(|(next, _)| next)
}
