//! The server's end: sends requests, waits for answers in slices, sees a worker's death, hands over to the next one.

use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::bell::{Bell, Kind, Patience, eventfd, ignore_late, is_through};
use crate::layout::*;
use crate::lock;
use crate::region::{Region, Settings};
use crate::ring::{Arena, Operation, Payload, Request, Response, Status};
use crate::slots::{self, Saved};

/// A request could not be sent.
#[derive(Debug, PartialEq, Eq)]
pub enum Unsent {
    /// So many bytes are more than the arena has.
    TooLarge(usize),
    /// Answers must be taken first.
    Full,
    /// The worker has died.
    Dead,
    /// There is no memory for so many bytes to be shared.
    NoMemory(usize),
}

/// What a wait came to.
#[derive(Debug, PartialEq, Eq)]
pub enum Waited {
    /// Not yet; `heartbeat` tells whether the worker moves.
    Pending {
        heartbeat: u64,
    },
    Answer(Answer),
    /// There will be no answer: the worker has died, or what it wrote can not be trusted. Says why.
    Lost(String),
}

/// A request's answer.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: Status,
    pub bytes: Vec<u8>,
    pub tick: u64,
    pub busy_ns: u64,
}

/// One region with its rings. `submit` and `wait` are for one thread at a time; the rest is for any.
pub struct Server {
    region: Region,
    bell: Bell,
    /// Keeps the bell's descriptors open.
    _eventfds: [Option<OwnedFd>; 2],
    sending: Mutex<Sending>,
    pidfd: Mutex<Option<OwnedFd>>,
    pidfd_number: AtomicI32,
}

struct Sending {
    seq: u32,
    taken: u32,
    arena: Arena,
    /// The memory behind so much of the arena is there.
    reserved: usize,
    /// Of the answer that comes in parts.
    parts: Option<Parts>,
}

struct Parts {
    /// Whose answer it is.
    seq: u32,
    /// The request for the next part.
    next: u32,
    bytes: Vec<u8>,
}

