//! Work in parts. The kernel has no threads: it hands parts to whoever has some.

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
