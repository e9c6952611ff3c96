//! A server and the worker's process: what is asked is answered, whoever dies.

use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use orrery_worker::bell::{Bell, Kind, Patience};
use orrery_worker::layout::*;
use orrery_worker::region::{Region, Settings};
use orrery_worker::ring::{Operation, Payload, Request, Status, WANT_CHECKPOINT};
use orrery_worker::server::{Answer, Server, Unsent, Waited};
use orrery_worker::slots::copy_committed;

const SLICE: Duration = Duration::from_millis(50);

struct Pair {
    server: Server,
    child: Child,
}

fn settings(kind: Kind) -> Settings {
    let shape = Shape { request_bytes: 16 * PAGE, response_bytes: 64 * PAGE, slot_bytes: 1 << 20 };
    let signal = kind as u32;
    Settings { n: 64, seed: 7, signal, spin_us: 0, checkpoint_ms: 0, save_ms: 60_000, shape }
}

impl Pair {
    fn start(settings: &Settings) -> Pair {
        let server = Server::create(settings).expect("a region");
        let child = spawn(&server);
        let pair = Pair { server, child };
        pair.ready();
        pair
    }

    fn ready(&self) {
        while !self.server.is_ready() {
            assert!(!self.server.is_dead(), "{:?}", self.server.region().words(LAST_WORDS_AT));
            std::thread::yield_now();
        }
    }

    /// Ends the worker as a crash would, and starts another.
    fn replace(&mut self) {
        self.kill();
        self.server.hand_over();
        self.child = spawn(&self.server);
        self.ready();
    }

    fn kill(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }

    fn ask(&self, operation: Operation, payload: &[u8]) -> Answer {
        let seq = self.server.submit(operation, 0, payload).expect("room");
        self.answer(seq).expect("an answer")
    }

    fn answer(&self, seq: u32) -> Result<Answer, String> {
        loop {
            match self.server.wait(seq, SLICE) {
                Waited::Pending { .. } => {}
                Waited::Answer(answer) => return Ok(answer),
                Waited::Lost(why) => return Err(why),
            }
        }
    }

