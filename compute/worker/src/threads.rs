//! Threads that wait for parts of a tick's work.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use orrery_kernel::executor::Executor;

type Work<'w> = dyn Fn(usize) + Sync + 'w;

/// A piece of work that lives as long as `run` has not returned.
#[derive(Clone, Copy)]
struct Piece {
    work: *const Work<'static>,
    parts: usize,
}

// SAFETY: the work is Sync, and `run` outlives everybody who has the pointer.
unsafe impl Send for Piece {}

#[derive(Default)]
struct Board {
    /// None: there is nothing (more) to begin with.
    piece: Option<Piece>,
    /// Raised with every piece, so that nobody takes one twice.
    number: u64,
    /// Helpers that are at the piece.
    busy: usize,
    panicked: bool,
    over: bool,
}

#[derive(Default)]
struct Shared {
    board: Mutex<Board>,
    begin: Condvar,
    end: Condvar,
    next: AtomicUsize,
}

impl Shared {
    fn board(&self) -> MutexGuard<'_, Board> {
        // Nobody panics with the board in hand.
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The calling thread and so many helpers that there are `threads` in all. One piece of work at a time.
pub struct Threads {
    shared: Arc<Shared>,
    /// Held for a piece's whole time: a second caller waits.
    turn: Mutex<()>,
    helpers: Vec<JoinHandle<()>>,
}

impl Threads {
    /// At least one: the caller's own.
    pub fn new(threads: usize) -> Threads {
        let shared = Arc::new(Shared::default());
        let helpers = (1..threads.max(1))
            .map(|number| {
                let shared = Arc::clone(&shared);
                std::thread::Builder::new()
                    .name(format!("kernel {number}"))
                    .spawn(move || help(&shared))
                    .expect("the system gives a thread")
            })
            .collect();
        Threads { shared, turn: Mutex::new(()), helpers }
    }
}

impl Executor for Threads {
    fn threads(&self) -> usize {
        self.helpers.len() + 1
    }

    fn run(&self, parts: usize, work: &Work) {
        if self.helpers.is_empty() || parts < 2 {
            return (0..parts).for_each(work);
        }
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let shared = &*self.shared;
        let work: *const Work = work;
        // SAFETY: only the lifetime changes; this function returns, or unwinds, after all helpers have let go.
        let work: *const Work<'static> = unsafe { std::mem::transmute(work) };
        let piece = Piece { work, parts };
        shared.next.store(0, Ordering::Relaxed);
        {
            let mut board = shared.board();
            board.piece = Some(piece);
            board.number += 1;
            board.panicked = false;
        }
        shared.begin.notify_all();
        let own = catch_unwind(AssertUnwindSafe(|| take_parts(shared, piece)));
        let mut board = shared.board();
        // Who has not begun by now need not.
        board.piece = None;
        while board.busy > 0 {
            board = shared.end.wait(board).unwrap_or_else(PoisonError::into_inner);
        }
        let panicked = board.panicked;
        drop(board);
        if let Err(panic) = own {
            resume_unwind(panic);
        }
        assert!(!panicked, "a part of the work panicked in another thread");
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.shared.board().over = true;
        self.shared.begin.notify_all();
        for helper in self.helpers.drain(..) {
            // One that panicked outside of any work has ended, too.
            let _ = helper.join();
        }
    }
}

fn help(shared: &Shared) {
    let mut seen = 0;
    loop {
        let piece = {
            let mut board = shared.board();
            loop {
                if board.over {
                    return;
                }
                match board.piece {
                    Some(piece) if board.number != seen => {
                        seen = board.number;
                        board.busy += 1;
                        break piece;
                    }
                    _ => {
                        board = shared.begin.wait(board).unwrap_or_else(PoisonError::into_inner);
                    }
                }
            }
        };
        let done = catch_unwind(AssertUnwindSafe(|| take_parts(shared, piece)));
        let mut board = shared.board();
        board.busy -= 1;
        board.panicked |= done.is_err();
        drop(board);
        shared.end.notify_all();
    }
}

fn take_parts(shared: &Shared, piece: Piece) {
    // SAFETY: `run` waits for everybody who took the piece from the board before it lets the work go.
    let work = unsafe { &*piece.work };
    loop {
        let part = shared.next.fetch_add(1, Ordering::Relaxed);
        if part >= piece.parts {
            return;
        }
        work(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicU64;

    #[test]
    fn every_part_is_done_once_by_any_number_of_threads() {
        for threads in [1, 2, 3, 7] {
            let threads = Threads::new(threads);
            for parts in [0, 1, 2, 5, 64, 1000] {
                let done: Vec<AtomicU64> = (0..parts).map(|_| AtomicU64::new(0)).collect();
                threads.run(parts, &|part| {
                    done[part].fetch_add(1, Ordering::Relaxed);
                });
                assert!(done.iter().all(|count| count.load(Ordering::Relaxed) == 1));
            }
        }
    }

    #[test]
    fn many_small_pieces_follow_one_another() {
        let threads = Threads::new(4);
        let sum = AtomicU64::new(0);
        for _ in 0..2000 {
            threads.run(8, &|part| {
                sum.fetch_add(part as u64, Ordering::Relaxed);
            });
        }
        assert_eq!(sum.load(Ordering::Relaxed), 2000 * 28);
    }

    #[test]
    fn two_callers_take_turns() {
        let threads = Threads::new(3);
        let sum = AtomicU64::new(0);
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    for _ in 0..200 {
                        threads.run(4, &|_| {
                            sum.fetch_add(1, Ordering::Relaxed);
                        });
                    }
                });
            }
        });
        assert_eq!(sum.load(Ordering::Relaxed), 1600);
    }

    #[test]
    fn a_panic_in_any_part_reaches_the_caller_and_the_threads_stay_of_use() {
        let threads = Threads::new(3);
        for bad in 0..20 {
            let result = catch_unwind(AssertUnwindSafe(|| {
                threads.run(20, &|part| assert!(part != bad, "part {part}"));
            }));
            assert!(result.is_err());
        }
        let sum = AtomicU64::new(0);
        threads.run(20, &|_| {
            sum.fetch_add(1, Ordering::Relaxed);
        });
        assert_eq!(sum.load(Ordering::Relaxed), 20);
    }
}
