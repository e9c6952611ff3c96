//! Digests of entities: two u32 over words, the first of which says what an entity is.
//!
//! A digest is a chain, so one alone waits for itself, and for memory at each entity; sixteen side by side do not.

#![allow(clippy::needless_range_loop, reason = "one index keeps many arrays in step")]

use super::player::OrderRef;
use crate::instruction_set::{InstructionSet, Level};
use crate::random::{GOLDEN, mix32};
use alloc::vec::Vec;

const OTHER: u32 = 0x85eb_ca77;

#[derive(Debug, Clone, Copy)]
pub(super) struct Digest {
    pub(super) low: u32,
    pub(super) high: u32,
}

impl Digest {
    pub(super) fn new(kind: u32, id: u32) -> Self {
        let mut digest = Self { low: mix32(kind), high: mix32(kind ^ OTHER) };
        digest.word(id);
        digest
    }

    #[inline]
    pub(super) fn word(&mut self, value: u32) {
        self.low = mix32(self.low ^ value.wrapping_mul(GOLDEN));
        self.high = mix32(self.high.wrapping_mul(5).wrapping_add(value));
    }

    /// A whole number of less than 54 bits.
    pub(super) fn wide(&mut self, value: i64) {
        self.word(value as u32);
        self.word((value >> 32) as u32);
    }

    pub(super) fn text(&mut self, value: &[u16]) {
        self.word(value.len() as u32);
        for &unit in value {
            self.word(unit.into());
        }
    }

    pub(super) fn order(&mut self, by: &OrderRef) {
        self.text(&by.account);
        self.text(&by.command);
        self.text(&by.order);
    }

    pub(super) fn add_to(self, sum: &mut [u32; 2]) {
        sum[0] = sum[0].wrapping_add(self.low);
        sum[1] = sum[1].wrapping_add(self.high);
    }
}

/// Entities of a batch.
const LANES: usize = 16;
/// Words of an entity side by side with others; those beyond are added one by one.
const ROWS: usize = 24;

type Row = [u32; LANES];

/// Entities of one kind, whose words are gathered first and mixed then.
pub(super) struct Batch {
    /// Word by word, of each entity.
    words: [Row; ROWS],
    lengths: Row,
    ids: Row,
    /// By entity: words that found no row.
    beyond: Vec<(usize, u32)>,
    count: usize,
}

/// Takes the words of one entity.
pub(super) struct Words<'a> {
    batch: &'a mut Batch,
    length: usize,
}

impl Words<'_> {
    #[inline]
    pub(super) fn word(&mut self, value: u32) {
        let lane = self.batch.count;
        match self.batch.words.get_mut(self.length) {
            Some(row) => {
                row[lane] = value;
                self.length += 1;
            }
            None => self.batch.beyond.push((lane, value)),
        }
    }
}

impl Batch {
    pub(super) fn new() -> Self {
        Self {
            words: [[0; LANES]; ROWS],
            lengths: [0; LANES],
            ids: [0; LANES],
            beyond: Vec::new(),
            count: 0,
        }
    }

    /// Adds an entity; `id` is for the caller alone. True: the batch is full, and must be finished.
    #[inline]
    pub(super) fn add(&mut self, id: u32, tell: impl FnOnce(&mut Words<'_>)) -> bool {
        let lane = self.count;
        let mut words = Words { batch: self, length: 0 };
        tell(&mut words);
        self.lengths[lane] = words.length as u32;
        self.ids[lane] = id;
        self.count += 1;
        self.count == LANES
    }

    /// The id and the digest of each entity; the batch is empty then.
    pub(super) fn finish(
        &mut self,
        kind: u32,
        instructions: InstructionSet,
    ) -> impl Iterator<Item = (u32, [u32; 2])> + use<> {
        let rows = self.lengths[..self.count].iter().max().map_or(0, |&most| most as usize);
        let words = &self.words[..rows];
        let [mut lows, mut highs] = match instructions.level() {
            Level::Baseline => mix_all(kind, words, &self.lengths),
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => {
                // SAFETY: an instruction set names AVX2 only where the machine has it.
                unsafe { mix_all_avx2(kind, words, &self.lengths) }
            }
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => {
                // SAFETY: an instruction set names AVX-512 only where the machine has it.
                unsafe { mix_all_avx512(kind, words, &self.lengths) }
            }
        };
        for (lane, value) in self.beyond.drain(..) {
            let mut digest = Digest { low: lows[lane], high: highs[lane] };
            digest.word(value);
            (lows[lane], highs[lane]) = (digest.low, digest.high);
        }
        let (ids, count) = (self.ids, core::mem::take(&mut self.count));
        (0..count).map(move |lane| (ids[lane], [lows[lane], highs[lane]]))
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn mix_all_avx2(kind: u32, words: &[Row], lengths: &Row) -> [Row; 2] {
    mix_all(kind, words, lengths)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn mix_all_avx512(kind: u32, words: &[Row], lengths: &Row) -> [Row; 2] {
    mix_all(kind, words, lengths)
}

/// As [`Digest::new`] and [`Digest::word`], of all entities at once.
#[inline(always)]
fn mix_all(kind: u32, words: &[Row], lengths: &Row) -> [Row; 2] {
    let (mut low, mut high) = ([mix32(kind); LANES], [mix32(kind ^ OTHER); LANES]);
    for (row, values) in (0..).zip(words) {
        for lane in 0..LANES {
            let value = values[lane];
            let is_there = row < lengths[lane];
            let next_low = mix32(low[lane] ^ value.wrapping_mul(GOLDEN));
            let next_high = mix32(high[lane].wrapping_mul(5).wrapping_add(value));
            low[lane] = if is_there { next_low } else { low[lane] };
            high[lane] = if is_there { next_high } else { high[lane] };
        }
    }
    [low, high]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn digests_side_by_side_are_those_of_each_alone(
            kind in 0u32..9,
            entities in prop::collection::vec(
                prop::collection::vec(any::<u32>(), 1..60),
                0..LANES,
            ),
        ) {
            for instructions in InstructionSet::available() {
                let mut batch = Batch::new();
                for (id, values) in (0..).zip(&entities) {
                    batch.add(id, |words| values.iter().for_each(|&value| words.word(value)));
                }
                let expected: Vec<_> = (0..).zip(&entities).map(|(id, values)| {
                    let mut digest = Digest::new(kind, values[0]);
                    values[1..].iter().for_each(|&value| digest.word(value));
                    (id, [digest.low, digest.high])
                }).collect();
                let found: Vec<_> = batch.finish(kind, instructions).collect();
                prop_assert_eq!(&found, &expected);
                prop_assert_eq!(batch.finish(kind, instructions).count(), 0);
            }
        }
    }
}
