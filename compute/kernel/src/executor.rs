//! Work in parts. The kernel has no threads: it hands parts to whoever has some.

use alloc::vec::Vec;
use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicBool, Ordering};

/// Runs parts of a piece of work, on as many threads as it likes.
pub trait Executor: Sync {
    /// How many parts can run at the same time; 1 where there are no threads.
    fn threads(&self) -> usize;

    /// Calls `work` with every number below `parts`, each once, in any order and on any thread, and
    /// returns when all have ended.
    fn run(&self, parts: usize, work: &(dyn Fn(usize) + Sync));
}

/// Runs everything on the calling thread.
#[derive(Debug, Clone, Copy, Default)]
pub struct Alone;

impl Executor for Alone {
    fn threads(&self) -> usize {
        1
    }

    fn run(&self, parts: usize, work: &(dyn Fn(usize) + Sync)) {
        (0..parts).for_each(work);
    }
}

/// Parts for each thread, so that one that is held up leaves work to the others.
pub(crate) const PARTS_A_THREAD: usize = 4;

/// Things that the parts of a piece of work take, each once.
pub(crate) struct Shares<T>(Vec<Share<T>>);

struct Share<T> {
    taken: AtomicBool,
    value: UnsafeCell<Option<T>>,
}

// SAFETY: a value is reached only by the one thread that turned `taken` to true, so sharing the shares moves
// each value to one thread at most, which `T: Send` allows.
unsafe impl<T: Send> Sync for Shares<T> {}

impl<T> Shares<T> {
    pub(crate) fn new(values: Vec<T>) -> Self {
        let share =
            |value| Share { taken: AtomicBool::new(false), value: UnsafeCell::new(Some(value)) };
        Self(values.into_iter().map(share).collect())
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The share of a number; `None` where it was taken before.
    pub(crate) fn take(&self, number: usize) -> Option<T> {
        let share = &self.0[number];
        if share.taken.swap(true, Ordering::AcqRel) {
            return None;
        }
        // SAFETY: whoever turns `taken` from false to true comes here, and nobody else ever does.
        unsafe { &mut *share.value.get() }.take()
    }
}
