//! How one side tells the other that a ring has grown: by futex, by eventfd or by signal.
//!
//! Whoever waits says so first and looks once more, and who rings looks at that word after the ring has grown: so
//! nobody sleeps through it, and nobody is woken who is awake.

use std::io;
use std::os::fd::RawFd;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crate::layout::*;
use crate::lock;
use crate::region::Region;

/// The means; its code stands in the region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One system call to wake, one to wait; a death wakes, too, where there is FUTEX_WAITV (Linux 5.16).
    Futex = 1,
    /// A counter for each side that can be polled.
    Eventfd = 2,
    /// SIGUSR1 to the worker, SIGUSR2 to the server's waiting thread; the server's Node keeps SIGUSR1 for itself.
    Signal = 3,
}

impl Kind {
    /// In order of preference.
    pub const ALL: [Kind; 3] = [Kind::Futex, Kind::Eventfd, Kind::Signal];

    /// Of the region's word.
    pub fn from_code(code: u32) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| *kind as u32 == code)
    }

    /// Whether this machine can do it, found out by doing it.
    pub fn is_available(self) -> bool {
        match self {
            Kind::Futex => {
                let word = AtomicU32::new(0);
                futex_wake(word.as_ptr()) >= 0
            }
            Kind::Eventfd => eventfd().map(close).is_ok(),
            Kind::Signal => true,
        }
    }
}

/// Whether a wait can be for a word and for a death at once.
pub fn has_waitv() -> bool {
    // SAFETY: no futexes at all are asked for, which Linux refuses as invalid where it knows the call.
    let asked = unsafe {
        libc::syscall(SYS_FUTEX_WAITV, std::ptr::null::<u8>(), 0, 0, std::ptr::null::<u8>(), 0)
    };
    asked < 0 && io::Error::last_os_error().raw_os_error() == Some(libc::EINVAL)
}

const SYS_FUTEX_WAITV: libc::c_long = 449;
const FUTEX_32: u32 = 2;

#[repr(C)]
struct WaitEntry {
    value: u64,
    address: u64,
    flags: u32,
    reserved: u32,
}

/// One side's way to ring and to wait.
#[derive(Debug)]
pub struct Bell {
    pub kind: Kind,
    /// Look at most this long before going to sleep, where that was worth it of late.
    pub spin: Duration,
    pub patience: Patience,
    /// Eventfds that the worker and the server wait at; -1 where there are none.
    pub worker_fd: RawFd,
    pub server_fd: RawFd,
}

/// Whether looking before sleeping is worth it: where the last waits were short, it spares two ways through the
/// scheduler, which on an idle machine take longer than most requests; where they were long, it would only burn a core
/// that others need.
#[derive(Debug, Default)]
pub struct Patience {
    /// Short waits in a row.
    short: AtomicU32,
}

/// So many short waits in a row, and the next one begins with looking.
const SHORT_WAITS: u32 = 4;
/// A wait is short if it took no longer than so many times what looking may take.
const SHORT: u32 = 4;
/// Looks before others are let onto the core.
const LOOKS: usize = 64;

impl Patience {
    fn is_worth_it(&self) -> bool {
        self.short.load(Ordering::Relaxed) >= SHORT_WAITS
    }

    fn note(&self, short: bool) {
        let before = self.short.load(Ordering::Relaxed);
        self.short.store(if short { before.saturating_add(1) } else { 0 }, Ordering::Relaxed);
    }
}

impl Bell {
    /// The worker: sleeps until there is a request after `done`, or `timeout` has passed; true if there is.
    pub fn wait_for_request(&self, region: &Region, done: u32, timeout: Duration) -> bool {
        let seq = region.word(REQUEST_SEQ_AT);
        let sleeps = region.word(WORKER_SLEEPS_AT);
        let there = || seq.load(Ordering::SeqCst) != done;
        self.wait(sleeps, there, timeout, |left| match self.kind {
            Kind::Futex => futex_wait(seq.as_ptr(), done, left),
            Kind::Eventfd => poll(&[self.worker_fd], left),
            Kind::Signal => take_signal(libc::SIGUSR1, left),
        })
    }

    /// The worker: tells the server of an answer.
    pub fn ring_server(&self, region: &Region) {
        if region.word(SERVER_SLEEPS_AT).swap(0, Ordering::SeqCst) == 0 {
            return;
        }
        match self.kind {
            Kind::Futex => {
                futex_wake(region.word(RESPONSE_SEQ_AT).as_ptr());
            }
            Kind::Eventfd => add_one(self.server_fd),
            Kind::Signal => {
                let server = region.word(SERVER_PID_AT).load(Ordering::Relaxed);
                let thread = region.word(WAITER_TID_AT).load(Ordering::SeqCst);
                signal_thread(server, thread, libc::SIGUSR2);
            }
        }
    }