impl Server {
    /// A region of its own, without a worker yet.
    pub fn create(settings: &Settings) -> io::Result<Server> {
        let kind = Kind::from_code(settings.signal)
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "an unknown signal"))?;
        Server::over(Region::create(settings)?, kind, settings.spin_us)
    }

    fn over(region: Region, kind: Kind, spin_us: u32) -> io::Result<Server> {
        if kind == Kind::Signal {
            ignore_late(libc::SIGUSR2);
        }
        let pair = match kind {
            Kind::Eventfd => [Some(owned(eventfd()?)), Some(owned(eventfd()?))],
            _ => [None, None],
        };
        let number = |fd: &Option<OwnedFd>| fd.as_ref().map_or(-1, AsRawFd::as_raw_fd);
        let bell = Bell {
            kind,
            spin: Duration::from_micros(u64::from(spin_us)),
            worker_fd: number(&pair[0]),
            server_fd: number(&pair[1]),
            patience: Patience::default(),
        };
        Ok(Server {
            sending: Mutex::new(Sending::new(&region)),
            region,
            bell,
            _eventfds: pair,
            pidfd: Mutex::new(None),
            pidfd_number: AtomicI32::new(-1),
        })
    }

    pub fn region(&self) -> &Region {
        &self.region
    }

    /// Descriptors for the worker: the region's, its own bell, the server's bell; -1 where there is none.
    pub fn descriptors(&self) -> [RawFd; 3] {
        [self.region.fd(), self.bell.worker_fd, self.bell.server_fd]
    }

    /// Makes the region ready for another worker. The last one must have ended. What is committed stays.
    pub fn hand_over(&self) -> u32 {
        let mut sending = self.sending();
        *self.pidfd.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.pidfd_number.store(-1, Ordering::SeqCst);
        *sending = Sending::new(&self.region);
        let epoch = self.region.word(EPOCH_AT).fetch_add(1, Ordering::SeqCst) + 1;
        slots::hand_over(&self.region, epoch);
        let zeroed = [
            REQUEST_SEQ_AT,
            WORKER_SLEEPS_AT,
            TAKEN_SEQ_AT,
            RESPONSE_SEQ_AT,
            SERVER_SLEEPS_AT,
            WORKER_PID_AT,
            ALIVE_AT,
            CANCEL_AT,
            LAST_WORDS_AT,
        ];
        for at in zeroed {
            self.region.word(at).store(0, Ordering::SeqCst);
        }
        self.region.word(STATE_AT).store(State::Starting as u32, Ordering::SeqCst);
        epoch
    }

    /// The next worker's first request is numbered after `seq`, as if so many had been answered.
    pub fn number_from(&self, seq: u32) {
        let mut sending = self.sending();
        (sending.seq, sending.taken) = (seq, seq);
        for at in [REQUEST_SEQ_AT, RESPONSE_SEQ_AT, TAKEN_SEQ_AT] {
            self.region.word(at).store(seq, Ordering::SeqCst);
        }
    }

    /// Tells of the process that was started as the worker.
    pub fn started(&self, pid: libc::pid_t) {
        // SAFETY: a plain call; a system that has no such call gives an error, and waits are then by slices.
        let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, pid, 0) } as RawFd;
        if fd < 0 {
            return;
        }
        *self.pidfd.lock().unwrap_or_else(PoisonError::into_inner) = Some(owned(fd));
        self.pidfd_number.store(fd, Ordering::SeqCst);
    }

    /// The worker's process was seen to end: whoever waits is told.
    pub fn ended(&self) {
        self.region.word(STATE_AT).store(State::Dead as u32, Ordering::SeqCst);
        self.bell.ring_own_waiter(&self.region);
    }

    /// Sends a request. Returns its sequence number.
    pub fn submit(&self, operation: Operation, flags: u32, payload: &[u8]) -> Result<u32, Unsent> {
        let region = &self.region;
        if self.is_dead() {
            return Err(Unsent::Dead);
        }
        let mut sending = self.sending();
        let seq = sending.seq.wrapping_add(1);
        if seq.wrapping_sub(sending.taken) as usize > RING {
            return Err(Unsent::Full);
        }
        let shape = region.shape();
        if payload.len() > shape.request_bytes {
            return Err(Unsent::TooLarge(payload.len()));
        }
        sending.arena.free_through(region.word(RESPONSE_SEQ_AT).load(Ordering::SeqCst));
        let start = sending.arena.take(seq, payload.len()).ok_or(Unsent::Full)?;
        let end = start + payload.len();
        if end > sending.reserved {
            let (from, end) = (sending.reserved, end.next_multiple_of(PAGE));
            if region.reserve(shape.request_arena() + from, end - from).is_err() {
                sending.arena.give_back();
                return Err(Unsent::NoMemory(payload.len()));
            }
            sending.reserved = end;
        }
        region.write(shape.request_arena() + start, payload);
        let payload = Payload::new(start, payload);
        Request { seq, operation, flags, payload }.put(region, REQUEST_RING_AT);
        sending.seq = seq;
        region.word(REQUEST_SEQ_AT).store(seq, Ordering::SeqCst);
        self.bell.ring_worker(region, self.pidfd_number.load(Ordering::SeqCst));
        Ok(seq)
    }

    /// Waits for the answer to `seq`, which must be the oldest that was not taken; no longer than `slice`. An answer
    /// that is larger than its arena comes in parts, and is lost where other requests were sent meanwhile.
    pub fn wait(&self, seq: u32, slice: Duration) -> Waited {
        let region = &self.region;
        let asked = seq;
        let seq = match &self.sending().parts {
            Some(parts) if parts.seq == asked => parts.next,
            _ => asked,
        };
        let pidfd = self.pidfd_number.load(Ordering::SeqCst);
        self.bell.wait_for_response(region, seq, pidfd, slice);
        if !is_through(region.word(RESPONSE_SEQ_AT).load(Ordering::SeqCst), seq) {
            if self.is_dead() {
                return Waited::Lost(self.cause());
            }
            return self.pending();
        }
        let shape = region.shape();
        let taken = Response::take(
            region,
            RESPONSE_RING_AT,
            seq,
            shape.response_arena(),
            shape.response_bytes,
        );
        self.sending().taken = seq;
        region.word(TAKEN_SEQ_AT).store(seq, Ordering::SeqCst);
        match taken {
            Err(malformed) => Waited::Lost(format!("it answered with {}", malformed.0)),
            Ok((response, bytes)) if response.status == Status::Malformed => {
                Waited::Lost(format!("it was sent {}", String::from_utf8_lossy(&bytes)))
            }
            Ok((response, part)) if response.status == Status::Part => self.part(asked, part),
            Ok((Response { status, tick, busy_ns, .. }, part)) => {
                let parts = self.sending().parts.take().filter(|parts| parts.seq == asked);
                let mut bytes = parts.map_or_else(Vec::new, |parts| parts.bytes);
                // The usual one is not copied.
                let bytes = if bytes.is_empty() {
                    part
                } else {
                    bytes.extend_from_slice(&part);
                    bytes
                };
                Waited::Answer(Answer { status, bytes, tick, busy_ns })
            }
        }
    }

    /// Keeps a part of the answer to `asked`, and asks for the next.
    fn part(&self, asked: u32, part: Vec<u8>) -> Waited {
        let mut bytes = {
            let mut sending = self.sending();
            if sending.seq != sending.taken {
                return Waited::Lost("it answered in parts while others waited".to_owned());
            }
            sending.parts.take().filter(|parts| parts.seq == asked).map_or(vec![], |it| it.bytes)
        };
        bytes.extend_from_slice(&part);
        match self.submit(Operation::Rest, 0, &[]) {
            Ok(next) => self.sending().parts = Some(Parts { seq: asked, next, bytes }),
            Err(unsent) => return Waited::Lost(format!("the rest could not be asked: {unsent:?}")),
        }
        self.pending()
    }

    fn pending(&self) -> Waited {
        Waited::Pending { heartbeat: self.region.long(HEARTBEAT_AT).load(Ordering::Relaxed) }
    }

    /// The batch that is the request `seq` shall end with the tick that it is at.
    pub fn cancel(&self, seq: u32) {
        self.region.word(CANCEL_AT).store(seq, Ordering::Relaxed);
    }

    /// As `cancel`, for the request that was submitted last.
    pub fn cancel_last(&self) {
        let seq = self.sending().seq;
        self.cancel(seq);
    }

    /// The tick that the batch under way has come to.
    pub fn progress(&self) -> u64 {
        self.region.long(PROGRESS_AT).load(Ordering::Relaxed)
    }

    pub fn is_ready(&self) -> bool {
        let state = self.region.word(STATE_AT).load(Ordering::SeqCst);
        state == State::Ready as u32 || state == State::Busy as u32
    }

    pub fn is_dead(&self) -> bool {
        lock::has_died(self.region.word(ALIVE_AT))
            || self.region.word(STATE_AT).load(Ordering::SeqCst) == State::Dead as u32
    }

    /// Of the last committed state.
    pub fn committed(&self) -> Option<Saved> {
        slots::committed(&self.region)
    }

    /// How many states were to be saved and were not, and why the last one was not.
    pub fn unsaved(&self) -> (u32, String) {
        let count = self.region.word(UNSAVED_AT).load(Ordering::Acquire);
        (count, self.region.words(UNSAVED_WHY_AT))
    }

    /// Commits a state that the next worker shall load. Only while there is none.
    pub fn commit(&self, state: &[u8], tick: u64, hash: [u32; 2]) -> Result<(), slots::Unsaved> {
        let epoch = self.region.word(EPOCH_AT).load(Ordering::SeqCst);
        slots::forget(&self.region, epoch);
        slots::commit(&self.region, epoch, state, tick, hash).map(|_| ())
    }

    fn cause(&self) -> String {
        match self.region.words(LAST_WORDS_AT) {
            words if words.is_empty() => "its process has ended".to_owned(),
            words => words,
        }
    }

    fn sending(&self) -> MutexGuard<'_, Sending> {
        self.sending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sending {
    fn new(region: &Region) -> Sending {
        let arena = Arena::new(region.shape().request_bytes);
        Sending { seq: 0, taken: 0, arena, reserved: 0, parts: None }
    }
}

