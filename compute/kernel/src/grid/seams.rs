//! Where a lattice point just outside a diamond really lies, and how the frame turns on the way there.

use super::lattice::{cell_at, north_pole, south_pole};

/// What lies beyond a diamond's edge: the cell, and the turn that is added to a direction (mod 6) when
/// the edge is crossed.
pub(crate) type Crossing = (u32, u8);

fn cross_north(n: u32, k: u32, i: u32, j: i32) -> Option<Crossing> {
    let east = (k + 1) % 5;
    let west = (k + 4) % 5;
    if i == 0 {
        return Some(if j == 0 { (north_pole(n), 0) } else { (cell_at(n, east, j as u32, 0), 5) });
    }
    if j == n as i32 {
        return Some((cell_at(n, 5 + east, i, 0), 0));
    }
    if i == n + 1 {
        return if j < 0 { None } else { Some((cell_at(n, 5 + k, 1, j as u32), 0)) };
    }
    Some((cell_at(n, west, 1, i - 1), 1))
}

fn cross_south(n: u32, k: u32, i: u32, j: i32) -> Option<Crossing> {
    let east = (k + 1) % 5;
    let west = (k + 4) % 5;
    if j == n as i32 {
        return Some(if i == n { (south_pole(n), 0) } else { (cell_at(n, 5 + east, n, i), 1) });
    }
    if i == 0 {
        return Some((cell_at(n, k, n, j as u32), 0));
    }
    if i == n + 1 {
        return if j < 0 { None } else { Some((cell_at(n, 5 + west, j as u32 + 1, n - 1), 5)) };
    }
    Some((cell_at(n, west, i, n - 1), 0))
}

/// The owner of the point (i, j) one step outside a diamond (i = 0, i = n+1, j = -1 or j = n), and the
/// turn of the frame; `None` at the gap (n+1, -1) of a pentagon. Onto a pole the turn means nothing.
pub(crate) fn cross(n: u32, diamond: u32, i: u32, j: i32) -> Option<Crossing> {
    if diamond < 5 { cross_north(n, diamond, i, j) } else { cross_south(n, diamond - 5, i, j) }
}
