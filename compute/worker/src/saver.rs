//! Checkpoints without a pause: a forked child has the state as it stood, writes it into a slot and commits it, while
//! the worker goes on with the next tick. Linux copies only the pages that the worker changes meanwhile.
//!
//! A child that does not get done is ended by the worker, which tells of it and saves again.

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
/// After a second failure in a row; after each further one the pause is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// Times that a limit or a pause is doubled at most.
const MOST_DOUBLED: u32 = 8;
/// Linux ends first who has more, of -1000 to 1000, when it has no memory left: a child before its worker, which would have to
/// be started again, and that before the server, with which all worlds would go.
const CHILD_OOM_SCORE: i32 = 1000;
/// How a child ends that could not save and has said why.
const TOLD: libc::c_int = 3;

/// When to save, and the one save that is under way.
pub struct Saver {
    region: &'static Region,
    epoch: u32,
    /// How much work may be lost with a worker, where saving costs no more than that.
    worth: Duration,
    /// A child may take so long, twice as long after each that failed.
    limit: Duration,
    /// Of the last fork.
    fork_cost: Duration,
    /// Processor time of the last child that saved.
    save_cost: Duration,
    /// Work since the last state that was saved, or is being saved.
    busy: Duration,
    saved_tick: u64,
    child: Option<Child>,
    /// In a row.
    failures: u32,
    not_before: Option<Instant>,
}

/// A child that saves.
struct Child {
    pid: libc::pid_t,
    began: Instant,
    is_killed: bool,
    /// Of the saver before it began.
    busy: Duration,
    saved_tick: u64,
}

impl Saver {
    /// For the worker of `epoch`, as the region's settings say.
    pub fn new(region: &'static Region, epoch: u32) -> Saver {
        let milliseconds = |at| u64::from(region.word(at).load(Ordering::Relaxed));
        let worth = match milliseconds(CHECKPOINT_MS_AT) {
            0 => Duration::MAX,
            ms => Duration::from_millis(ms),
        };
        Saver {
            region,
            epoch,
            worth,
            limit: Duration::from_millis(milliseconds(SAVE_MS_AT)),
            fork_cost: Duration::ZERO,
            save_cost: Duration::ZERO,
            busy: Duration::ZERO,
            saved_tick: 0,
            child: None,
            failures: 0,
            not_before: None,
        }
    }

    /// A world that stands at `tick` by a checkpoint, or new.
    pub fn begin(&mut self, tick: u64) {
        self.saved_tick = tick;
        self.busy = Duration::ZERO;
    }

    /// After each call that took `busy`: saves if it is time, or `wanted`.
    pub fn worked<S: Simulation>(&mut self, world: &mut S, busy: Duration, wanted: bool) {
        self.busy += busy;
        if self.is_saving() || self.not_before.is_some_and(|then| Instant::now() < then) {
            return;
        }
        let tick = world.tick();
        // To save takes a core from others: never more of it than the work that a checkpoint spares.
        let worth = self.worth.max(self.fork_cost * FORK_SHARE).max(self.save_cost);
        let due = self.busy >= worth
            || self.worth != Duration::MAX && tick - self.saved_tick >= MOST_TICKS;
        if tick == self.saved_tick || !(due || wanted) {
            return;
        }
        let from = Instant::now();
        self.fork(world);
        self.fork_cost = from.elapsed();
    }

    /// Saves here and now.
    pub fn save_now<S: Simulation>(&mut self, world: &mut S) -> Result<usize, Unsaved> {
        if let Some(child) = self.child.take() {
            // What it saves is older than what will be saved now.
            kill(child.pid);
            // SAFETY: waits for a child of ours; null: how it ended does not matter.
            unsafe { libc::waitpid(child.pid, std::ptr::null_mut(), 0) };
        }
        self.begin(world.tick());
        save(self.region, self.epoch, world)
    }

