//! What one structure holds, by item: a few kinds in place, many kinds in a list of their own.

use crate::tables::NO_ITEM;
use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

const KINDS_IN_PLACE: usize = 6;

#[derive(Debug, Clone)]
pub(crate) struct Stock {
    items: [u8; KINDS_IN_PLACE],
    counts: [u32; KINDS_IN_PLACE],
    /// Count by item code of every item, once there were more kinds than have a place.
    many: Option<Box<[u32]>>,
}

impl Stock {
    pub(crate) const EMPTY: Self =
        Self { items: [NO_ITEM; KINDS_IN_PLACE], counts: [0; KINDS_IN_PLACE], many: None };

    /// Any one of its counts, so that the processor fetches them.
    pub(crate) fn any_count(&self) -> u32 {
        self.counts[0]
    }

    pub(crate) fn get(&self, item: u8) -> u32 {
        if let Some(many) = &self.many {
            return many.get(usize::from(item)).copied().unwrap_or(0);
        }
        self.items.iter().position(|&held| held == item).map_or(0, |at| self.counts[at])
    }

    /// Sets a count; `items` is how many kinds there are in the world.
    pub(crate) fn set(&mut self, item: u8, count: u32, items: usize) {
        if let Some(many) = &mut self.many {
            many[usize::from(item)] = count;
            return;
        }
        if let Some(at) = self.items.iter().position(|&held| held == item) {
            self.counts[at] = count;
            if count == 0 {
                self.items[at] = NO_ITEM;
            }
        } else if count == 0 {
        } else if let Some(at) = self.items.iter().position(|&held| held == NO_ITEM) {
            self.items[at] = item;
            self.counts[at] = count;
        } else {
            let mut many = vec![0; items].into_boxed_slice();
            for (held, count) in self.items.iter().zip(self.counts) {
                many[usize::from(*held)] = count;
            }
            many[usize::from(item)] = count;
            self.many = Some(many);
        }
    }

    /// The item of the lowest code that is there.
    pub(crate) fn first(&self) -> Option<u8> {
        match &self.many {
            Some(many) => many.iter().position(|&count| count > 0).map(|item| item as u8),
            // "No item" is the highest of all codes.
            None => self.items.iter().copied().min().filter(|&item| item != NO_ITEM),
        }
    }

    /// Every item that is there with its count, ascending by code.
    pub(crate) fn held(&self) -> Vec<(u8, u32)> {
        if let Some(many) = &self.many {
            let counts = many.iter().enumerate().filter(|&(_, &count)| count > 0);
            return counts.map(|(item, &count)| (item as u8, count)).collect();
        }
        let pairs = self.items.iter().copied().zip(self.counts);
        let mut held: Vec<_> = pairs.filter(|&(item, _)| item != NO_ITEM).collect();
        held.sort_unstable();
        held
    }

    /// Calls `visit` as [`Stock::held`] lists, without a list.
    pub(crate) fn each(&self, mut visit: impl FnMut(u8, u32)) {
        if let Some(many) = &self.many {
            for (item, &count) in many.iter().enumerate() {
                if count > 0 {
                    visit(item as u8, count);
                }
            }
            return;
        }
        let mut after: i32 = -1;
        while let Some((item, count)) = self
            .items
            .iter()
            .copied()
            .zip(self.counts)
            .filter(|&(item, _)| i32::from(item) > after && item != NO_ITEM)
            .min()
        {
            visit(item, count);
            after = i32::from(item);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeMap;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_stock_counts_by_item(steps in prop::collection::vec((0u8..12, 0u32..3), 0..60)) {
            let (mut ours, mut theirs) = (Stock::EMPTY, BTreeMap::new());
            for (item, count) in steps {
                ours.set(item, count, 12);
                theirs.insert(item, count);
                theirs.retain(|_, count| *count > 0);
                let expected: Vec<_> = theirs.iter().map(|(&item, &count)| (item, count)).collect();
                prop_assert_eq!(ours.first(), expected.first().map(|&(item, _)| item));
                let mut visited = Vec::new();
                ours.each(|item, count| visited.push((item, count)));
                prop_assert_eq!(&visited, &expected);
                prop_assert_eq!(ours.held(), expected);
                prop_assert_eq!(ours.get(item), count);
            }
        }
    }
}
