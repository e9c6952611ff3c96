//! Robust lock words: when the thread that holds one ends, however it ends, Linux itself marks the word and wakes
//! whoever waits at it.

use std::io;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::layout::LOCK_ENTRY;
use crate::region::Region;

/// Set by Linux when the holder has died.
pub const OWNER_DIED: u32 = 0x4000_0000;
/// Asks Linux to wake who waits.
pub const WAITERS: u32 = 0x8000_0000;
const TID_MASK: u32 = 0x3fff_ffff;

/// What Linux wants to know of a thread's robust locks: a ring of entries, and how far each word is from its entry.
#[repr(C)]
struct Head {
    next: *mut u8,
    offset: libc::c_long,
    pending: *mut u8,
}

/// Holds the lock word at `at` for as long as the calling thread lives. The thread can hold one only, and the region
/// must stay mapped.
pub fn hold_for_life(region: &'static Region, at: usize) -> io::Result<()> {
    let entry = region.address(at + LOCK_ENTRY);
    let head = Box::leak(Box::new(Head {
        next: entry,
        offset: -(LOCK_ENTRY as libc::c_long),
        pending: std::ptr::null_mut(),
    }));
    let head: *mut Head = head;
    // The entry is the ring's only one: it leads back to the head.
    region.long(at + LOCK_ENTRY).store(head as u64, Ordering::Relaxed);
    // SAFETY: the head is leaked and the entry stays mapped, so both outlive the thread. This thread uses no robust
    // mutex of the C library, whose list this replaces.
    let set = unsafe { libc::syscall(libc::SYS_set_robust_list, head, size_of::<Head>()) };
    if set != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: a plain call.
    let tid = unsafe { libc::gettid() } as u32;
    let word = region.word(at);
    // Somebody may wait for it already.
    let _ = word.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |was| Some(tid | was & WAITERS));
    Ok(())
}

/// Somebody has taken the lock and is alive.
pub fn is_held(word: &AtomicU32) -> bool {
    let value = word.load(Ordering::SeqCst);
    value & TID_MASK != 0 && value & OWNER_DIED == 0
}

/// Who held the lock has died.
pub fn has_died(word: &AtomicU32) -> bool {
    word.load(Ordering::SeqCst) & OWNER_DIED != 0
}

/// The value to wait at, marked so that Linux wakes whoever does; None once the holder has died.
pub fn marked(word: &AtomicU32) -> Option<u32> {
    let value = word.fetch_or(WAITERS, Ordering::SeqCst) | WAITERS;
    (value & OWNER_DIED == 0).then_some(value)
}
