//! Checkpoints without a pause: a forked child has the state as it stood, writes it into a slot and commits it, while
//! the worker goes on with the next tick. Linux copies only the pages that the worker changes meanwhile.

use std::time::{Duration, Instant};

use std::sync::atomic::Ordering;

use crate::layout::*;
use crate::lock;
use crate::region::Region;
use crate::simulation::Simulation;
use crate::slots::{Saving, Unsaved};

/// Forking may cost at most this part of the worker's time.
const FORK_SHARE: u32 = 20;
/// So many ticks between checkpoints at most: the server keeps their batches.
const MOST_TICKS: u64 = 20_000;

/// When to save, and the one save that is under way.
pub struct Saver {
    epoch: u32,
    /// How much work may be lost with a worker.
    worth: Duration,
    /// Of the last fork.
    fork_cost: Duration,
    busy: Duration,
    saved_tick: u64,
    child: Option<libc::pid_t>,
}

impl Saver {
    /// For the worker of `epoch`; 0 ms: no checkpoint but those that are asked for.
    pub fn new(epoch: u32, checkpoint_ms: u32) -> Saver {
        let worth = match checkpoint_ms {
            0 => Duration::MAX,
            ms => Duration::from_millis(u64::from(ms)),
        };
        Saver {
            epoch,
            worth,
            fork_cost: Duration::ZERO,
            busy: Duration::ZERO,
            saved_tick: 0,
            child: None,
        }
    }

    /// A world that stands at `tick` by a checkpoint, or new.
    pub fn begin(&mut self, tick: u64) {
        self.saved_tick = tick;
        self.busy = Duration::ZERO;
    }

    /// After each call that took `busy`: saves if it is time, or `wanted`.
    pub fn worked<S: Simulation>(
        &mut self,
        region: &'static Region,
        world: &mut S,
        busy: Duration,
        wanted: bool,
    ) {
        self.busy += busy;
        let tick = world.tick();
        let due = self.busy >= self.worth.max(self.fork_cost * FORK_SHARE)
            || self.worth != Duration::MAX && tick - self.saved_tick >= MOST_TICKS;
        if tick == self.saved_tick || !(due || wanted) || self.is_saving() {
            return;
        }
        self.begin(tick);
        let from = Instant::now();
        self.fork(region, world);
        self.fork_cost = from.elapsed();
    }

    /// Saves here and now.
    pub fn save_now<S: Simulation>(
        &mut self,
        region: &Region,
        world: &mut S,
    ) -> Result<usize, Unsaved> {
        if let Some(child) = self.child.take() {
            // SAFETY: waits for a child of ours; null: how it ended does not matter.
            unsafe { libc::waitpid(child, std::ptr::null_mut(), 0) };
        }
        self.begin(world.tick());
        save(region, self.epoch, world)
    }

    fn is_saving(&mut self) -> bool {
        let Some(child) = self.child else { return false };
        // SAFETY: asks after a child of ours; null: how it ended does not matter.
        let ended = unsafe { libc::waitpid(child, std::ptr::null_mut(), libc::WNOHANG) };
        if ended != 0 {
            self.child = None;
        }
        ended == 0
    }

    fn fork<S: Simulation>(&mut self, region: &'static Region, world: &mut S) {
        // SAFETY: a plain call.
        let parent = unsafe { libc::getpid() };
        // SAFETY: of the threads only this one lives on in the child. The child waits for no lock that another thread
        // may have held (the allocator's are seen to by the C library) and leaves by `_exit`.
        match unsafe { libc::fork() } {
            0 => {
                let code = child(region, self.epoch, world, parent);
                // SAFETY: ends the child at once: nothing of the worker's may be run or flushed a second time.
                unsafe { libc::_exit(code) };
            }
            pid if pid > 0 => self.child = Some(pid),
            // No room for another process: a pause is better than no checkpoint.
            _ => report(region, save(region, self.epoch, world)),
        }
    }
}

/// In the child. Ends with the worker, so that it never writes beside the next one.
fn child<S: Simulation>(
    region: &'static Region,
    epoch: u32,
    world: &mut S,
    parent: libc::pid_t,
) -> libc::c_int {
    end_with_parent(parent);
    if lock::hold_for_life(region, SAVER_AT).is_err() {
        return 1;
    }
    report(region, save(region, epoch, world));
    0
}

fn save<S: Simulation>(region: &Region, epoch: u32, world: &mut S) -> Result<usize, Unsaved> {
    // Straight into the slot: fresh memory for all of the bytes took longer than everything else.
    let mut saving = Saving::begin(region, epoch)?;
    world.save(&mut |part| saving.put(part));
    let hash = world.hash();
    saving.commit(world.tick(), hash)
}

fn report(region: &Region, saved: Result<usize, Unsaved>) {
    if let Err(Unsaved::TooLarge(bytes)) = saved {
        region.word(UNSAVED_AT).store(1, Ordering::Relaxed);
        region.say_last_words(&format!("a state of {bytes} bytes is too large for a checkpoint"));
    }
}

/// The calling process is killed when `parent` dies, and ends here if that has happened already.
pub fn end_with_parent(parent: libc::pid_t) {
    // SAFETY: a plain call.
    unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
    // SAFETY: a plain call.
    if unsafe { libc::getppid() } != parent {
        // SAFETY: ends the process.
        unsafe { libc::_exit(0) };
    }
}
