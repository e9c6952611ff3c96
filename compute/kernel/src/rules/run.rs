//! A run: a maximal chain of belts, with its items as gaps, so that moving all of them costs one subtraction.
//!
//! Every belt cell has 8 slots; slot 0 is where items enter, the run's last slot is where they leave. Items
//! keep a distance of at least 2 slots. `gaps[0]` is the free way of the front item; `gaps[i]` is the free way
//! of item i behind item i - 1.

use super::active::Unit;
use alloc::collections::VecDeque;
use alloc::vec::Vec;

pub(crate) const SLOTS_PER_CELL: i32 = 8;
const DISTANCE: i32 = 2;
/// How far items travel in a tick.
const SPEED: i32 = 1;
/// Not known, and to be looked for.
const UNKNOWN: u32 = 0;

#[derive(Debug, Clone, Default)]
pub(crate) struct Run {
    /// Slots of its belts, in order of travel.
    pub(crate) belts: Vec<u32>,
    /// Without repetition.
    pub(crate) chunks: Vec<u32>,
    /// Item codes, front first.
    pub(crate) items: VecDeque<u8>,
    gaps: VecDeque<i32>,
    /// How many items at the front have no free way; follows from `gaps`.
    stuck: u32,
    /// Where the front item alone has a free way: the first behind it that has one too, so that nobody walks
    /// along a queue twice. [`UNKNOWN`] where nobody did.
    second: u32,
    /// Slot of the last item; only meaningful where there are items.
    last_slot: i32,
    /// Sum of its items' digests, until something moves.
    pub(crate) digest: Option<[u32; 2]>,
    /// Who waits for room on it.
    pub(crate) waiters: Vec<Unit>,
}

impl Run {
    fn end_slot(&self) -> i32 {
        self.belts.len() as i32 * SLOTS_PER_CELL - 1
    }

    /// The item that stands at the run's end, ready to leave.
    pub(crate) fn item_at_end(&self) -> Option<u8> {
        if self.gaps.front() == Some(&0) { self.items.front().copied() } else { None }
    }

    /// Whether any item has a free way.
    pub(crate) fn can_move(&self) -> bool {
        (self.stuck as usize) < self.gaps.len()
    }

    /// Moves every item that has a free way by a slot. Returns whether any moved.
    pub(crate) fn advance(&mut self) -> bool {
        let Some(gap) = self.gaps.get_mut(self.stuck as usize) else { return false };
        *gap -= SPEED;
        self.last_slot += SPEED;
        if *gap <= 0 {
            self.skip_stuck();
        }
        true
    }

    fn skip_stuck(&mut self) {
        if self.stuck == 0 && self.gaps.front().is_some_and(|&gap| gap <= 0) {
            self.stuck = 1.max(core::mem::replace(&mut self.second, UNKNOWN));
        }
        self.stuck = self.first_free(self.stuck);
    }

    /// The first item from `from` on that has a free way.
    fn first_free(&self, from: u32) -> u32 {
        let mut at = from;
        while self.gaps.get(at as usize).is_some_and(|&gap| gap <= 0) {
            at += 1;
        }
        at
    }

    /// Takes the front item away; there must be one.
    pub(crate) fn remove_front(&mut self) -> u8 {
        let item = self.items.pop_front().unwrap_or_default();
        let gap = self.gaps.pop_front().unwrap_or_default();
        let behind = core::mem::take(&mut self.stuck).saturating_sub(1);
        self.second = UNKNOWN;
        if let Some(next) = self.gaps.front_mut() {
            *next += gap + DISTANCE;
            if *next > 0 {
                // Those that were stuck behind the front one still are.
                self.second = behind;
            } else {
                self.skip_stuck();
            }
        }
        item
    }

    /// Whether an item can enter slot 0 after the next `advance`, judged before it.
    pub(crate) fn will_have_room(&self) -> bool {
        self.items.is_empty()
            || self.last_slot >= DISTANCE
            || (self.last_slot == DISTANCE - SPEED && self.can_move())
    }

    /// Slot of what the next item lies behind: the last item, or what would be beyond the end.
    fn ahead(&self) -> i32 {
        if self.items.is_empty() { self.end_slot() + DISTANCE } else { self.last_slot }
    }

    /// Puts an item into slot 0; there must be room.
    pub(crate) fn enter(&mut self, item: u8) {
        self.lay_behind(0, item);
    }

    /// Lays an item at a slot behind all that were laid before.
    pub(crate) fn lay_behind(&mut self, slot: i32, item: u8) {
        self.gaps.push_back(self.ahead() - DISTANCE - slot);
        self.items.push_back(item);
        self.last_slot = slot;
        self.skip_stuck();
    }

