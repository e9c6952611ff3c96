//! Who is served first when several want the same.

use crate::random::word_of;

/// A list begun at a place drawn anew for each server and tick: plain turns by the tick resonate with a belt
/// that takes an item every second tick, and then one side starves. `key` is the tick's, `cell` the server's.
pub(crate) fn rotated<T>(list: &[T], key: u32, cell: u32) -> impl Iterator<Item = &T> {
    let first = if list.len() < 2 { 0 } else { word_of(key, cell) as usize % list.len() };
    list[first..].iter().chain(&list[..first])
}
