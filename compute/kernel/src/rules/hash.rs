//! The state hash: of everything that is simulated, the same however the state was reached.
//!
//! Every entity has a digest of two u32 that begins with its id; the hash is their sum, so no order matters.
//! Digests of chunks, structures and runs are kept until those change.

use super::digest::{Batch, Digest, Words};
use super::player::Player;
use super::run::Run;
use super::state::State;
use super::structure::Structure;
use crate::executor::{Alone, Executor, PARTS_A_THREAD, Shares};
use alloc::vec;

// What an entity is, as the first word of its digest.
const OPENED: u32 = 1;
const STRUCTURE: u32 = 2;
const PLAYER: u32 = 3;
const WAITING: u32 = 4;
const BALANCE: u32 = 5;
const WORLD: u32 = 6;
const BELT_ITEM: u32 = 7;

/// Slots of a word of bits.
const SLOTS: usize = 64;

fn add(sum: &mut [u32; 2], more: [u32; 2]) {
    for (sum, more) in sum.iter_mut().zip(more) {
        *sum = sum.wrapping_add(more);
    }
}

/// How many of so many things make a part: enough that every thread has some, though one is held up.
fn share_of(things: usize, executor: &dyn Executor) -> usize {
    let parts = if executor.threads() > 1 { executor.threads() * PARTS_A_THREAD } else { 1 };
    things.div_ceil(parts).max(1)
}

impl State {
    /// Low and high word, between ticks.
    pub(crate) fn hash(&mut self) -> [u32; 2] {
        self.hash_on(&Alone)
    }

    /// As [`State::hash`], with the executor's threads. The bits do not depend on it.
    pub(crate) fn hash_on(&mut self, executor: &dyn Executor) -> [u32; 2] {
        let mut sum = self.planes.hash_on(executor);
        self.add_world(&mut sum);
        for (cell, left) in self.opened.entries() {
            let mut digest = Digest::new(OPENED, cell);
            digest.word(left);
            digest.add_to(&mut sum);
        }
        self.add_structures(&mut sum, executor);
        self.add_belts(&mut sum, executor);
        for player in &self.players {
            digest_of_player(player).add_to(&mut sum);
        }
        self.add_waiting(&mut sum);
        sum
    }

    fn add_world(&self, sum: &mut [u32; 2]) {
        let mut digest = Digest::new(WORLD, self.seed);
        digest.word(self.n);
        digest.wide(self.tick as i64);
        digest.add_to(sum);
        let balance = &self.balance;
        let mut digest = Digest::new(BALANCE, 0);
        for &count in balance.made.iter().chain(&balance.used) {
            digest.wide(count);
        }
        digest.wide(balance.pollution_emitted);
        digest.wide(balance.pollution_sunk);
        digest.wide(balance.pollution_absorbed);
        digest.add_to(sum);
    }

    fn add_structures(&mut self, sum: &mut [u32; 2], executor: &dyn Executor) {
        for job in &self.jobs {
            self.unhashed.insert(job.slot);
        }
        let mut digests = core::mem::take(&mut self.digests);
        let words = share_of(self.unhashed.words(), executor);
        let mut changes = vec![[0; 2]; digests.len().div_ceil(words * SLOTS)];
        let parts = (0..).zip(digests.chunks_mut(words * SLOTS)).zip(&mut changes);
        let parts = Shares::new(parts.collect());
        let state = &*self;
        executor.run(parts.len(), &|part| {
            if let Some(((part, digests), change)) = parts.take(part) {
                *change = state.take_digests(part * words, digests);
            }
        });
        drop(parts);
        self.digests = digests;
        self.unhashed.clear();
        for change in changes {
            add(&mut self.digest_sum, change);
        }
        add(sum, self.digest_sum);
    }

    /// Works out the digests of structures that changed, of slots from 64·`first` on. Returns what that adds to
    /// their sum.
    fn take_digests(&self, first: usize, digests: &mut [[u32; 2]]) -> [u32; 2] {
        let words = first..self.unhashed.words().min(first + digests.len().div_ceil(SLOTS));
        let (mut batch, mut change) = (Batch::new(), [0; 2]);
        let mut finish = |batch: &mut Batch| {
            for (at, digest) in batch.finish(STRUCTURE, self.planes.instructions) {
                let before = core::mem::replace(&mut digests[at as usize], digest);
                add(&mut change, digest);
                add(&mut change, before.map(u32::wrapping_neg));
            }
        };
        for word in words {
            let mut bits = self.unhashed.word(word);
            self.fetch(word, bits);
            while bits != 0 {
                let slot = (word as u32) << 6 | bits.trailing_zeros();
                bits &= bits - 1;
                let left = self.left(slot);
                let structure = &self.structures[slot as usize];
                let at = slot - (first * SLOTS) as u32;
                if batch.add(at, |words| words_of_structure(structure, left, words)) {
                    finish(&mut batch);
                }
            }
        }
        finish(&mut batch);
        change
    }

