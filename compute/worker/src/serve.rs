//! The worker's end: takes requests in turn, runs them, answers, saves.

use std::os::fd::{FromRawFd, OwnedFd, RawFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use orrery_kernel::executor::Executor;

use crate::bell::{Bell, Kind, Patience, block, is_through};
use crate::layout::*;
use crate::lock;
use crate::region::Region;
use crate::ring::{Arena, Operation, Payload, Request, Response, Status, WANT_CHECKPOINT};
use crate::saver::{Saver, end_before_others, end_with_parent};
use crate::simulation::{Host, Simulation};
use crate::slots;
use crate::threads::Threads;

/// An idle worker looks this often whether its server is still there.
const IDLE: Duration = Duration::from_secs(1);
/// As `saver` has it of its children, which end before. Linux adds so many thousandths of the memory there is, of a container's where that
/// is bounded, to what a process has: half of it was too little in a small one, where the server has more than that.
const WORKER_OOM_SCORE: i32 = 950;
/// Answers of more bytes give their memory back once they were taken.
const LARGE: usize = 4 << 20;

/// Where a worker finds its server.
#[derive(Clone, Copy, Debug)]
pub struct Started {
    pub region_fd: RawFd,
    /// -1 where the bell is no eventfd.
    pub worker_fd: RawFd,
    pub server_fd: RawFd,
    pub server_pid: libc::pid_t,
    pub threads: usize,
}

impl Started {
    /// `--region FD --worker FD --server FD --parent PID --threads N`, and whatever else is there for people to read.
    pub fn from_arguments(arguments: &[String]) -> Option<Started> {
        let number = |name: &str| {
            let at = arguments.iter().position(|argument| argument == name)?;
            arguments.get(at + 1)?.parse::<i32>().ok()
        };
        Some(Started {
            region_fd: number("--region")?,
            worker_fd: number("--worker")?,
            server_fd: number("--server")?,
            server_pid: number("--parent")?,
            threads: number("--threads")?.try_into().ok()?,
        })
    }
}

/// Runs until the server is gone or kills it. Returns only with what kept it from starting.
pub fn serve<S: Simulation>(started: &Started) -> std::io::Error {
    end_with_parent(started.server_pid);
    outlive_signals();
    end_before_others(WORKER_OOM_SCORE);
    let region = match attach(started.region_fd) {
        Ok(region) => region,
        Err(error) => return error,
    };
    let epoch = region.word(EPOCH_AT).load(Ordering::SeqCst);
    let Some(kind) = Kind::from_code(region.word(SIGNAL_AT).load(Ordering::Relaxed)) else {
        return std::io::Error::other("an unknown signal");
    };
    if kind == Kind::Signal {
        block(libc::SIGUSR1);
    } else {
        ignore(libc::SIGUSR1);
    }
    std::panic::set_hook(Box::new(|panic| region.say(LAST_WORDS_AT, &panic.to_string())));
    wait_for_last_saver(region);
    if let Err(error) = lock::hold_for_life(region, ALIVE_AT) {
        return error;
    }
    let spin_us = region.word(SPIN_US_AT).load(Ordering::Relaxed);
    let bell = Bell {
        kind,
        spin: Duration::from_micros(u64::from(spin_us)),
        worker_fd: started.worker_fd,
        server_fd: started.server_fd,
        patience: Patience::default(),
    };
    let mut worker: Worker<S> = Worker {
        region,
        bell,
        host: Crew { region, threads: Threads::new(started.threads), request: 0.into() },
        world: None,
        answers: Arena::new(region.shape().response_bytes),
        answer: (Status::Done, Vec::new()),
        sent: 0,
        large: Vec::new(),
        saver: Saver::new(region, epoch),
    };
    region.word(WORKER_PID_AT).store(std::process::id(), Ordering::SeqCst);
    region.word(STATE_AT).store(State::Ready as u32, Ordering::SeqCst);
    // The world may be half changed: there is nothing to go on with.
    let _panic = catch_unwind(AssertUnwindSafe(|| worker.run(started.server_pid)));
    // SAFETY: ends the process at once: other threads may be stuck.
    unsafe { libc::_exit(101) };
}

fn attach(fd: RawFd) -> std::io::Result<&'static Region> {
    // SAFETY: the server gives this descriptor to its worker, which uses it nowhere else.
    let fd = unsafe { OwnedFd::from_raw_fd(fd) };
    // As long as the process: the system keeps addresses in it.
    Ok(Box::leak(Box::new(Region::attach(fd)?)))
}

