//! The three slots of saved states. One is committed: it is never written, so there is always a state to go on from.
//!
//! The commit word names the slot, counts the commits, and carries the epoch of the worker that may commit: one that
//! the server has given up can not commit any more.

use std::sync::atomic::Ordering;

use crate::crc::{Crc, crc32c};
use crate::layout::*;
use crate::region::Region;

// Of a slot's entry in page 0.
const LENGTH: usize = 0;
const TICK: usize = 8;
const HASH_LOW: usize = 16;
const HASH_HIGH: usize = 20;
const CRC: usize = 24;
const ENTRY_CRC: usize = 28;
/// How many readers hold the slot as it is.
const PINS: usize = 32;

/// What stands in a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Saved {
    pub slot: usize,
    /// Of the state's bytes.
    pub length: usize,
    pub tick: u64,
    pub hash: [u32; 2],
    crc: u32,
}

/// Why a state could not be saved.
#[derive(Debug, PartialEq, Eq)]
pub enum Unsaved {
    /// It is larger than a slot, in bytes.
    TooLarge(usize),
    /// All slots but the committed one are held by readers.
    AllPinned,
    /// Another worker has the world now.
    Superseded,
}

/// The commit word of a region without a committed state.
fn empty(epoch: u32) -> u64 {
    u64::from(epoch) << 32
}

fn slot_of(commit: u64) -> Option<usize> {
    ((commit & 0xff) as usize).checked_sub(1).filter(|slot| *slot < SLOTS)
}

fn at(slot: usize, field: usize) -> usize {
    SLOT_TABLE_AT + slot * SLOT_ENTRY + field
}

/// The server: from here on only the worker of `epoch` may commit. What is committed stays so.
pub fn hand_over(region: &Region, epoch: u32) {
    let commit = region.long(COMMIT_AT);
    let _ = commit.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |was| {
        Some(empty(epoch) | was & 0xffff_ffff)
    });
}

/// The server: forgets all states that were saved.
pub fn forget(region: &Region, epoch: u32) {
    region.long(COMMIT_AT).store(empty(epoch), Ordering::SeqCst);
}

/// The committed state, if there is one that is whole.
pub fn committed(region: &Region) -> Option<Saved> {
    let slot = slot_of(region.long(COMMIT_AT).load(Ordering::SeqCst))?;
    entry(region, slot)
}

fn entry(region: &Region, slot: usize) -> Option<Saved> {
    let word = |field| region.word(at(slot, field)).load(Ordering::Relaxed);
    let long = |field| region.long(at(slot, field)).load(Ordering::Relaxed);
    let saved = Saved {
        slot,
        length: long(LENGTH) as usize,
        tick: long(TICK),
        hash: [word(HASH_LOW), word(HASH_HIGH)],
        crc: word(CRC),
    };
    let whole = saved.entry_crc() == word(ENTRY_CRC) && saved.length <= region.shape().slot_bytes;
    whole.then_some(saved)
}

impl Saved {
    fn entry_crc(&self) -> u32 {
        let mut bytes = Vec::with_capacity(32);
        bytes.extend_from_slice(&(self.length as u64).to_le_bytes());
        bytes.extend_from_slice(&self.tick.to_le_bytes());
        bytes.extend_from_slice(&self.hash[0].to_le_bytes());
        bytes.extend_from_slice(&self.hash[1].to_le_bytes());
        bytes.extend_from_slice(&self.crc.to_le_bytes());
        crc32c(&bytes)
    }

    /// The bytes as they were saved; None where they were damaged, or there is no memory for them.
    pub fn bytes(&self, region: &Region) -> Option<Vec<u8>> {
        self.read(region).ok()
    }

    /// As `bytes`, and says why not.
    pub fn read(&self, region: &Region) -> Result<Vec<u8>, &'static str> {
        let bytes = region.read(region.shape().slot(self.slot), self.length);
        let bytes = bytes.ok_or("there is no memory for the committed state")?;
        let is_whole = crc32c(&bytes) == self.crc;
        is_whole.then_some(bytes).ok_or("the committed state is damaged")
    }
}

/// Copies the committed state out while the worker goes on; None where there is none, or it was damaged.
pub fn copy_committed(region: &Region) -> Option<(Saved, Vec<u8>)> {
    loop {
        let saved = committed(region)?;
        let pins = region.word(at(saved.slot, PINS));
        pins.fetch_add(1, Ordering::SeqCst);
        // Pinned too late: the slot may be written again by now.
        let still = committed(region) == Some(saved);
        let bytes = still.then(|| saved.bytes(region));
        pins.fetch_sub(1, Ordering::SeqCst);
        if let Some(bytes) = bytes {
            return Some((saved, bytes?));
        }
    }
}

/// Writes a state into a free slot and commits it, as the worker of `epoch`; pages that the slot has already are left
/// alone. Returns how many bytes were written.
pub fn commit(
    region: &Region,
    epoch: u32,
    state: &[u8],
    tick: u64,
    hash: [u32; 2],
) -> Result<usize, Unsaved> {
    let mut saving = Saving::begin(region, epoch)?;
    saving.put(state);
    saving.commit(tick, hash)
}

