//! Distances in steps, found breadth-first.

use super::neighbours::{DIRECTIONS, neighbour};
use alloc::collections::BTreeSet;
use alloc::vec;
use alloc::vec::Vec;

/// The cells within `reach` steps of a cell: itself first, then by ascending distance, and within one
/// distance in order of discovery (neighbours in order of direction). About 3·reach² cells.
pub fn cells_within(n: u32, cell: u32, reach: u32) -> Vec<u32> {
    let mut found = vec![cell];
    let mut seen = BTreeSet::from([cell]);
    let mut ring_start = 0;
    for _ in 0..reach {
        let ring_end = found.len();
        if ring_start == ring_end {
            break;
        }
        for index in ring_start..ring_end {
            for direction in 0..DIRECTIONS {
                if let Some(next) = neighbour(n, found[index], direction)
                    && seen.insert(next)
                {
                    found.push(next);
                }
            }
        }
        ring_start = ring_end;
    }
    found
}

/// The number of steps between two cells if it is at most `max`. Costs about 3·max².
pub fn distance_within(n: u32, from: u32, to: u32, max: u32) -> Option<u32> {
    if from == to {
        return Some(0);
    }
    let mut seen = BTreeSet::from([from]);
    let mut ring = vec![from];
    for distance in 1..=max {
        let mut next_ring = Vec::new();
        for &cell in &ring {
            for direction in 0..DIRECTIONS {
                let Some(next) = neighbour(n, cell, direction) else { continue };
                if next == to {
                    return Some(distance);
                }
                if seen.insert(next) {
                    next_ring.push(next);
                }
            }
        }
        ring = next_ring;
    }
    None
}