    /// Reads from structures that are about to be read one by one: without branches, so that the waits for memory overlap.
    fn fetch(&self, word: usize, bits: u64) {
        let (mut left, mut all) = (bits, 0);
        while left != 0 {
            let slot = word << 6 | left.trailing_zeros() as usize;
            left &= left - 1;
            let structure = &self.structures[slot];
            all ^= structure.cell ^ structure.near[0] ^ structure.duration ^ structure.job;
            all ^= structure.stock.any_count();
        }
        core::hint::black_box(all);
    }

    /// A structure is no more.
    pub(crate) fn forget_digest(&mut self, slot: u32) {
        let before = core::mem::take(&mut self.digests[slot as usize]);
        add(&mut self.digest_sum, before.map(u32::wrapping_neg));
    }

    /// Items by belt and slot, so that no cut into runs matters.
    fn add_belts(&mut self, sum: &mut [u32; 2], executor: &dyn Executor) {
        let share = share_of(self.runs.len(), executor);
        let mut sums = vec![[0; 2]; self.runs.len().div_ceil(share)];
        let parts = Shares::new(self.runs.chunks_mut(share).zip(&mut sums).collect());
        let structures = &self.structures;
        executor.run(parts.len(), &|part| {
            let Some((runs, sum)) = parts.take(part) else { return };
            for run in runs {
                let digest = match run.digest {
                    Some(digest) => digest,
                    None => *run.digest.insert(digest_of_run(run, structures)),
                };
                add(sum, digest);
            }
        });
        drop(parts);
        for more in sums {
            add(sum, more);
        }
    }

    /// Blueprints by their place in the queue, each with the order that waits for it.
    fn add_waiting(&self, sum: &mut [u32; 2]) {
        for (place, &slot) in self.waiting.iter().enumerate() {
            let structure = &self.structures[slot as usize];
            let mut digest = Digest::new(WAITING, place as u32);
            digest.word(structure.cell);
            if let Some(order) = self.orders.get(structure.order as usize) {
                digest.order(&order.by);
                digest.word(order.asked);
                digest.word(order.done);
                digest.word(order.open as u32);
                digest.word(order.told.into());
            }
            digest.add_to(sum);
        }
    }
}

/// What a structure's digest is of, its cell first.
fn words_of_structure(structure: &Structure, left: u32, words: &mut Words<'_>) {
    words.word(structure.cell);
    let owner = u32::from(structure.owner) << 8;
    let direction = u32::from(structure.direction) << 24;
    words.word(u32::from(structure.prototype) | owner | direction);
    words.word((!structure.is_built()).into());
    words.word(structure.recipe.into());
    words.word(left);
    words.word(structure.start_tick as u32);
    words.word((structure.start_tick >> 32) as u32);
    words.word(structure.duration);
    words.word(structure.turn.into());
    structure.stock.each(|item, count| {
        words.word(item.into());
        words.word(count);
    });
}

fn digest_of_run(run: &Run, structures: &[Structure]) -> [u32; 2] {
    let mut sum = [0; 2];
    let mut last = u32::MAX;
    let mut on_belt = Digest { low: 0, high: 0 };
    for (place, slot, item) in run.each() {
        if place != last {
            let belt = run.belts[place as usize] as usize;
            on_belt = Digest::new(BELT_ITEM, structures[belt].cell);
            last = place;
        }
        let mut digest = on_belt;
        digest.word(slot.into());
        digest.word(item.into());
        digest.add_to(&mut sum);
    }
    sum
}

fn digest_of_player(player: &Player) -> Digest {
    let mut digest = Digest::new(PLAYER, player.index.into());
    digest.text(&player.account);
    digest.word(u32::from(player.entered) | u32::from(player.here) << 1);
    digest.word(player.cell);
    digest.word(player.claims as u32);
    digest.wide(player.next_step_tick as i64);
    for (item, &count) in player.inventory.iter().enumerate() {
        if count > 0 {
            digest.word(item as u32);
            digest.word(count);
        }
    }
    add_hand(&mut digest, player);
    digest.word(player.research.into());
    for &units in &player.units {
        digest.word(units.into());
    }
    for &count in player.produced.iter().chain(&player.consumed) {
        digest.wide(count);
    }
    digest.wide(player.pollution);
    digest.wide(player.launches);
    digest
}

fn add_hand(digest: &mut Digest, player: &Player) {
    digest.word(player.moving.is_some().into());
    if let Some(moving) = &player.moving {
        digest.order(&moving.by);
        for &direction in &moving.path {
            digest.word(direction.into());
        }
        digest.wide(moving.asked.into());
        digest.word(moving.done);
    }
    digest.word(player.harvest.is_some().into());
    if let Some(harvest) = &player.harvest {
        digest.order(&harvest.by);
        digest.word(harvest.cell);
        digest.wide(harvest.done as i64);
        digest.wide(harvest.next_tick as i64);
    }
    digest.word(player.crafts.len() as u32);
    for craft in &player.crafts {
        digest.order(&craft.by);
        digest.word(craft.recipe.into());
        digest.wide(craft.asked as i64);
        digest.word(craft.count.into());
        digest.word(craft.done);
        digest.word(craft.ticks_left.into());
    }
}