/// A state on its way into a free slot, part after part.
pub struct Saving<'r> {
    region: &'r Region,
    epoch: u32,
    /// The commit word as it was.
    was: u64,
    slot: usize,
    /// Bytes that came, also those that found no room.
    length: usize,
    written: usize,
    crc: Crc,
}

impl<'r> Saving<'r> {
    /// As the worker of `epoch`.
    pub fn begin(region: &'r Region, epoch: u32) -> Result<Saving<'r>, Unsaved> {
        let was = region.long(COMMIT_AT).load(Ordering::SeqCst);
        if (was >> 32) as u32 != epoch {
            return Err(Unsaved::Superseded);
        }
        let slot = free_slot(region, slot_of(was)).ok_or(Unsaved::AllPinned)?;
        Ok(Saving { region, epoch, was, slot, length: 0, written: 0, crc: Crc::default() })
    }

    /// Puts the next part behind the last; pages that the slot has already are left alone.
    pub fn put(&mut self, part: &[u8]) {
        let shape = self.region.shape();
        let from = self.length;
        self.length += part.len();
        if self.length <= shape.slot_bytes {
            let written = self.region.write_changed(shape.slot(self.slot) + from, part);
            self.written += written.unwrap_or_default();
            self.crc.add(part);
        }
    }

    /// Commits what was put. Returns how many bytes had to be written.
    pub fn commit(self, tick: u64, hash: [u32; 2]) -> Result<usize, Unsaved> {
        let Saving { region, epoch, was, slot, length, written, crc } = self;
        let shape = region.shape();
        if length > shape.slot_bytes {
            return Err(Unsaved::TooLarge(length));
        }
        let before = entry(region, slot).map_or(0, |saved| saved.length);
        if before > length {
            region.release(shape.slot(slot) + length, before - length);
        }
        let saved = Saved { slot, length, tick, hash, crc: crc.value() };
        region.long(at(slot, LENGTH)).store(saved.length as u64, Ordering::Relaxed);
        region.long(at(slot, TICK)).store(tick, Ordering::Relaxed);
        region.word(at(slot, HASH_LOW)).store(hash[0], Ordering::Relaxed);
        region.word(at(slot, HASH_HIGH)).store(hash[1], Ordering::Relaxed);
        region.word(at(slot, CRC)).store(saved.crc, Ordering::Relaxed);
        region.word(at(slot, ENTRY_CRC)).store(saved.entry_crc(), Ordering::Relaxed);
        let count = ((was >> 8) as u32 + 1) & 0x00ff_ffff;
        let now = empty(epoch) | u64::from(count) << 8 | (slot as u64 + 1);
        region
            .long(COMMIT_AT)
            .compare_exchange(was, now, Ordering::SeqCst, Ordering::SeqCst)
            .map_err(|_| Unsaved::Superseded)?;
        region.long(CHECKPOINTS_AT).fetch_add(1, Ordering::Relaxed);
        Ok(written)
    }
}

/// Neither committed nor read just now; of those the one whose state is the newest, for it differs least.
fn free_slot(region: &Region, committed: Option<usize>) -> Option<usize> {
    (0..SLOTS)
        .filter(|slot| Some(*slot) != committed)
        .filter(|slot| region.word(at(*slot, PINS)).load(Ordering::SeqCst) == 0)
        .max_by_key(|slot| entry(region, *slot).map_or(0, |saved| saved.tick.saturating_add(1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::region::Settings;

    fn region() -> Region {
        let shape = Shape { request_bytes: PAGE, response_bytes: PAGE, slot_bytes: 4 * PAGE };
        let settings =
            Settings { n: 1, seed: 1, signal: 1, spin_us: 0, checkpoint_ms: 0, save_ms: 0, shape };
        Region::create(&settings).expect("a region")
    }

    #[test]
    fn what_was_committed_last_is_what_is_read() {
        let region = region();
        assert!(copy_committed(&region).is_none());
        for tick in 1..=20_u64 {
            let state = vec![tick as u8; tick as usize * 700];
            commit(&region, 0, &state, tick, [tick as u32, 9]).expect("room");
            let (saved, bytes) = copy_committed(&region).expect("a state");
            assert_eq!((saved.tick, saved.hash), (tick, [tick as u32, 9]));
            assert_eq!(bytes, state);
        }
    }

    #[test]
    fn the_committed_slot_is_never_written_and_two_are_enough_as_long_as_nobody_reads() {
        let region = region();
        let mut slots = Vec::new();
        for tick in 1..=6 {
            commit(&region, 0, &[tick as u8; 5000], tick, [0, 0]).expect("room");
            slots.push(committed(&region).expect("a state").slot);
        }
        assert!(slots.windows(2).all(|pair| pair[0] != pair[1]));
        slots.sort_unstable();
        slots.dedup();
        assert_eq!(slots.len(), 2);
    }

    #[test]
    fn a_slot_that_is_read_is_left_alone() {
        let region = region();
        commit(&region, 0, &[1; 100], 1, [0, 0]).expect("room");
        let read = committed(&region).expect("a state");
        region.word(at(read.slot, PINS)).store(1, Ordering::SeqCst);
        for tick in 2..=9 {
            commit(&region, 0, &[tick as u8; 100], tick, [0, 0]).expect("room");
        }
        assert_eq!(read.bytes(&region), Some(vec![1; 100]));
        region.word(at(committed(&region).unwrap().slot, PINS)).store(1, Ordering::SeqCst);
        for slot in 0..SLOTS {
            region.word(at(slot, PINS)).store(1, Ordering::SeqCst);
        }
        assert_eq!(commit(&region, 0, &[0; 1], 10, [0, 0]), Err(Unsaved::AllPinned));
    }

    #[test]
    fn only_pages_that_differ_are_written() {
        let region = region();
        let mut state = vec![7_u8; 4 * PAGE];
        assert_eq!(commit(&region, 0, &state, 1, [0, 0]), Ok(4 * PAGE));
        assert_eq!(commit(&region, 0, &state, 2, [0, 0]), Ok(4 * PAGE));
        state[2 * PAGE + 5] = 8;
        assert_eq!(commit(&region, 0, &state, 3, [0, 0]), Ok(PAGE));
    }

    #[test]
    fn a_state_in_parts_is_the_state() {
        let region = region();
        let state: Vec<u8> = (0..3 * PAGE + 77).map(|at| (at * 7 + (at >> 5)) as u8).collect();
        let mut saving = Saving::begin(&region, 0).expect("a slot");
        state.chunks(1000).for_each(|part| saving.put(part));
        assert_eq!(saving.commit(4, [1, 2]), Ok(state.len()));
        assert_eq!(copy_committed(&region).expect("a state").1, state);
    }

    #[test]
    fn a_worker_that_was_given_up_can_not_commit() {
        let region = region();
        commit(&region, 0, &[1; 10], 1, [0, 0]).expect("room");
        hand_over(&region, 1);
        assert_eq!(commit(&region, 0, &[2; 10], 2, [0, 0]), Err(Unsaved::Superseded));
        assert_eq!(copy_committed(&region).expect("a state").1, [1; 10]);
        commit(&region, 1, &[3; 10], 3, [0, 0]).expect("room");
        assert_eq!(copy_committed(&region).expect("a state").1, [3; 10]);
    }

    #[test]
    fn a_damaged_slot_is_no_state() {
        let region = region();
        commit(&region, 0, &[1; 5000], 1, [0, 0]).expect("room");
        let saved = committed(&region).expect("a state");
        region.write(region.shape().slot(saved.slot) + 4321, &[2]);
        assert_eq!(saved.bytes(&region), None);
        region.long(at(saved.slot, LENGTH)).store(u64::MAX, Ordering::SeqCst);
        assert_eq!(committed(&region), None);
    }

    #[test]
    fn whatever_was_being_written_when_a_worker_died_what_is_committed_stays() {
        let region = region();
        commit(&region, 0, &[1; 5000], 1, [0, 0]).expect("room");
        let saved = committed(&region).expect("a state");
        // Every word of the other slots' entries, as a kill at any store of `commit` or worse may leave it.
        for slot in (0..SLOTS).filter(|slot| *slot != saved.slot) {
            for field in (0..PINS).step_by(4) {
                for value in [0, 1, 0x7fff_ffff, u32::MAX] {
                    region.word(at(slot, field)).store(value, Ordering::SeqCst);
                    assert_eq!(copy_committed(&region), Some((saved, vec![1; 5000])));
                }
            }
            // Whole and sealed, and yet nothing that anybody would have written.
            let absurd = Saved { slot, length: usize::MAX, tick: u64::MAX, ..saved };
            region.long(at(slot, LENGTH)).store(u64::MAX, Ordering::SeqCst);
            region.long(at(slot, TICK)).store(u64::MAX, Ordering::SeqCst);
            region.word(at(slot, HASH_LOW)).store(absurd.hash[0], Ordering::SeqCst);
            region.word(at(slot, HASH_HIGH)).store(absurd.hash[1], Ordering::SeqCst);
            region.word(at(slot, CRC)).store(absurd.crc, Ordering::SeqCst);
            region.word(at(slot, ENTRY_CRC)).store(absurd.entry_crc(), Ordering::SeqCst);
        }
        assert_eq!(copy_committed(&region), Some((saved, vec![1; 5000])));
        commit(&region, 0, &[2; 100], 2, [0, 0]).expect("room");
        assert_eq!(copy_committed(&region).expect("a state").1, [2; 100]);
    }

    #[test]
    fn a_state_larger_than_a_slot_is_told() {
        let region = region();
        let size = 4 * PAGE + 1;
        assert_eq!(commit(&region, 0, &vec![0; size], 1, [0, 0]), Err(Unsaved::TooLarge(size)));
        let mut saving = Saving::begin(&region, 0).expect("a slot");
        (0..size).for_each(|_| saving.put(&[0]));
        assert_eq!(saving.commit(1, [0, 0]), Err(Unsaved::TooLarge(size)));
        assert!(copy_committed(&region).is_none());
    }
}