fn owned(fd: RawFd) -> OwnedFd {
    // SAFETY: called with descriptors that were just made and are nobody else's.
    unsafe { OwnedFd::from_raw_fd(fd) }
}

#[cfg(test)]
mod tests {
    use std::ffi::CString;
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    /// A file in a file system of its own with so many pages; None for who may not mount one.
    fn small_file(pages: usize) -> Option<OwnedFd> {
        let folder =
            std::env::temp_dir().join(format!("orrery-pages-{}-{pages}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let path = CString::new(folder.as_os_str().as_bytes()).expect("a path");
        let size = CString::new(format!("size={}", pages * PAGE)).expect("an option");
        let name = c"tmpfs".as_ptr();
        // SAFETY: every pointer is to a C string that lives as long as the call.
        let mounted =
            unsafe { libc::mount(name, path.as_ptr(), name, 0, size.as_ptr().cast()) } == 0;
        let flags = libc::O_TMPFILE | libc::O_RDWR;
        // SAFETY: the path is a C string; the call returns a new descriptor or -1.
        let fd = unsafe { libc::open(path.as_ptr(), flags, 0o600) };
        if mounted {
            // SAFETY: a plain call; the file lives on as long as it is open.
            unsafe { libc::umount2(path.as_ptr(), libc::MNT_DETACH) };
        }
        let _ = std::fs::remove_dir(&folder);
        let fd = (fd >= 0).then(|| owned(fd));
        fd.filter(|_| mounted)
    }

    fn settings(pages: usize) -> Settings {
        let arena = pages * PAGE;
        let shape = Shape { request_bytes: arena, response_bytes: arena, slot_bytes: arena };
        Settings { n: 1, seed: 1, signal: 1, spin_us: 0, checkpoint_ms: 0, save_ms: 0, shape }
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri has no file systems")]
    fn a_request_that_there_is_no_memory_for_is_told_and_ends_nobody() {
        let head = ARENAS_AT / PAGE;
        let Some(fd) = small_file(head + 8) else { return };
        let region = Region::over(fd, &settings(64)).expect("a region");
        let server = Server::over(region, Kind::Futex, 0).expect("a server");
        let ask = |pages: usize| server.submit(Operation::Echo, 0, &vec![7; pages * PAGE]);
        assert_eq!(ask(5), Ok(1));
        // Who wrote there would be ended by a bus error.
        assert_eq!(ask(4), Err(Unsent::NoMemory(4 * PAGE)));
        assert_eq!(ask(3), Ok(2));
        // What was told that there is no room for takes none; what there is memory for is used again.
        server.region().word(RESPONSE_SEQ_AT).store(2, Ordering::SeqCst);
        server.sending().taken = 2;
        assert_eq!(ask(8), Ok(3));
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri has no file systems")]
    fn a_region_that_there_is_no_memory_for_is_none() {
        let Some(fd) = small_file(ARENAS_AT / PAGE - 1) else { return };
        let Err(error) = Region::over(fd, &settings(1)) else { panic!("there is none") };
        assert_eq!(error.raw_os_error(), Some(libc::ENOSPC));
    }
}
