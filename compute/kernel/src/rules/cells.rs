//! Sets and maps of small numbers: cells, slots of structures, slots of runs.

use crate::random::mix32;
use alloc::vec;
use alloc::vec::Vec;

/// No slot, no cell.
pub(crate) const NONE: u32 = u32::MAX;

/// A map from cells to values. Where an entry lies follows from a hash and from what came before, so
/// nothing that matters may depend on the order of [`CellMap::entries`].
#[derive(Debug, Clone)]
pub(crate) struct CellMap {
    entries: Vec<(u32, u32)>,
    len: usize,
}

impl CellMap {
    pub(crate) fn new() -> Self {
        Self { entries: vec![(NONE, 0); 16], len: 0 }
    }

    fn home(&self, cell: u32) -> usize {
        mix32(cell) as usize & (self.entries.len() - 1)
    }

    /// Where a cell is, or the empty place where it would be.
    fn find(&self, cell: u32) -> usize {
        let mut at = self.home(cell);
        while self.entries[at].0 != cell && self.entries[at].0 != NONE {
            at = (at + 1) & (self.entries.len() - 1);
        }
        at
    }

    pub(crate) fn get(&self, cell: u32) -> Option<u32> {
        let (found, value) = self.entries[self.find(cell)];
        (found == cell && cell != NONE).then_some(value)
    }

    pub(crate) fn set(&mut self, cell: u32, value: u32) {
        let at = self.find(cell);
        if self.entries[at].0 == NONE {
            self.len += 1;
            if 2 * self.len > self.entries.len() {
                self.grow();
                return self.set_new(cell, value);
            }
        }
        self.entries[at] = (cell, value);
    }

    fn set_new(&mut self, cell: u32, value: u32) {
        let at = self.find(cell);
        self.entries[at] = (cell, value);
    }

    fn grow(&mut self) {
        let larger = vec![(NONE, 0); 2 * self.entries.len()];
        for (cell, value) in core::mem::replace(&mut self.entries, larger) {
            if cell != NONE {
                self.set_new(cell, value);
            }
        }
    }

    pub(crate) fn remove(&mut self, cell: u32) {
        let mut hole = self.find(cell);
        if self.entries[hole].0 == NONE {
            return;
        }
        self.len -= 1;
        let mask = self.entries.len() - 1;
        let mut at = hole;
        loop {
            at = (at + 1) & mask;
            if self.entries[at].0 == NONE {
                break;
            }
            // An entry moves into the hole unless its home lies behind the hole.
            let home = self.home(self.entries[at].0);
            if (at.wrapping_sub(home) & mask) >= (at.wrapping_sub(hole) & mask) {
                self.entries[hole] = self.entries[at];
                hole = at;
            }
        }
        self.entries[hole] = (NONE, 0);
    }

    /// Every cell with its value, in no order.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.entries.iter().copied().filter(|&(cell, _)| cell != NONE)
    }

    /// Every cell with its value, ascending.
    pub(crate) fn sorted(&self) -> Vec<(u32, u32)> {
        let mut all: Vec<_> = self.entries().collect();
        all.sort_unstable();
        all
    }
}

/// A set of cells that is walked in ascending order, and may grow while it is walked: each level has a bit
/// for every word of the level below that holds any.
#[derive(Debug, Clone)]
pub(crate) struct CellBits {
    levels: [Vec<u64>; 4],
}

impl CellBits {
    pub(crate) fn new(cells: u32) -> Self {
        let mut bits = cells as usize;
        Self {
            levels: core::array::from_fn(|_| {
                bits = bits.div_ceil(64);
                vec![0; bits]
            }),
        }
    }

    pub(crate) fn insert(&mut self, cell: u32) {
        let mut at = cell as usize;
        for level in &mut self.levels {
            let word = &mut level[at >> 6];
            let before = *word;
            *word |= 1 << (at & 63);
            if before != 0 {
                return;
            }
            at >>= 6;
        }
    }

    pub(crate) fn remove(&mut self, cell: u32) {
        let mut at = cell as usize;
        for level in &mut self.levels {
            let word = &mut level[at >> 6];
            *word &= !(1 << (at & 63));
            if *word != 0 {
                return;
            }
            at >>= 6;
        }
    }

    /// The first cell of the set that is `from` or more.
    pub(crate) fn next(&self, from: u32) -> Option<u32> {
        let mut at = from as usize;
        for up in 0..self.levels.len() {
            let word = at >> 6;
            let bits = self.levels[up].get(word)? & (u64::MAX << (at & 63));
            if bits != 0 {
                at = (word << 6) | bits.trailing_zeros() as usize;
                for level in self.levels[..up].iter().rev() {
                    at = (at << 6) | level[at].trailing_zeros() as usize;
                }
                return Some(at as u32);
            }
            at = word + 1;
        }
        // The topmost level has a single word up to 2^24 cells, and a few beyond.
        let (top, last) = (self.levels.len() - 1, at);
        let word = (last..self.levels[top].len()).find(|&word| self.levels[top][word] != 0)?;
        let mut found = (word << 6) | self.levels[top][word].trailing_zeros() as usize;
        for level in self.levels[..top].iter().rev() {
            found = (found << 6) | level[found].trailing_zeros() as usize;
        }
        Some(found as u32)
    }
}

/// A set of slots, walked word by word.
#[derive(Debug, Clone, Default)]
pub(crate) struct SlotBits {
    words: Vec<u64>,
}

impl SlotBits {
    pub(crate) fn insert(&mut self, slot: u32) {
        let word = slot as usize >> 6;
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        self.words[word] |= 1 << (slot & 63);
    }

    pub(crate) fn remove(&mut self, slot: u32) {
        if let Some(word) = self.words.get_mut(slot as usize >> 6) {
            *word &= !(1 << (slot & 63));
        }
    }

    pub(crate) fn words(&self) -> usize {
        self.words.len()
    }

    /// The 64 slots from 64·`word`, as bits.
    pub(crate) fn word(&self, word: usize) -> u64 {
        self.words[word]
    }

    pub(crate) fn clear(&mut self) {
        self.words.fill(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::{BTreeMap, BTreeSet};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_map_of_cells_is_a_map(steps in prop::collection::vec((0u32..60, 0u32..9, any::<bool>()), 0..400)) {
            let (mut ours, mut theirs) = (CellMap::new(), BTreeMap::new());
            for (cell, value, set) in steps {
                if set {
                    ours.set(cell, value);
                    theirs.insert(cell, value);
                } else {
                    ours.remove(cell);
                    theirs.remove(&cell);
                }
                prop_assert_eq!(ours.get(cell), theirs.get(&cell).copied());
            }
            prop_assert_eq!(ours.sorted(), theirs.into_iter().collect::<Vec<_>>());
        }

        #[test]
        fn a_set_of_cells_is_walked_in_order(
            size in prop::sample::select(vec![1u32, 64, 65, 4_097, 300_000, 20_000_000]),
            steps in prop::collection::vec((any::<u32>(), any::<bool>()), 0..200),
        ) {
            let (mut ours, mut theirs) = (CellBits::new(size), BTreeSet::new());
            for (number, insert) in steps {
                let cell = if number % 3 == 0 { number % size.min(70) } else { number % size };
                if insert {
                    ours.insert(cell);
                    theirs.insert(cell);
                } else {
                    ours.remove(cell);
                    theirs.remove(&cell);
                }
            }
            let mut walked = BTreeSet::new();
            let mut from = 0;
            while let Some(cell) = ours.next(from) {
                walked.insert(cell);
                from = cell + 1;
            }
            prop_assert_eq!(walked, theirs);
        }
    }
}
