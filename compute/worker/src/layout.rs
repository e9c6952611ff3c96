//! Where everything is in the region: docs/compute.md, "The region".
//!
//! Page 0 holds words of 32 and 64 bits, each group that one side writes on a cache line of its own; then come the
//! two rings, the two arenas and the slots.

use crate::crc::crc32c;

pub const PAGE: usize = 4096;

pub const MAGIC: u64 = u64::from_le_bytes(*b"ORRERY\0K");
/// Raised with every change of this file or of what the words mean.
pub const VERSION: u32 = 3;

// Written once, before the worker starts.
pub const MAGIC_AT: usize = 0;
pub const VERSION_AT: usize = 8;
pub const LAYOUT_HASH_AT: usize = 12;
pub const N_AT: usize = 16;
pub const SEED_AT: usize = 20;
pub const SIGNAL_AT: usize = 24;
pub const SPIN_US_AT: usize = 28;
pub const CHECKPOINT_MS_AT: usize = 32;
pub const SERVER_PID_AT: usize = 36;
pub const REQUEST_BYTES_AT: usize = 40;
pub const RESPONSE_BYTES_AT: usize = 48;
pub const SLOT_BYTES_AT: usize = 56;

// The server rings here …
pub const REQUEST_SEQ_AT: usize = 64;
pub const WORKER_SLEEPS_AT: usize = 68;
/// Answers up to this one were taken: their room in the arena is free.
pub const TAKEN_SEQ_AT: usize = 72;
// … and the worker here.
pub const RESPONSE_SEQ_AT: usize = 128;
pub const SERVER_SLEEPS_AT: usize = 132;
pub const WAITER_TID_AT: usize = 136;

// How the worker is.
pub const STATE_AT: usize = 192;
pub const WORKER_PID_AT: usize = 196;
/// Raised by the server for every worker that it starts.
pub const EPOCH_AT: usize = 200;
/// Moves as long as the worker does.
pub const HEARTBEAT_AT: usize = 208;
/// The tick that the batch in the worker has come to.
pub const PROGRESS_AT: usize = 216;

/// Robust lock words: thread id of who lives, and where the Linux kernel keeps its list.
pub const ALIVE_AT: usize = 256;
pub const SAVER_AT: usize = 320;
/// From a lock's word to its list entry.
pub const LOCK_ENTRY: usize = 8;

/// Sequence number of the request that shall end early; 0: none.
pub const CANCEL_AT: usize = 384;

/// The committed slot, and the worker whose it is: see `slots`.
pub const COMMIT_AT: usize = 448;
pub const CHECKPOINTS_AT: usize = 456;
/// How many states were to be saved and were not.
pub const UNSAVED_AT: usize = 464;

pub const SLOT_TABLE_AT: usize = 512;
pub const SLOT_ENTRY: usize = 64;
pub const SLOTS: usize = 3;

/// Written once, before the worker starts: a child may take so many milliseconds to save.
pub const SAVE_MS_AT: usize = 704;

/// Why the last state that was to be saved was not: length, then UTF-8.
pub const UNSAVED_WHY_AT: usize = 1024;

/// What a worker said before it died: length, then UTF-8.
pub const LAST_WORDS_AT: usize = 2048;
/// The most bytes of a text in page 0.
pub const WORDS_MAX: usize = 1000;

/// Entries of a ring.
pub const RING: usize = 64;
pub const ENTRY: usize = 64;
pub const REQUEST_RING_AT: usize = PAGE;
pub const RESPONSE_RING_AT: usize = REQUEST_RING_AT + RING * ENTRY;
pub const ARENAS_AT: usize = RESPONSE_RING_AT + RING * ENTRY;

/// Of everything above, so that a server and a worker of different builds refuse each other.
pub fn layout_hash() -> u32 {
    let words = [
        VERSION as usize,
        REQUEST_SEQ_AT,
        RESPONSE_SEQ_AT,
        STATE_AT,
        HEARTBEAT_AT,
        ALIVE_AT,
        SAVER_AT,
        CANCEL_AT,
        COMMIT_AT,
        SLOT_TABLE_AT,
        SLOTS,
        UNSAVED_AT,
        SAVE_MS_AT,
        UNSAVED_WHY_AT,
        LAST_WORDS_AT,
        RING,
        ENTRY,
        ARENAS_AT,
    ];
    let mut bytes = Vec::with_capacity(words.len() * 8);
    for word in words {
        bytes.extend_from_slice(&(word as u64).to_le_bytes());
    }
    crc32c(&bytes)
}

/// How large the parts of a region are, in bytes; each a multiple of a page. Memory that is not written costs nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    pub request_bytes: usize,
    pub response_bytes: usize,
    pub slot_bytes: usize,
}

impl Shape {
    pub fn request_arena(&self) -> usize {
        ARENAS_AT
    }
    pub fn response_arena(&self) -> usize {
        ARENAS_AT + self.request_bytes
    }
    pub fn slot(&self, slot: usize) -> usize {
        self.response_arena() + self.response_bytes + slot * self.slot_bytes
    }
    /// None where the sizes are no whole pages or more than an address can tell.
    pub fn total(&self) -> Option<usize> {
        let parts = [self.request_bytes, self.response_bytes, self.slot_bytes];
        if parts.iter().any(|bytes| *bytes == 0 || bytes % PAGE != 0) {
            return None;
        }
        let arenas = self.request_bytes.checked_add(self.response_bytes)?;
        let slots = self.slot_bytes.checked_mul(SLOTS)?;
        let total = ARENAS_AT.checked_add(arenas)?.checked_add(slots)?;
        (total <= isize::MAX as usize).then_some(total)
    }
}

/// How the worker is, in the region's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum State {
    /// Nobody is there, or not yet.
    Starting = 0,
    Ready = 1,
    Busy = 2,
    /// Its end was seen by the server.
    Dead = 3,
}