/// What a terminal, a service manager or a person sends to the whole group is for the server, which still needs its
/// worker to stop in order.
fn outlive_signals() {
    let others = [libc::SIGPIPE, libc::SIGUSR2];
    // How a child ended is asked, so it must not be forgotten at once.
    // SAFETY: the default for this signal is no handler that could run.
    unsafe { libc::signal(libc::SIGCHLD, libc::SIG_DFL) };
    [libc::SIGINT, libc::SIGTERM, libc::SIGHUP].into_iter().chain(others).for_each(ignore);
}

fn ignore(signal: libc::c_int) {
    // SAFETY: ignoring is no handler that could run.
    unsafe { libc::signal(signal, libc::SIG_IGN) };
}

/// A saver ends with its worker, only not at the very moment.
fn wait_for_last_saver(region: &Region) {
    while lock::is_held(region.word(SAVER_AT)) {
        std::thread::sleep(Duration::from_millis(1));
    }
}

struct Worker<S> {
    region: &'static Region,
    bell: Bell,
    host: Crew,
    world: Option<S>,
    answers: Arena,
    /// The last answer, and how much of it was sent.
    answer: Answer,
    sent: usize,
    /// Sequence number, start and length of large answers that were not taken yet.
    large: Vec<(u32, usize, usize)>,
    saver: Saver,
}

/// The worker's threads; whatever they do moves the heartbeat.
struct Crew {
    region: &'static Region,
    threads: Threads,
    /// Sequence number of the request under way.
    request: std::sync::atomic::AtomicU32,
}

impl Crew {
    fn beat(&self) {
        self.region.long(HEARTBEAT_AT).fetch_add(1, Ordering::Relaxed);
    }
}

impl Host for Crew {
    fn executor(&self) -> &dyn Executor {
        self
    }

    fn ticked(&self, tick: u64) -> bool {
        self.beat();
        self.region.long(PROGRESS_AT).store(tick, Ordering::Relaxed);
        let cancelled = self.region.word(CANCEL_AT).load(Ordering::Relaxed);
        cancelled == 0 || cancelled != self.request.load(Ordering::Relaxed)
    }
}

impl Executor for Crew {
    fn threads(&self) -> usize {
        self.threads.threads()
    }

    fn run(&self, parts: usize, work: &(dyn Fn(usize) + Sync)) {
        self.threads.run(parts, &|part| {
            work(part);
            self.beat();
        });
    }
}

/// What a request came to; a refusal is a text.
type Answer = (Status, Vec<u8>);

impl<S: Simulation> Worker<S> {
    fn run(&mut self, server: libc::pid_t) {
        let mut done = self.region.word(RESPONSE_SEQ_AT).load(Ordering::SeqCst);
        loop {
            if !self.bell.wait_for_request(self.region, done, IDLE) {
                // SAFETY: a plain call.
                if unsafe { libc::getppid() } != server {
                    return;
                }
                self.host.beat();
                self.saver.is_saving();
                continue;
            }
            done = done.wrapping_add(1);
            self.region.word(STATE_AT).store(State::Busy as u32, Ordering::SeqCst);
            self.host.beat();
            self.one(done);
            self.region.word(STATE_AT).store(State::Ready as u32, Ordering::SeqCst);
        }
    }

    fn one(&mut self, seq: u32) {
        let from = Instant::now();
        let shape = self.region.shape();
        self.host.request.store(seq, Ordering::Relaxed);
        let taken = Request::take(
            self.region,
            REQUEST_RING_AT,
            seq,
            shape.request_arena(),
            shape.request_bytes,
        );
        let mut wanted = false;
        let mut is_call = false;
        let answer = match taken {
            Err(malformed) => Some((Status::Malformed, malformed.0.as_bytes().to_vec())),
            Ok((request, _)) if request.operation == Operation::Rest => None,
            Ok((request, payload)) => {
                wanted = request.flags & WANT_CHECKPOINT != 0;
                is_call = request.operation == Operation::Call;
                Some(self.answer(request.operation, &payload))
            }
        };
        if let Some(answer) = answer {
            (self.answer, self.sent) = (answer, 0);
        }
        let busy = from.elapsed();
        self.respond(seq, busy);
        if let Some(world) = self.world.as_mut().filter(|_| is_call) {
            self.saver.worked(world, busy, wanted);
        }
    }