    /// The server: sleeps until `seq` is answered, the worker has died, or `timeout` has passed; true in the first two
    /// cases. `pidfd` is the worker's, or -1.
    pub fn wait_for_response(
        &self,
        region: &Region,
        seq: u32,
        pidfd: RawFd,
        timeout: Duration,
    ) -> bool {
        let answered = region.word(RESPONSE_SEQ_AT);
        let alive = region.word(ALIVE_AT);
        let sleeps = region.word(SERVER_SLEEPS_AT);
        let there = || {
            is_through(answered.load(Ordering::SeqCst), seq)
                || lock::has_died(alive)
                || region.word(STATE_AT).load(Ordering::SeqCst) == State::Dead as u32
        };
        if self.kind == Kind::Signal {
            // SAFETY: a plain call.
            let tid = unsafe { libc::gettid() };
            block(libc::SIGUSR2);
            region.word(WAITER_TID_AT).store(tid as u32, Ordering::SeqCst);
        }
        let waitv = self.kind == Kind::Futex && waitv_known();
        self.wait(sleeps, there, timeout, |left| match self.kind {
            Kind::Futex => {
                let seen = answered.load(Ordering::SeqCst);
                if is_through(seen, seq) {
                    return;
                }
                match lock::marked(alive) {
                    Some(living) if waitv => {
                        futex_wait_two([(answered.as_ptr(), seen), (alive.as_ptr(), living)], left)
                    }
                    Some(_) => futex_wait(answered.as_ptr(), seen, left),
                    None => {}
                }
            }
            Kind::Eventfd => poll(&[self.server_fd, pidfd], left),
            Kind::Signal => take_signal(libc::SIGUSR2, left),
        })
    }

    /// The server: tells the worker of a request.
    pub fn ring_worker(&self, region: &Region, pidfd: RawFd) {
        if region.word(WORKER_SLEEPS_AT).swap(0, Ordering::SeqCst) == 0 {
            return;
        }
        match self.kind {
            Kind::Futex => {
                futex_wake(region.word(REQUEST_SEQ_AT).as_ptr());
            }
            Kind::Eventfd => add_one(self.worker_fd),
            Kind::Signal => {
                let pid = region.word(WORKER_PID_AT).load(Ordering::Relaxed);
                signal_process(pid, pidfd, libc::SIGUSR1);
            }
        }
    }

    /// Wakes the server's own waiting thread, which finds out why.
    pub fn ring_own_waiter(&self, region: &Region) {
        self.ring_server(region);
    }

    fn wait(
        &self,
        sleeps: &AtomicU32,
        there: impl Fn() -> bool,
        timeout: Duration,
        sleep: impl Fn(Duration),
    ) -> bool {
        if there() {
            return true;
        }
        let from = Instant::now();
        let looked = !self.spin.is_zero() && self.patience.is_worth_it();
        if looked && self.look(&there, from) {
            return true;
        }
        let found = self.sleep_until(sleeps, there, timeout, from, sleep);
        self.patience.note(!looked && from.elapsed() <= self.spin * SHORT);
        found
    }

    /// Looks again and again until it is there, or no longer worth it.
    fn look(&self, there: &impl Fn() -> bool, from: Instant) -> bool {
        while from.elapsed() < self.spin {
            for _ in 0..LOOKS {
                if there() {
                    return true;
                }
                std::hint::spin_loop();
            }
            // The one who is waited for may need this very core.
            std::thread::yield_now();
        }
        false
    }

    fn sleep_until(
        &self,
        sleeps: &AtomicU32,
        there: impl Fn() -> bool,
        timeout: Duration,
        from: Instant,
        sleep: impl Fn(Duration),
    ) -> bool {
        loop {
            sleeps.store(1, Ordering::SeqCst);
            let found = there();
            let left = timeout.saturating_sub(from.elapsed());
            if found || left.is_zero() {
                sleeps.store(0, Ordering::SeqCst);
                return found;
            }
            sleep(left);
        }
    }
}

/// `reached` is `seq` or after it; the numbers wrap.
pub fn is_through(reached: u32, seq: u32) -> bool {
    reached.wrapping_sub(seq) < 1 << 31
}

/// Makes a signal wait for `take_signal` in this thread and those that it starts.
pub fn block(signal: libc::c_int) {
    let set = signals(signal);
    // SAFETY: the set is a valid one; null: nobody asks for the old mask.
    unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, &set, std::ptr::null_mut()) };
}

/// A process that does not know the signal would be ended by it: one that comes late, to a thread that has gone, is
/// ignored. Leaves alone what somebody else has set.
pub fn ignore_late(signal: libc::c_int) {
    // SAFETY: all zeros are a valid `sigaction`: the default.
    let mut was: libc::sigaction = unsafe { std::mem::zeroed() };
    // SAFETY: asks only.
    let asked = unsafe { libc::sigaction(signal, std::ptr::null(), &mut was) };
    if asked == 0 && was.sa_sigaction == libc::SIG_DFL {
        // SAFETY: ignoring is no handler that could run.
        unsafe { libc::signal(signal, libc::SIG_IGN) };
    }
}

fn signals(signal: libc::c_int) -> libc::sigset_t {
    // SAFETY: all zeros are a valid set, which is emptied next.
    let mut set: libc::sigset_t = unsafe { std::mem::zeroed() };
    // SAFETY: the set is ours.
    unsafe { libc::sigemptyset(&mut set) };
    // SAFETY: as above; the signal is a constant one.
    unsafe { libc::sigaddset(&mut set, signal) };
    set
}