    /// Puts an item in the middle of a belt, if nothing is within 2 slots. Returns whether it did.
    pub(crate) fn insert_at(&mut self, place: u32, item: u8) -> bool {
        let slot = place as i32 * SLOTS_PER_CELL + SLOTS_PER_CELL / 2;
        if self.items.is_empty() || self.last_slot > slot {
            let gap = self.ahead() - DISTANCE - slot;
            if gap < 0 {
                return false;
            }
            self.items.push_back(item);
            self.gaps.push_back(gap);
            self.last_slot = slot;
        } else {
            let (index, before, behind) = self.around(slot);
            let gap = before - DISTANCE - slot;
            if gap < 0 || slot - behind < DISTANCE {
                return false;
            }
            self.gaps[index] = slot - DISTANCE - behind;
            self.items.insert(index, item);
            self.gaps.insert(index, gap);
        }
        // Nothing fits between items that are stuck, so only what comes after them may be stuck anew.
        self.second = UNKNOWN;
        self.skip_stuck();
        true
    }

    /// The first item at a slot or behind it: its index, the slot of the one before it, and its own. There is
    /// one. Looked for from the nearer end.
    fn around(&self, slot: i32) -> (usize, i32, i32) {
        if slot > self.end_slot() / 2 {
            let mut before = self.end_slot() + DISTANCE;
            for (index, gap) in self.gaps.iter().enumerate() {
                let own = before - DISTANCE - gap;
                if own <= slot {
                    return (index, before, own);
                }
                before = own;
            }
        }
        let mut own = self.last_slot;
        for (index, gap) in self.gaps.iter().enumerate().rev() {
            let before = own + DISTANCE + gap;
            if before > slot {
                return (index, before, own);
            }
            own = before;
        }
        (0, self.end_slot() + DISTANCE, own)
    }

    /// Each item, front first: its belt's place in the run, its slot on that belt, its code.
    pub(crate) fn each(&self) -> impl Iterator<Item = (u32, u8, u8)> + '_ {
        let mut position = self.end_slot() + DISTANCE;
        self.items.iter().zip(&self.gaps).map(move |(&item, &gap)| {
            position -= DISTANCE + gap;
            ((position / SLOTS_PER_CELL) as u32, (position % SLOTS_PER_CELL) as u8, item)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What an item does that moves on by itself wherever it can, from the front.
    fn advanced(lying: &[i32], end: i32) -> Vec<i32> {
        let mut moved: Vec<i32> = Vec::new();
        let mut any = false;
        for (index, &slot) in lying.iter().enumerate() {
            let limit = if index == 0 { end } else { lying[index - 1] - DISTANCE };
            any |= slot < limit;
            moved.push(if any { slot + 1 } else { slot });
        }
        moved
    }

    proptest! {
        #[test]
        fn a_run_moves_like_its_items(
            length in 1u32..6,
            steps in prop::collection::vec((0u8..4, 0u32..6), 0..300),
        ) {
            let mut run = Run { belts: (0..length).collect(), ..Run::default() };
            let end = run.end_slot();
            let mut lying: Vec<i32> = Vec::new();
            for (what, place) in steps {
                match what {
                    0 => {
                        let slot = (place % length) as i32 * SLOTS_PER_CELL + 4;
                        let free = lying.iter().all(|&other| (other - slot).abs() >= DISTANCE);
                        prop_assert_eq!(run.insert_at(place % length, 1), free);
                        if free {
                            lying.push(slot);
                            lying.sort_unstable_by_key(|&slot| -slot);
                        }
                    }
                    1 if run.item_at_end().is_some() => {
                        run.remove_front();
                        lying.remove(0);
                    }
                    _ => {
                        let room = run.will_have_room();
                        let before = lying.clone();
                        lying = advanced(&lying, end);
                        prop_assert_eq!(run.advance(), before != lying);
                        prop_assert_eq!(room, lying.last().is_none_or(|&last| last >= DISTANCE));
                        if what == 2 && room {
                            run.enter(1);
                            lying.push(0);
                        }
                    }
                }
                let found: Vec<i32> =
                    run.each().map(|(place, slot, _)| place as i32 * SLOTS_PER_CELL + i32::from(slot)).collect();
                prop_assert_eq!(&found, &lying);
                prop_assert_eq!(run.item_at_end().is_some(), lying.first() == Some(&end));
                prop_assert_eq!(run.can_move(), advanced(&lying, end) != lying);
            }
        }
    }
}