    fn run(&self, through: u64, about: &[u8]) -> Vec<u8> {
        let answer = self.ask(Operation::Call, &run(through, about));
        assert_eq!((answer.status, answer.tick), (Status::Done, through));
        answer.bytes
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn run(through: u64, about: &[u8]) -> Vec<u8> {
    [b"r", &through.to_le_bytes()[..], about].concat()
}

fn spawn(server: &Server) -> Child {
    let example = std::env::current_exe().expect("a test");
    let example = example.parent().and_then(|deps| deps.parent()).expect("a target folder");
    let fds = server.descriptors().map(inherited);
    let number = |fd: &Option<OwnedFd>| fd.as_ref().map_or(-1, AsRawFd::as_raw_fd).to_string();
    let mut command = Command::new(example.join("examples/counter"));
    command
        .args(["--region", &number(&fds[0]), "--worker", &number(&fds[1])])
        .args(["--server", &number(&fds[2]), "--threads", "2"])
        .args(["--parent", &std::process::id().to_string()])
        .stderr(Stdio::null())
        .arg0("counter");
    let child = command.spawn().expect("the example is built");
    server.started(child.id() as libc::pid_t);
    child
}

/// A copy that a child gets.
fn inherited(fd: RawFd) -> Option<OwnedFd> {
    if fd < 0 {
        return None;
    }
    // SAFETY: the server keeps it open.
    let copy = unsafe { BorrowedFd::borrow_raw(fd) }.try_clone_to_owned().expect("a copy");
    let number = copy.as_raw_fd();
    // SAFETY: a plain call on a descriptor of ours.
    unsafe { libc::fcntl(number, libc::F_SETFD, 0) };
    Some(copy)
}

fn each_kind(test: impl Fn(Kind)) {
    for kind in Kind::ALL {
        assert!(kind.is_available());
        test(kind);
    }
}

#[test]
fn answers_come_back_whole_and_in_order_by_every_signal() {
    each_kind(|kind| {
        let pair = Pair::start(&settings(kind));
        for length in [0, 1, 63, 64, 65, 4096, 40_000, 65_536] {
            let payload: Vec<u8> = (0..length).map(|i| (i * 31) as u8).collect();
            let answer = pair.ask(Operation::Echo, &payload);
            assert_eq!((answer.status, answer.bytes), (Status::Done, payload), "{kind:?}");
        }
        let seqs: Vec<u32> = (0..RING as u8)
            .map(|i| pair.server.submit(Operation::Echo, 0, &[i; 200]).expect("room"))
            .collect();
        assert_eq!(pair.server.submit(Operation::Echo, 0, &[]), Err(Unsent::Full));
        for (i, seq) in seqs.into_iter().enumerate() {
            assert_eq!(pair.answer(seq).expect("an answer").bytes, [i as u8; 200]);
        }
    });
}

#[test]
fn ten_thousand_requests_in_a_row_lose_no_wake_up() {
    each_kind(|kind| {
        let pair = Pair::start(&settings(kind));
        for i in 0..10_000_u32 {
            assert_eq!(pair.ask(Operation::Echo, &i.to_le_bytes()).bytes, i.to_le_bytes());
        }
    });
}

#[test]
fn numbers_of_requests_begin_again_after_the_last() {
    each_kind(|kind| {
        let server = Server::create(&settings(kind)).expect("a region");
        server.number_from(u32::MAX - 100);
        let pair = Pair { child: spawn(&server), server };
        pair.ready();
        pair.ask(Operation::Create, b"");
        for i in 0..200_u32 {
            let payload = vec![i as u8; i as usize * 37];
            assert_eq!(pair.ask(Operation::Echo, &payload).bytes, payload, "{kind:?}");
        }
        assert!(pair.server.region().word(REQUEST_SEQ_AT).load(Ordering::SeqCst) < 200);
        let mut mixed = Pair::start(&settings(kind));
        mixed.kill();
        mixed.server.hand_over();
        mixed.server.number_from(u32::MAX - 10);
        mixed.child = spawn(&mixed.server);
        mixed.ready();
        let seqs: Vec<u32> = (0..RING as u8)
            .map(|i| mixed.server.submit(Operation::Echo, 0, &[i; 200]).expect("room"))
            .collect();
        for (i, seq) in seqs.into_iter().enumerate() {
            assert_eq!(mixed.answer(seq).expect("an answer").bytes, [i as u8; 200]);
        }
    });
}

#[test]
fn spinning_changes_no_answer() {
    let pair = Pair::start(&Settings { spin_us: 50, ..settings(Kind::Futex) });
    for i in 0..1000_u32 {
        assert_eq!(pair.ask(Operation::Echo, &i.to_le_bytes()).bytes, i.to_le_bytes());
    }
}

#[test]
fn a_refusal_is_told_and_changes_nothing() {
    let pair = Pair::start(&settings(Kind::Futex));
    assert_eq!(pair.ask(Operation::Call, b"x").bytes, b"there is no world yet");
    pair.ask(Operation::Create, b"tables");
    let before = pair.run(5, b"a");
    let answer = pair.ask(Operation::Call, b"x");
    assert_eq!((answer.status, &answer.bytes[..]), (Status::Fault, &b"refused as asked"[..]));
    assert_eq!(pair.run(5, b""), before);
    let large = vec![0; 16 * PAGE + 1];
    assert_eq!(pair.server.submit(Operation::Echo, 0, &large), Err(Unsent::TooLarge(large.len())));
}

#[test]
fn an_answer_larger_than_its_arena_comes_in_parts_by_every_signal() {
    let shape = Shape { request_bytes: 8 * PAGE, response_bytes: PAGE, slot_bytes: PAGE };
    each_kind(|kind| {
        let pair = Pair::start(&Settings { shape, ..settings(kind) });
        for length in [PAGE - 1, PAGE, PAGE + 1, 2 * PAGE, 2 * PAGE + 1, 8 * PAGE, 5] {
            let payload: Vec<u8> = (0..length).map(|at| (at * 7 + at / 256) as u8).collect();
            let answer = pair.ask(Operation::Echo, &payload);
            assert_eq!((answer.status, answer.bytes), (Status::Done, payload), "{kind:?}");
        }
    });
}

#[test]
fn an_answer_in_parts_is_lost_where_its_worker_dies_or_others_wait() {
    let shape = Shape { request_bytes: 8 * PAGE, response_bytes: PAGE, slot_bytes: PAGE };
    let mut pair = Pair::start(&Settings { shape, ..settings(Kind::Futex) });
    let seq = pair.server.submit(Operation::Echo, 0, &[1; 3 * PAGE]).expect("room");
    while pair.server.region().word(TAKEN_SEQ_AT).load(Ordering::SeqCst) == 0 {
        assert!(matches!(pair.server.wait(seq, SLICE), Waited::Pending { .. }));
    }
    pair.kill();
    while let Waited::Pending { .. } = pair.server.wait(seq, SLICE) {}
    pair.replace();
    assert_eq!(pair.ask(Operation::Echo, &[2; 3 * PAGE]).bytes, [2; 3 * PAGE]);
    let seq = pair.server.submit(Operation::Echo, 0, &[1; PAGE + 1]).expect("room");
    pair.server.submit(Operation::Echo, 0, &[3]).expect("room");
    assert!(pair.answer(seq).expect_err("lost").contains("while others waited"));
}

#[test]
fn a_worker_killed_in_the_middle_of_a_batch_is_noticed_by_every_signal() {
    each_kind(|kind| {
        let mut pair = Pair::start(&settings(kind));
        pair.ask(Operation::Create, b"");
        let seq = pair.server.submit(Operation::Call, 0, b"h").expect("room");
        assert!(matches!(pair.server.wait(seq, SLICE), Waited::Pending { .. }));
        pair.kill();
        assert_eq!(pair.answer(seq), Err("its process has ended".into()), "{kind:?}");
        assert_eq!(pair.server.submit(Operation::Echo, 0, b""), Err(Unsent::Dead));
    });
}

#[test]
fn the_next_worker_goes_on_from_the_committed_state_to_the_same_end() {
    each_kind(|kind| {
        let undisturbed = Pair::start(&settings(kind));
        undisturbed.ask(Operation::Create, b"");
        let end: Vec<Vec<u8>> =
            (1..=60).map(|i| undisturbed.run(i * 10, &i.to_le_bytes())).collect();

        let mut pair = Pair::start(&settings(kind));
        pair.ask(Operation::Create, b"");
        for i in 1..=60_u64 {
            assert_eq!(pair.run(i * 10, &i.to_le_bytes()), end[i as usize - 1]);
            if i % 7 == 0 {
                assert_eq!(pair.ask(Operation::Checkpoint, b"").status, Status::Done);
            }
            if i % 11 == 0 {
                pair.replace();
                let committed = pair.server.committed().expect("a state").tick;
                assert_eq!(committed, i / 7 * 70);
                assert_eq!(pair.ask(Operation::Load, b"").status, Status::Done);
                for again in committed / 10 + 1..=i {
                    assert_eq!(pair.run(again * 10, &again.to_le_bytes()), end[again as usize - 1]);
                }
            }
        }
    });
}

#[test]
fn checkpoints_are_taken_beside_the_work_and_hold_whole_states() {
    let pair = Pair::start(&Settings { checkpoint_ms: 1, ..settings(Kind::Futex) });
    pair.ask(Operation::Create, b"");
    let mut ticks = std::collections::BTreeMap::new();
    let mut through = 0;
    let from = Instant::now();
    let mut committed = std::collections::BTreeSet::new();
    while committed.len() < 10 {
        assert!(from.elapsed() < Duration::from_secs(60), "{committed:?}");
        through += 5_000;
        let digest = pair.run(through, b"some work");
        ticks.insert(through, digest);
        if let Some((saved, bytes)) = copy_committed(pair.server.region()) {
            assert_eq!(&bytes[8..16], &ticks[&saved.tick][..]);
            assert_eq!(bytes.len(), 16 + 64 * 1024);
            committed.insert(saved.tick);
        }
    }
}

#[test]
fn a_checkpoint_that_is_asked_for_comes() {
    let pair = Pair::start(&settings(Kind::Futex));
    pair.ask(Operation::Create, b"");
    let seq = pair.server.submit(Operation::Call, WANT_CHECKPOINT, &run(3, b"")).expect("room");
    pair.answer(seq).expect("an answer");
    while pair.server.committed().is_none_or(|saved| saved.tick != 3) {
        std::thread::yield_now();
    }
}

#[test]
fn a_worker_killed_while_it_saves_leaves_the_last_state_committed() {
    let mut pair = Pair::start(&Settings { n: 900, ..settings(Kind::Futex) });
    pair.ask(Operation::Create, b"");
    for round in 1..=40_u64 {
        let seq = pair
            .server
            .submit(Operation::Call, WANT_CHECKPOINT, &run(round * 1000, b"round"))
            .expect("room");
        pair.answer(seq).expect("an answer");
        std::thread::sleep(Duration::from_micros(round * 20));
        pair.replace();
        match copy_committed(pair.server.region()) {
            None => assert_eq!(pair.ask(Operation::Create, b"").status, Status::Done),
            Some((saved, bytes)) => {
                assert_eq!(bytes[..8], saved.tick.to_le_bytes());
                assert_eq!(pair.ask(Operation::Load, b"").status, Status::Done);
            }
        }
    }
}

#[test]
fn a_panic_is_told_in_the_workers_own_words() {
    let pair = Pair::start(&settings(Kind::Futex));
    pair.ask(Operation::Create, b"");
    pair.run(3, b"");
    let seq = pair.server.submit(Operation::Call, 0, b"p").expect("room");
    let why = pair.answer(seq).expect_err("no answer");
    assert!(why.contains("asked to panic at tick 3"), "{why}");
}

#[test]
fn a_hanging_worker_has_no_heartbeat_and_a_working_one_has() {
    let pair = Pair::start(&settings(Kind::Futex));
    pair.ask(Operation::Create, b"");
    let beats = |seq| match pair.server.wait(seq, Duration::from_millis(5)) {
        Waited::Pending { heartbeat } => heartbeat,
        other => panic!("{other:?}"),
    };
    let long = pair.server.submit(Operation::Call, 0, &run(u64::MAX, b"")).expect("room");
    let first = beats(long);
    while beats(long) == first {}
    pair.server.cancel(long);
    assert_eq!(pair.answer(long).expect("it ends early").status, Status::Done);
    let hangs = pair.server.submit(Operation::Call, 0, b"h").expect("room");
    let mut still = 0;
    let mut last = beats(hangs);
    while still < 20 {
        let now = beats(hangs);
        still = if now == last { still + 1 } else { 0 };
        last = now;
    }
}

#[test]
fn a_cancelled_batch_ends_at_a_tick_and_the_next_is_not_cancelled() {
    let pair = Pair::start(&settings(Kind::Futex));
    pair.ask(Operation::Create, b"");
    let seq = pair.server.submit(Operation::Call, 0, &run(u64::MAX, b"")).expect("room");
    while pair.server.progress() < 1000 {
        std::thread::yield_now();
    }
    pair.server.cancel(seq);
    let tick = pair.answer(seq).expect("an answer").tick;
    assert!((1000..u64::MAX).contains(&tick));
    pair.run(tick + 100, b"");
}

#[test]
fn a_damaged_request_is_refused_and_not_run() {
    let pair = Pair::start(&settings(Kind::Futex));
    pair.ask(Operation::Create, b"");
    let region = pair.server.region();
    for bit in 0..ENTRY * 8 {
        // Written past `submit`, as memory that was damaged on the way.
        let seq = bit as u32 + 2;
        let payload = Payload::new(0, b"");
        Request { seq, operation: Operation::Call, flags: 0, payload }.put(region, REQUEST_RING_AT);
        let word = region.word(REQUEST_RING_AT + seq as usize % RING * ENTRY + bit / 32 * 4);
        word.fetch_xor(1 << (bit % 32), Ordering::SeqCst);
        region.word(REQUEST_SEQ_AT).store(seq, Ordering::SeqCst);
        region.word(TAKEN_SEQ_AT).store(seq - 1, Ordering::SeqCst);
        wake_worker(region);
        let why = pair.answer(seq).expect_err("refused");
        assert!(why.starts_with("it was sent "), "bit {bit}: {why}");
    }
}

fn wake_worker(region: &Region) {
    let none = -1;
    let bell = Bell {
        kind: Kind::Futex,
        spin: Duration::ZERO,
        patience: Patience::default(),
        worker_fd: none,
        server_fd: none,
    };
    bell.ring_worker(region, none);
}

#[test]
fn a_damaged_answer_is_never_taken_for_one() {
    let pair = Pair::start(&settings(Kind::Futex));
    let region = pair.server.region();
    for bit in (0..ENTRY * 8).chain(ENTRY * 8..ENTRY * 8 + 64) {
        let seq = pair.server.submit(Operation::Echo, 0, b"payload!").expect("room");
        while region.word(RESPONSE_SEQ_AT).load(Ordering::SeqCst) != seq {
            std::thread::yield_now();
        }
        let at = match bit.checked_sub(ENTRY * 8) {
            None => RESPONSE_RING_AT + seq as usize % RING * ENTRY + bit / 32 * 4,
            Some(bit) => region.shape().response_arena() + bit / 32 * 4,
        };
        region.word(at).fetch_xor(1 << (bit % 32), Ordering::SeqCst);
        let why = pair.answer(seq).expect_err("refused");
        assert!(why.starts_with("it answered with "), "bit {bit}: {why}");
    }
}

#[test]
fn a_worker_ends_by_itself_when_its_server_is_killed() {
    // The server is a shell: it starts the worker, tells its pid, and is killed.
    let pair = Pair::start(&settings(Kind::Futex));
    let region = inherited(pair.server.region().fd()).expect("a region");
    let number = region.as_raw_fd().to_string();
    pair.server.hand_over();
    let example = std::env::current_exe().expect("a test");
    let example = example.parent().and_then(|deps| deps.parent()).expect("a folder");
    let script = format!(
        "{} --region {number} --worker -1 --server -1 --threads 1 --parent $$ & sleep 100",
        example.join("examples/counter").display()
    );
    let mut shell = Command::new("sh").args(["-c", &script]).spawn().expect("a shell");
    pair.ready();
    let pid = pair.server.region().word(WORKER_PID_AT).load(Ordering::SeqCst);
    assert!(std::path::Path::new(&format!("/proc/{pid}")).exists());
    shell.kill().expect("it can be killed");
    shell.wait().expect("it ends");
    let is_running = || {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        stat.rsplit(')').next().is_some_and(|rest| {
            !rest.trim_start().starts_with('Z') && !rest.trim_start().is_empty()
        })
    };
    while is_running() {
        std::thread::sleep(Duration::from_millis(1));
    }
    assert!(pair.server.is_dead());
}

#[test]
fn a_worker_of_another_build_refuses_the_region() {
    let mut pair = Pair::start(&settings(Kind::Futex));
    pair.kill();
    pair.server.hand_over();
    pair.server.region().word(LAYOUT_HASH_AT).fetch_xor(1, Ordering::SeqCst);
    pair.child = spawn(&pair.server);
    assert!(!pair.child.wait().expect("it ends").success());
    assert!(!pair.server.is_ready());
}

#[test]
fn nothing_is_left_open_by_a_hundred_regions() {
    let open = || std::fs::read_dir("/proc/self/fd").expect("fds").count();
    for kind in Kind::ALL {
        drop(Server::create(&settings(kind)).expect("a region"));
    }
    // Other tests run beside this one: the least of several looks is what stays open.
    let least = || (0..50).map(|_| open()).min().unwrap_or(0);
    let before = least();
    for _ in 0..100 {
        drop(Server::create(&settings(Kind::Eventfd)).expect("a region"));
    }
    assert!(least() < before + 50);
}