    fn answer(&mut self, operation: Operation, payload: &[u8]) -> Answer {
        let answered = match operation {
            Operation::Create => self.create(payload),
            Operation::Load => self.load(payload),
            Operation::Resume => self.resume(payload),
            Operation::Call => self.call(payload),
            Operation::Echo => Ok(payload.to_vec()),
            Operation::Checkpoint => self.checkpoint(),
            Operation::Rest => unreachable!("it is no question of its own"),
        };
        match answered {
            Ok(bytes) => (Status::Done, bytes),
            Err(message) => (Status::Fault, message.into_bytes()),
        }
    }

    fn planet(&self) -> (u32, u32) {
        let word = |at| self.region.word(at).load(Ordering::Relaxed);
        (word(SEED_AT), word(N_AT))
    }

    fn create(&mut self, tables: &[u8]) -> Result<Vec<u8>, String> {
        let (seed, n) = self.planet();
        self.open(S::create(tables, seed, n, &self.host)?);
        Ok(Vec::new())
    }

    fn resume(&mut self, payload: &[u8]) -> Result<Vec<u8>, String> {
        let (seed, n) = self.planet();
        let (length, rest) = payload.split_first_chunk().ok_or("no tables")?;
        let length = u32::from_le_bytes(*length) as usize;
        let (tables, pieces) = rest.split_at_checked(length).ok_or("no whole tables")?;
        self.open(S::resume(tables, seed, n, pieces, &self.host)?);
        Ok(Vec::new())
    }

    fn load(&mut self, tables: &[u8]) -> Result<Vec<u8>, String> {
        let saved = slots::committed(self.region).ok_or("there is no committed state")?;
        let bytes = saved.read(self.region)?;
        let world = S::load(tables, &bytes, &self.host)?;
        if world.tick() != saved.tick {
            return Err(format!("the state is of tick {}, not {}", world.tick(), saved.tick));
        }
        self.open(world);
        Ok(Vec::new())
    }

    fn open(&mut self, world: S) {
        self.saver.begin(world.tick());
        self.world = Some(world);
    }

    fn call(&mut self, request: &[u8]) -> Result<Vec<u8>, String> {
        let world = self.world.as_mut().ok_or("there is no world yet")?;
        let mut out = Vec::new();
        world.call(request, &mut out, &self.host)?;
        Ok(out)
    }

    fn checkpoint(&mut self) -> Result<Vec<u8>, String> {
        let world = self.world.as_mut().ok_or("there is no world yet")?;
        match self.saver.save_now(world) {
            Ok(written) => Ok((written as u64).to_le_bytes().to_vec()),
            Err(unsaved) => Err(format!("no checkpoint: {unsaved:?}")),
        }
    }

    /// As much of the answer as there is room for; the server asks for the rest.
    fn respond(&mut self, seq: u32, busy: Duration) {
        let region = self.region;
        let shape = region.shape();
        let length = (self.answer.1.len() - self.sent).min(shape.response_bytes);
        let start = self.room(seq, length);
        if length > LARGE {
            self.large.push((seq, start, length));
        }
        let (status, bytes) = &self.answer;
        let part = &bytes[self.sent..][..length];
        self.sent += length;
        let is_all = self.sent == bytes.len();
        region.write(shape.response_arena() + start, part);
        let status = if is_all { *status } else { Status::Part };
        let tick = self.world.as_ref().map_or(0, Simulation::tick);
        let payload = Payload::new(start, part);
        let busy_ns = busy.as_nanos() as u64;
        Response { seq, status, busy_ns, tick, payload }.put(region, RESPONSE_RING_AT);
        if is_all {
            (self.answer, self.sent) = ((Status::Fault, Vec::new()), 0);
        }
        region.word(RESPONSE_SEQ_AT).store(seq, Ordering::SeqCst);
        self.bell.ring_server(region);
    }

    /// Where so many bytes may stand; waits until earlier answers were taken.
    fn room(&mut self, seq: u32, length: usize) -> usize {
        loop {
            self.free_taken();
            if let Some(start) = self.answers.take(seq, length) {
                return start;
            }
            self.host.beat();
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn free_taken(&mut self) {
        let taken = self.region.word(TAKEN_SEQ_AT).load(Ordering::SeqCst);
        self.answers.free_through(taken);
        let arena = self.region.shape().response_arena();
        self.large.retain(|(seq, start, length)| {
            let free = is_through(taken, *seq);
            if free {
                self.region.release(arena + start, *length);
            }
            !free
        });
    }
}
