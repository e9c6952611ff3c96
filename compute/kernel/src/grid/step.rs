//! Walking straight on. A direction belongs to a cell's frame, and frames turn at the seams, so whoever
//! follows a line carries the pair (cell, direction) from step to step.

use super::lattice::{cell_at, north_pole};
use super::neighbours::{DIRECTIONS, STEP_I, STEP_J, neighbour_of_pole};
use super::seams::cross;

/// The direction that the pentagon (n, 0) of a diamond lacks.
const GAP: u8 = 4;
/// Sides of a hexagon and of a pentagon between the way in and straight on, counter-clockwise.
const AHEAD_OF_SIX: u8 = 3;
const AHEAD_OF_FIVE: u8 = 2;

/// The direction `six` or `five` places counter-clockwise, counting only sides that the cell has.
fn turn_by(n: u32, cell: u32, direction: u8, six: u8, five: u8) -> u8 {
    if cell >= north_pole(n) {
        return (direction + five) % 5;
    }
    if cell % (n * n) != n * (n - 1) {
        return (direction + six) % DIRECTIONS;
    }
    let place = (direction.min(GAP) + five) % 5;
    if place == GAP { GAP + 1 } else { place }
}

/// The neighbour in a direction and the direction that leads back from it; `None` where the direction
/// is missing at a pentagon.
pub fn way_there(n: u32, cell: u32, direction: u8) -> Option<(u32, u8)> {
    let north = north_pole(n);
    if cell >= north {
        let next = neighbour_of_pole(n, cell, direction)?;
        return Some((next, if cell == north { 2 } else { 0 }));
    }
    let row = cell / n;
    let diamond = row / n;
    let i = ((row - diamond * n + 1) as i32 + STEP_I[usize::from(direction)]) as u32;
    let j = (cell - row * n) as i32 + STEP_J[usize::from(direction)];
    if i >= 1 && i <= n && j >= 0 && j < n as i32 {
        return Some((cell_at(n, diamond, i, j as u32), (direction + 3) % DIRECTIONS));
    }
    let (next, turn) = cross(n, diamond, i, j)?;
    if next >= north {
        return Some((next, if diamond < 5 { diamond } else { 9 - diamond } as u8));
    }
    Some((next, (direction + turn + 3) % DIRECTIONS))
}

/// One step straight on, across seams and pentagons: the next cell, and the direction that is straight
/// on there. `None` only where a pentagon lacks the direction.
pub fn step(n: u32, cell: u32, direction: u8) -> Option<(u32, u8)> {
    let (next, back) = way_there(n, cell, direction)?;
    Some((next, turn_by(n, next, back, AHEAD_OF_SIX, AHEAD_OF_FIVE)))
}

/// The direction that undoes a heading: it leads back to the cell from which [`step`] arrived with
/// `direction`.
pub fn turn_back(n: u32, cell: u32, direction: u8) -> u8 {
    turn_by(n, cell, direction, DIRECTIONS - AHEAD_OF_SIX, 5 - AHEAD_OF_FIVE)
}