fn take_signal(signal: libc::c_int, timeout: Duration) {
    let set = signals(signal);
    let time = timespec(timeout);
    // SAFETY: set and time are valid; null: nobody asks who sent it.
    unsafe { libc::sigtimedwait(&set, std::ptr::null_mut(), &time) };
}

fn signal_thread(pid: u32, tid: u32, signal: libc::c_int) {
    // SAFETY: a plain call; a thread that has gone is an error, which is as good.
    unsafe { libc::syscall(libc::SYS_tgkill, pid, tid, signal) };
}

fn signal_process(pid: u32, pidfd: RawFd, signal: libc::c_int) {
    if pidfd >= 0 {
        let nothing = std::ptr::null::<u8>();
        // SAFETY: a plain call; the descriptor names the very process, however pids are used again.
        unsafe { libc::syscall(libc::SYS_pidfd_send_signal, pidfd, signal, nothing, 0) };
    } else if pid > 0 {
        // SAFETY: a plain call.
        unsafe { libc::kill(pid as libc::pid_t, signal) };
    }
}

/// A new counter, not for children.
pub fn eventfd() -> io::Result<RawFd> {
    // SAFETY: a plain call.
    let fd = unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) };
    if fd < 0 { Err(io::Error::last_os_error()) } else { Ok(fd) }
}

fn close(fd: RawFd) {
    // SAFETY: called with a descriptor that was just made.
    unsafe { libc::close(fd) };
}

fn add_one(fd: RawFd) {
    let one = 1_u64.to_ne_bytes();
    // SAFETY: eight bytes of ours are read.
    unsafe { libc::write(fd, one.as_ptr().cast(), one.len()) };
}

/// Sleeps until one of them is readable; takes what the first one counts. Negative ones are left out.
fn poll(fds: &[RawFd], timeout: Duration) {
    let mut polled: Vec<libc::pollfd> =
        fds.iter().map(|&fd| libc::pollfd { fd, events: libc::POLLIN, revents: 0 }).collect();
    let time = timespec(timeout);
    let count = polled.len() as libc::nfds_t;
    // SAFETY: the list is ours and as long as is said; null: the signal mask stays.
    unsafe { libc::ppoll(polled.as_mut_ptr(), count, &time, std::ptr::null()) };
    if polled[0].revents & libc::POLLIN != 0 {
        let mut count = [0_u8; 8];
        // SAFETY: eight bytes of ours are written; the descriptor does not block.
        unsafe { libc::read(polled[0].fd, count.as_mut_ptr().cast(), count.len()) };
    }
}

fn timespec(duration: Duration) -> libc::timespec {
    libc::timespec {
        tv_sec: duration.as_secs() as libc::time_t,
        tv_nsec: duration.subsec_nanos() as libc::c_long,
    }
}

/// Not private: the word is shared between processes.
fn futex_wait(word: *mut u32, seen: u32, timeout: Duration) {
    let time = timespec(timeout);
    // SAFETY: the word is mapped as long as its region, which the caller borrows; the time is ours.
    unsafe { libc::syscall(libc::SYS_futex, word, libc::FUTEX_WAIT, seen, &time, 0, 0) };
}

fn futex_wake(word: *mut u32) -> libc::c_long {
    // SAFETY: as for `futex_wait`.
    unsafe { libc::syscall(libc::SYS_futex, word, libc::FUTEX_WAKE, 1, 0, 0, 0) }
}

fn futex_wait_two(words: [(*mut u32, u32); 2], timeout: Duration) {
    let entries = words.map(|(word, value)| WaitEntry {
        value: u64::from(value),
        address: word as u64,
        flags: FUTEX_32,
        reserved: 0,
    });
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the time is ours.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut now) };
    let nanos = now.tv_nsec as u64 + u64::from(timeout.subsec_nanos());
    let until = libc::timespec {
        tv_sec: now.tv_sec + (timeout.as_secs() + nanos / 1_000_000_000) as libc::time_t,
        tv_nsec: (nanos % 1_000_000_000) as libc::c_long,
    };
    // SAFETY: both words are mapped as long as their region, which the caller borrows; entries and time are ours.
    unsafe {
        libc::syscall(
            SYS_FUTEX_WAITV,
            entries.as_ptr(),
            entries.len(),
            0,
            &until,
            libc::CLOCK_MONOTONIC,
        )
    };
}

fn waitv_known() -> bool {
    static KNOWN: std::sync::OnceLock<bool> = std::sync::OnceLock::new();
    *KNOWN.get_or_init(has_waitv)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looking_begins_after_some_short_waits_and_ends_with_a_long_one() {
        let patience = Patience::default();
        for _ in 0..SHORT_WAITS {
            assert!(!patience.is_worth_it());
            patience.note(true);
        }
        assert!(patience.is_worth_it());
        patience.note(false);
        assert!(!patience.is_worth_it());
    }
}