    /// Whether a child saves. Ends one that takes too long, and tells of one that has not saved.
    pub fn is_saving(&mut self) -> bool {
        let limit = self.limit * (1 << self.failures.min(MOST_DOUBLED));
        let Some(child) = &mut self.child else { return false };
        let mut status = 0;
        // SAFETY: plain numbers, of which all zeros are some.
        let mut used: libc::rusage = unsafe { std::mem::zeroed() };
        // SAFETY: asks after a child of ours; the status and what it used are ours.
        let ended = unsafe { libc::wait4(child.pid, &mut status, libc::WNOHANG, &mut used) };
        if ended == 0 {
            if !child.is_killed && child.began.elapsed() >= limit {
                kill(child.pid);
                child.is_killed = true;
            }
            return true;
        }
        let why = match ending(status) {
            Ending::Code(0) => None,
            Ending::Code(TOLD) => Some(self.region.words(UNSAVED_WHY_AT)),
            _ if child.is_killed => Some(format!("it was not saved in {} ms", limit.as_millis())),
            Ending::Code(code) => Some(format!("who saved it ended with code {code}")),
            Ending::Signal(signal) => Some(format!("who saved it was ended by signal {signal}")),
        };
        match why {
            None => {
                self.failures = 0;
                self.save_cost = duration(used.ru_utime) + duration(used.ru_stime);
            }
            Some(why) => {
                let (busy, saved_tick) = (child.busy, child.saved_tick);
                self.failed(&why, busy, saved_tick);
            }
        }
        self.child = None;
        false
    }

    /// What was to be saved is to be saved again: at once the first time, then after longer and longer pauses.
    fn failed(&mut self, why: &str, busy: Duration, saved_tick: u64) {
        self.region.say(UNSAVED_WHY_AT, why);
        self.region.word(UNSAVED_AT).fetch_add(1, Ordering::Release);
        self.busy += busy;
        self.saved_tick = saved_tick;
        let pause = FIRST_PAUSE * ((1 << self.failures.min(MOST_DOUBLED)) - 1);
        self.not_before = Some(Instant::now() + pause);
        self.failures += 1;
    }

    fn fork<S: Simulation>(&mut self, world: &mut S) {
        let Saver { busy, saved_tick, .. } = *self;
        self.begin(world.tick());
        // SAFETY: a plain call.
        let parent = unsafe { libc::getpid() };
        // SAFETY: of the threads only this one lives on in the child. The child waits for no lock that another thread
        // may have held (the allocator's are seen to by the C library) and leaves by `_exit`.
        match unsafe { libc::fork() } {
            0 => {
                let code = child(self.region, self.epoch, world, parent);
                // SAFETY: ends the child at once: nothing of the worker's may be run or flushed a second time.
                unsafe { libc::_exit(code) };
            }
            pid if pid > 0 => {
                let began = Instant::now();
                self.child = Some(Child { pid, began, is_killed: false, busy, saved_tick });
            }
            // No room for another process: a pause is better than no checkpoint.
            _ => {
                if let Some(why) = save(self.region, self.epoch, world).err().and_then(told) {
                    self.failed(&why, busy, saved_tick);
                }
            }
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
    end_before_others(CHILD_OOM_SCORE);
    if lock::hold_for_life(region, SAVER_AT).is_err() {
        return 1;
    }
    match save(region, epoch, world).err().and_then(told) {
        None => 0,
        Some(why) => {
            region.say(UNSAVED_WHY_AT, &why);
            TOLD
        }
    }
}

fn save<S: Simulation>(region: &Region, epoch: u32, world: &mut S) -> Result<usize, Unsaved> {
    // Straight into the slot: fresh memory for all of the bytes took longer than everything else.
    let mut saving = Saving::begin(region, epoch)?;
    world.save(&mut |part| saving.put(part));
    let hash = world.hash();
    saving.commit(world.tick(), hash)
}

fn told(unsaved: Unsaved) -> Option<String> {
    match unsaved {
        Unsaved::TooLarge(bytes) => Some(format!("its {bytes} bytes are more than a slot has")),
        Unsaved::AllPinned => Some("all slots are being read".into()),
        // Whoever has the world now saves it.
        Unsaved::Superseded => None,
    }
}

fn duration(time: libc::timeval) -> Duration {
    Duration::new(time.tv_sec as u64, time.tv_usec as u32 * 1_000)
}

enum Ending {
    Code(libc::c_int),
    Signal(libc::c_int),
}

fn ending(status: libc::c_int) -> Ending {
    if libc::WIFSIGNALED(status) {
        Ending::Signal(libc::WTERMSIG(status))
    } else {
        Ending::Code(libc::WEXITSTATUS(status))
    }
}

fn kill(pid: libc::pid_t) {
    // SAFETY: a plain call; the pid is that of a child that was not waited for, so nobody else has it.
    unsafe { libc::kill(pid, libc::SIGKILL) };
}

/// Where it can be told, the calling process is one of those that Linux ends first for want of memory.
pub fn end_before_others(score: i32) {
    const FILE: &str = "/proc/self/oom_score_adj";
    let now = std::fs::read_to_string(FILE).ok().and_then(|text| text.trim().parse::<i32>().ok());
    // Nobody may lower it.
    if now.is_some_and(|now| now < score) {
        let _ = std::fs::write(FILE, score.to_string());
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
